"""What of a song a video shows, and how. Times are in seconds; avartans are counted from 1."""

from dataclasses import dataclass

from primesong.number.unfolding import unfold
from primesong.sargam.melody import Melody, cut
from primesong.song import Song
from primesong.video.look import DEFAULT_LOOK, Look

#: The share of a highlight that comes before the program's first characters.
_BEFORE = 0.25


@dataclass(frozen=True, slots=True)
class VideoOptions:
    """What of a song is shown, and how.

    Parameters
    ----------
    look : Look
    start, end : int, optional
        The first and the last avartan that are shown; all by default.
    highlight : float, optional
        So many seconds around the program's first characters are shown.

    Raises
    ------
    ValueError
        If a highlight has no length, or there are a highlight and its avartans.
    """

    look: Look = DEFAULT_LOOK
    start: int | None = None
    end: int | None = None
    highlight: float | None = None

    def __post_init__(self) -> None:
        if self.highlight is not None and self.highlight <= 0:
            raise ValueError(f"highlight must be more than 0 seconds, got {self.highlight:g}")
        if self.highlight is not None and (self.start, self.end) != (None, None):
            raise ValueError("highlight goes without start and end, which it finds itself")

    def cut(self, song: Song) -> Melody:
        """Return what is shown of a song. Raises `PrimesongError` if it has no such avartans."""
        start, end = (self.start, self.end) if self.highlight is None else find_highlight(song, self.highlight)
        return song.melody if (start, end) == (None, None) else cut(song.melody, start or 1, end)


#: A video for which nothing else was chosen.
DEFAULT_VIDEO = VideoOptions()


def find_highlight(song: Song, seconds: float) -> tuple[int, int]:
    """Find the avartans around the first characters of a song's program that last this many seconds together; without a
    program, those from the song's beginning on."""
    setting = song.melody.setting
    matras, notes = setting.tala.matras, len(song.digits)
    count = max(round(seconds / (matras * setting.matra_seconds)), 1)
    begins = next((note for note, size in enumerate(unfold(song.digits).unpacked) if size), 0)
    last = -(-notes // matras)
    start = max(min(begins // matras + 1 - int(_BEFORE * count), last - count + 1), 1)
    return start, min(start + count - 1, last)
