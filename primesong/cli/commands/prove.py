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
    from primesong.primes.proof.ecpp import Stage


#: What unpacking a certificate may take; xz at its strongest takes 65 MiB.
_XZ_MEMORY = 128 << 20


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
    resume = read_certificate(str(state.path), options.limits) if options.resume else None
    state.attempt()
    to_stdout = str(output) == atomic.STANDARD_STREAM
    with nullcontext() if to_stdout else atomic.whole_files([output], options.force) as temporaries:
        with working(options, "proving") as say:

            def told(stage: "Stage") -> None:
                state.save(stage.certificate.to_text())
                say(
                    f"{stage.bits - stage.bits_left:,} of {stage.bits:,} bits; about "
                    f"{duration(stage.seconds_left)} to go{kept()}"
                )

            def checking(done: int) -> None:
                say(f"checking the proof: {done:,} steps{kept()}")

            def kept() -> str:
                return f"; {shown(state.path)} keeps it" if state.saved else ""

            try:
                certificate = prove(number, resume=resume, workers=options.workers, progress=told, checking=checking)
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


def _certificate(options: argparse.Namespace) -> int:
    if (options.checker is None) == (options.certificate is None):
        options.complain("name a certificate, or ask for the --checker")
    if options.checker:
        from importlib.resources import files

        sys.stdout.write(files("primesong.number").joinpath(f"{options.checker}_checker.py").read_text("utf-8"))
        return 0

    certificate = read_certificate(options.certificate, options.limits)
    if not _holds(certificate, options):
        raise PrimesongError("the certificate does not hold: it proves nothing")
    print(f"the number of {certificate.number.bit_length():,} bits is prime: {grounds(certificate)}")
    return 0


def read_certificate(source: str, limits: Limits) -> "Certificate":
    """Read a certificate, packed by xz or plain."""
    import lzma

    from primesong.primes.proof.certificate import Certificate

    data = atomic.read_bytes(source, limits)
    if data.startswith(b"\xfd7zXZ\0"):
        try:
            xz = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
            data = xz.decompress(data, limits.text + 1)
        except lzma.LZMAError as error:
            raise PrimesongError(f"{source}: the xz file is damaged") from error
        if not xz.eof and len(data) <= limits.text:
            raise PrimesongError(f"{source}: the xz file is cut short")
    limits.check("text", len(data), source)
    return Certificate.from_text(data.decode("utf-8", "replace"))


def checked_proof(source: str, number: int, options: argparse.Namespace) -> str:
    """Check a certificate of this very number. Returns its grounds; raises `PrimesongError` if it proves nothing."""
    certificate = read_certificate(source, options.limits)
    if certificate.number != number:
        raise PrimesongError(f"{source} is a certificate of another number")
    if not _holds(certificate, options):
        raise PrimesongError(f"{source}: the certificate does not hold: it proves nothing")
    return grounds(certificate)


def _holds(certificate: "Certificate", options: argparse.Namespace) -> bool:
    """Check a certificate, and say on a terminal how far that is: thousands of digits take minutes."""
    from primesong.primes.proof.certificate import check

    with working(options, "checking the proof") as say:
        return check(certificate, lambda done: say(f"checking the proof: {done} of {len(certificate.steps)} steps"))


def grounds(certificate: "Certificate") -> str:
    """Say in a few words what a proof rests on."""
    if certificate.steps:
        return f"proved by elliptic curves in {len(certificate.steps):,} steps"
    return f"proved by the factor 2^{certificate.power:,} of the number less 1, with the witness {certificate.witness}"
