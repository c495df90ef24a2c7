"""A song to a video, to share. The reverse is `load`, which hears it."""

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from time import monotonic
from typing import Unpack

from primesong.actions.progress import Progress, Stage, Step, ignore
from primesong.actions.save import choose_sound
from primesong.files.kinds import VIDEOS, kind_of_suffix
from primesong.files.save import SaveOptions, write_files
from primesong.options import SoundOptions
from primesong.sargam.script import DEFAULT_VERSES
from primesong.song import Song, check_song
from primesong.video.look import DEFAULT_LOOK, Look
from primesong.video.options import VideoOptions


def film(
    song: Song,
    path: str | PathLike[str],
    *,
    aspect: str = DEFAULT_LOOK.aspect,
    theme: str = DEFAULT_LOOK.theme,
    script: str = DEFAULT_VERSES[0],
    start: int | None = None,
    end: int | None = None,
    highlight: float | None = None,
    force: bool = False,
    progress: Progress = ignore,
    **sound: Unpack[SoundOptions],
) -> Path:
    """Write a song's video, whole or not at all.

    Parameters
    ----------
    song : Song
        The whole song: the program of an excerpt cannot be shown.
    path : path
        The file; its suffix is .mp4 or .webm.
    aspect : {"16:9", "9:16", "1:1"}
        For screens, for telephones held upright, or square.
    theme : {"light", "dark"}
        The colors.
    script : str
        How swaras are written.
    start, end : int, optional
        The first and the last avartan that are shown, counted from 1.
    highlight : float, optional
        Instead of start and end: this many seconds around the program's first characters.
    force : bool
        Whether an existing file is replaced.
    progress : callable
        Gets a `Step` now and then; its detail is how many seconds are left.
    **sound
        What `choose_sound` takes, such as accompany="tanpura,tabla".

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    PrimesongError
        If the song has no such avartans or is too long, or the file exists or cannot be written.
    MissingError
        If something optional is missing.
    TypeError, ValueError
        If a value is wrong.
    """
    check_song(song)
    kind_of_suffix(Path(path), VIDEOS)
    shown = VideoOptions(Look(aspect, theme, script), start, end, highlight)
    options = SaveOptions(sound=choose_sound(**sound), video=shown)
    [written] = write_files(song, [Path(path)], options, force=force, progress=_report_left(progress))
    return written


def _report_left(progress: Progress) -> Callable[[float], None]:
    """Return a function of the share that is done, 0 to 1, that reports it and how many seconds are left."""
    began = monotonic()

    def report(share: float) -> None:
        left = (monotonic() - began) * (1 / share - 1) if share else None
        progress(Step(Stage.FILM, share, left))

    return report
