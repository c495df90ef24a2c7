"""Make the song of a number or a program. The reverse is `decode`."""

from dataclasses import replace
from operator import index
from pathlib import Path
from typing import SupportsIndex, Unpack

from primesong.actions.arrange import arrange, choose_setting
from primesong.actions.decode import load
from primesong.actions.encode import encode
from primesong.actions.progress import Progress, ignore
from primesong.errors import SongError
from primesong.files.kind import Group
from primesong.files.kinds import PROGRAM
from primesong.files.load import read_number
from primesong.files.source import Source, use_source
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.number.payload import MAGIC, leading_bytes
from primesong.options import MelodyOptions
from primesong.sargam.remarks import Fact, Remark
from primesong.sargam.setting import DEFAULT_TITLE
from primesong.song import Song
from primesong.song import compose as compose_number

#: What a file can be taken for.
READINGS = ("program", "number")

#: Suffixes of MusicXML and of pages that any other document may have.
_ANY_SUFFIXES = (".xml", ".html", ".htm")


def compose(
    source: int | bytes | str | Path | Source,
    limits: Limits = DEFAULT_LIMITS,
    *,
    longest: float | None = None,
    minified: bool = False,
    read_as: str | None = None,
    progress: Progress = ignore,
    **setting: Unpack[MelodyOptions],
) -> Song:
    """Make the song of a number, of a program, or of what is in a file. The reverse of `decode`.

    Parameters
    ----------
    source : int, bytes, str, Path or Source
        A number >= 0, a program's bytes, or anything that `load` takes; a file that holds neither a song nor a number
        is a program.
    limits : Limits
        The most that is read of anything.
    longest : float, optional
        A search for a program's prime that is expected to take more seconds than this is refused.
    minified : bool
        Whether a program is shortened as Python first.
    read_as : {"program", "number"}, optional
        What a file is taken for; by default a number, a song, or else a program.
    progress : callable
        Gets a `Step` now and then.
    **setting
        raga, tonic, tempo, tala, tuning and title, as `arrange` takes them.

    Returns
    -------
    Song
        The song of the number, or of the program's prime.

    Raises
    ------
    PrimesongError
        If the source cannot be read, or the search is expected to take too long.
    TypeError, ValueError
        If the call is wrong; this is checked before the search.
    """
    if read_as not in (None, *READINGS):
        raise ValueError(f"read_as must be {' or '.join(READINGS)}, got {read_as!r}")
    wanted: MelodyOptions = {**setting, **choose_setting(limits, **setting)}  # what is wrong fails before the search
    if isinstance(source, bool):
        raise TypeError(f"source must be a number, a program's bytes, a path or a name, got {source}")
    if isinstance(source, SupportsIndex):
        return arrange(compose_number(index(source)), **wanted)
    if isinstance(source, bytes):
        source, read_as = Source("the program", DEFAULT_TITLE, PROGRAM, source, limits), "program"
    with use_source(source, limits) as opened:
        song = _read_song(opened, read_as, progress)
        if song is None or isinstance(song, Fact):
            remarks = () if song is None else (Remark(song),)
            found = encode(opened.read(), minified=minified, longest=longest, progress=progress)
            song = replace(compose_number(found.number, title=opened.title), remarks=remarks)
    return arrange(song, **wanted)


def _read_song(source: Source, read_as: str | None, progress: Progress) -> Song | Fact | None:
    """Read the song or the number in a source; if it is a program, return what is to be said of that."""
    if read_as == "program":
        return None
    if read_as == "number":
        return read_number(source)
    try:
        song = load(source, progress=progress)
    except SongError as error:
        if source.kind.group is Group.PROGRAM:
            return None
        if source.kind.group is Group.NOTATION and _may_be_program(source):
            return Fact.NO_SONG
        raise SongError(
            str(error), limit=error.limit, option=error.option or "as_program", command=error.command
        ) from None
    if Remark(Fact.EMBEDDED) in song.remarks:
        return Fact.AS_PROGRAM
    is_file = bool(Path(source.name).suffix)  # not a number on the command line, or in a pipe
    if source.kind.group is Group.NUMBER and is_file and not leading_bytes(song.number).startswith(MAGIC):
        return replace(song, remarks=(Remark(Fact.AS_NUMBER),))
    return song


def _may_be_program(source: Source) -> bool:
    """Tell whether a file that only looks like notes may be any program, by its suffix and without a song's record."""
    suffix = Path(source.name).suffix.lower()
    return b"primesong" not in source.data and (suffix in _ANY_SUFFIXES or suffix not in source.kind.suffixes)
