"""The terminal: what is drawn onto it, what is typed on it, and how it is left as it was found (rich, termios).

Each changed row is written anew, each span at its own cell, so that terminals may differ on how wide a sign is. Keys
are read without echo and line by line; what signals ask for (another size, to stop, to end) is done between two frames.
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

from primesong.player.terminal.canvas import Span

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

_KEY = re.compile(r"\x1b\[[0-9;]*[ -/]*[@-~]|\x1bO.|\x1b|.", re.DOTALL)
_UNFINISHED = re.compile(r"\x1b(\[[0-9;]*|O)?\Z")


def read_keys(text: str) -> tuple[list[str], str]:
    """Read what was typed: the keys, by name where they have one, and the beginning of one that has not wholly come."""
    unfinished = _UNFINISHED.search(text)
    whole = text[: unfinished.start()] if unfinished else text
    typed = [_SEQUENCES.get(key, key) for key in _KEY.findall(whole)]
    return [key for key in typed if not key.startswith("\x1b")], text[len(whole) :]


class Painter:
    """Turns rows of spans into what a terminal is sent: only rows that differ from those it shows."""

    def __init__(self, colours: str | None, no_color: bool) -> None:
        self._system = _SYSTEMS.get(colours or "", ColorSystem.STANDARD)
        self._no_color = no_color or colours is None
        self._shown: list[list[Span]] = []
        self._styles: dict[str, Style] = {}

    def forget(self) -> None:
        """Take nothing of what the terminal shows for known."""
        self._shown = []

    def paint(self, rows: list[list[Span]]) -> str:
        """Give what makes a terminal show these rows."""
        sent = []
        if len(self._shown) != len(rows):
            sent.append("\x1b[0m\x1b[2J")
            self._shown = [[] for _ in rows]
        for place, (spans, shown) in enumerate(zip(rows, self._shown, strict=True), start=1):
            if spans != shown:
                cells = "".join(f"\x1b[{place};{span.column + 1}H{self._styled(span)}" for span in spans)
                sent.append(f"\x1b[{place};1H\x1b[2K{cells}")
        self._shown = rows
        return "".join(sent)

    def _styled(self, span: Span) -> str:
        if not span.style:
            return span.text
        if span.style not in self._styles:
            style = Style.parse(span.style)
            self._styles[span.style] = style.without_color if self._no_color else style
        return self._styles[span.style].render(span.text, color_system=self._system)


class Terminal:
    """A terminal that shows frames and gives keys; `size` is in columns and rows, as it is now."""

    def __init__(self, keyboard: IO[Any], output: TextIO, no_color: bool = False) -> None:
        console = Console(file=output, no_color=True if no_color else None)
        self._input, self._output = keyboard.fileno(), output.fileno()
        self._encoding = output.encoding
        self._painter = Painter(console.color_system, console.no_color)
        self._typed = ""
        self._wakes: tuple[int, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        size = os.get_terminal_size(self._output)
        return size.columns or 80, size.lines or 24

    def draw(self, rows: list[list[Span]]) -> None:
        """Show rows of spans."""
        self._write(self._painter.paint(rows))

    def keys(self, seconds: float | None) -> list[str]:
        """Wait so long, or, with None, for as long as it takes, for keys, and give them. A changed size ends the
        waiting. Raises `KeyboardInterrupt`, and `SystemExit` when the process is asked to end."""
        ready = select.select([self._input, *self._wakes[:1]], [], [], seconds)[0]
        for woken in self._wakes[:1]:
            if woken in ready:
                os.read(woken, 1024)
        if self._input not in ready:
            return []
        data = os.read(self._input, 1024)
        if not data:
            return ["q"]
        found, self._typed = read_keys(self._typed + data.decode("utf-8", "replace"))
        return found

    @contextlib.contextmanager
    def taken(self, stopping: Callable[[], None]) -> Iterator[None]:
        """Take the terminal over, and leave it as it was, whatever happens. `stopping` is called before the process is
        stopped by Ctrl-Z; when it goes on, all is drawn anew. What libraries write to standard error meanwhile, as ALSA
        does when it is late, would fall into the picture and is thrown away."""
        import termios
        import tty

        before = termios.tcgetattr(self._input)

        def enter() -> None:
            tty.setcbreak(self._input, termios.TCSADRAIN)
            self._write("\x1b[?1049h\x1b[?25l")
            self._painter.forget()

        def leave() -> None:
            self._write("\x1b[0m\x1b[?25h\x1b[?1049l")
            termios.tcsetattr(self._input, termios.TCSADRAIN, before)

        def resized(number: int, at: FrameType | None) -> None:
            self._painter.forget()

        def stop(number: int, at: FrameType | None) -> None:
            stopping()
            leave()
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTSTP)  # here it stands still until it is told to go on
            signal.signal(signal.SIGTSTP, stop)
            enter()

        def end(number: int, at: FrameType | None) -> None:
            raise SystemExit(128 + number)

        handlers = {signal.SIGWINCH: resized, signal.SIGTSTP: stop, signal.SIGTERM: end, signal.SIGHUP: end}
        former = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        self._wakes = os.pipe()
        for end_of_pipe in self._wakes:
            os.set_blocking(end_of_pipe, False)
        waking = signal.set_wakeup_fd(self._wakes[1], warn_on_full_buffer=False)
        complaints = os.dup(2)
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
            os.dup2(nowhere.fileno(), 2)
        try:
            enter()
            yield
        finally:
            signal.set_wakeup_fd(waking)
            for number, handler in former.items():
                signal.signal(number, handler)
            leave()
            os.dup2(complaints, 2)
            for opened in (complaints, *self._wakes):
                os.close(opened)
            self._wakes = ()

    def _write(self, text: str) -> None:
        data = text.encode(self._encoding, "replace")
        while data:
            data = data[os.write(self._output, data) :]
