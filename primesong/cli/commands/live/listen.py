"""`listen`: a song heard live."""

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator

from primesong.actions.listen import hear_kept, open_ear
from primesong.cli.options import add_effort, add_limits, add_quiet, positive, read_by
from primesong.cli.terminal import remark, show_program
from primesong.files.source import STANDARD_STREAM
from primesong.sound.capture import Ear
from primesong.sound.hear.live import Kept, SteadyText, follow
from primesong.sound.hear.retrieval import EFFORT

EXAMPLES = ("", "- < song.wav")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "source",
        nargs="?",
        type=read_by(_parse_source),
        metavar="-",
        help="read WAV or raw samples from standard input (default: listen to the microphone)",
    )
    parser.add_argument(
        "--rate",
        type=positive,
        default=44100,
        metavar="HZ",
        help="sample rate of the microphone, or of raw samples, which are 16-bit mono (default: 44100)",
    )
    add_effort(parser, f"{EFFORT:g}")
    add_limits(parser)
    add_quiet(parser)


def _parse_source(text: str) -> str:
    """Read what to listen to, if it is not the microphone: standard input."""
    if text != STANDARD_STREAM:
        raise ValueError(f"expected -, for standard input, got “{text}”; primesong decode reads a file")
    return text


def run(options: argparse.Namespace) -> int:
    """Listen until the sound ends or Ctrl-C is pressed; then decode all that was heard."""
    pipe = sys.stdin.buffer if options.source else None
    ear, rate = open_ear(pipe, options.rate, options.limits, _report_loss)
    text = SteadyText()
    kept = Kept()
    with _end_on_interrupt(ear):
        for report in follow(ear, rate, kept):
            if not options.quiet:
                print(report, file=sys.stderr, flush=True)
            text, fresh = text.update(report.program)
            _write(fresh)
    _write(text.finish(hear_kept(kept, options.effort).heard.program))
    return 0


def _write(program: bytes) -> None:
    sys.stdout.write(show_program(program))
    sys.stdout.flush()


def _report_loss() -> None:
    remark("some of the microphone's sound was lost: this machine was too busy to take it in")


@contextlib.contextmanager
def _end_on_interrupt(ear: Ear) -> Iterator[None]:
    """Let Ctrl-C end the recording and nothing else; a second one interrupts as usual."""

    def end(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, default)
        ear.end()

    default = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, default)
