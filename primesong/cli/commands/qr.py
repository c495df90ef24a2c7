"""`qr`: a song's number as a QR code."""

import argparse
from pathlib import Path
from typing import Any

from primesong.cli.commands.listen import song_in
from primesong.cli.options import SOURCES, add_command, add_force, add_limits, listed
from primesong.cli.terminal import tell
from primesong.errors import PrimesongError
from primesong.files import atomic, formats


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    parser = add_command(
        commands,
        "qr",
        _qr,
        "draw a song's number, or its payload, as a QR code; decode reads the PNG",
        "femtogpt -o number.png",
        "femtogpt --payload -o payload.svg",
    )
    parser.add_argument("song", help=SOURCES)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="a .png or .svg file")
    parser.add_argument("--payload", action="store_true", help="the gzip member alone, in bytes, not the number")
    add_force(parser)
    add_limits(parser)


def _qr(options: argparse.Namespace) -> int:
    kind = options.output.suffix.lower()
    if kind not in formats.QR_SUFFIXES:
        raise PrimesongError(f"{options.output}: QR codes are saved as {listed(formats.QR_SUFFIXES)}")
    drawn = formats.qr(song_in(options.song, options), kind.removeprefix("."), options.payload)
    with atomic.whole_files([options.output], options.force) as [temporary]:
        temporary.write_bytes(drawn)
    tell(options.output)
    return 0
