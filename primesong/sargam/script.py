"""How a pitch is written: one table of scripts, each with its twelve notes and its marks for the saptaks.

Bhatkhande's marks (swarganga.org, icm17): a line under komal, an upright line over tivra, a dot under mandra, a dot
over taar. Which code points stand for them was settled by looking at what MuseScore 3, Verovio, Chromium and a
terminal print:

- Latin: U+0332 and U+030D for the lines, U+0323 and U+0307 for the dots, on the first letter, composed (NFC).
- Devanagari, Gurmukhi: U+0952 and U+0951 for the lines, U+0323 for the lower dot; the upper is the script's own
  (anusvara, bindi), because U+0307 sinks into the headline. Nukta is avoided below: NFC makes another letter of it.
- Bengali: the same, but its anusvara is no dot: taar is a reph, as in Tagore's akarmatrik notation.

U+0952 and U+0323 have the same combining class, so no normalisation ever mends their order, and U+0952 before a nasal
sign prints a dotted circle. The order is fixed here: note, upper dot, line, lower dot.
"""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from primesong.sargam.mapping import Mapping
    from primesong.sargam.swara import Pitch

#: The name of the script that writes the digit itself instead of its pitch.
DIGIT = "digit"


class Script(NamedTuple):
    """A script: its seven syllables or twelve names, its marks for komal and tivra, and frames for the saptaks.

    A frame holds {0} for the first letter with its line, {1} for the rest. A named tuple, as `Tala` is.
    """

    name: str
    notes: tuple[str, ...]
    komal: str
    tivra: str
    mandra: str
    taar: str
    whole: bool = False

    def write(self, pitch: "Pitch") -> str:
        """Write a pitch. The reverse of `read`."""
        swara = pitch.swara
        note = self.notes[swara.semitones if len(self.notes) == 12 else swara.degree]
        line = ("", self.tivra, self.komal)[swara.alteration]
        first, rest = (note, "") if self.whole else (note[0], note[1:])
        frame = ("{0}{2}{1}", self.taar, self.mandra)[pitch.saptak]
        return unicodedata.normalize("NFC", frame.format(first, rest, line))

    def read(self, word: str) -> "Pitch":
        """Read a pitch, composed or decomposed. Raises ValueError. The reverse of `write`."""
        pitch = _words(self.name).get(unicodedata.normalize("NFC", word)) if len(word) <= _LONGEST_WORD else None
        if pitch is None:
            raise ValueError(f"“{word[:_LONGEST_WORD]}” is no swara in {self.name}")
        return pitch


_LATIN = ("\u0332", "\u030d", "{0}{2}\u0323{1}", "{0}{2}\u0307{1}")
_LETTERS = ("", "", "'{0}{1}", "{0}{1}'")
#: No swara is written with more code points.
_LONGEST_WORD = 16

_NASAL = ("\u0952", "\u0951", "{0}{2}\u0323")

SCRIPTS = {
    script.name: script
    for script in (
        Script("letters", tuple("SrRgGmMPdDnN"), *_LETTERS),
        Script("roman", tuple("SRGMPDN"), *_LATIN),
        Script("full", ("Sa", "Re", "Ga", "Ma", "Pa", "Dha", "Ni"), *_LATIN),
        Script("devanagari", ("सा", "रे", "ग", "म", "प", "ध", "नि"), *_NASAL, "{0}\u0902{2}", whole=True),
        Script("bengali", ("সা", "রে", "গ", "ম", "প", "ধ", "নি"), *_NASAL, "\u09b0\u09cd{0}{2}", whole=True),
        Script("gurmukhi", ("ਸਾ", "ਰੇ", "ਗ", "ਮ", "ਪ", "ਧ", "ਨਿ"), *_NASAL, "{0}\u0a02{2}", whole=True),
        Script(
            "carnatic",
            ("S", "R1", "R2", "G2", "G3", "M1", "M2", "P", "D1", "D2", "N2", "N3"),
            "", "", *_LATIN[2:],
        ),
    )
}  # fmt: skip

#: Every name that `--script` takes.
SCRIPT_NAMES = (*SCRIPTS, DIGIT)

#: The verses under a staff, if nothing else is asked for.
USUAL_VERSES = ("roman", DIGIT)


def verse(mapping: "Mapping", name: str) -> dict[str, str]:
    """Give what each digit is written as in a script, by its name in `SCRIPT_NAMES`."""
    if name == DIGIT:
        return {digit: digit for digit in mapping.ranking}
    return {digit: SCRIPTS[name].write(mapping.pitch(digit)) for digit in mapping.ranking}


def width(text: str) -> int:
    """Count the cells that a text takes on a terminal: marks above and below take none."""
    return sum(unicodedata.category(character) not in ("Mn", "Me") for character in text)


@cache
def _words(name: str) -> dict[str, "Pitch"]:
    """Give the table from word to pitch of a script."""
    from primesong.sargam.swara import Pitch, Swara

    pitches = (Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1))
    return {SCRIPTS[name].write(pitch): pitch for pitch in pitches}
