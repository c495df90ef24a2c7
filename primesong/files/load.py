"""Source to song: a number, notes as symbols, or a picture of a QR code. The reverse of `save`.

What is heard is not read here: a recording takes time, effort and a progress bar, so hearing is an action
(`actions.decode`).
"""

from dataclasses import replace

from primesong.errors import PrimesongError, SongError
from primesong.files.kind import Group, list_suffixes
from primesong.files.kinds import LOADED
from primesong.files.source import Source
from primesong.number.digits import parse
from primesong.number.payload import MAGIC, PADDING, leading_bytes
from primesong.number.scan import find_numbers
from primesong.repair.identify import find_song
from primesong.sargam.remarks import Fact, Remark
from primesong.song import Song, compose
from primesong.words import decode_text


def read_song(source: Source) -> Song:
    """Read the song in a source that is not a recording.

    Raises
    ------
    PrimesongError
        If it holds none, or more of anything than the limits allow; `SongError` names the first wrong note.
    """
    match source.kind.group:
        case Group.NUMBER:
            return read_number(source)
        case Group.NOTATION:
            return _read_notation(source)
        case Group.PICTURE:
            return _read_picture(source)
        case Group.PROGRAM if (song := _read_embedded(source)) is not None:
            return song
    raise SongError(f"{source.name} holds neither a number nor a song ({list_suffixes(LOADED)})", command="compose")


def read_number(source: Source) -> Song:
    """Read the song of the number in a source, which is all of it or stands among other text.

    Raises
    ------
    PrimesongError
        If no number is found, or it has too many digits.
    """
    try:
        number = parse(decode_text(source.data), source.limits)
    except PrimesongError as error:
        raise error.within(source.name) from error
    if number is None or not leading_bytes(number).startswith(MAGIC):  # the numbers of its lines may be among it
        song = _read_embedded(source)
        if song is not None:
            return song
    if number is None:
        raise SongError(f"{source.name} is not a number, and no number that holds a program was found in it")
    return compose(number, title=source.title)


def _read_embedded(source: Source) -> Song | None:
    """Read the one number among a source's text that holds a program; None if none is found.

    Raises `SongError` if there are several.
    """
    numbers = find_numbers(decode_text(source.data) or source.data.decode("latin-1"), source.limits)
    if len(numbers) > 1:
        raise SongError(f"{source.name} holds {len(numbers)} different numbers with programs in them; expected one")
    song = compose(numbers[0], title=source.title) if numbers else None
    return song and replace(song, remarks=(Remark(Fact.EMBEDDED),))


def _read_notation(source: Source) -> Song:
    try:
        lines = source.kind.read(source.data, source.limits)
        for notes in lines:
            source.limits.check("digits", len(notes.midi_notes), notes.source)
        return find_song(lines, source.kind.reread(source.data, source.limits), source.limits.program)
    except SongError as error:
        song = _read_embedded(source)
        if song is None:
            raise error.within(f"{source.name} ({source.kind.name})") from error
        return song


def _read_picture(source: Source) -> Song:
    """Read a QR code: the song of the number in it, or of the payload in it with the default padding."""
    try:
        content = source.kind.read(source.data, source.limits)
    except SongError as error:
        raise error.within(source.name) from error
    number = parse(content.decode("ascii", "replace"), source.limits)
    if number is None:
        number = int.from_bytes(content + bytes(PADDING), "big")
    return compose(number, title=source.title)
