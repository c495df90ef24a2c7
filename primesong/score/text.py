"""Melody to sargam text, and back.

A line an avartan, its number first, vibhags between upright lines, a swara written as its script writes it; by default
ASCII letters S r R g G m M P d D n N, an apostrophe before a letter for mandra, after it for taar. Lines that begin
with # are remarks: the song's record, and every verse after the first.

Read: swaras of any one script in any layout, or digits behind upright lines; numbers, upright lines, the tala's marks
and remarks are ignored. Only M differs between scripts, tivra as a letter and shuddha in roman: both readings are
returned.
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
from primesong.sargam.setting import DEFAULT_TONIC, Setting, printable
from primesong.sargam.swara import tonic_name

#: The default verses of sargam text.
DEFAULT_TEXT = ("letters",)

#: In terminal cells: what the narrowest word takes, so that marks of the tala fit above.
_NARROWEST_WORD = 2

#: In characters: how much of a word that cannot be read is shown.
_LONGEST_SHOWN = 20


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


def read_sargam(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of notes of sargam text. The reverse of `write_sargam`.

    Returns
    -------
    list of Notes
        One for each different reading.

    Raises
    ------
    SongError
        Names the first thing that is not a swara.
    """
    limits.check("text", len(data), "the sargam text")
    text = decode_utf8(data, "the sargam text")
    record = None
    verses: list[str] = []
    for _, line in _split_lines(text):
        if line.startswith("#"):
            record = record or Record.from_text(line.lstrip("# \t").rstrip())
        else:
            verses += line.partition("|")[2].replace("|", " ").split()
    lines = read_words(_split_words(text), "sargam text", record, "line")
    digits = "".join(verses)
    if not lines and digits.isascii() and digits.isdecimal():
        return [read_digits(digits, "sargam text", record)]
    return lines


def looks_like_sargam(text: str) -> bool:
    """Tell whether a text is nothing but swaras of one script, numbers, upright lines and remarks, and has a swara."""
    try:
        return bool(read_words(_split_words(text), "text", None, "line"))
    except SongError:
        return False


def decode_utf8(data: bytes, source: str) -> str:
    """Decode a text, with or without a byte order mark. Raises `SongError` naming the first byte that is wrong."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SongError(f"{source} is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}") from error


def read_digits(digits: str, source: str, record: Record | None) -> Notes:
    """Read a verse of digits: they sound as the record says, or by their own frequencies."""
    mapping = record.setting.mapping if record else Mapping.by_frequency(digits)
    tonic = record.setting.tonic if record else DEFAULT_TONIC
    return Notes([tonic + height for height in mapping.to_semitones(digits)], f"{source}, digits", record)


def read_words(words: Iterable[tuple[int, str]], source: str, record: Record | None, unit: str) -> list[Notes]:
    """Read swaras in every script that has all of them.

    Parameters
    ----------
    words : iterable of (int, str)
        Each with the number of the line or note where it stands.
    source : str
        What they were found in.
    record : Record, optional
        What was found beside them.
    unit : str
        What the numbers count: "line" or "note".

    Returns
    -------
    list of Notes
        One for each different reading; none if there are no words.

    Raises
    ------
    SongError
        Names the place of the first word that stops the script that comes furthest.
    """
    tonic = record.setting.tonic if record else DEFAULT_TONIC
    heights = {name: array("b") for name in SCRIPTS}
    spelled: dict[str, dict[str, int]] = {}
    for number, word in words:
        known = spelled.get(word)
        if known is None:
            known = spelled[word] = _read_word(word)
        if not heights.keys() <= known.keys():
            heights = {name: line for name, line in heights.items() if name in known}
        if not heights:
            raise SongError(
                f"{unit} {number:,} of the {source}: “{printable(word[:_LONGEST_SHOWN])}” is not a swara; the letters "
                "are S r R g G m M P d D n N, with ' before for mandra and after for taar"
            )
        for name, line in heights.items():
            line.append(known[name])
    readings: dict[bytes, str] = {}
    for name, line in heights.items():
        if line:
            readings.setdefault(line.tobytes(), f"{source}, {name}")
    return [Notes([tonic + height for height in array("b", line)], name, record) for line, name in readings.items()]


def _read_word(word: str) -> dict[str, int]:
    """Return how high a word lies above Sa in each script that has it, by the script's name."""
    found = {}
    for script in SCRIPTS.values():
        with contextlib.suppress(ValueError):
            found[script.name] = script.read(word).semitones
    return found


def _split_lines(text: str) -> Iterator[tuple[int, str]]:
    """Return each line's number, and the line without the blanks at its left."""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        yield number, line.lstrip()


def _split_words(text: str) -> Iterator[tuple[int, str]]:
    """Return the words that are not remarks, numbers or upright lines, each with the number of its line."""
    for number, line in _split_lines(text):
        if not line.startswith("#"):
            for word in line.replace("|", " ").split():
                if not word.isdecimal():
                    yield number, word
