"""The terminal: what is drawn on it, what is typed on it, and how it is left as it was found (rich, termios).

Each changed row is written again, each span at its own cell, so that terminals may differ on how wide a character is.
Keys are read as they are typed, without echo. Signals (another size, stop, end) are acted on between two frames.
"""

import contextlib
import os
import re
import select
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import IO, Any, TextIO

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style

from primesong.player.legible import LEGIBLE, register
from primesong.player.terminal.canvas import Span

#: Terminals' color systems, as rich's `Console` names them.
_SYSTEMS = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
    "windows": ColorSystem.WINDOWS,
}

#: What terminals send for a key: VT100 and its application mode, xterm, rxvt, the Linux console.
_SEQUENCES = {
    "\x1b[A": "up", "\x1bOA": "up", "\x1b[B": "down", "\x1bOB": "down",
    "\x1b[C": "right", "\x1bOC": "right", "\x1b[D": "left", "\x1bOD": "left",
    "\x1b[H": "home", "\x1bOH": "home", "\x1b[1~": "home", "\x1b[7~": "home",
    "\x1b[F": "end", "\x1bOF": "end", "\x1b[4~": "end", "\x1b[8~": "end",
}  # fmt: skip

#: What is typed for one key: a control sequence, a key of the application mode, Escape, or a character.
_KEY = re.compile(r"\x1b\[[0-9;]*[ -/]*[@-~]|\x1bO.|\x1b|.", re.DOTALL)

#: The beginning of a sequence whose rest has not arrived yet.
_UNFINISHED = re.compile(r"\x1b(\[[0-9;]*|O)?\Z")

#: Take the alternate screen and hide the cursor (xterm, "Private Mode Functions").
_ENTER = "\x1b[?1049h\x1b[?25l"

#: Reset the style, show the cursor and give the screen back. The reverse of `_ENTER`.
_LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"

#: The size of a terminal that does not know its own, in columns and rows.
_DEFAULT_SIZE = (80, 24)

#: How much is read of what is typed at a time, in bytes: people type less.
_TYPED_BYTES = 1024

#: The descriptor of standard error.
_STANDARD_ERROR = 2

Handler = Callable[[int, FrameType | None], None]


def read_keys(text: str) -> tuple[list[str], str]:
    """Read what was typed: the keys, by name where they have one, and the beginning of one that is not complete."""
    unfinished = _UNFINISHED.search(text)
    whole = text[: unfinished.start()] if unfinished else text
    typed = [_SEQUENCES.get(key, key) for key in _KEY.findall(whole)]
    return [key for key in typed if not key.startswith("\x1b")], text[len(whole) :]


class Painter:
    """Turns rows of spans into what a terminal is sent: only rows that differ from those it shows.

    Parameters
    ----------
    colors : str or None
        The terminal's color system, as rich names it; None if it has none.
    no_color : bool
        Whether colors are left out.
    """

    def __init__(self, colors: str | None, no_color: bool) -> None:
        self._system = _SYSTEMS.get(colors or "", ColorSystem.STANDARD)
        self._no_color = no_color or colors is None
        self._shown: list[list[Span]] = []
        self._styles: dict[str, Style] = {}

    def forget(self) -> None:
        """Assume nothing about what the terminal shows."""
        self._shown = []

    def paint(self, rows: list[list[Span]]) -> str:
        """Return what makes a terminal show these rows."""
        sent = []
        if len(self._shown) != len(rows):
            sent.append("\x1b[0m\x1b[2J")
            self._shown = [[] for _ in rows]
        for place, (spans, shown) in enumerate(zip(rows, self._shown, strict=True), start=1):
            if spans != shown:
                cells = "".join(f"\x1b[{place};{span.column + 1}H{self._render(span)}" for span in spans)
                sent.append(f"\x1b[{place};1H\x1b[2K{cells}")
        self._shown = rows
        return "".join(sent)

    def _render(self, span: Span) -> str:
        if not span.style:
            return span.text
        if span.style not in self._styles:
            style = Style.parse(span.style)
            self._styles[span.style] = style.without_color if self._no_color else style
        return self._styles[span.style].render(span.text, color_system=self._system)


