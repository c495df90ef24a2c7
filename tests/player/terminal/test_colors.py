"""Every color on the screen against white and against black, by WCAG's contrast and xterm's own table (rich)."""

import re

import pytest
from rich.color import Color
from rich.style import Style

from primesong.player.terminal import colors
from primesong.player.terminal.frame import draw_frame
from primesong.player.terminal.timeline import View, make_timeline
from primesong.player.terminal.transport import Transport

LEAST = 3.8  # text of this size needs 4.5 with its background, and 4.58 is the most that a color has with both


def light(color):
    """Relative luminance, WCAG 2.2."""
    parts = [value / 255 for value in color.get_truecolor()]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["RED", "ORANGE", "GREEN", "TEAL", "BLUE", "VIOLET", "PINK"])
def test_a_color_is_read_on_white_and_on_black(name):
    shade = light(Color.parse(getattr(colors, name)))
    assert min(1.05 / (shade + 0.05), (shade + 0.05) / 0.05) >= LEAST


@pytest.mark.parametrize("place", [0, 1290, 3599])
def test_a_screen_has_no_other_colors_and_dims_none_of_them(melody, place):
    song = make_timeline(melody)
    seen = View(song, Transport(song.notes, melody.setting.tala.matras, position=float(place)))
    styles = {span.style for row in draw_frame(seen, 150, 40) for span in row if span.style}
    known = {getattr(colors, name) for name in dir(colors) if re.fullmatch("[A-Z]+", name)}
    for text in styles:
        style = Style.parse(text)
        if style.color is not None and not style.bgcolor:
            assert style.color.name in known, text
            assert not style.dim, text
    assert len([text for text in styles if "color(" in text]) > 3
