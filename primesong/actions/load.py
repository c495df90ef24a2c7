"""Load a song from any kind of source, whether it is read or heard."""

from collections.abc import Sequence
from pathlib import Path

from primesong.actions.progress import Progress, Stage, ignore, report_share
from primesong.errors import PrimesongError
from primesong.files.kind import Group
from primesong.files.load import read_song
from primesong.files.source import Source, use_source
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.song import Song
from primesong.sound.file import stream_recording
from primesong.sound.hear.reading import Heard
from primesong.sound.hear.retrieval import EFFORT, retrieve

#: How long damaged notes are worked on by default, in seconds.
DEFAULT_EFFORT = 60.0


def load(
    source: str | Path | Source,
    limits: Limits = DEFAULT_LIMITS,
    *,
    effort: float | None = None,
    progress: Progress = ignore,
) -> Song:
    """Load a song of any kind: digits, notes as symbols, a recording, a page, a picture of a QR code.

    Parameters
    ----------
    source : str, Path or Source
        A path, - for standard input, femtogpt for the published number, or as a str a number itself.
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
    with use_source(source, limits) as opened:
        if opened.kind.group is Group.SOUND:
            return make_song(hear([opened], limits, effort=effort, progress=progress))
        return read_song(opened, limits)


def hear(
    sources: Sequence[Source],
    limits: Limits = DEFAULT_LIMITS,
    *,
    effort: float | None = None,
    progress: Progress = ignore,
) -> Heard:
    """Find the song in a recording, or in several of the same song.

    Returns
    -------
    Heard
        The song, and how it was found.
    """
    try:
        recordings = [stream_recording(source.stream(), limits) for source in sources]
        seconds = EFFORT if effort is None else effort
        return retrieve(recordings, seconds, sources[0].title, report_share(progress, Stage.LISTEN))
    except PrimesongError as error:
        raise error.within(", ".join(source.name for source in sources)) from error


def make_song(heard: Heard) -> Song:
    """Return the song that was heard."""
    return Song(heard.melody, corrections=heard.corrections)
