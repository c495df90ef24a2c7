"""Melody to sargam text, and back.

ASCII letters S r R g G m M P d D n N, an apostrophe before a letter for mandra, after it for taar; a line an avartan,
its number first, vibhags between upright lines. Lines that begin with # are remarks; one of them is the song's record.
Read: letters in any layout; numbers, upright lines and remarks are passed over.
"""

from primesong.errors import SongError
from primesong.sargam.melody import DEFAULT_TONIC, Description, Melody, Notes, printable
from primesong.sargam.swara import Pitch, is_letter, tonic_name

_WIDTH = 3


def write_sargam(melody: Melody) -> bytes:
    """Write a melody as sargam text. The reverse of `read_sargam`."""
    tala = melody.tala
    letters = {digit: melody.mapping.pitch(digit).letter.ljust(_WIDTH) for digit in melody.mapping.ranking}
    marks = [
        mark.ljust(_WIDTH) + " " * _WIDTH * (length - 1) for mark, length in zip(tala.marks, tala.vibhags, strict=True)
    ]
    lines = [
        f"# {melody.title}",
        f"# Sa = {tonic_name(melody.tonic)}, {tala.name}, {melody.tempo:g} beats of four matras a minute",
        f"# {melody.description.to_text()}",
        ("#".ljust(8) + "  ".join(marks)).rstrip(),
    ]
    for avartan, first in enumerate(range(0, len(melody.digits), tala.matras), start=1):
        avartan_digits = melody.digits[first : first + tala.matras]
        vibhags = [
            avartan_digits[start : start + length] for start, length in zip(tala.starts, tala.vibhags, strict=True)
        ]
        sung = ["".join(letters[digit] for digit in vibhag) for vibhag in vibhags if vibhag]
        lines.append(f"{avartan:5} | " + "| ".join(sung).rstrip())
    return ("\n".join(lines) + "\n").encode("utf-8")


def read_sargam(data: bytes) -> list[Notes]:
    """Read sargam text. Raises `SongError` naming the first thing that is no swara. The reverse of `write_sargam`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SongError(f"the sargam text is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}") from error
    record = None
    heights = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            record = record or Description.from_text(line.lstrip("# \t"))
            continue
        for word in line.replace("|", " ").split():
            if not word.isdecimal():
                try:
                    heights.append(Pitch.from_letter(word).semitones)
                except ValueError:
                    raise SongError(
                        f"line {number} of the sargam text: “{printable(word[:20])}” is no swara; "
                        "the letters are S r R g G m M P d D n N, with ' before for mandra and after for taar"
                    ) from None
    tonic = record.tonic if record else DEFAULT_TONIC
    return [Notes([tonic + height for height in heights], "sargam text", record)]


def looks_like_sargam(text: str) -> bool:
    """Tell whether a text is nothing but swaras, numbers, upright lines and remarks, and has a swara at all."""
    words = [
        word
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
        for word in line.replace("|", " ").split()
        if not word.isdecimal()
    ]
    return bool(words) and all(is_letter(word) for word in words)
