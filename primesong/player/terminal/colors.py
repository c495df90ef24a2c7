"""The terminal's colours: each can be read on white and on black, for nobody knows what a terminal's background is.

They are xterm's, of 256, at a contrast of at least 3.8 with either; a terminal of 16 colours shows those nearest to
them. No colour could have more than 4.6 with both, so none of them is ever dimmed.
"""

from primesong.sargam.swara import Pitch

RED, ORANGE, GREEN, TEAL, BLUE, VIOLET, PINK = (
    "color(196)",
    "color(130)",
    "color(28)",
    "color(30)",
    "color(63)",
    "color(134)",
    "color(162)",
)

#: One for each degree of the scale, Sa to Ni.
_DEGREES = (RED, ORANGE, GREEN, TEAL, BLUE, VIOLET, PINK)


def colour(pitch: Pitch) -> str:
    """Give a pitch's colour: its degree's."""
    return _DEGREES[pitch.swara.degree]
