"""Melody to sargam text, and back.

A line an avartan, its number first, vibhags between upright lines, a swara written as its script writes it; by default
ASCII letters S r R g G m M P d D n N, an apostrophe before a letter for mandra, after it for taar. Lines that begin
with # are remarks: the song's record, and every verse after the first.
Read: swaras of any one script in any layout, or digits behind upright lines; numbers, upright lines, marks of the tala
and remarks are passed over. Only M differs between scripts, tivra as a letter and shuddha in roman: both are offered.
"""

from collections.abc import Iterator, Sequence

from primesong.errors import SongError
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import DEFAULT_TONIC, Description, Melody, Notes, printable
from primesong.sargam.script import SCRIPTS, verse, width
from primesong.sargam.swara import tonic_name

#: What a file of sargam text is written in, if nothing else is asked for.
USUAL_TEXT = ("letters",)


def write_sargam(melody: Melody, scripts: Sequence[str] = USUAL_TEXT) -> bytes:
    """Write a melody as sargam text, one verse a script. The reverse of `read_sargam`."""
    tala = melody.tala
    verses = [verse(melody.mapping, script) for script in scripts]
    cell = 1 + max(2, *(width(word) for words in verses for word in words.values()))
    marks = [_padded(mark, cell * length) for mark, length in zip(tala.marks, tala.vibhags, strict=True)]
    lines = [
        f"# {melody.title}",
        f"# Sa = {tonic_name(melody.tonic)}, {_named(melody)}, {melody.tempo:g} beats of four matras a minute",
        f"# {melody.description.to_text()}",
        ("#".ljust(8) + "  ".join(marks)).rstrip(),
    ]
    for avartan, vibhags in avartans(melody):
        for number, words in enumerate(verses):
            sung = ["".join(_padded(words[digit], cell) for digit in vibhag) for vibhag in vibhags]
            head = f"{avartan:5}" if number == 0 else "#".ljust(5)
            lines.append(f"{head} | " + "| ".join(sung).rstrip())
    return ("\n".join(lines) + "\n").encode("utf-8")


def avartans(melody: Melody) -> Iterator[tuple[int, list[str]]]:
    """Give the number of each avartan and its vibhags, those that have notes, as digits."""
    tala = melody.tala
    places = list(zip(tala.starts, tala.vibhags, strict=True))
    for number, first in enumerate(range(0, len(melody.digits), tala.matras), start=melody.first_avartan):
        digits = melody.digits[first : first + tala.matras]
        yield number, [digits[start : start + length] for start, length in places if start < len(digits)]


def _named(melody: Melody) -> str:
    return melody.tala.name if any(melody.tala.marks) else "no tala"


def _padded(text: str, cells: int) -> str:
    return text + " " * (cells - width(text))


def read_sargam(data: bytes) -> list[Notes]:
    """Read sargam text. Raises `SongError` naming the first thing that is no swara. The reverse of `write_sargam`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SongError(f"the sargam text is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}") from error
    record = None
    words: list[tuple[int, str]] = []
    digits = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            record = record or Description.from_text(line.lstrip("# \t"))
            continue
        words += ((number, word) for word in _words(line))
        digits += "".join(line.partition("|")[2].replace("|", " ").split())
    if not words and digits.isascii() and digits.isdecimal():
        return [read_digits(digits, "sargam text", record)]
    return read_words([word for _, word in words], "sargam text", record, [f"line {number}" for number, _ in words])


def read_digits(digits: str, source: str, record: Description | None) -> Notes:
    """Read a verse of digits: they sound as the record says, or as their own frequencies do."""
    mapping = record.mapping if record else Mapping.by_frequency(digits)
    tonic = record.tonic if record else DEFAULT_TONIC
    return Notes([tonic + height for height in mapping.to_semitones(digits)], f"{source}, digits", record)


def read_words(words: Sequence[str], source: str, record: Description | None, places: Sequence[str]) -> list[Notes]:
    """Read swaras in every script that has all of them; the different readings are lines of their own.

    Raises `SongError` naming the place of the first word that stops the script that comes furthest.
    """
    tonic = record.tonic if record else DEFAULT_TONIC
    readings: dict[tuple[int, ...], str] = {}
    furthest, failure = -1, None
    for script in SCRIPTS.values():
        heights: list[int] = []
        try:
            for word in words:
                heights.append(script.read(word).semitones)
        except ValueError as error:
            if len(heights) > furthest:
                furthest, failure = len(heights), error
        else:
            readings.setdefault(tuple(heights), f"{source}, {script.name}")
    if not readings:
        raise SongError(
            f"{places[furthest]} of the {source}: “{printable(words[furthest][:20])}” is no swara; the letters are "
            "S r R g G m M P d D n N, with ' before for mandra and after for taar"
        ) from failure
    return [Notes([tonic + height for height in heights], name, record) for heights, name in readings.items()]


def looks_like_sargam(text: str) -> bool:
    """Tell whether a text is nothing but swaras of one script, numbers, upright lines and remarks, and has a swara."""
    words = [word for line in text.splitlines() if not line.lstrip().startswith("#") for word in _words(line)]
    try:
        return bool(words) and bool(read_words(words, "text", None, words))
    except SongError:
        return False


def _words(line: str) -> list[str]:
    return [word for word in line.replace("|", " ").split() if not word.isdecimal()]
