"""What of a song, or of a file's name, may be shown on a terminal."""

import os
import sys
from pathlib import Path


def harmless(program: bytes) -> str:
    """Show a program on a terminal: what could steer the terminal is replaced by a question mark in a box."""
    text = program.decode("utf-8", "replace")
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)


def shown(path: Path) -> str:
    """Show a file's name on a terminal."""
    return harmless(os.fsencode(path)).replace("\n", "\ufffd")


def tell(path: Path) -> None:
    """Name a file on standard output: harmless on a terminal, as it is where a script may want to open it."""
    if sys.stdout.isatty():
        print(shown(path))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(os.fsencode(path) + b"\n")
