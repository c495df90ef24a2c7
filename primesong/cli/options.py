"""Options that several commands share, and how their texts are read."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from primesong.files.kind import Kind, list_suffixes
from primesong.files.kinds import DRAWINGS, LOADED, SAVED, kind_of_suffix
from primesong.limits import DEFAULT_LIMITS
from primesong.sargam.raga import RAGAS
from primesong.sargam.script import SCRIPT_NAMES, parse_scripts
from primesong.sargam.setting import LAYAS, parse_tempo
from primesong.sargam.swara import parse_tonic
from primesong.sargam.tala import FIT, TALAS, spell_tala
from primesong.score.bhatkhande.headings import LANGUAGES

#: The help of a command that takes any song.
SONGS = f"a song: {list_suffixes(LOADED)}, femtogpt (the published number), a number, or - for standard input"

#: What a song can be made of or read from.
SOURCES = f"a program, or {SONGS}"

#: No limit is larger: sizes and places in files are counted in 63 bits.
_LARGEST_LIMIT = 1 << 62

#: More threads or processes than any one machine has cores for; systems refuse some thousands.
_MOST_WORKERS = 1_024

#: Suffixes of numbers, and the powers of 1,024 they stand for.
_POWERS = " KMG"

T = TypeVar("T")


def read_by(parse: Callable[[str], T]) -> Callable[[str], T]:
    """Return a function that reads an option's text by `parse`, whose `ValueError` becomes a complaint."""

    def read(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def read_range(lowest: float, highest: float, unit: str) -> Callable[[str], float]:
    """Return a function that reads a number in a range."""

    def parse(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"expected a number of {unit}, got “{text}”") from None
        if not lowest <= number <= highest:
            raise ValueError(f"expected {lowest:g} to {highest:g} {unit}, got {text}")
        return number

    return read_by(parse)


def add_melody_options(parser: argparse.ArgumentParser) -> None:
    """Add raga, tonic, tempo, tuning, tala, title and the excerpt."""
    group = parser.add_argument_group("melody")
    group.add_argument(
        "--raga",
        metavar="NAME",
        help=f"raga, which gives the ten pitches: {', '.join(RAGAS)}, or a file of ten swaras (notes), one per digit, "
        "most frequent digit first, starting with Sa (default: the song's own, or nat-bhairav)",
    )
    group.add_argument(
        "--tonic",
        type=read_by(parse_tonic),
        metavar="NOTE",
        help="pitch of Sa, the tonic: a note such as C#3 or C#, a harmonium key such as kali 1 (first black key) or "
        "safed 2 (second white key), or a MIDI note such as 49 (default: D3)",
    )
    group.add_argument(
        "--tempo",
        type=read_by(parse_tempo),
        metavar="LAYA",
        help=f"tempo by name, slowest first: {', '.join(LAYAS)}; or matras (notes) a minute, 20 to 3840; or a note's "
        "length, such as 0.25s (default: the song's own, or 240)",
    )
    group.add_argument(
        "--tuning",
        metavar="NAME",
        help="tuning: equal, just, gandhar (equal, but with a pure major third) or a Scala file (.scl) (default: the "
        "song's own, or equal)",
    )
    group.add_argument(
        "--tala",
        type=spell_tala,
        choices=(*TALAS, FIT),
        metavar="NAME",
        help=f"tala (rhythmic cycle) that groups the notes: {', '.join(TALAS)}, or fit, the first tala that the notes "
        "fill exactly (default: tintal)",
    )
    group.add_argument("--title", help="title (default: the song's own, or the file's name)")
    group.add_argument(
        "--start",
        type=positive,
        metavar="AVARTAN",
        help="leave out what is before this avartan (one cycle of the tala, a bar), counted from 1",
    )
    group.add_argument("--end", type=positive, metavar="AVARTAN", help="leave out what is after this avartan")


def add_script_option(parser: argparse.ArgumentParser) -> None:
    """Add --script."""
    parser.add_argument(
        "--script",
        type=read_by(parse_scripts),
        default=(),
        metavar="LIST",
        help=f"scripts for the swaras (notes), a verse of lyrics for each: {', '.join(SCRIPT_NAMES)} "
        "(default: roman,digit under a staff; letters in .sargam; devanagari,roman in .html)",
    )


def add_headings_option(parser: argparse.ArgumentParser) -> None:
    """Add --headings."""
    parser.add_argument(
        "--headings",
        choices=LANGUAGES,
        default="",
        help="language of the page's headings in Bhatkhande's notation (default: english)",
    )


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add --force, --limit and --quiet."""
    add_force(parser)
    add_limits(parser)
    add_quiet(parser)


def add_force(parser: argparse.ArgumentParser) -> None:
    """Add --force."""
    parser.add_argument("--force", action="store_true", help="replace existing files")


def add_limits(parser: Any) -> None:
    """Add --limit, which sets `limits`, a value of `Limits`."""
    parser.add_argument(
        "--limit",
        dest="limits",
        type=read_by(parse_limit),
        default=DEFAULT_LIMITS,
        action=_SetLimit,
        metavar="NAME=VALUE",
        help="change a reading limit, such as digits=20M; primesong help limits lists them",
    )


class _SetLimit(argparse.Action):
    """Replaces one of the limits by the value given."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Take in one --limit."""
        setattr(namespace, self.dest, getattr(namespace, self.dest)._replace(**values))


def add_effort(parser: argparse.ArgumentParser, default: str = "60; for recordings, 180") -> None:
    """Add --effort."""
    limit = f"error-correction time limit (default: {default})"
    parser.add_argument("--effort", type=positive, metavar="SECONDS", help=limit)


def add_quiet(parser: argparse.ArgumentParser) -> None:
    """Add --quiet."""
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def list_names(kinds: Sequence[Kind]) -> str:
    """List the names of formats: "mid, wav"."""
    return ", ".join(kind.suffix.removeprefix(".") for kind in kinds)


def plot_kind(path: Path | None) -> str:
    """Return the format of a plot, "png" or "svg", by its file's suffix; "" without a file. Raises `PrimesongError`."""
    return "" if path is None else kind_of_suffix(path, DRAWINGS).suffix.removeprefix(".")


def parse_kinds(text: str) -> tuple[Kind, ...]:
    """Read a list of formats: "mid,wav"."""
    by_name = {suffix.removeprefix("."): kind for kind in SAVED for suffix in kind.suffixes}
    chosen = [name.strip().removeprefix(".").lower() for name in text.split(",")]
    for name in chosen:
        if name not in by_name:
            raise ValueError(f"“{name}” is not a format; expected {list_names(SAVED)}")
    return tuple(dict.fromkeys(by_name[name] for name in chosen))


def parse_share(text: str) -> float:
    """Read a share in percent, such as 5%."""
    try:
        return float(text.removesuffix("%")) / 100
    except ValueError:
        raise ValueError(f"expected a share in percent, such as 5%, got “{text}”") from None


def parse_limit(text: str) -> dict[str, int]:
    """Read a limit: its name and a whole number above 0; K, M and G stand for powers of 1,024."""
    name, given, value = text.rpartition("=")
    name = name if given else "program"
    if name not in DEFAULT_LIMITS._fields:
        raise ValueError(f"“{name}” is not a limit; expected {', '.join(DEFAULT_LIMITS._fields)}")
    power = _POWERS.find(value[-1:]) if value else 0
    number = parse_positive(value[:-1] if power > 0 else value) << 10 * max(power, 0)
    if number > _LARGEST_LIMIT:
        raise ValueError(f"a limit is at most {_LARGEST_LIMIT:,}, got {text}")
    return {name: number}


def shorten(number: int) -> str:
    """Write a number with a suffix where it is a multiple of a power of 1,024. The reverse of `parse_limit`."""
    for place, suffix in ((30, "G"), (20, "M")):
        if number % (1 << place) == 0:
            return f"{number >> place}{suffix}"
    return str(number)


def parse_positive(text: str) -> int:
    """Read a whole number above 0, of at most 19 digits."""
    if not (text.isascii() and text.isdecimal() and int(text[:19]) > 0):
        raise ValueError(f"expected a whole number above 0, got “{text}”")
    return int(text[:19])


def parse_workers(text: str) -> int:
    """Read a number of threads or processes."""
    if (number := parse_positive(text)) > _MOST_WORKERS:
        raise ValueError(f"at most {_MOST_WORKERS:,} workers are possible, got {text}")
    return number


positive = read_by(parse_positive)
workers = read_by(parse_workers)
