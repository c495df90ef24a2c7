"""`certificate`: check a proof, or print the program that checks it."""

import argparse
import sys

from primesong.actions.prove import check_certificate, load_certificate
from primesong.cli.options import add_limits, add_quiet
from primesong.cli.progress import show_progress
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, POWER_OF_TWO
from primesong.primes.proof.checking import read_checker
from primesong.primes.proof.formats import FORMATS, write_certificate

EXAMPLES = (
    "hello.certificate.json",
    "hello.certificate.json --format primo > hello.primo",
    "--checker > checker.py",
    "--checker curves > checker.py",
)

#: The theorem that each checker checks.
_CHECKERS = {"power": POWER_OF_TWO, "curves": ELLIPTIC_CURVES}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("certificate", nargs="?", help="a certificate, or - for standard input")
    parser.add_argument(
        "--checker",
        nargs="?",
        const="power",
        choices=("power", "curves"),
        help="print a program that checks a kind of proof: by a power of two (default) or by elliptic curves; it needs "
        "only Python's standard library",
    )
    parser.add_argument("--format", choices=FORMATS, help="print the certificate in this format, without checking it")
    add_limits(parser)
    add_quiet(parser)


def run(options: argparse.Namespace) -> int:
    """Check the certificate, or print the checker."""
    if (options.checker is None) == (options.certificate is None):
        options.complain("name a certificate, or ask for the --checker")
    if options.checker:
        sys.stdout.write(read_checker(_CHECKERS[options.checker]))
        return 0
    certificate = load_certificate(options.certificate, options.limits)
    if options.format:
        print(write_certificate(certificate, options.format), end="")
        return 0
    with show_progress(options) as progress:
        grounds = check_certificate(certificate, progress=progress)
    print(f"the number of {certificate.number.bit_length():,} bits is prime: {grounds}")
    return 0
