"""`prove`: prove a number prime."""

import argparse
from pathlib import Path

from primesong.actions.prove import prove
from primesong.cli.options import SOURCES, add_output_options, workers
from primesong.cli.output import keep_state, write_output
from primesong.cli.progress import show_progress
from primesong.cli.song import open_song
from primesong.files.atomic import check_targets
from primesong.files.source import name_title
from primesong.primes.proof.formats import FORMATS, write_certificate

EXAMPLES = (
    "hello.txt -o hello.certificate.json",
    "hello.txt --resume",
    "hello.txt --format primo",
    "170141183460469231731687303715884105727",
)

#: The suffix of a certificate in each format.
_SUFFIXES = {"primesong": ".json", "primo": ".primo", "pari": ".gp"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("number", help=SOURCES)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="the certificate's file, or - for standard output (default: NAME.certificate.json, where NAME is the "
        "number's file name)",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="primesong", help="format of the certificate (default: primesong)"
    )
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="file in which each step is saved (default: NAME.proof.json)"
    )
    parser.add_argument("--resume", action="store_true", help="continue from the saved state")
    parser.add_argument("--workers", type=workers, metavar="N", help="processes (default: one per core)")
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Prove the number prime; keep how far that is."""
    name = name_title(options.number)
    output = options.output or Path(f"{name}.certificate{_SUFFIXES[options.format]}")
    check_targets([output], options.force)
    with keep_state(options.state or Path(f"{name}.proof.json"), options) as state:
        with show_progress(options) as progress:
            number = open_song(options.number, options, progress).number
            certificate = prove(number, state=state, workers=options.workers, progress=progress)
        write_output(write_certificate(certificate, options.format).encode(), output, options.force)
    return 0
