"""`encode`: program to prime."""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong.cli.options import add_command, add_force, add_limits, add_quiet, workers
from primesong.cli.progress import duration, working
from primesong.cli.state import StateFile
from primesong.errors import PrimesongError
from primesong.files import atomic
from primesong.sargam.tala import NO_TALA, TALAS

if TYPE_CHECKING:
    from primesong.primes.plan import Plan
    from primesong.primes.proof.certificate import Certificate
    from primesong.primes.tally import SearchProgress

#: A search that is expected to take longer, in seconds, is not begun without --yes, which encode alone has.
_PATIENCE = 1800

#: A search that lasts longer has its state saved so often, in seconds.
_SAVED_EVERY = 30


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    parser = add_command(
        commands,
        "encode",
        _encode,
        "find the prime that holds a program; print it in decimal",
        "hello.py > hello.txt",
        "hello.py --minify --tala jhaptal > hello.txt",
        "--payload hello.py.gz > hello.txt",
        "hello.py --provable > hello.txt",
        "- < hello.py",
    )
    parser.add_argument("program", nargs="?", help="any file, or - for standard input")
    payload = parser.add_argument_group("payload")
    payload.add_argument("--minify", action="store_true", help="golf a Python program first (python-minifier)")
    payload.add_argument(
        "--compressor", choices=("zopfli", "zlib"), default="zopfli", help="who compresses (default: zopfli)"
    )
    payload.add_argument(
        "--payload", metavar="FILE.gz", help="take a ready gzip member as it is, in place of a program; - for stdin"
    )
    number = parser.add_argument_group("number")
    talas = [name for name in TALAS if name != NO_TALA.name]
    number.add_argument("--tala", choices=talas, help="pad so that the digits fill whole avartans")
    number.add_argument("--cadence", action="store_true", help="search on until the last note is Sa")
    number.add_argument(
        "--provable", action="store_true", help="a longer prime that is proved at once, with a certificate"
    )
    number.add_argument(
        "--certificate", type=Path, metavar="FILE", help="where to (default: the program's name.certificate.json)"
    )
    search = parser.add_argument_group("search")
    search.add_argument("--workers", type=workers, metavar="N", help="threads (default: one for each core)")
    search.add_argument(
        "--kernel", choices=("ifma", "fft8", "fft4", "gmpy2"), help="who tests (default: the fastest here)"
    )
    search.add_argument("--cluster", metavar="ADDRESS", help="test on the Dask cluster with this scheduler")
    search.add_argument("--resume", action="store_true", help="go on with a search that was interrupted")
    search.add_argument("--state", type=Path, metavar="FILE", help="its state (default: the name.search.json)")
    search.add_argument("--yes", action="store_true", help="search even if it is expected to take long")
    add_force(parser)
    add_limits(parser)
    add_quiet(parser)


def _encode(options: argparse.Namespace) -> int:
    from primesong.number.digits import to_digits
    from primesong.primes.plan import plan_search

    wrong = (
        ((options.program is None) == (options.payload is None), "name a program, or a ready member with --payload"),
        (options.provable and (options.tala or options.cadence), "--provable goes with neither --tala nor --cadence"),
        (options.payload is not None and options.minify, "--payload is taken as it is; --minify needs the program"),
        (options.certificate and not options.provable, "--certificate goes only with --provable"),
        (str(options.certificate) == atomic.STANDARD_STREAM, "standard output is the number's; name another file"),
        (options.cluster is not None and options.workers, "--workers are this machine's; --cluster has its own"),
    )
    for is_wrong, complaint in wrong:
        if is_wrong:
            options.complain(complaint)
    stem = atomic.stem(options.program or options.payload)
    state = StateFile(options.state or Path(f"{stem}.search.json"), options)
    certificates = [options.certificate or Path(f"{stem}.certificate.json")]
    with atomic.whole_files(certificates, options.force) if options.provable else nullcontext() as temporaries:
        matras = TALAS[options.tala].matras if options.tala else None
        plan = plan_search(_payload(options), matras=matras, provable=options.provable, cadence=options.cadence)
        number, certificate = _found(plan, state, options)
        if temporaries and certificate:
            temporaries[0].write_text(certificate.to_text(), "utf-8")
    print(to_digits(number), flush=True)
    state.remove()
    return 0


