"""How people write swaras: one table of names, signs and marks, derived from the scripts and added to.

A text is normalized first (`normalize`). A written swara is a name with what stands around it. The scale degree is read
from the name: in Latin letters, or in Indian scripts from the consonant alone, whose vowels are written long or short.
What case and signs mean differs from writer to writer; each `Convention` is one answer, and `find_height` reads a swara
by it.

Sources: raagsagar.com (swar-lipi), bansuri.com, soundofindia.com; of akarmatrik, Tagore's notation, onushilon.org and
rudrabeena.blogspot.com.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import product

from primesong.sargam.remarks import Fact
from primesong.sargam.script import SCRIPTS
from primesong.sargam.swara import Swara

#: What is typed for what is meant: quotes and primes for apostrophes, middle dots, a dot above beside its letter.
_TYPED = str.maketrans({**dict.fromkeys("‘’‛ʼʻʹ′´`", "'"), **dict.fromkeys("·•∙‧", "."), "˙": "\u0307", "…": " "})

#: Where Devanagari's block begins (The Unicode Standard, 12.1).
_DEVANAGARI = 0x900

#: Where those of Gujarati, Odia, Telugu, Kannada and Malayalam begin, which have each letter at Devanagari's place.
_BLOCKS = (0xA80, 0xB00, 0xC00, 0xC80, 0xD00)

#: What is read for their letters: Devanagari's.
_PARALLEL = {block + place: _DEVANAGARI + place for block in _BLOCKS for place in range(0x80)}

#: The degrees of the names in Latin letters.
_LATIN = {"sa": 0, "re": 1, "ri": 1, "ga": 2, "ma": 3, "pa": 4, "dha": 5, "da": 5, "ni": 6,
          "s": 0, "r": 1, "g": 2, "m": 3, "p": 4, "d": 5, "n": 6}  # fmt: skip

#: The degrees of the consonants that begin the names in other scripts.
CONSONANTS = {
    unicodedata.normalize("NFKD", name)[0]: place if len(script.notes) == 7 else tuple(Swara)[place].degree
    for script in SCRIPTS.values()
    for place, name in enumerate(script.notes)
    if not name.isascii()
}

#: Letters with a meaning of their own, as degree and alteration, if they tell it: Devanagari's vocalic Re, the Da of
#: southern scripts, akarmatrik's komal and tivra.
_OTHERS = {
    "ऋ": (1, 0),
    "द": (5, None),
    "ঋ": (1, -1),
    "জ্ঞ": (2, -1),
    "হ্ম": (3, 1),
    "ক্ষ": (3, 1),
    "দ": (5, -1),
    "ণ": (6, -1),
}

#: Words before a name, and the alteration that they stand for.
_WORDS = {
    **dict.fromkeys(("komal", "कोमल", "কোমল"), -1),
    **dict.fromkeys(("tivra", "teevra", "tivr", "तीव्र", "তীব্র"), 1),
    **dict.fromkeys(("shuddha", "shuddh", "shudh", "suddha", "शुद्ध", "শুদ্ধ"), 0),
}

#: Words before a name that stand for a saptak.
_SAPTAK_WORDS = {
    **dict.fromkeys(("mandra", "mandr", "मंद्र", "मन्द्र", "মন্দ্র"), -1),
    **dict.fromkeys(("madhya", "madhy", "मध्य", "মধ্য"), 0),
    **dict.fromkeys(("taar", "tar", "tara", "तार", "তার"), 1),
}

#: What stands in brackets behind a name: komal, tivra or shuddha.
_TOLD = {"k": -1, "t": 1, "s": 0}

#: Signs of alteration: lines below and above, those of the Vedas, and Western signs.
ALTERATIONS = {"\u0332": -1, "\u0331": -1, "\u0952": -1, "♭": -1, "b": -1, "\u030d": 1, "\u0951": 1, "♯": 1, "#": 1}

#: Signs of the saptak: dots, nasal signs and Tamil's pulli above; dots, nuktas and the other viramas below.
SAPTAKS = {**dict.fromkeys("\u0307\u0902\u0901\u0982\u0981\u0a02\u0a70\u0bcd", 1),
            **dict.fromkeys("\u0323\u093c\u09bc\u0a3c\u094d\u09cd\u0a4d", -1)}  # fmt: skip

#: Vowel signs and macrons, which say nothing.
_VOWELS = "\u093e-\u094c\u09be-\u09cc\u0a3e-\u0a4c\u0bbe-\u0bcc\u0304"

#: The reph of akarmatrik, which is taar and stands before the letter that it is drawn on.
_REPH = "\u09b0\u09cd"

#: The lowest of a degree's numbered variants, in semitones: R1 is komal Re, G1 is Re, N1 is Dha.
_FIRST_VARIANTS = {1: 1, 2: 2, 3: 5, 5: 8, 6: 9}

#: Holds, pauses, bars and brackets, which are not notes.
_GAPS = r"\s|‖।॥,;:–—~ऽঽ()\[\]{}/\"“”="

#: The semitones of a degree and its alteration, as far as there is such a swara.
_HEIGHTS = {(swara.degree, swara.alteration): swara.semitones for swara in Swara}

#: The letters of swaras in Indian scripts, as a pattern: the longest first.
_LETTERS = "|".join(sorted({*CONSONANTS, *_OTHERS}, key=len, reverse=True))

#: The names of swaras in all scripts, as a pattern.
_NAMES = rf"(?:{_LETTERS}|(?i:{'|'.join(sorted(_LATIN, key=len, reverse=True))}))"

#: The signs that may follow a name, as part of a pattern; those of ASCII have other uses, too.
_MARKS = "".join(sign for sign in {**ALTERATIONS, **SAPTAKS} if not sign.isascii())

#: A swara, a gap between swaras, or a number, in a normalized text.
PATTERN = re.compile(
    rf"(?P<words>(?:(?i:{'|'.join({**_WORDS, **_SAPTAK_WORDS})})\s+){{0,2}})(?P<before>['.^+_-]*)"
    rf"(?P<reph>{_REPH}(?=(?:{_LETTERS})))?"
    rf"(?P<name>{_NAMES})(?P<marks>[{_MARKS}{_VOWELS}]*)"
    rf"(?P<variant>[123](?!\d))?(?P<accidental>[#b]?)(?:\((?i:(?P<told>[kts]))[a-z]*\))?(?P<after>['.,^+_-]*)"
    rf"|(?P<gap>(?:[{_GAPS}]|[-_](?!{_NAMES}))+|\.)|(?P<number>\d+)"
)

#: A Latin letter whose marks stand before the rest of its name.
_MARKED = re.compile(rf"(?i)([srgmpdn])([{_MARKS}]+)(h?[aei])")

#: The number of a variant, and a mark behind it.
_NUMBERED = re.compile(rf"([123])([{_MARKS}]+)")


def normalize(text: str) -> str:
    """Decompose a text (NFKD), with one sign for each meaning, marks behind names and before their
    numbers, and nothing invisible."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_TYPED).translate(_PARALLEL))
    visible = "".join(each for each in decomposed if each.isascii() or not _is_invisible(each))
    return _NUMBERED.sub(r"\2\1", _MARKED.sub(r"\1\3\2", visible))


