"""The colors and letters of a video: those of the page, light and dark.

Colors are "#rrggbb". Libertinus Serif and DejaVu Sans Mono come with Typst, so that Latin letters look the same
everywhere; the Indian scripts need fonts of the system, as they do in a PDF.
"""

import re
from functools import cache

from primesong.page.front_end import style_sheet

#: The themes, the default first.
THEMES = ("light", "dark")

#: The letters of names and swaras.
SERIF = (
    "Libertinus Serif",
    "Noto Serif",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Gurmukhi",
    "Noto Sans Tamil",
)

#: The letters of digits, bytes and programs.
MONO = ("DejaVu Sans Mono", "Noto Sans Mono")

#: How wide a letter of `MONO` is, of its size.
MONO_WIDTH = 1233 / 2048

#: A rule of the style sheet that sets colors for the whole page.
_COLORS = re.compile(r":root \{([^}]*)\}")

#: A color in it.
_COLOR = re.compile(r"--(\w+): (#[0-9a-f]{6})")


@cache
def read_palette(theme: str) -> dict[str, str]:
    """Return the colors of a theme by their names in the page's style sheet."""
    light, dark, *_ = (dict(_COLOR.findall(rule)) for rule in _COLORS.findall(style_sheet()))
    return light | dark if theme == "dark" else light
