"""What has one picture for each of a few states, drawn beforehand: the sounding swara, the tala's matras."""

from collections.abc import Callable, Sequence

from primesong.sargam.melody import Melody
from primesong.sargam.script import verse
from primesong.sargam.tala import Tala
from primesong.video.drawing import Drawing, Text, draw
from primesong.video.layout import Picture
from primesong.video.look import Look


class Flipbook:
    """Pictures of the same size, one of which is seen.

    Parameters
    ----------
    view : Picture
        Where they are seen.
    drawings : sequence of Drawing
    choose : callable
        Gets a note's place, and returns which of them is seen then.
    """

    def __init__(self, view: Picture, drawings: Sequence[Drawing], choose: Callable[[int], int]) -> None:
        self.view, self.choose = view, choose
        self.pictures = draw(drawings)

    def show(self, note: int) -> None:
        """Show the picture for a note."""
        self.view[:] = self.pictures[self.choose(note)]


def make_swaras(view: Picture, melody: Melody, look: Look) -> Flipbook:
    """Make the sounding swara, large, with its name."""
    height, width = view.shape[:2]
    palette, layout = look.palette, look.layout
    words = verse(melody.setting.mapping, look.script)
    drawings = []
    for digit in "0123456789":
        name = melody.setting.mapping.pitch(digit).name
        parts = (
            Text(width / 2, height * 0.66, layout.swara, palette["sindoor"], words[digit], anchor=0.5),
            Text(width / 2, height * 0.94, layout.body * 0.8, palette["faint"], name, anchor=0.5),
        )
        drawings.append(Drawing(width, height, palette["paper"], parts))
    return Flipbook(view, drawings, lambda note: int(melody.played_digits[note]))


def make_tala(view: Picture, tala: Tala, look: Look) -> Flipbook:
    """Make the matras of the tala, its marks above them."""
    height, width = view.shape[:2]
    drawings = [
        Drawing(width, height, look.palette["paper"], _draw_matras(tala, matra, width, height, look))
        for matra in range(tala.matras)
    ]
    return Flipbook(view, drawings, lambda note: note % tala.matras)


def _draw_matras(tala: Tala, sounding: int, width: int, height: int, look: Look) -> list[str | Text]:
    """Draw a ring for each matra, that of the sounding one filled; between vibhags there is a gap of half a ring."""
    palette, size = look.palette, look.layout.body
    step = min(width / (tala.matras + 0.5 * len(tala.vibhags)), 2 * size)
    parts: list[str | Text] = []
    for vibhag, (start, length, mark) in enumerate(zip(tala.starts, tala.vibhags, tala.marks, strict=True)):
        for matra in range(start, start + length):
            x, color = (matra + 0.5 * vibhag + 0.5) * step, "sindoor" if matra == sounding else "faint"
            fill = palette["sindoor"] if matra == sounding else "none"
            parts.append(
                f'<circle cx="{x}" cy="{height - step / 2}" r="{0.36 * step}" fill="{fill}" '
                f'stroke="{palette[color]}" stroke-width="2"/>'
            )
            if matra == start:
                y = height - step - 0.2 * size
                parts.append(Text(x, y, size, palette["sindoor"], mark, anchor=0.5))
    return parts