def _is_invisible(character: str) -> bool:
    """Tell whether a character is a formatting sign or a variation selector."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


@dataclass(frozen=True, slots=True)
class Written:
    """A swara as it is written.

    Parameters
    ----------
    degree : int
        0 to 6.
    is_small : bool or None
        Whether its name begins with a small letter; None in scripts that have no capitals.
    alteration : int or None
        In semitones, if a sign, a word or a letter of its own says it.
    variant : int
        The number behind it; 0 without one.
    saptak : int
        What the signs on it say.
    """

    degree: int
    is_small: bool | None
    alteration: int | None
    variant: int
    saptak: int


@dataclass(frozen=True, slots=True)
class Convention:
    """What case and signs mean to a writer.

    Parameters
    ----------
    facts : tuple of Fact
        What is said of it.
    small, capital : dict of int to int
        The alterations of small and of capital letters, by degree.
    before, after : dict of str to int
        The saptaks of the signs before and after a name.
    """

    facts: tuple[Fact, ...]
    small: dict[int, int]
    capital: dict[int, int]
    before: dict[str, int]
    after: dict[str, int]


#: What small and capital letters mean.
_CASES: tuple[tuple[Fact, dict[int, int], dict[int, int]], ...] = (
    (Fact.SMALL_KOMAL, {1: -1, 2: -1, 5: -1, 6: -1}, {3: 1}),
    (Fact.SMALL_ALTERED, {1: -1, 2: -1, 3: 1, 5: -1, 6: -1}, {}),
    (Fact.SMALL_SHUDDHA, {}, {}),
)

#: What signs before and after a name mean.
_SIGNS: tuple[tuple[Fact, dict[str, int], dict[str, int]], ...] = (
    (Fact.SIDES, {"'": -1, ".": -1}, {"'": 1, ".": 1}),
    (Fact.DOTS_LOW, {"'": 1, ".": -1}, {"'": 1, ".": -1}),
    (Fact.COMMAS_LOW, {"'": -1, ".": -1}, {"'": 1, ".": 1, ",": -1}),
    (Fact.DASHES_LOW, {"'": -1, ".": -1, "-": -1, "_": -1}, {"'": 1, ".": 1, "-": -1, "_": -1}),
)

#: What is high in every convention, before and after a name.
_HIGH = {"^": 1, "+": 1}

#: Every convention, the likeliest first.
CONVENTIONS = tuple(
    Convention((case, sign), small, capital, before | _HIGH, after | _HIGH)
    for (sign, before, after), (case, small, capital) in product(_SIGNS, _CASES)
)


def read_written(found: re.Match[str]) -> Written:
    """Read a swara that `PATTERN` has found."""
    name, signs = found["name"].lower(), found["marks"] + found["accidental"]
    degree, alteration = _OTHERS.get(name) or ((CONSONANTS | _LATIN)[name], None)
    words = found["words"].lower().split()
    said = [ALTERATIONS[sign] for sign in signs if sign in ALTERATIONS]
    said += [_WORDS[word] for word in words if word in _WORDS]
    if found["told"]:
        said.append(_TOLD[found["told"].lower()])
    saptak = sum(SAPTAKS.get(sign, 0) for sign in signs) + bool(found["reph"])
    saptak += sum(_SAPTAK_WORDS.get(word, 0) for word in words)
    is_small = found["name"][0].islower() if name.isascii() else None
    return Written(degree, is_small, said[0] if said else alteration, int(found["variant"] or 0), saptak)


def find_height(written: Written, before: str, after: str, convention: Convention) -> int | None:
    """Return how high a swara lies above Sa by a convention, in semitones; None if there is no such swara.

    Parameters
    ----------
    written : Written
    before, after : str
        The signs beside it.
    convention : Convention
    """
    low_or_high = [written.saptak, *(convention.before.get(sign, 0) for sign in before)]
    low_or_high += [convention.after.get(sign, 0) for sign in after]
    saptak = sum(low_or_high)
    if written.variant:
        lowest = _FIRST_VARIANTS.get(written.degree)
        semitones = None if lowest is None else lowest + written.variant - 1
    else:
        by_case = {None: {}, True: convention.small, False: convention.capital}[written.is_small]
        alteration = by_case.get(written.degree, 0) if written.alteration is None else written.alteration
        semitones = _HEIGHTS.get((written.degree, alteration))
    is_one_swara = -1 <= saptak <= 1 and not (-1 in low_or_high and 1 in low_or_high)
    return semitones + 12 * saptak if semitones is not None and is_one_swara else None
