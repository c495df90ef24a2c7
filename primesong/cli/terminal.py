"""What of a song, or of a file's name, may be shown on a terminal."""

import importlib
import io
import os
import sys

#: True to type checkers; `pathlib` is slow to import, and `primesong --help` imports this module.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from pathlib import Path

    from primesong.song import Song


def prepare_streams() -> None:
    """Open the streams that the shell has closed, and let consoles that are not Unicode show what they can."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
            legible = importlib.import_module("primesong.player.legible")  # not for the others: it takes time
            legible.register()
            stream.reconfigure(errors=legible.LEGIBLE)


def make_harmless(text: str) -> str:
    """Replace what could control the terminal by a question mark in a box; lines and tabs stay."""
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)


def show_program(program: bytes) -> str:
    """Return a program as it may be shown on a terminal."""
    return make_harmless(program.decode("utf-8", "replace"))


def show_path(path: "Path") -> str:
    """Return a file's name as it may be shown on a terminal."""
    return show_program(os.fsencode(path)).replace("\n", "\ufffd")


def print_path(path: "Path") -> None:
    """Print a file's name: harmless on a terminal, byte for byte where a script may want to open it."""
    if sys.stdout.isatty():
        print(show_path(path))
    else:
        print_bytes(os.fsencode(path) + b"\n")


def print_bytes(content: bytes) -> None:
    """Print a text's bytes as they are; on a terminal, what is harmless there."""
    sys.stdout.flush()
    if sys.stdout.isatty():
        print(show_program(content), end="", flush=True)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def remark(text: str) -> None:
    """Print a sentence on standard error, whether quiet or not."""
    print(f"primesong: {make_harmless(text)}", file=sys.stderr)


def tell_remarks(song: "Song", more: str = "") -> None:
    """Say on standard error, in one line, what is remarkable about how a song was read."""
    if song.remarks:
        remark("; ".join(map(str, song.remarks)) + more)


def print_facts(facts: list[tuple[str, str]], *, to_stderr: bool = False) -> None:
    """Print labels and texts, a line each."""
    for label, text in facts:
        print(f"{label:9} {make_harmless(text)}", file=sys.stderr if to_stderr else sys.stdout)
