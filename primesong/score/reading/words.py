"""Words that are swaras to lines of notes, as primesong writes them in text and on pages.

Only M differs between scripts, tivra as a letter and shuddha in roman: both readings are returned.
"""

import contextlib
from array import array
from collections.abc import Iterable

from primesong.errors import SongError
from primesong.sargam.mapping import Mapping
from primesong.sargam.record import Notes, Record
from primesong.sargam.script import SCRIPTS
from primesong.sargam.setting import DEFAULT_TONIC, printable
from primesong.words import decode_text

#: In characters: how much of a word that cannot be read is shown.
_LONGEST_SHOWN = 20


def decode_words(data: bytes, source: str) -> str:
    """Decode a text in UTF-8 or UTF-16. Raises `SongError` naming the first byte that is wrong."""
    text = decode_text(data)
    if not text:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SongError(f"{source} is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}") from error
    return text


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
        If no script reads all words; the message names the first word that stops the one that comes furthest.
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
            raise complain_of_word(unit, number, word)
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


def complain_of_word(unit: str, number: int, word: str) -> SongError:
    """Return the error that names a word that is not a swara, and a sign in it that nobody sees."""
    hidden = next((f" (U+{ord(sign):04X})" for sign in word if not sign.isprintable()), "")
    return SongError(
        f"{unit} {number:,}: “{printable(word[:_LONGEST_SHOWN])}”{hidden} is not a swara; the letters "
        "are S r R g G m M P d D n N, with ' before for mandra (the low octave) and after for taar (the high one)"
    )
