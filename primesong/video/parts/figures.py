"""Figures that change with every note: the number's digits, its bytes, and the place in the song."""

from primesong.number.unfolding import Unfolding
from primesong.sargam.melody import Melody
from primesong.video.drawing import to_rgb
from primesong.video.layout import Picture
from primesong.video.look import Look
from primesong.video.parts.lettering import Lettering
from primesong.words import describe_clock

#: The decimal digits.
_DIGITS = "0123456789"

#: How high the bar is that shows the place in the song, in pixels.
_BAR = 6


class Digits:
    """The digits around the one that sounds, a page of them at a time: those played are dark, that one is lit."""

    def __init__(self, view: Picture, melody: Melody, look: Look) -> None:
        palette, size = look.palette, look.layout.small
        self.view, self.digits = view, melody.played_digits
        self.still = Lettering(_DIGITS, size, palette["edge"], palette["paper"])
        self.played = Lettering(_DIGITS, size, palette["ink"], palette["paper"])
        self.lit = Lettering(_DIGITS, size, palette["sindoor"], palette["glow"])
        self.columns = view.shape[1] // self.still.width
        self.page = self.columns * (view.shape[0] // self.still.height)

    def show(self, note: int) -> None:
        """Show the page of a note."""
        first = note - note % self.page
        self.view[:] = self.still.background
        for place in range(first, min(first + self.page, len(self.digits))):
            lettering = self.played if place < note else self.lit if place == note else self.still
            line, column = divmod(place - first, self.columns)
            lettering.put(self.view, self.digits[place], column, line)


class Counts:
    """How many of the number's bytes are certain, and the last of them."""

    def __init__(self, view: Picture, unfolding: Unfolding, first: int, look: Look) -> None:
        self.view, self.number, self.unfolding, self.first = view, unfolding.number, unfolding, first
        palette = look.palette
        characters = f"{_DIGITS}abcdef, of bytes certain"
        self.lettering = Lettering(characters, look.layout.small, palette["faint"], palette["page"])

    def show(self, note: int) -> None:
        """Show what the notes up to this one fix."""
        certain = self.unfolding.certain[self.first + note + 1]
        self.lettering.write(self.view, f"{certain:,} of {len(self.number):,} bytes certain")
        shown = self.view.shape[1] // self.lettering.width // 3
        self.lettering.write(self.view, self.number[max(certain - shown, 0) : certain].hex(" "), 1)


class Position:
    """The place in the song: a bar, the avartan and the time."""

    def __init__(self, view: Picture, melody: Melody, look: Look) -> None:
        self.view, self.melody, palette = view, melody, look.palette
        cycle = melody.setting.tala.cycle
        self.lettering = Lettering(f"{_DIGITS}{cycle} of:,", look.layout.small, palette["faint"], palette["paper"])
        self.done, self.rest = to_rgb(palette["sindoor"]), to_rgb(palette["rule"])
        self.matras, self.notes = melody.setting.tala.matras, len(melody.played_digits)
        self.last = melody.first_avartan - -self.notes // self.matras - 1

    def show(self, note: int) -> None:
        """Show where a note is."""
        bar, text = self.view[:_BAR], self.view[_BAR + 4 :]
        end = round((note + 1) / self.notes * bar.shape[1])
        bar[:, :end], bar[:, end:] = self.done, self.rest
        avartan = self.melody.first_avartan + note // self.matras
        seconds = self.melody.setting.matra_seconds
        time = f"{describe_clock(note * seconds)} of {describe_clock(self.notes * seconds)}"
        self.lettering.write(text, f"{self.melody.setting.tala.cycle} {avartan:,} of {self.last:,}")
        right = text[:, -len(time) * self.lettering.width :]
        self.lettering.write(right, time)
