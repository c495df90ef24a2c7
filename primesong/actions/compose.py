"""Make the song of a number or a program. The reverse is `decode`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from primesong.actions.encode import encode
from primesong.actions.load import load
from primesong.actions.progress import Progress, ignore
from primesong.files.kind import Group
from primesong.files.source import Source, use_source
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.song import Song
from primesong.song import compose as compose_number


def compose(
    source: int | bytes | str | Path | Source,
    limits: Limits = DEFAULT_LIMITS,
    *,
    longest: float | None = None,
    minified: bool = False,
    progress: Progress = ignore,
    **setting: Any,
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
    progress : callable
        Gets a `Step` now and then.
    **setting
        The fields of `Setting`: tonic, tempo, tala, tuning, title.

    Raises
    ------
    PrimesongError
        If the source cannot be read, or the search takes too long.
    """
    if isinstance(source, int):
        return compose_number(source, **setting)
    if isinstance(source, bytes):
        number = encode(source, minified=minified, longest=longest, progress=progress).number
        return compose_number(number, **setting)
    with use_source(source, limits) as opened:
        if opened.kind.group is Group.PROGRAM:
            setting = {"title": opened.title} | setting
            return compose(opened.data, longest=longest, minified=minified, progress=progress, **setting)
        song = load(opened, limits, progress=progress)
    return replace(song, melody=song.melody.arrange(**setting))
