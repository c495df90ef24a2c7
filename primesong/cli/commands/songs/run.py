"""`run`: the program inside a song, shown first, then executed where it can do no harm."""

import argparse
import json
import sys
from pathlib import Path

from primesong.actions.run import Run, check_consent, default_names, introduce, run_program
from primesong.cli.curve import show_training
from primesong.cli.options import SOURCES, add_output_options, list_names, plot_kind, positive
from primesong.cli.progress import show_progress
from primesong.cli.song import open_song
from primesong.cli.terminal import print_facts, remark
from primesong.errors import PrimesongError
from primesong.files.atomic import check_targets, whole_files
from primesong.files.kinds import DRAWINGS
from primesong.files.source import read_bytes
from primesong.sandbox.quota import MIB, Quota
from primesong.sandbox.report import describe_progress, find_fault, read_names, summarize
from primesong.sandbox.source import show_source

EXAMPLES = (
    "femtogpt",
    "song.mid --log loss.json --plot loss.png",
    "song.wav --require-isolation --input names.txt",
    "femtogpt --yes --sha256 fe0ac497226827be64c6e72bace80553f35e4bcd22be4c26a96b1be92aa75f9e",
)

#: The sandbox's limits: option, unit, default, what it limits.
_LIMITS = (
    ("cpu", "SECONDS", 1_800, "processor time"),
    ("time", "SECONDS", 3_600, "wall-clock time"),
    ("memory", "MIB", 1_024, "memory"),
    ("disk", "MIB", 64, "disk space for its files"),
    ("output", "MIB", 16, "printed output"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("song", help=SOURCES)
    consent = parser.add_argument_group("consent")
    consent.add_argument("--yes", action="store_true", help="do not ask; needs --sha256")
    consent.add_argument("--sha256", metavar="HEX", help="run only the program with this SHA-256")
    consent.add_argument("--require-isolation", action="store_true", help="run only if bubblewrap can isolate it")
    what = parser.add_argument_group("input and output")
    what.add_argument(
        "--input", type=Path, metavar="FILE", help="what it reads as input.txt (default: 5,163 first names)"
    )
    what.add_argument("--python", metavar="PROGRAM", help="Python interpreter, such as pypy3 (default: this one)")
    what.add_argument("--log", type=Path, metavar="FILE", help="save losses and names as JSON")
    what.add_argument("--plot", type=Path, metavar="FILE", help=f"save a plot of the losses: {list_names(DRAWINGS)}")
    limits = parser.add_argument_group("limits")
    for name, unit, default, of in _LIMITS:
        limits.add_argument(
            f"--{name}", type=positive, default=default, metavar=unit, help=f"{of} (default: {default})"
        )
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Show the program, ask, run it, and say how it ended."""
    kept = [path for path in (options.log, options.plot) if path is not None]
    kind = plot_kind(options.plot)
    check_targets(kept, options.force)
    with show_progress(options) as progress:
        song = open_song(options.song, options, progress)
    introduction = introduce(song, options.limits, python=options.python)
    check_consent(introduction, wanted=options.sha256)
    names = default_names() if options.input is None else read_bytes(options.input, options.limits)
    if not options.quiet:
        print_facts(introduction.facts, to_stderr=True)
    check_consent(introduction, isolated=options.require_isolation)
    if not _ask(options, introduction.program):
        remark("the program was not run")
        return 1
    with whole_files(kept, options.force) as temporaries:
        with show_training(options.quiet) as show:
            done = run_program(introduction, names=names, quota=_read_quota(options), show=show)
        for path, temporary in zip(kept, temporaries, strict=True):
            temporary.write_bytes(_record(done, names) if path == options.log else done.training.draw(kind))
    return _report(done, names)


def _ask(options: argparse.Namespace, program: bytes) -> bool:
    """Ask whether to run the program; without a terminal, --yes and --sha256 together consent."""
    if options.yes:
        if options.sha256 is None:
            raise PrimesongError("--yes needs --sha256, which says which program may run")
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PrimesongError("there is no terminal to ask on; --yes with the program's --sha256 runs it")
    while True:
        print("Run it? [y]es, [n]o, [s]how the source: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().lower()
        if answer not in ("s", "show"):
            return answer in ("y", "yes")
        print(show_source(program), file=sys.stderr)


def _read_quota(options: argparse.Namespace) -> Quota:
    return Quota(options.cpu, options.time, options.memory * MIB, options.disk * MIB, options.output * MIB)


def _record(done: Run, names: bytes) -> bytes:
    """Return the log of the training, as JSON."""
    log = done.training.to_json(read_names(names))
    return json.dumps(log, indent=1, ensure_ascii=False).encode() + b"\n"


def _report(done: Run, names: bytes) -> int:
    """Say how the program ended and what it learned; return the exit code."""
    print_facts(summarize(done.training, names), to_stderr=True)
    if done.ending is None:
        remark(f"interrupted{describe_progress(done.training)}; the program has ended")
        return 130
    if (fault := find_fault(done.ending, done.training)) is not None:
        raise fault
    print_facts([("ended", f"by itself, after {done.ending.seconds:,.1f} s")], to_stderr=True)
    return 0
