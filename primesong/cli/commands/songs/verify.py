"""`verify`: every check of a song."""

import argparse
import json
from contextlib import ExitStack
from pathlib import Path

from primesong.actions.decode import load
from primesong.actions.prove import load_certificate
from primesong.actions.transcribe import draw_heard
from primesong.actions.verify import verify
from primesong.cli.hints import COMMAND_HINTS
from primesong.cli.options import SOURCES, add_effort, add_output_options, list_names, plot_kind
from primesong.cli.progress import show_progress
from primesong.cli.song import open_song
from primesong.cli.terminal import print_facts
from primesong.errors import PrimesongError
from primesong.files.atomic import check_targets, write_whole
from primesong.files.kinds import DRAWINGS
from primesong.files.source import open_source

EXAMPLES = ("femtogpt", "femtogpt.mid --json", "hello.txt --proof hello.certificate.json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("song", nargs="+", help=f"{SOURCES}; or several recordings of one song")
    parser.add_argument("--proof", metavar="FILE", help="also check this certificate of the number's primality")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"save a plot of what was heard: {list_names(DRAWINGS)}"
    )
    add_effort(parser)
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Check the song; exit with 0 only if all checks pass."""
    kind = plot_kind(options.plot)
    check_targets([options.plot], options.force)
    with ExitStack() as stack, show_progress(options) as progress:
        sources = [stack.enter_context(open_source(source, options.limits)) for source in options.song]
        if len(sources) == 1:
            song = open_song(sources[0], options, progress, options.effort)
        else:
            song = load(sources, effort=options.effort, progress=progress)
        heard = song.heard
        if kind and heard is None:
            raise PrimesongError("--plot shows what was heard in a recording; this song was read from a file")
        proof = None if options.proof is None else load_certificate(options.proof, options.limits)
        report = verify(song, options.limits, proof=proof, progress=progress)
        if kind:
            write_whole(options.plot, draw_heard(heard, sources[heard.recording], kind), options.force)
    if options.json:
        evidence = {"heard": heard.evidence} if heard is not None else {}
        print(json.dumps(report.to_json() | evidence, indent=2, ensure_ascii=False))
        return 0 if report.passes else 1
    print_facts(report.facts())
    if heard is not None:
        print_facts([("heard", heard.summary)])
    if report.repairable:
        print_facts([("repair", COMMAND_HINTS["decode"])])
    print("All checks passed." if report.passes else "Not all checks passed.")
    return 0 if report.passes else 1
