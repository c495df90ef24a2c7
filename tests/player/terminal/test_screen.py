import pyte
import pytest

from primesong.player.terminal.canvas import Canvas
from primesong.player.terminal.screen import Painter, read_keys


def painted(painter, canvas, screen):
    pyte.Stream(screen).feed(painter.paint(canvas.to_spans()))
    return screen.display


def canvas(*rows, style=""):
    drawn = Canvas(20, len(rows))
    for row, text in enumerate(rows):
        drawn.put(row, 1, text, style)
    return drawn


def test_a_terminal_shows_the_canvas():
    screen = pyte.Screen(20, 2)
    painter = Painter("256", no_color=False)
    assert painted(painter, canvas("avartan 12", "नि़ ध॒ ग"), screen)[0].rstrip() == " avartan 12"
    assert screen.buffer[1][1].data.startswith("न")
    assert painted(painter, canvas("matra 3", "नि़ ध॒ ग"), screen)[0].rstrip() == " matra 3"


def test_only_what_changed_is_sent():
    painter = Painter("256", no_color=False)
    painter.paint(canvas("one", "two").to_spans())
    assert painter.paint(canvas("one", "two").to_spans()) == ""
    assert painter.paint(canvas("one", "new").to_spans()) == "\x1b[2;1H\x1b[2K\x1b[2;1H new"
    painter.forget()
    assert "one" in painter.paint(canvas("one", "new").to_spans())
    assert "\x1b[2J" in painter.paint(canvas("one").to_spans())


@pytest.mark.parametrize(
    ("colors", "no_color", "style", "sent"),
    [  # rich remembers what a style is sent as: each has its own here
        ("256", False, "bold orange1", "\x1b[1;38;5;214mS\x1b[0m"),
        ("standard", False, "bold red3", "\x1b[1;31mS\x1b[0m"),
        ("256", True, "bold orange3", "\x1b[1mS\x1b[0m"),
        (None, False, "bold orange4", "\x1b[1mS\x1b[0m"),
    ],
)
def test_colors_are_those_that_the_terminal_has(colors, no_color, style, sent):
    assert Painter(colors, no_color).paint(canvas("S", style=style).to_spans()).endswith(sent)


def test_keys_are_read_by_name():
    keys, rest = read_keys("q \x1b[A\x1bOD\x1b[H\x1b[4~+\x1b[5~\x1b[1;5C?")
    assert (keys, rest) == (["q", " ", "up", "left", "home", "end", "+", "?"], "")


@pytest.mark.parametrize("cut", [1, 2])
def test_a_key_may_come_in_pieces(cut):
    sent = "\x1b[C"
    keys, rest = read_keys("a" + sent[:cut])
    assert keys == ["a"]
    assert read_keys(rest + sent[cut:]) == (["right"], "")
