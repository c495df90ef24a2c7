"""Melody to sargam text, and back.

A line an avartan, its number first, vibhags between upright lines, a swara written as its script writes it; by default
ASCII letters S r R g G m M P d D n N, an apostrophe before a letter for mandra, after it for taar. Lines that begin
with # are remarks: the song's record, and every verse after the first.
Read: swaras of any one script in any layout, or digits behind upright lines; numbers, upright lines, marks of the tala
and remarks are passed over. Only M differs between scripts, tivra as a letter and shuddha in roman: both are offered.
"""

import contextlib
import io
from array import array
from collections.abc import Iterable, Iterator, Sequence

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.script import SCRIPTS, verse, width
from primesong.sargam.setting import DEFAULT_TONIC, printable
from primesong.sargam.swara import tonic_name

#: What a file of sargam text is written in, if nothing else is asked for.
USUAL_TEXT = ("letters",)


def write_sargam(melody: Melody, scripts: Sequence[str] = USUAL_TEXT) -> bytes:
    """Write a melody as sargam text, one verse a script. The reverse of `read_sargam`."""
    tala = melody.setting.tala
    verses = [verse(melody.setting.mapping, script) for script in scripts]
    cell = 1 + max(2, *(width(word) for words in verses for word in words.values()))
    marks = [_padded(mark, cell * length) for mark, length in zip(tala.marks, tala.vibhags, strict=True)]
    lines = [
        f"# {melody.setting.title}",
        f"# Sa = {tonic_name(melody.setting.tonic)}, {_named(melody)}, {melody.setting.tempo:g} beats of four matras "
        "a minute",
        f"# {melody.record.to_text()}",
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
    tala = melody.setting.tala
    places = list(zip(tala.starts, tala.vibhags, strict=True))
    for number, first in enumerate(range(0, len(melody.played_digits), tala.matras), start=melody.first_avartan):
        digits = melody.played_digits[first : first + tala.matras]
        yield number, [digits[start : start + length] for start, length in places if start < len(digits)]


def _named(melody: Melody) -> str:
    return melody.setting.tala.name if any(melody.setting.tala.marks) else "no tala"


def _padded(text: str, cells: int) -> str:
    return text + " " * (cells - width(text))


def read_sargam(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read sargam text. Raises `SongError` naming the first thing that is no swara. The reverse of `write_sargam`."""
    limits.check("text", len(data), "the sargam text")
    text = from_utf8(data, "the sargam text")
    record = None
    verses: list[str] = []
    for _, line in _lines(text):
        if line.startswith("#"):
            record = record or Record.from_text(line.lstrip("# \t").rstrip())
        else:
            verses += line.partition("|")[2].replace("|", " ").split()
    lines = read_words(_words(text), "sargam text", record, "line")
    digits = "".join(verses)
    if not lines and digits.isascii() and digits.isdecimal():
        return [read_digits(digits, "sargam text", record)]
    return lines


def from_utf8(data: bytes, source: str) -> str:
    """Decode a text, with or without a byte order mark. Raises `SongError` naming the first byte that is wrong."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SongError(f"{source} is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}") from error


def read_digits(digits: str, source: str, record: Record | None) -> Notes:
    """Read a verse of digits: they sound as the record says, or as their own frequencies do."""
    mapping = record.setting.mapping if record else Mapping.by_frequency(digits)
    tonic = record.setting.tonic if record else DEFAULT_TONIC
    return Notes([tonic + height for height in mapping.to_semitones(digits)], f"{source}, digits", record)


def read_words(words: Iterable[tuple[int, str]], source: str, record: Record | None, unit: str) -> list[Notes]:
    """Read swaras in every script that has all of them; the different readings are lines of their own. Each word comes
    with the number of the line or note, the `unit`, where it stands.

    Raises `SongError` naming the place of the first word that stops the script that comes furthest.
    """
    tonic = record.setting.tonic if record else DEFAULT_TONIC
    heights = {name: array("b") for name in SCRIPTS}
    spelled: dict[str, dict[str, int]] = {}
    for number, word in words:
        known = spelled.get(word)
        if known is None:
            known = spelled[word] = _semitones(word)
        if not heights.keys() <= known.keys():
            heights = {name: line for name, line in heights.items() if name in known}
        if not heights:
            raise SongError(
                f"{unit} {number:,} of the {source}: “{printable(word[:20])}” is no swara; the letters are "
                "S r R g G m M P d D n N, with ' before for mandra and after for taar"
            )
        for name, line in heights.items():
            line.append(known[name])
    readings: dict[bytes, str] = {}
    for name, line in heights.items():
        if line:
            readings.setdefault(line.tobytes(), f"{source}, {name}")
    return [Notes([tonic + height for height in array("b", line)], name, record) for line, name in readings.items()]


def _semitones(word: str) -> dict[str, int]:
    """Give how high a word lies above Sa in each script that has it, by the script's name."""
    found = {}
    for script in SCRIPTS.values():
        with contextlib.suppress(ValueError):
            found[script.name] = script.read(word).semitones
    return found


def looks_like_sargam(text: str) -> bool:
    """Tell whether a text is nothing but swaras of one script, numbers, upright lines and remarks, and has a swara."""
    try:
        return bool(read_words(_words(text), "text", None, "line"))
    except SongError:
        return False


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines of a text, one after the other, without what is blank at their left, and their numbers."""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        yield number, line.lstrip()


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Give the words that are no remarks, numbers or upright lines, and the numbers of their lines."""
    for number, line in _lines(text):
        if not line.startswith("#"):
            for word in line.replace("|", " ").split():
                if not word.isdecimal():
                    yield number, word
