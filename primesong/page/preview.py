"""What a page shows before its scripts run, and where none run: in a mail, in a preview, to a search engine.

Input: a song and its document. Output: HTML, in which nothing that the song says is markup.
"""

import base64
import colorsys
import io
import math
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

from PIL import Image

from primesong.errors import NoProgramError
from primesong.page.shapes import unpack_row
from primesong.sargam.script import width
from primesong.score.bhatkhande.page import draw_marks
from primesong.song import Song

#: The longest program that is shown without scripts, in bytes: a page is not to grow without end.
_MOST_PROGRAM = 50_000

#: A picture of a song has at least this many pixels a side, as those who show links ask.
_LEAST_SIDE = 600

#: The size of the swaras below the first line, as a multiple of the least room that a note has.
_WORD = 0.85

#: How wide a letter of a swara is at most, of its size, with the space after the word.
_LETTER = 0.7

#: How high the swaras' line is, of their size.
_LINE = 1.7

#: The hues of the lowest and the highest swara, of 1, as `web/view/portrait.js` has them.
_HUES = (8 / 360, 250 / 360)

#: A harmonium's keys, as the icon of the page.
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='3' fill='#a3320b'/>"
    "<path d='M2 3h3.5v10H2zM6.3 3h3.5v10H6.3zM10.5 3H14v10h-3.5z' fill='#fffdf8'/>"
    "<path d='M4.6 3h2.6v6H4.6zM8.9 3h2.6v6H8.9z' fill='#2a241c'/></svg>"
)


class Link(NamedTuple):
    """Where a page will be found on the web.

    Parameters
    ----------
    url : str
        Of the page.
    picture : str
        The URL of the picture that is shown with a link to it.
    """

    url: str
    picture: str


def write_head(document: dict[str, Any], link: Link | None = None) -> str:
    """Write what others show of a link to the page: description, icon and, since they take a picture from a server
    only, the picture of a page that has a place on the web."""
    sentence = f"{document['sentence']} Play it, and the program types itself out."
    icon = base64.b64encode(_ICON.encode()).decode("ascii")
    return "\n".join(
        (
            f'<meta name="description" content="{escape(sentence)}">',
            _write_property("og:type", "music.song"),
            _write_property("og:title", document["title"]),
            _write_property("og:description", sentence),
            *_write_link(link),
            f'<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,{icon}">',
        )
    )


def _write_link(link: Link | None) -> list[str]:
    if link is None:
        return []
    return [
        _write_property("og:url", link.url),
        _write_property("og:image", link.picture),
        f'<link rel="canonical" href="{escape(link.url)}">',
    ]


def _write_property(name: str, content: str) -> str:
    """Write a property of the Open Graph protocol."""
    return f'<meta property="{name}" content="{escape(content)}">'


def draw_picture(song: Song) -> bytes:
    """Draw the picture of a song: its portrait, as PNG."""
    heights = {digit: song.mapping.pitch(digit).semitones for digit in "0123456789"}
    return draw_portrait(song.melody.played_digits, heights)


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
    """Draw the first avartan on a staff, each note's swara below it."""
    staff = document["scores"][str(document["tonic"])]
    glyphs = "".join(
        f'<path id="{name}" d="{outline}" transform="scale(1,-1)"/>' for name, outline in staff["glyphs"].items()
    )
    words = document["scripts"][document["script"]]
    first = document["digits"][: sum(document["tala"]["vibhags"])]
    places = staff["places"][: len(first)]
    room = min((right - left for left, right in pairwise(places)), default=staff["width"])
    size = min(_WORD * room, room / (_LETTER * max(map(width, words.values()))))
    frame = f"0 {-staff['above']} {staff['width']} {staff['above'] + staff['below'] + _LINE * size:.0f}"
    names = ", ".join(document["names"][digit] for digit in first)
    place = f'y="{staff["below"]}" width="{2 * room}" height="{_LINE * size:.0f}"'
    return (
        f'<svg class="first" viewBox="{frame}" role="img" aria-label="The first line: {escape(names)}">'
        f"<defs>{glyphs}</defs>{unpack_row(staff['shapes'], staff['rows'][0])}"
        f'<g class="words" font-size="{size:.0f}" lang="{document["languages"][document["script"]]}">'
        + "".join(
            f'<foreignObject x="{x - room}" {place}><p><span class="word">{draw_marks(words[digit])}</span></p>\n'
            "</foreignObject>"
            for digit, x in zip(first, places, strict=True)
        )
        + "</g></svg>"
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
