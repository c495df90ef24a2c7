"""`prove`, `certificate`: what is known for certain of a prime."""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong.cli.commands.listen import song_in
from primesong.cli.options import SOURCES, add_command, add_force, add_limits, add_quiet, workers
from primesong.cli.progress import duration, working
from primesong.cli.state import StateFile
from primesong.cli.terminal import shown, tell
from primesong.errors import PrimesongError
from primesong.files import atomic
from primesong.limits import Limits

if TYPE_CHECKING:
    from primesong.primes.proof.certificate import Certificate
    from primesong.primes.proof.checking import ProofProgress


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    parser = add_command(
        commands,
        "prove",
        _prove,
        "prove a number prime by elliptic curves; write its certificate",
        "hello.txt -o hello.certificate.json",
        "hello.txt --resume",
        "170141183460469231731687303715884105727",
    )
    parser.add_argument("number", help=f"decimal digits, {SOURCES}")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="certificate, - for standard output (default: the number's name.certificate.json)",
    )
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="saved after each step (default: the name.proof.json)"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the saved state")
    parser.add_argument("--workers", type=workers, metavar="N", help="processes (default: one for each core)")
    add_force(parser)
    add_limits(parser)
    add_quiet(parser)
    parser = add_command(
        commands,
        "certificate",
        _certificate,
        "check a certificate, or print the program that checks it with Python's standard library alone",
        "hello.certificate.json",
        "--checker > checker.py",
        "--checker curves > checker.py",
    )
    parser.add_argument("certificate", nargs="?", help="a certificate, or - for standard input")
    parser.add_argument(
        "--checker",
        nargs="?",
        const="power",
        choices=("power", "curves"),
        help="print the checker: for a certificate by a power of two (the default) or by elliptic curves",
    )
    add_limits(parser)
    add_quiet(parser)


def _prove(options: argparse.Namespace) -> int:
    from primesong.number.digits import parse
    from primesong.primes.proof.ecpp import prove

    literal = parse(options.number, options.limits)
    stem = atomic.stem(options.number) if literal is None else "number"
    state = StateFile(options.state or Path(f"{stem}.proof.json"), options)
    number = song_in(options.number, options).number if literal is None else literal
    output = options.output or Path(f"{stem}.certificate.json")
    text = atomic.read_bytes(state.path, options.limits).decode("utf-8", "replace") if options.resume else None
    state.attempt()
    to_stdout = str(output) == atomic.STANDARD_STREAM
    with nullcontext() if to_stdout else atomic.whole_files([output], options.force) as temporaries:
        with working(options, "proving") as say:
            try:
                certificate = prove(
                    number,
                    state=text,
                    workers=options.workers,
                    progress=lambda now: say(_describe(now, state)),
                    keep=state.save,
                )
            except KeyboardInterrupt:
                raise state.interrupted() from None
        if temporaries:
            temporaries[0].write_text(certificate.to_text(), "utf-8")
    if to_stdout:
        print(certificate.to_text(), end="", flush=True)
    else:
        tell(output)
    state.remove()
    return 0


def _describe(now: "ProofProgress", state: StateFile) -> str:
    """Describe how far a proof has come."""
    kept = f"; {shown(state.path)} keeps it" if state.saved else ""
    if now.stage == "check":
        return f"checking the proof: {now.steps:,} steps{kept}"
    return f"{now.bits - now.bits_left:,} of {now.bits:,} bits; about {duration(now.seconds_left)} left{kept}"


def _certificate(options: argparse.Namespace) -> int:
    if (options.checker is None) == (options.certificate is None):
        options.complain("name a certificate, or ask for the --checker")
    if options.checker:
        from primesong.primes.proof.certificate import ELLIPTIC_CURVES, POWER_OF_TWO
        from primesong.primes.proof.checking import read_checker

        sys.stdout.write(read_checker({"power": POWER_OF_TWO, "curves": ELLIPTIC_CURVES}[options.checker]))
        return 0

    certificate = load_certificate(options.certificate, options.limits)
    if not _holds(certificate, options):
        raise PrimesongError("the certificate does not hold: it proves nothing")
    print(f"the number of {certificate.number.bit_length():,} bits is prime: {certificate.grounds}")
    return 0


def load_certificate(source: str, limits: Limits) -> "Certificate":
    """Read a certificate from a file or standard input."""
    from primesong.primes.proof.certificate import read_certificate

    try:
        return read_certificate(atomic.read_bytes(source, limits), limits)
    except PrimesongError as error:
        raise error.within(source) from error


def checked_proof(source: str, number: int, options: argparse.Namespace) -> str:
    """Check a certificate of this very number. Returns its grounds; raises `PrimesongError` if it proves nothing."""
    certificate = load_certificate(source, options.limits)
    if certificate.number != number:
        raise PrimesongError(f"{source} is a certificate of another number")
    if not _holds(certificate, options):
        raise PrimesongError(f"{source}: the certificate does not hold: it proves nothing")
    return certificate.grounds


def _holds(certificate: "Certificate", options: argparse.Namespace) -> bool:
    """Check a certificate, and say on a terminal how far that is: thousands of digits take minutes."""
    from primesong.primes.proof.checking import check

    with working(options, "checking the proof") as say:
        return check(certificate, lambda now: say(f"checking the proof: {now.steps} of {len(certificate.steps)} steps"))
