"""The end of a program's text as it is shown: coloured, and folded to a width (pygments)."""

from functools import lru_cache
from typing import NamedTuple

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from rich.style import Style
from rich.syntax import ANSISyntaxTheme

from primesong.player.terminal.colors import BLUE, GREEN, ORANGE, PINK, TEAL, VIOLET

#: How much of a long text is coloured: a screen shows less.
_TAIL = 8_000

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


@lru_cache(4)
def last_lines(text: str, columns: int, rows: int, fresh: int = 0) -> list[list[Piece]]:
    """Give the last rows of a text folded to so many columns, its last `fresh` characters reversed."""
    known = len(text) - fresh
    first = text.rfind("\n", 0, len(text) - _TAIL) + 1 if len(text) > _TAIL else 0
    first = max(first, len(text) - 2 * _TAIL)
    lines: list[list[Piece]] = [[]]
    room, place = columns, first
    for style, token in _tokens(text[first:]):
        for character in token:
            shown = style + " reverse" if place >= known else style
            place += 1
            if character == "\n":
                lines.append([])
                room = columns
                continue
            piece = Piece("    " if character == "\t" else character, shown)
            if room < len(piece.text):
                lines.append([])
                room = columns
            lines[-1].append(piece)
            room -= len(piece.text)
    return [_joined(line) for line in lines[-rows:]]


def _tokens(text: str) -> list[tuple[str, str]]:
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    return [(_style(_THEME.get_style_for_token(kind)), token) for kind, token in lexer.get_tokens(text)]


def _style(style: object) -> str:
    name = str(style)
    return "" if name == "none" else name


def _joined(line: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in line:
        if joined and joined[-1].style == piece.style:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.style)
        else:
            joined.append(piece)
    return joined
