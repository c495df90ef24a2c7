"""The terminal's colors, which work on light and dark terminals alike.

They are xterm's, of 256, with a contrast of at least 3.8 with both white and black; a terminal of 16 colors shows the
nearest ones. No color could have more than 4.6 with both, so none of them is ever dimmed.
"""

from primesong.sargam.swara import Pitch

RED = "color(196)"
ORANGE = "color(130)"
GREEN = "color(28)"
TEAL = "color(30)"
BLUE = "color(63)"
VIOLET = "color(134)"
PINK = "color(162)"

#: One for each degree of the scale, Sa to Ni.
_DEGREES = (RED, ORANGE, GREEN, TEAL, BLUE, VIOLET, PINK)


def color_of(pitch: Pitch) -> str:
    """Return a pitch's color, that of its degree."""
    return _DEGREES[pitch.swara.degree]
