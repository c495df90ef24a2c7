"""Melody to sargam text, or to its digits alone. The reverse is `score.reading.sargam`, or `files.load.read_number`.

A line an avartan, its number first, vibhags between upright lines, a swara written as its script writes it; by default
ASCII letters S r R g G m M P d D n N, an apostrophe before a letter for mandra, after it for taar. Lines that begin
with # are remarks: the song's record, and every verse after the first.
"""

from collections.abc import Iterator, Sequence

from primesong.errors import PrimesongError
from primesong.sargam.melody import Melody
from primesong.sargam.script import verse, width
from primesong.sargam.setting import Setting
from primesong.sargam.swara import tonic_name

#: The default verses of sargam text.
DEFAULT_TEXT = ("letters",)

#: In terminal cells: what the narrowest word takes, so that marks of the tala fit above.
_NARROWEST_WORD = 2


def write_number(melody: Melody) -> bytes:
    """Write the digits of a melody's number, from which a song is made anew: setting and coda are left out. The reverse
    of `files.load.read_number`. Raises `PrimesongError` for an excerpt, whose digits are not the number's."""
    if melody.excerpt is not None:
        raise PrimesongError("an excerpt's digits are not the song's number; save the whole song as .txt")
    return f"{melody.number_digits}\n".encode("ascii")


def write_sargam(melody: Melody, scripts: Sequence[str] = DEFAULT_TEXT) -> bytes:
    """Write a melody as sargam text. The reverse of `read_sargam`.

    Parameters
    ----------
    melody : Melody
    scripts : sequence of str
        Names in `SCRIPT_NAMES`, a verse each.
    """
    tala = melody.setting.tala
    verses = [verse(melody.setting.mapping, script) for script in scripts]
    cell = 1 + max(_NARROWEST_WORD, *(width(word) for words in verses for word in words.values()))
    marks = [_pad(mark, cell * length) for mark, length in zip(tala.marks, tala.vibhags, strict=True)]
    lines = [
        f"# {melody.setting.title}",
        f"# {_describe(melody.setting)}",
        f"# {melody.record.to_text()}",
        ("#".ljust(8) + "  ".join(marks)).rstrip(),
    ]
    for avartan, vibhags in split_avartans(melody):
        for number, words in enumerate(verses):
            sung = ["".join(_pad(words[digit], cell) for digit in vibhag) for vibhag in vibhags]
            head = f"{avartan:5}" if number == 0 else "#".ljust(5)
            lines.append(f"{head} | " + "| ".join(sung).rstrip())
    return ("\n".join(lines) + "\n").encode("utf-8")


def split_avartans(melody: Melody) -> Iterator[tuple[int, list[str]]]:
    """Return the number of each avartan and its vibhags, those that have notes, as digits."""
    tala, played = melody.setting.tala, melody.played_digits
    places = list(zip(tala.starts, tala.vibhags, strict=True))
    for number, first in enumerate(range(0, len(played), tala.matras), start=melody.first_avartan):
        digits = played[first : first + tala.matras]
        yield number, [digits[start : start + length] for start, length in places if start < len(digits)]


def _describe(setting: Setting) -> str:
    """Return tonic, tala and tempo for people."""
    tala = setting.tala.name if any(setting.tala.marks) else "no tala"
    return f"Sa = {tonic_name(setting.tonic)}, {tala}, {setting.laya}"


def _pad(text: str, cells: int) -> str:
    return text + " " * (cells - width(text))
