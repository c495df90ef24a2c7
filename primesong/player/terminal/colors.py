"""The terminal's colors, which work on light and dark terminals alike.

They are xterm's, of 256, with a contrast of at least 3.8 with both white and black; a terminal of 16 colors shows the
nearest ones. No color could have more than 4.6 with both, so none of them is ever dimmed.
"""

from primesong.sargam.swara import Pitch

RED = "color(196)"  #: Sa
ORANGE = "color(130)"  #: Re
GREEN = "color(28)"  #: Ga
TEAL = "color(30)"  #: Ma
BLUE = "color(63)"  #: Pa
VIOLET = "color(134)"  #: Dha
PINK = "color(162)"  #: Ni

#: One for each degree of the scale, Sa to Ni.
_DEGREES = (RED, ORANGE, GREEN, TEAL, BLUE, VIOLET, PINK)


def color_of(pitch: Pitch) -> str:
    """Return a pitch's color, that of its degree."""
    return _DEGREES[pitch.swara.degree]
