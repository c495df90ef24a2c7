"""`encode`: program to prime."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from primesong.actions.encode import Choice, compress, search
from primesong.actions.progress import Progress
from primesong.cli.options import add_output_options, positive, workers
from primesong.cli.output import LONGEST_SEARCH, keep_state, write_output
from primesong.cli.progress import show_progress
from primesong.cli.terminal import remark, show_path
from primesong.errors import PrimesongError
from primesong.files.atomic import check_targets
from primesong.files.source import STANDARD_STREAM, name_source, name_title, read_bytes
from primesong.number.digits import to_digits
from primesong.number.minify.minify import DEFAULT_EFFORT
from primesong.number.payload import check_payload
from primesong.primes.kernel.extension import is_built
from primesong.primes.kernel.kernels import KERNELS
from primesong.primes.plan import estimate_digits
from primesong.sargam.tala import NO_TALA, TALAS, spell_tala

EXAMPLES = (
    "hello.py -o hello.txt",
    "hello.py --minify --tala jhaptal > hello.txt",
    "hello.py --best --effort 60 > hello.txt",
    "--payload hello.py.gz > hello.txt",
    "hello.py --provable > hello.txt",
    "- < hello.py",
)

#: Notes a second at the default tempo.
_NOTES_PER_SECOND = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("program", nargs="?", help="any file, or - for standard input")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="file for the number (default: standard output)"
    )
    payload = parser.add_argument_group("payload")
    payload.add_argument(
        "--minify", action="store_true", help="shorten (minify) a Python program before it is compressed"
    )
    payload.add_argument(
        "--best", action="store_true", help="try everything that shortens the number, and show what each choice saves"
    )
    payload.add_argument(
        "--effort", type=positive, metavar="SECONDS", help=f"time for minifying (default: {DEFAULT_EFFORT:g})"
    )
    payload.add_argument("--compressor", choices=("zopfli", "zlib"), help="compressor (default: zopfli)")
    payload.add_argument(
        "--payload", metavar="FILE.gz", help="use this gzip file instead of a program; - for standard input"
    )
    number = parser.add_argument_group("number")
    talas = [name for name in TALAS if name != NO_TALA.name]
    number.add_argument(
        "--tala",
        type=spell_tala,
        choices=talas,
        metavar="NAME",
        help=f"make the digits fill whole cycles of this tala (rhythmic cycle): {', '.join(talas)}",
    )
    number.add_argument("--cadence", action="store_true", help="keep searching until the last note is Sa (the tonic)")
    number.add_argument(
        "--provable",
        action="store_true",
        help="find a longer prime that can be proved immediately, and write its certificate",
    )
    number.add_argument(
        "--certificate",
        type=Path,
        metavar="FILE",
        help="the certificate's file (default: NAME.certificate.json, where NAME is the program's file name)",
    )
    group = parser.add_argument_group("search")
    group.add_argument("--workers", type=workers, metavar="N", help="threads (default: one per core)")
    group.add_argument("--kernel", choices=KERNELS, help="primality test (default: the fastest on this machine)")
    group.add_argument("--cluster", metavar="ADDRESS", help="search on a Dask cluster: its scheduler's address")
    group.add_argument("--resume", action="store_true", help="continue an interrupted search")
    group.add_argument(
        "--state", type=Path, metavar="FILE", help="file in which the search is saved (default: NAME.search.json)"
    )
    group.add_argument(
        "--yes", action="store_true", help="search even if that is expected to take more than half an hour"
    )
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Find the prime and print it; keep how far the search is."""
    _check_options(options)
    source = options.program if options.payload is None else options.payload
    name = name_title(source)
    certificate = options.certificate or Path(f"{name}.certificate.json")
    if options.provable and options.output is not None and options.output.resolve() == certificate.resolve():
        options.complain("the number and its certificate need a file each; --certificate names another")
    check_targets([options.output, certificate if options.provable else None], options.force)
    with keep_state(options.state or Path(f"{name}.search.json"), options) as state:
        if options.resume:
            remark(f"{show_path(state.path)} is not checked: that no smaller number is prime depends in part on it")
        with show_progress(options) as progress:
            payload = _make_payload(read_bytes(source, options.limits), options, progress)
            found = search(
                payload,
                tala=options.tala,
                cadence=options.cadence,
                provable=options.provable,
                longest=None if options.yes else LONGEST_SEARCH,
                workers=options.workers,
                kernel=options.kernel,
                cluster=options.cluster,
                state=state,
                progress=progress,
                option="yes",
            )
        beside = {certificate: found.certificate.to_text().encode()} if found.certificate else {}
        write_output(f"{to_digits(found.number)}\n".encode(), options.output, options.force, beside)
    return 0


