"""Words for people, and from them: how figures and the system's errors are said, how a text's bytes are read, and which
spellings of a word are the same."""

import codecs
import re

#: In bytes: how much of a text tells its encoding.
_TOLD_BYTES = 512

#: The share of ASCII among the characters of any text: blanks at least. A zero at the end of a number is less.
_ASCII_SHARE = 0.15

#: The byte order marks of UTF-16.
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

#: What the one-byte encoding of Windows has for typesetting: quotes, dashes, dots, a no-break space, an accent.
_TYPESET = bytes((0x85, *range(0x91, 0x98), 0xA0, 0xAB, 0xAD, 0xB0, 0xB4, 0xB7, 0xBB))

#: Units of time that are worth naming, in seconds, the largest first, and from how many seconds on they are used.
_UNITS = (("days", 86_400, 172_800), ("hours", 3_600, 7_200), ("minutes", 60, 120))


def describe_duration(seconds: float) -> str:
    """Say how long something takes, to about two figures.

    >>> describe_duration(7.26), describe_duration(90), describe_duration(5400)
    ('7.3 s', '90 s', '90.0 minutes')
    """
    for unit, length, least in _UNITS:
        if seconds >= least:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def describe_clock(seconds: float) -> str:
    """Say a time in minutes and seconds.

    >>> describe_clock(45.9), describe_clock(900)
    ('0:45', '15:00')
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def fold_spelling(name: str) -> str:
    """Return what is common to the ways in which an Indian word is spelled in Latin letters.

    >>> fold_spelling("Nat Bhairav"), fold_spelling("naat-bhairaw")
    ('natbhairav', 'natbhairav')
    """
    folded = re.sub(r"[^a-z]", "", name.lower())
    for letters, one in (("aa", "a"), ("ee", "i"), ("oo", "u"), ("w", "v")):
        folded = folded.replace(letters, one)
    return folded


def inflect(count: int, one: str, more: str) -> str:
    """Return what is said of one thing, or of more, with their number in it.

    >>> inflect(1, "{} note was heard", "{} notes were heard"), inflect(1200, "{} note", "{} notes")
    ('1 note was heard', '1,200 notes')
    """
    return (one if count == 1 else more).format(f"{count:,}")


def describe_error(error: OSError) -> str:
    """Say in the system's words why a file could not be opened, read or written."""
    return (error.strerror or str(error)).lower()


def decode_text(data: bytes, *, is_whole: bool = True) -> str:
    r"""Decode a text in UTF-8 or, as Windows writes it, in UTF-16, or in ASCII with that system's quotes and dashes;
    return "" for bytes that are none of these.

    Parameters
    ----------
    data : bytes
        With or without a byte order mark.
    is_whole : bool
        Whether it is all of the text; otherwise the last character may be cut off.

    >>> decode_text("सा".encode("utf-16")), decode_text("Sa".encode("utf-16-be")), decode_text(b"\xff\x00\xff")
    ('सा', 'Sa', '')
    >>> decode_text("S’ ‘N".encode("cp1252"))
    'S’ ‘N'
    """
    decoder = codecs.getincrementaldecoder(_find_encoding(data))()
    try:
        return decoder.decode(data, final=is_whole)
    except UnicodeDecodeError:
        return data.decode("cp1252") if b"\0" not in data and data.translate(None, _TYPESET).isascii() else ""


def _find_encoding(data: bytes) -> str:
    """Tell a text's encoding by its byte order mark, or UTF-16 by the zero bytes of ASCII, all of them on one side."""
    if data.startswith(_MARKS):
        return "utf-16"
    first, second = data[:_TOLD_BYTES:2].count(0), data[1:_TOLD_BYTES:2].count(0)
    if min(first, second) or max(first, second) < _ASCII_SHARE * min(len(data), _TOLD_BYTES) / 2:
        return "utf-8-sig"
    return "utf-16-be" if first else "utf-16-le"
