"""The whole picture: what stays is drawn once, what changes is drawn into it note by note."""

from collections.abc import Sequence
from typing import Protocol

from primesong.errors import NoProgramError
from primesong.number.unfolding import unfold
from primesong.page.document import describe
from primesong.sargam.melody import Melody
from primesong.song import Song
from primesong.video.drawing import Drawing, Text, draw, write_box
from primesong.video.layout import Picture
from primesong.video.look import Look
from primesong.video.parts.figures import Counts, Digits, Position
from primesong.video.parts.flipbook import make_swaras, make_tala
from primesong.video.parts.keyboard import make_keyboard
from primesong.video.parts.listing import Listing
from primesong.video.parts.score import Score
from primesong.words import describe_clock

#: How wide a letter is on average, of its size: what is longer than its place is shortened.
LETTER = 0.46

#: How thick rules are, in pixels.
_RULE = 2

#: The space below the score, in pixels.
_PADDING = 16


class Part(Protocol):
    """What is drawn in a place of the picture."""

    def show(self, note: int) -> None:
        """Draw what is seen of a note."""


class Scene:
    """The picture of a note.

    Parameters
    ----------
    song : Song
        The whole song, or an excerpt, whose program is unknown.
    melody : Melody
        The part of it that is seen.
    first : int
        How many of the song's notes come before it.
    look : Look

    Raises
    ------
    MissingError
        If Typst or Verovio is not installed.
    """

    def __init__(self, song: Song, melody: Melody, first: int, look: Look) -> None:
        layout, setting = look.layout, melody.setting
        self.picture = draw([_draw_frame(song, look)])[0].copy()
        self.parts: list[Part] = [
            Score(layout.score.cut(self.picture), melody, look),
            make_tala(layout.tala.cut(self.picture), setting.tala, look),
            make_swaras(layout.said.cut(self.picture), melody, look),
            make_keyboard(layout.keys.cut(self.picture), melody, look),
            Digits(layout.digits.cut(self.picture), melody, look),
            Position(layout.position.cut(self.picture), melody, look),
        ]
        if song.melody.excerpt is None:
            unfolding = unfold(song.digits).extend(len(song.melody.coda_digits))
            waiting = _describe_waiting(song, unfolding.unpacked, first)
            self.parts += [
                Listing(layout.listing.cut(self.picture), unfolding, first, waiting, look),
                Counts(layout.counts.cut(self.picture), unfolding, first, look),
            ]

    def show(self, note: int) -> Picture:
        """Return the picture of a note, counted from the melody's first; the next one replaces it."""
        for part in self.parts:
            part.show(note)
        return self.picture


def _describe_waiting(song: Song, unpacked: Sequence[int], first: int) -> str:
    """Say when the program begins, after the first notes, if the song holds one."""
    try:
        begins = next(k for k in range(len(unpacked)) if song.program and unpacked[k])
    except (NoProgramError, StopIteration):
        return "This song holds no program."
    return f"The program begins at {describe_clock((begins - 1 - first) * song.melody.setting.matra_seconds)}."


def _draw_frame(song: Song, look: Look) -> Drawing:
    """Draw what stays: the pages of score and program with rules around them, and the title."""
    layout, palette = look.layout, look.palette
    program, head, listing = layout.program, layout.head.height, layout.listing
    foot = layout.score.y + layout.score.height + _PADDING
    rules = {head, foot, program.y, program.y + program.height}
    heading = "The program inside"
    y, size = listing.y - 0.7 * layout.body, 0.9 * layout.body
    parts: list[str | Text] = [
        write_box(0, head, layout.width, foot - head, palette["page"]),
        write_box(*program, palette["page"]),
        *(write_box(0, y, layout.width, _RULE, palette["rule"]) for y in rules),
        write_box(program.x, program.y, _RULE if program.x else 0, program.height, palette["rule"]),
        *_write_head(song, look),
        Text(listing.x, y, size, palette["faint"], heading, style="italic"),
    ]
    return Drawing(layout.width, layout.height, palette["paper"], parts)


def _write_head(song: Song, look: Look) -> list[Text]:
    """Write the title, and what the song is: beside it in a wide picture, below it in another."""
    layout, palette = look.layout, look.palette
    is_wide = layout.width > layout.height
    sentence = describe(song)
    size = min(layout.small * 1.2, (layout.width - 2 * layout.margin) / (LETTER * len(sentence)))
    title_y = layout.head.height * 0.62 if is_wide else layout.head.height - 2.6 * size
    room = (layout.width / 2 if is_wide else layout.width) - 2 * layout.margin
    title = shorten(song.melody.setting.title, room, layout.title)
    x, anchor = (layout.width - layout.margin, 1.0) if is_wide else (layout.margin, 0.0)
    y = title_y if is_wide else layout.head.height - 1.0 * size
    return [
        Text(layout.margin, title_y, layout.title, palette["ink"], title),
        Text(x, y, size, palette["faint"], sentence, anchor=anchor),
    ]


def shorten(text: str, room: float, size: float) -> str:
    """Shorten a text to a width."""
    most = int(room / (LETTER * size))
    return text if len(text) <= most else f"{text[: most - 1]}…"
