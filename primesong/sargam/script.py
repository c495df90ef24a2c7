"""How a pitch is written: one table of scripts, each with its twelve notes and its marks for the saptaks.

Bhatkhande's marks (swarganga.org, icm17): a line under komal, an upright line over tivra, a dot under mandra, a dot
over taar. Which code points stand for them was decided by looking at what MuseScore 3, Verovio, Chromium and a
terminal print:

- Latin: U+0332 and U+030D for the lines, U+0323 and U+0307 for the dots, on the first letter, composed (NFC).
- Devanagari, Gurmukhi: U+0952 and U+0951 for the lines, U+0323 for the lower dot; the upper is the script's own
  (anusvara, bindi), because U+0307 sinks into the headline. Nukta is avoided below: NFC makes another letter of it.
- Bengali: the same, but its anusvara is not a dot: taar is a reph, as in Tagore's akarmatrik notation.
- Tamil: variants have the numbers of Carnatic swaras, on the line, because Typst draws lowered ones over the letter;
  the upper dot is the script's own (pulli).

U+0952 and U+0323 have the same combining class, so normalization never restores their order, and U+0952 before a nasal
sign prints a dotted circle. The order is fixed here: note, upper dot, line, lower dot.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

from primesong.sargam.mapping import Mapping
from primesong.sargam.swara import Pitch, Swara

#: The name of the script that writes the digit itself instead of its pitch.
DIGIT = "digit"

#: In code points: no swara is written with more.
_LONGEST_WORD = 16


@dataclass(frozen=True, slots=True)
class Script:
    """A script.

    Parameters
    ----------
    name : str
    notes : tuple of str
        Its seven syllables, or twelve names.
    mandra, taar : str
        Frames for the saptaks: {0} is the first letter with its vowel sign, {1} the rest, {2} the line.
    komal, tivra : str
        The lines of seven syllables.
    language : str
        The language that a page reads it aloud in (BCP 47).
    """

    name: str
    notes: tuple[str, ...]
    mandra: str
    taar: str
    komal: str = ""
    tivra: str = ""
    language: str = "hi-Latn"

    def write(self, pitch: Pitch) -> str:
        """Write a pitch. The reverse of `read`."""
        swara = pitch.swara
        note = self.notes[swara.semitones if len(self.notes) == len(Swara) else swara.degree]
        line = ("", self.tivra, self.komal)[swara.alteration]
        frame = ("{0}{2}{1}", self.taar, self.mandra)[pitch.saptak]
        return unicodedata.normalize("NFC", frame.format(*_split_letter(note), line))

    def read(self, word: str) -> Pitch:
        """Read a pitch, composed or decomposed, its number lowered or not, before or behind its marks. Raises
        ValueError. The reverse of `write`."""
        pitch = _list_words(self).get(_fold(word)) if len(word) <= _LONGEST_WORD else None
        if pitch is None:
            raise ValueError(f"“{word[:_LONGEST_WORD]}” is not a swara in {self.name}")
        return pitch


#: Lower and upper dot, line below and above, of Latin letters.
_LATIN = ("{0}{2}\u0323{1}", "{0}{2}\u0307{1}", "\u0332", "\u030d")

#: The lower dot of scripts with a headline.
_LOWER_DOT = "{0}{2}\u0323"

#: The lines below and above of scripts with a headline: the Vedic anudatta and udatta.
_LINES = ("\u0952", "\u0951")

#: The scripts by name.
SCRIPTS = {
    script.name: script
    for script in (
        Script("letters", tuple("SrRgGmMPdDnN"), "'{0}{1}", "{0}{1}'"),
        Script("roman", tuple("SRGMPDN"), *_LATIN),
        Script("full", ("Sa", "Re", "Ga", "Ma", "Pa", "Dha", "Ni"), *_LATIN),
        Script("devanagari", ("सा", "रे", "ग", "म", "प", "ध", "नि"), _LOWER_DOT, "{0}\u0902{2}", *_LINES, "hi"),
        Script("bengali", ("সা", "রে", "গ", "ম", "প", "ধ", "নি"), _LOWER_DOT, "\u09b0\u09cd{0}{2}", *_LINES, "bn"),
        Script("gurmukhi", ("ਸਾ", "ਰੇ", "ਗ", "ਮ", "ਪ", "ਧ", "ਨਿ"), _LOWER_DOT, "{0}\u0a02{2}", *_LINES, "pa"),
        Script(
            "tamil",
            ("ஸ", "ரி1", "ரி2", "க2", "க3", "ம1", "ம2", "ப", "த1", "த2", "நி2", "நி3"),
            "{0}{1}\u0323",
            "{0}\u0bcd{1}",
            language="ta",
        ),
        Script(
            "carnatic",
            ("S", "R1", "R2", "G2", "G3", "M1", "M2", "P", "D1", "D2", "N2", "N3"),
            *_LATIN[:2],
            language="ta-Latn",
        ),
    )
}

#: The lines and the lower dot of scripts with a headline, which are drawn where fonts lack or misplace them.
DRAWN_MARKS = {_LINES[0]: "line", _LINES[1]: "upright", "\u0323": "dot"}

#: What stands for them behind a letter.
_SPREAD_MARKS = {"line": "_", "upright": "ˈ", "dot": "."}

#: Every script's name, and `DIGIT`.
SCRIPT_NAMES = (*SCRIPTS, DIGIT)

#: The default verses under a staff.
DEFAULT_VERSES = ("roman", DIGIT)


def verse(mapping: Mapping, name: str) -> dict[str, str]:
    """Return how each digit is written in a script, by its name in `SCRIPT_NAMES`."""
    if name == DIGIT:
        return {digit: digit for digit in mapping.ranking}
    return {digit: SCRIPTS[name].write(mapping.pitch(digit)) for digit in mapping.ranking}


def split_marks(word: str) -> tuple[str, tuple[str, ...]]:
    """Split a word into its letter and the marks after it: "line" and "dot" below, "upright" above.

    For who draws them: most fonts of a script with a headline lack them, or put them where the next line stands.
    """
    letter = word.rstrip("".join(DRAWN_MARKS))
    return letter, tuple(DRAWN_MARKS[mark] for mark in word[len(letter) :])


def spread_verse(mapping: Mapping, name: str) -> dict[str, str]:
    """Return how each digit is written in a script on a terminal, whose fonts lack the marks of scripts with a
    headline: they stand behind the letter."""
    words = verse(mapping, name)
    if name == DIGIT or SCRIPTS[name].komal != _LINES[0]:
        return words
    spread = {digit: split_marks(word) for digit, word in words.items()}
    return {digit: letter + "".join(_SPREAD_MARKS[mark] for mark in marks) for digit, (letter, marks) in spread.items()}


def language(name: str) -> str:
    """Return the language (BCP 47) of a script, by its name in `SCRIPT_NAMES`."""
    return "en" if name == DIGIT else SCRIPTS[name].language


def parse_scripts(text: str) -> tuple[str, ...]:
    """Read names of scripts: "devanagari,digit". Raises `ValueError`.

    >>> parse_scripts("Devanagari, digit")
    ('devanagari', 'digit')
    """
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",")))
    for name in names:
        if name not in SCRIPT_NAMES:
            raise ValueError(f"“{name}” is not a script; expected {', '.join(SCRIPT_NAMES)}")
    return names


def width(text: str) -> int:
    """Count the cells that a text takes on a terminal: marks above and below take none."""
    return sum(unicodedata.category(character) not in ("Mn", "Me") for character in text)


def _split_letter(note: str) -> tuple[str, str]:
    """Split a note after its first letter and that letter's vowel sign."""
    end = 1
    while end < len(note) and unicodedata.category(note[end]) in ("Mc", "Mn"):
        end += 1
    return note[:end], note[end:]


@cache
def _list_words(script: Script) -> dict[str, Pitch]:
    """Return a script's table from word, folded, to pitch."""
    pitches = (Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1))
    return {_fold(script.write(pitch)): pitch for pitch in pitches}


def _fold(word: str) -> str:
    """Compose a word, with its number last: in Tamil songs were once written with the dot before it."""
    return "".join(sorted(unicodedata.normalize("NFKC", word), key=str.isdigit))
