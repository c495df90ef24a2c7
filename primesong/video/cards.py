"""The cards before and after a song: its title, and its number as a QR code."""

import hashlib
import re
import textwrap

from primesong.errors import NoProgramError
from primesong.page.document import describe
from primesong.score.qr.code import MOST_DIGITS, write_qr
from primesong.song import Song
from primesong.video.drawing import Drawing, Text, draw, write_box
from primesong.video.layout import Picture
from primesong.video.look import Look
from primesong.video.scene import LETTER, shorten

#: How large the QR code is at most, of the picture's shorter side.
_CODE = 0.72

#: The width of a drawing, in its first line.
_WIDTH = re.compile(r'width="(\d+)"')


def draw_cards(song: Song, look: Look) -> list[Picture]:
    """Draw the card before a song and the one after it."""
    return draw([_draw_title(song, look), _draw_ending(song, look)])


def _draw_title(song: Song, look: Look) -> Drawing:
    """Draw the title, a line, and what the song is."""
    layout, palette = look.layout, look.palette
    middle, size = layout.width / 2, 1.5 * layout.title
    title = shorten(song.melody.setting.title, layout.width - 2 * layout.margin, size)
    y = 0.45 * layout.height
    parts: list[str | Text] = [
        Text(middle, y, size, palette["ink"], title, anchor=0.5),
        write_box(middle - layout.margin, y + 0.5 * size, 2 * layout.margin, 4, palette["sindoor"]),
        *_write_lines([describe(song)], y + 1.2 * size, look),
    ]
    return Drawing(layout.width, layout.height, palette["paper"], parts)


def _draw_ending(song: Song, look: Look) -> Drawing:
    """Draw the number as a QR code, if it fits into one, and say what is in it."""
    layout, palette = look.layout, look.palette
    code, side = _draw_code(song, look)
    lines = 4.5 * layout.body
    x, y = round((layout.width - side) / 2), round((layout.height - side - lines) / 2)
    caption, sha256 = _describe_code(song) if code else ([describe(song)], "")
    parts: list[str | Text] = [
        f'<g transform="translate({x} {y})">{code}</g>',
        *_write_lines(caption, y + side + 1.6 * layout.body, look),
        Text(layout.width / 2, y + side + lines, 0.8 * layout.small, palette["faint"], sha256, anchor=0.5),
    ]
    return Drawing(layout.width, layout.height, palette["paper"], parts)


def _describe_code(song: Song) -> tuple[list[str], str]:
    """Say what the QR code holds, in a line or two, and the program's SHA-256."""
    line = f"This is the number, in {len(song.digits):,} digits."
    try:
        program = song.program
    except NoProgramError:
        return [line], ""
    return [line, "Its first bytes are the program."], f"SHA-256 {hashlib.sha256(program).hexdigest()}"


def _draw_code(song: Song, look: Look) -> tuple[str, int]:
    """Draw the number as a QR code whose modules are a whole number of pixels wide; return it and its side."""
    if len(song.digits) > MOST_DIGITS or song.melody.excerpt is not None:
        return "", 0
    most = _CODE * min(look.layout.width, look.layout.height)
    modules = _measure(write_qr(song.digits, "svg", 1).decode())
    code = write_qr(song.digits, "svg", int(most // modules)).decode()
    return code.partition("?>")[2], _measure(code)


def _measure(svg: str) -> int:
    found = _WIDTH.search(svg)
    return int(found[1]) if found else 0


def _write_lines(texts: list[str], y: float, look: Look) -> list[Text]:
    """Write texts in the middle, each in as many lines as it needs."""
    size = look.layout.body
    most = int((look.layout.width - 2 * look.layout.margin) / (LETTER * size))
    return [
        Text(look.layout.width / 2, y + 1.4 * size * place, size, look.palette["faint"], line, anchor=0.5)
        for place, line in enumerate(line for text in texts for line in textwrap.wrap(text, most))
    ]