def prime_of(program: bytes, options: argparse.Namespace) -> int:
    """Find a program's prime, for the commands that take a program. Raises `PrimesongError` if it takes long."""
    from primesong.number.payload import pack
    from primesong.primes.plan import find, plan_search

    with working(options, "searching for the prime") as say:
        plan = plan_search(pack(program, "zopfli"))
        _expected_seconds(plan, "find it by primesong encode --yes, and give its number in place of the program")
        return find(plan, progress=lambda progress: say(_said(progress)))[0]


def _expected_seconds(plan: "Plan", advice: str, workers: int | None = None, kernel: str | None = None) -> float:
    """Estimate a search's time on this machine. Raises `PrimesongError`, with the advice, if nobody expects to wait so
    long; with none, it may take any time."""
    from primesong.primes.search import estimate

    seconds = estimate(plan.progression, workers, kernel).seconds
    if advice and seconds > _PATIENCE:
        raise PrimesongError(
            f"the number will have {plan.digits:,} digits, and finding its prime takes about {duration(seconds)} here, "
            f"or twice or three times that with bad luck; {advice}"
        )
    return seconds


def _payload(options: argparse.Namespace) -> bytes:
    """Make the payload, or take the ready one, and say what was saved."""
    from primesong.number.minify import minify
    from primesong.number.payload import check_payload, pack

    if options.payload is not None:
        return check_payload(atomic.read_bytes(options.payload, options.limits), options.limits.program)
    program = atomic.read_bytes(options.program, options.limits)
    if not program:
        raise PrimesongError(f"{atomic.describe(options.program)} is empty: there is no program to encode")
    with working(options, "compressing the program"):
        payload = pack(minify(program) if options.minify else program, options.compressor)
        plain = pack(program, "zlib")
    if not options.quiet:
        _report_savings(len(plain), len(payload), options)
    return payload


def _report_savings(plain: int, shorter: int, options: argparse.Namespace) -> None:
    from primesong.primes.plan import estimate_digits

    saved = estimate_digits(plain) - estimate_digits(shorter)
    how = ("minified, " if options.minify else "") + options.compressor
    print(
        f"payload {shorter:,} bytes ({how}); zlib alone {plain:,}: {plain - shorter:,} bytes, about {saved:,} digits, "
        f"{saved / 4:,.1f} s of music saved",
        file=sys.stderr,
    )


def _found(plan: "Plan", state: StateFile, options: argparse.Namespace) -> "tuple[int, Certificate | None]":
    """Search, keeping the state."""
    from primesong.primes.plan import find

    text = atomic.read_bytes(state.path, options.limits).decode("utf-8", "replace") if options.resume else None
    seconds = _expected_seconds(plan, "" if options.yes else "--yes searches", options.workers, options.kernel)
    if options.state or seconds > _SAVED_EVERY:
        state.attempt()
    if options.cluster is not None:
        import logging

        logging.getLogger("distributed.client").disabled = True  # what it says of a lost cluster is a traceback
    with working(options, f"searching among numbers of {plan.digits:,} digits") as say:
        try:
            return find(
                plan,
                state=text,
                workers=options.workers,
                kernel=options.kernel,
                cluster=options.cluster,
                progress=lambda now: say(_said(now)),
                keep=state.save,
                every=_SAVED_EVERY,
            )
        except KeyboardInterrupt:
            raise state.interrupted() from None


def _said(progress: "SearchProgress") -> str:
    """Say how a search stands."""
    if progress.stage == "sieve":
        return f"sieving {progress.share:.0%}"
    if progress.stage == "verify":
        return "verifying a find"
    found = "" if progress.chance is None else f"{progress.chance:.0%} are found by now; "
    return (
        f"{progress.tested:,} tested, {progress.rate:.3g} a second; {found}"
        f"expected in {duration(progress.seconds_left)}, however long it took"
    )
