"""Load a song from any kind of source, whether it is read or heard."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from primesong.actions.progress import Progress, Stage, ignore, report_share
from primesong.errors import PrimesongError
from primesong.files.kind import Group
from primesong.files.load import read_song
from primesong.files.source import Source, use_source
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.song import Song
from primesong.sound.file import stream_recording
from primesong.sound.hear.retrieval import EFFORT, retrieve


def load(
    source: str | Path | Source | Sequence[str | Path | Source],
    limits: Limits = DEFAULT_LIMITS,
    *,
    effort: float | None = None,
    progress: Progress = ignore,
) -> Song:
    """Load a song of any kind: digits, notes as symbols, a recording, a page, a picture of a QR code.

    Parameters
    ----------
    source : str, Path, Source, or a sequence of them
        A path, - for standard input, femtogpt for the published number, or as a str a number itself; or several
        recordings of one song.
    limits : Limits
        The most that is read of anything.
    effort : float, optional
        How long to go on after a recording was heard once, in seconds; by default 180.
    progress : callable
        Gets a `Step` now and then.

    Returns
    -------
    Song
        The song as it was read. The notes of a recording are corrected; those of other files are not (`decode` does).

    Raises
    ------
    PrimesongError
        If the source holds no song, or more of anything than the limits allow. The reverse of `save`.
    """
    several = list(source) if isinstance(source, Sequence) and not isinstance(source, str) else [source]
    with ExitStack() as stack:
        opened = [stack.enter_context(use_source(one, limits)) for one in several]
        if all(one.kind.group is Group.SOUND for one in opened):
            return _hear(opened, EFFORT if effort is None else effort, progress)
        if len(opened) > 1:
            raise PrimesongError("several songs are given; only recordings of one song can be read together")
        return read_song(opened[0])


def _hear(sources: Sequence[Source], effort: float, progress: Progress) -> Song:
    """Hear the song in a recording, or in several of the same song."""
    names = [source.name for source in sources]
    try:
        recordings = [stream_recording(source.stream(), source.limits) for source in sources]
        song = retrieve(recordings, effort, names, report_share(progress, Stage.LISTEN)).song
    except PrimesongError as error:
        raise error.within(", ".join(names)) from error
    return replace(song, melody=song.melody.arrange(title=sources[0].title))
