"""What a page shows before its scripts run, and where none run: in a mail, in a preview, to a search engine.

Input: a song and its document. Output: HTML, in which nothing that the song says is markup.
"""

import base64
import colorsys
import io
import math
from html import escape
from typing import Any

from PIL import Image

from primesong.errors import NoProgramError
from primesong.score.bhatkhande.page import draw_marks
from primesong.song import Song

#: The longest program that is shown without scripts, in bytes: a page is not to grow without end.
_MOST_PROGRAM = 50_000

#: A picture of a song has at least this many pixels a side, as those who show links ask.
_LEAST_SIDE = 600

#: The hues of the lowest and the highest swara, of 1, as `web/view/portrait.js` has them.
_HUES = (8 / 360, 250 / 360)

#: A harmonium's keys, as the icon of the page.
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='3' fill='#a3320b'/>"
    "<path d='M2 3h3.5v10H2zM6.3 3h3.5v10H6.3zM10.5 3H14v10h-3.5z' fill='#fffdf8'/>"
    "<path d='M4.6 3h2.6v6H4.6zM8.9 3h2.6v6H8.9z' fill='#2a241c'/></svg>"
)


def write_head(document: dict[str, Any]) -> str:
    """Write what others show of a link to the page: description, picture and icon."""
    sentence = escape(f"{document['sentence']} Play it, and the program types itself out.", quote=True)
    title = escape(document["title"], quote=True)
    picture = _to_address("image/png", draw_portrait(document["digits"], document["heights"]))
    return "\n".join(
        (
            f'<meta name="description" content="{sentence}">',
            '<meta property="og:type" content="music.song">',
            f'<meta property="og:title" content="{title}">',
            f'<meta property="og:description" content="{sentence}">',
            f'<meta property="og:image" content="{picture}">',
            f'<link rel="icon" type="image/svg+xml" href="{_to_address("image/svg+xml", _ICON.encode())}">',
        )
    )


def draw_portrait(digits: str, heights: dict[str, int]) -> bytes:
    """Draw a colored square for each digit, the higher the swara the cooler, as PNG."""
    columns = math.isqrt(len(digits) - 1) + 1
    scale = -(-_LEAST_SIDE // columns)
    image = Image.new("P", (columns, columns), len(heights))
    lowest, highest = min(heights.values()), max(heights.values())
    palette = [_color((height - lowest) / (highest - lowest)) for _, height in sorted(heights.items())]
    image.putpalette([part for color in (*palette, (251, 247, 238)) for part in color])
    image.putdata([*map(int, digits)] + [len(heights)] * (columns * columns - len(digits)))
    file = io.BytesIO()
    image.resize((columns * scale, columns * scale), Image.Resampling.NEAREST).save(file, "png", optimize=True)
    return file.getvalue()


def _color(share: float) -> tuple[int, int, int]:
    low, high = _HUES
    red, green, blue = colorsys.hls_to_rgb(low + (high - low) * share, 0.5, 0.65)
    return round(255 * red), round(255 * green), round(255 * blue)


def write_first_line(document: dict[str, Any]) -> str:
    """Draw the first avartan on a staff, its swaras below."""
    staff = document["scores"][str(document["tonic"])]
    glyphs = "".join(
        f'<path id="{name}" d="{outline}" transform="scale(1,-1)"/>' for name, outline in staff["glyphs"].items()
    )
    frame = f"0 {-staff['above']} {staff['width']} {staff['above'] + staff['below']}"
    words = document["scripts"][document["script"]]
    first = document["digits"][: sum(document["tala"]["vibhags"])]
    names = ", ".join(document["names"][digit] for digit in first)
    return (
        f'<svg class="first" viewBox="{frame}" role="img" aria-label="The first line: {escape(names)}">'
        f"<defs>{glyphs}</defs>{staff['rows'][0]}</svg>"
        f'<p class="words" aria-hidden="true" lang="{document["languages"][document["script"]]}">'
        + "  ".join(f'<span class="word">{draw_marks(words[digit])}</span>' for digit in first)
        + "</p>"
    )


def write_program(song: Song) -> str:
    """Write the whole program as text; what cannot be read as text is replaced."""
    try:
        program = song.program
    except NoProgramError:
        return "This song holds no program."
    if len(program) > _MOST_PROGRAM:
        return f"The program has {len(program):,} bytes; decode prints them."
    return escape(program.decode("utf-8", "replace").replace("\0", "\ufffd"))


def _to_address(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