def _check_options(options: argparse.Namespace) -> None:
    """Complain of options that do not go together."""
    wrong = (
        ((options.program is None) == (options.payload is None), "name a program, or a gzip file with --payload"),
        (options.provable and (options.tala or options.cadence), "--provable goes with neither --tala nor --cadence"),
        (options.payload is not None and options.minify, "--payload is taken as it is; --minify needs the program"),
        (options.payload is not None and options.best, "--payload is taken as it is; --best needs the program"),
        (options.best and (options.minify or options.compressor), "--best tries both compressors, and minifies"),
        (options.effort and not (options.minify or options.best), "--effort goes only with --minify or --best"),
        (options.certificate and not options.provable, "--certificate goes only with --provable"),
        (str(options.certificate) == STANDARD_STREAM, "standard output is the number's; name another file"),
        (options.cluster is not None and options.workers, "--workers are this machine's; --cluster has its own"),
    )
    for is_wrong, complaint in wrong:
        if is_wrong:
            options.complain(complaint)


def _make_payload(content: bytes, options: argparse.Namespace, progress: Progress) -> bytes:
    """Check the ready payload, or compress the program and say what that saved."""
    if options.payload is not None:
        return check_payload(content, options.limits.program)
    if not content:
        raise PrimesongError(f"{name_source(options.program)} is empty: there is no program to encode")
    if not (is_built() or options.quiet):
        remark("searches are five to ten times slower here: primesong was installed without a C compiler")
    choices = compress(
        content,
        minified=options.minify,
        compressor=options.compressor or "zopfli",
        best=options.best,
        effort=options.effort or DEFAULT_EFFORT,
        progress=progress,
    )
    if not options.quiet:
        (_report_choices if options.best else _report_savings)(choices)
    chosen = min(choices, key=lambda choice: len(choice.payload)) if options.best else choices[-1]
    return chosen.payload


def _report_savings(choices: Sequence[Choice]) -> None:
    """Say how large the payload is, the last choice, and what that saves compared with the first."""
    plain, shorter, how = len(choices[0].payload), len(choices[-1].payload), choices[-1].name
    if shorter == plain:
        print(f"payload {shorter:,} bytes ({how})", file=sys.stderr)
        return
    saved = estimate_digits(plain) - estimate_digits(shorter)
    print(
        f"payload {shorter:,} bytes ({how}); zlib alone {plain:,}: {plain - shorter:,} bytes, about {saved:,} digits, "
        f"{saved / _NOTES_PER_SECOND:,.1f} s of music saved",
        file=sys.stderr,
    )


def _report_choices(choices: Sequence[Choice]) -> None:
    """Say of each choice how long its song is, and what it saves compared with the first."""
    plain = estimate_digits(len(choices[0].payload))
    for choice in choices:
        notes = estimate_digits(len(choice.payload))
        print(
            f"{choice.name + ':':36} {len(choice.payload):6,} bytes {notes:7,} notes {_show_time(notes):>6} minutes; "
            f"saves {plain - notes:,} notes, {_show_time(plain - notes)} minutes",
            file=sys.stderr,
        )


def _show_time(notes: int) -> str:
    """Write how long notes sound, in minutes and seconds."""
    minutes, seconds = divmod(round(notes / _NOTES_PER_SECOND), 60)
    return f"{minutes}:{seconds:02}"
