"""What stands above a Bhatkhande page and a songbook, in English or in Hindi.

Input: a melody, and the name of a language. Names that the tables lack, such as that of a raga of one's own, stay as
they are.
"""

import re
from dataclasses import dataclass

from primesong.sargam.melody import Melody
from primesong.sargam.raga import Raga, describe_raga
from primesong.sargam.swara import tonic_name

#: The languages of headings, and their codes (BCP 47).
LANGUAGES = {"english": "en", "hindi": "hi"}

#: Hindi for the names and phrases of the tables: talas, ragas, layas, swaras, times of the day, parts of a coda.
_HINDI = {
    "tintal": "तीनताल", "jhaptal": "झपताल", "ektal": "एकताल", "rupak": "रूपक", "keherwa": "कहरवा", "dadra": "दादरा",
    "dhamar": "धमार", "chautal": "चौताल", "adachautal": "आड़ा चौताल", "deepchandi": "दीपचंदी", "tilwada": "तिलवाड़ा",
    "sulfakta": "सूलफाक्ता", "matta": "मत्तताल",
    "nat-bhairav": "नट भैरव", "bhupali": "भूपाली", "durga": "दुर्गा", "malkauns": "मालकौंस", "hamsadhwani": "हंसध्वनि",
    "yaman": "यमन", "bhairavi": "भैरवी", "bhairav": "भैरव", "kafi": "काफ़ी", "todi": "तोड़ी", "marwa": "मारवा",
    "charukeshi": "चारुकेशी", "kirwani": "कीरवानी",
    "ati-vilambit": "अति-विलंबित", "vilambit": "विलंबित", "madhya": "मध्य", "drut": "द्रुत", "ati-drut": "अति-द्रुत",
    "matras a minute": "मात्रा प्रति मिनट",
    "vadi": "वादी", "samvadi": "संवादी", "komal": "कोमल", "tivra": "तीव्र",
    "Sa": "सा", "Re": "रे", "Ga": "ग", "Ma": "म", "Pa": "प", "Dha": "ध", "Ni": "नि",
    "first quarter of the night": "रात का पहला प्रहर", "second quarter of the night": "रात का दूसरा प्रहर",
    "third quarter of the night": "रात का तीसरा प्रहर", "daybreak": "भोर", "morning": "सुबह",
    "late morning": "दिन का दूसरा प्रहर", "sunset": "सूर्यास्त", "midnight": "आधी रात",
    "Carnatic": "कर्नाटक", "Sarasangi": "सरसांगी", "melakarta": "मेलकर्ता", "Western": "पश्चिमी",
    "harmonic major": "हार्मोनिक मेजर",
    "tihai": "तिहाई", "coda": "कोडा",
}  # fmt: skip

#: Hindi for the bols of a matra; "" is a matra without one.
_HINDI_BOLS = {
    "dha": "धा", "dhin": "धिं", "dhi": "धी", "na": "ना", "ta": "ता", "tin": "तिं", "ti": "ति", "te": "ट", "tu": "तू",
    "din": "दिं", "kat": "कत्", "ge": "गे", "ga": "ग", "ka": "क", "": "ऽ", "dha-ge": "धागे", "ti-ra-ki-ta": "तिरकिट",
    "ki-te": "किट", "ti-te": "तिट", "ka-ta": "कत", "ga-di": "गदि", "ga-na": "गन", "dhin-dhin": "धिंधिं",
    "na-dhin": "नाधिं", "dhin-na": "धिंना",
}  # fmt: skip

#: What is translated to Hindi, as a pattern: the longest first.
_PHRASES = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _HINDI), key=len, reverse=True))})\b")

#: What marks stand for, as a page's legend says it.
_LEGENDS = {
    "english": "a line below: komal; a line above: tivra; a dot below: mandra; a dot above, or a reph: taar",
    "hindi": "नीचे रेखा: कोमल; ऊपर रेखा: तीव्र; नीचे बिंदु: मंद्र; ऊपर बिंदु या रेफ: तार",
}


@dataclass(frozen=True, slots=True)
class Headings:
    """What stands above the notes.

    Parameters
    ----------
    language : str
        BCP 47.
    setting : str
        Tala, tonic, laya, and how many notes.
    raga : str
        Whose swaras the song uses.
    legend : str
        What the marks stand for.
    theka : tuple of str
        What the tabla plays to each matra.
    """

    language: str
    setting: str
    raga: str
    legend: str
    theka: tuple[str, ...]


def write_headings(melody: Melody, language: str = "english") -> Headings:
    """Write the headings of a melody's page. Raises ValueError if the language is not one of `LANGUAGES`."""
    if language not in LANGUAGES:
        raise ValueError(f"headings must be {' or '.join(LANGUAGES)}, got {language!r}")
    setting, tala = melody.setting, melody.setting.tala
    named = f"{tala.name}, " if any(tala.marks) else ""
    tonic, notes = tonic_name(setting.tonic), f"{len(melody.played_digits):,}"
    theka = tuple("-".join(bols) for bols in tala.theka)
    if language == "hindi":
        line = f"{translate(named, language)}सा = {tonic}, {translate(setting.laya, language)}, {notes} स्वर"
        raga = _describe_in_hindi(setting.mapping.raga)
        theka = tuple(_HINDI_BOLS.get(bols, bols) for bols in theka)
    else:
        line = f"{named}Sa = {tonic}, {setting.laya}, {notes} notes"
        raga = describe_raga(setting.mapping.raga)
    return Headings(LANGUAGES[language], line, raga, _LEGENDS[language], theka)


def translate(text: str, language: str) -> str:
    """Translate the names and phrases of the tables that occur in an English text."""
    return _PHRASES.sub(lambda phrase: _HINDI[phrase[0]], text) if language == "hindi" else text


def _describe_in_hindi(raga: Raga) -> str:
    """Say in Hindi what `describe_raga` says."""
    about = (
        f"राग {translate(raga.name, 'hindi')} के हैं ({translate(raga.about, 'hindi')})" if raga.about else raga.letters
    )
    return f"दस स्वर {about}। संख्या में आरोह, अवरोह या पकड़ नहीं होती: यह राग की प्रस्तुति नहीं है।"
