"""`run`: the program inside a song, shown first, then executed where it can do no harm."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong.cli.commands.listen import song_in
from primesong.cli.options import (
    PICTURES,
    SOURCES,
    add_command,
    add_force,
    add_limits,
    add_quiet,
    listed,
    picture_kind,
    positive,
)
from primesong.cli.terminal import harmless
from primesong.errors import NoProgramError, PrimesongError
from primesong.files import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from primesong.sandbox.levels import Level
    from primesong.sandbox.process import Ending
    from primesong.sandbox.quota import Quota
    from primesong.sandbox.training import Training

def add_commands(commands: Any) -> None:
    """Add the command of this module."""
    parser = add_command(
        commands,
        "run",
        _run,
        "show the program inside a song, ask, and run it in a sandbox: no network, none of your files",
        "femtogpt",
        "song.mid --log loss.json --plot loss.png",
        "song.wav --require-isolation --input names.txt",
        "femtogpt --yes --sha256 fe0ac497226827be64c6e72bace80553f35e4bcd22be4c26a96b1be92aa75f9e",
    )
    parser.add_argument("song", help=SOURCES)
    consent = parser.add_argument_group("consent")
    consent.add_argument("--yes", action="store_true", help="do not ask; only together with --sha256")
    consent.add_argument("--sha256", metavar="HEX", help="run nothing but the program with this SHA-256")
    consent.add_argument(
        "--require-isolation", action="store_true", help="run nothing unless bubblewrap can lock the program in"
    )
    what = parser.add_argument_group("what it gets, and what is kept")
    what.add_argument("--input", type=Path, metavar="FILE", help="its input.txt (default: 5,163 first names)")
    what.add_argument("--python", metavar="PROGRAM", help="the Python to run it, such as pypy3 (default: this one)")
    what.add_argument("--log", type=Path, metavar="FILE", help="save losses and names as JSON")
    what.add_argument("--plot", type=Path, metavar="FILE", help=f"save a picture of the losses, as {listed(PICTURES)}")
    limits = parser.add_argument_group("limits")
    for name, metavar, default, of in (
        ("cpu", "SECONDS", 1_800, "processor time"),
        ("time", "SECONDS", 3_600, "time on the clock"),
        ("memory", "MIB", 1_024, "memory"),
        ("disk", "MIB", 64, "files, each and together"),
        ("output", "MIB", 16, "what it prints"),
    ):
        limits.add_argument(
            f"--{name}", type=positive, default=default, metavar=metavar, help=f"{of} (default: {default})"
        )
    add_limits(limits)
    add_force(parser)
    add_quiet(parser)


def _run(options: argparse.Namespace) -> int:
    from primesong.repair.song import advice
    from primesong.sandbox.interpreter import find_python
    from primesong.sandbox.levels import LEVELS
    from primesong.sandbox.process import find_level
    from primesong.sandbox.report import introduce, sha256
    from primesong.sandbox.training import Training
    from primesong.song import decode

    kept = [path for path in (options.log, options.plot) if path is not None]
    atomic.check_targets(kept, options.force)
    kind = "" if options.plot is None else picture_kind(options.plot, options.force)
    song = song_in(options.song, options)
    try:
        program = decode(song)
    except NoProgramError as error:
        raise NoProgramError(advice(song, error)) from error
    wanted = sha256(program)
    if options.sha256 is not None and options.sha256.lower() != wanted:
        raise PrimesongError(f"the program's SHA-256 is {wanted}, not the one given; it was not run")
    names = _names(options)
    python = find_python(options.python)
    level = find_level(python)
    facts = introduce(program, level)
    if not options.quiet:
        _say(facts)
    if options.require_isolation and level != LEVELS[0]:
        raise PrimesongError(f"only {level.name} takes hold here, not bubblewrap; the program was not run")
    if not _consent(options, program):
        print("primesong: the program was not run", file=sys.stderr)
        return 1
    training = Training()
    with atomic.whole_files(kept, options.force) as temporaries:
        ending = _execute(options, program, python=python, level=level, names=names, training=training)
        for path, temporary in zip(kept, temporaries, strict=True):
            temporary.write_bytes(_record(training, names) if path == options.log else training.draw(kind))
    return _tell(ending, training, names)


def _say(lines: "Sequence[tuple[str, str]]") -> None:
    """Print on standard error what of something, and that."""
    for what, that in lines:
        print(harmless(f"{what:9} {that}".encode()), file=sys.stderr)


def _consent(options: argparse.Namespace, program: bytes) -> bool:
    """Ask whether to run the program; without a terminal only --yes and --sha256 together say so."""
    from primesong.sandbox.source import show_source

    if options.yes:
        if options.sha256 is None:
            raise PrimesongError("--yes runs nothing without --sha256, which says which program you mean")
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PrimesongError("there is no terminal to ask on; --yes with --sha256 of the program runs it")
    while True:
        print("Run it? [y]es, [n]o, [s]how the source: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().lower()
        if answer not in ("s", "show"):
            return answer in ("y", "yes")
        print(show_source(program), file=sys.stderr)


def _names(options: argparse.Namespace) -> bytes:
    from primesong.resources import asset

    return atomic.read_bytes(options.input if options.input is not None else asset("names.txt"), options.limits)


def _execute(
    options: argparse.Namespace, program: bytes, *, python: Any, level: "Level", names: bytes, training: "Training"
) -> "Ending | None":
    """Run the program and show what it says; None if Ctrl-C ended it."""
    from primesong.cli.curve import showing
    from primesong.sandbox.process import execute

    try:
        with showing(training, options.quiet) as show:
            return execute(program, python, level, _quota(options), files={"input.txt": names}, show=show)
    except KeyboardInterrupt:
        return None


def _quota(options: argparse.Namespace) -> "Quota":
    from primesong.sandbox.quota import MIB, Quota

    return Quota(options.cpu, options.time, options.memory * MIB, options.disk * MIB, options.output * MIB)


def _record(training: "Training", names: bytes) -> bytes:
    """Give the log to be kept, as JSON."""
    import json

    from primesong.sandbox.report import read_names

    return json.dumps(training.to_json(read_names(names)), indent=1, ensure_ascii=False).encode() + b"\n"


def _tell(ending: "Ending | None", training: "Training", names: bytes) -> int:
    """Say how it ended and what it learned; give the exit code."""
    from primesong.sandbox.report import describe_progress, find_fault, summarize

    _say(summarize(training, names))
    if ending is None:
        print(f"primesong: interrupted{describe_progress(training)}; the program is gone", file=sys.stderr)
        return 130
    if (fault := find_fault(ending, training)) is not None:
        raise fault
    print(f"ended     by itself, after {ending.seconds:,.1f} s", file=sys.stderr)
    return 0
