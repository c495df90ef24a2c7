"""Make the song of a number or a program. The reverse is `decode`."""

from operator import index
from pathlib import Path
from typing import SupportsIndex, Unpack

from primesong.actions.arrange import arrange, choose_setting
from primesong.actions.encode import encode
from primesong.actions.load import load
from primesong.actions.progress import Progress, ignore
from primesong.files.kind import Group
from primesong.files.source import Source, use_source
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.options import MelodyOptions
from primesong.song import Song
from primesong.song import compose as compose_number


def compose(
    source: int | bytes | str | Path | Source,
    limits: Limits = DEFAULT_LIMITS,
    *,
    longest: float | None = None,
    minified: bool = False,
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
    progress : callable
        Gets a `Step` now and then.
    **setting
        raga, tonic, tempo, tala, tuning and title, as `arrange` takes them.

    Raises
    ------
    PrimesongError
        If the source cannot be read, or the search takes too long.
    TypeError, ValueError
        If the call is wrong; before anything is searched.
    """
    choose_setting(limits, **setting)  # what is wrong fails before the search
    if isinstance(source, SupportsIndex):
        return arrange(compose_number(index(source)), limits=limits, **setting)
    if isinstance(source, bytes):
        number = encode(source, minified=minified, longest=longest, progress=progress).number
        return arrange(compose_number(number), limits=limits, **setting)
    with use_source(source, limits) as opened:
        if opened.kind.group is Group.PROGRAM:
            song = compose(opened.data, longest=longest, minified=minified, progress=progress, title=opened.title)
        else:
            song = load(opened, limits, progress=progress)
    return arrange(song, limits=limits, **setting)