class Terminal:
    """A terminal that shows frames and returns keys.

    Parameters
    ----------
    keyboard, output : file objects
        Where keys are typed, and what frames are drawn on.
    no_color : bool
        Whether colors are left out.
    """

    def __init__(self, keyboard: IO[Any], output: TextIO, no_color: bool = False) -> None:
        console = Console(file=output, no_color=True if no_color else None)
        self._input, self._output = keyboard.fileno(), output.fileno()
        self._encoding = output.encoding
        register()
        self._painter = Painter(console.color_system, console.no_color)
        self._typed = ""
        self._wakes: tuple[int, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        size = os.get_terminal_size(self._output)
        return size.columns or _DEFAULT_SIZE[0], size.lines or _DEFAULT_SIZE[1]

    def draw(self, rows: list[list[Span]]) -> None:
        """Show rows of spans."""
        self._write(self._painter.paint(rows))

    def wait_for_keys(self, seconds: float | None) -> list[str]:
        """Wait for keys, for some seconds at most, or, with None, for as long as it takes; return them. A changed size
        ends the wait. Raises `KeyboardInterrupt`, and `SystemExit` when the process is asked to end."""
        ready = select.select([self._input, *self._wakes], [], [], seconds)[0]
        for woken in self._wakes:
            if woken in ready:
                os.read(woken, _TYPED_BYTES)
        if self._input not in ready:
            return []
        data = os.read(self._input, _TYPED_BYTES)
        if not data:
            return ["q"]
        keys, self._typed = read_keys(self._typed + data.decode("utf-8", "replace"))
        return keys

    @contextlib.contextmanager
    def take_over(self, stopping: Callable[[], None]) -> Iterator[None]:
        """Take the terminal over, and leave it as it was, whatever happens. `stopping` is called before the process is
        stopped by Ctrl-Z; when it resumes, everything is drawn again."""
        with _silence_errors(), self._restore() as (enter, leave), _wake_by_signals() as woken:
            self._wakes = (woken,)
            with _handle_signals(self._make_handlers(stopping, enter, leave)):
                enter()
                yield
        self._wakes = ()

    @contextlib.contextmanager
    def _restore(self) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
        """Yield what takes the screen and the keyboard, and what leaves them as they were, which is also done at the
        end."""
        import termios  # which Windows lacks, where this module is imported, too
        import tty  # which needs it

        before = termios.tcgetattr(self._input)

        def enter() -> None:
            tty.setcbreak(self._input, termios.TCSADRAIN)
            self._write(_ENTER)
            self._painter.forget()

        def leave() -> None:
            self._write(_LEAVE)
            termios.tcsetattr(self._input, termios.TCSADRAIN, before)

        try:
            yield enter, leave
        finally:
            leave()

    def _make_handlers(
        self, stopping: Callable[[], None], enter: Callable[[], None], leave: Callable[[], None]
    ) -> dict[int, Handler]:
        """Return what is done when the size changes, Ctrl-Z is typed, or the process is asked to end."""

        def resize(number: int, at: FrameType | None) -> None:
            self._painter.forget()

        def stop(number: int, at: FrameType | None) -> None:
            stopping()
            leave()
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTSTP)  # here the process stops until it is told to resume
            signal.signal(signal.SIGTSTP, stop)
            enter()

        def end(number: int, at: FrameType | None) -> None:
            raise SystemExit(128 + number)  # as shells report it

        return {signal.SIGWINCH: resize, signal.SIGTSTP: stop, signal.SIGTERM: end, signal.SIGHUP: end}

    def _write(self, text: str) -> None:
        data = text.encode(self._encoding, LEGIBLE)
        while data:
            data = data[os.write(self._output, data) :]


@contextlib.contextmanager
def _silence_errors() -> Iterator[None]:
    """Throw away what libraries write to standard error, as ALSA does when it is late: it would spoil the picture."""
    kept = os.dup(_STANDARD_ERROR)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), _STANDARD_ERROR)
    try:
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)


@contextlib.contextmanager
def _wake_by_signals() -> Iterator[int]:
    """Yield a descriptor that can be read after a signal has arrived, which ends a wait for keys."""
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    before = signal.set_wakeup_fd(ends[1], warn_on_full_buffer=False)
    try:
        yield ends[0]
    finally:
        signal.set_wakeup_fd(before)
        for end in ends:
            os.close(end)


@contextlib.contextmanager
def _handle_signals(handlers: dict[int, Handler]) -> Iterator[None]:
    """Handle signals, and then as before."""
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
