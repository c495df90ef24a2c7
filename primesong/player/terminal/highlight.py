"""The end of a program's text as it is shown: colored, and folded to a width (pygments)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from rich.style import Style
from rich.syntax import ANSISyntaxTheme

from primesong.player.terminal.colors import BLUE, GREEN, ORANGE, PINK, TEAL, VIOLET

#: How much of a long text is colored, in characters: a screen shows less.
_TAIL = 8_000

#: What a tab is shown as.
_TAB = "    "

#: How many texts are remembered: a frame asks for one, and most frames for the same.
_REMEMBERED = 4

#: The styles of a program, in the colors of the swaras.
_THEME = ANSISyntaxTheme(
    {
        kind: Style.parse(style)
        for kind, style in (
            (Comment, "dim"),
            (Keyword, BLUE),
            (Operator.Word, VIOLET),
            (Name.Builtin, TEAL),
            (Name.Exception, TEAL),
            (Name.Namespace, TEAL),
            (Name.Function, GREEN),
            (Name.Class, f"underline {GREEN}"),
            (Name.Decorator, f"bold {VIOLET}"),
            (String, ORANGE),
            (Number, PINK),
        )
    }
)


class Piece(NamedTuple):
    """Text of one style."""

    text: str
    style: str


@lru_cache(_REMEMBERED)
def fold_end(text: str, columns: int, rows: int, fresh: int = 0) -> list[list[Piece]]:
    """Return the last rows of a text, colored and folded to some columns.

    Parameters
    ----------
    text : str
        Python source, which may end anywhere.
    columns, rows : int
        The size of what is returned, at most.
    fresh : int
        How many of the last characters are new, and shown reversed.
    """
    first, new = _find_start(text), len(text) - fresh
    lines: list[list[Piece]] = [[]]
    room = columns
    for place, (character, style) in enumerate(_color(text[first:]), start=first):
        if character == "\n":
            lines.append([])
            room = columns
            continue
        piece = Piece(_TAB if character == "\t" else character, f"{style} reverse" if place >= new else style)
        if room < len(piece.text):
            lines.append([])
            room = columns
        lines[-1].append(piece)
        room -= len(piece.text)
    return [_join(line) for line in lines[-rows:]]


def _find_start(text: str) -> int:
    """Return where in a text coloring begins: at the beginning of a line, unless that line is very long."""
    if len(text) <= _TAIL:
        return 0
    return max(text.rfind("\n", 0, len(text) - _TAIL) + 1, len(text) - 2 * _TAIL)


def _color(text: str) -> Iterator[tuple[str, str]]:
    """Yield each character of a text with its style."""
    for kind, token in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        style = str(_THEME.get_style_for_token(kind))
        for character in token:
            yield character, "" if style == "none" else style


def _join(line: list[Piece]) -> list[Piece]:
    """Join neighbors of the same style."""
    joined: list[Piece] = []
    for piece in line:
        if joined and joined[-1].style == piece.style:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.style)
        else:
            joined.append(piece)
    return joined
