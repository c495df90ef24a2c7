"""`transcribe`: the notes of a recording, whether they hold a program or not."""

import argparse
from pathlib import Path

from primesong.actions.transcribe import save_transcription, transcribe
from primesong.cli.options import add_output_options, list_names, plot_kind
from primesong.cli.progress import show_progress
from primesong.files.atomic import check_targets
from primesong.files.kinds import DRAWINGS, TRANSCRIPTIONS, kind_of_suffix
from primesong.sargam.setting import MATRAS_PER_BEAT

EXAMPLES = ("song.mp3 -o notes.mid", "excerpt.wav -o notes.csv", "song.mp3 -o song.vtt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "recording", help="a recording of any primesong song, or of part of one; or - for standard input"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"the file: {list_names(TRANSCRIPTIONS)} (MIDI, a table of times and probabilities, or captions)",
    )
    parser.add_argument(
        "--timing",
        choices=("quantized", "performed"),
        default="quantized",
        help="note times in MIDI: one note per matra (beat), or as they were heard (default: quantized)",
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"save a plot of notes, pace and confidence: {list_names(DRAWINGS)}"
    )
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Transcribe the recording."""
    kind_of_suffix(options.output, TRANSCRIPTIONS)
    plot_kind(options.plot)
    check_targets([options.output, options.plot], options.force)
    with show_progress(options) as progress:
        heard = transcribe(options.recording, options.limits, progress=progress)
    performed = options.timing == "performed"
    save_transcription(heard, options.output, force=options.force, performed=performed, plot=options.plot)
    notes, sa, matras = len(heard.midi_notes), heard.tonic_hertz, MATRAS_PER_BEAT * heard.tempo
    print(f"{options.output}: {notes:,} notes, Sa {sa:.1f} Hz, {matras:.2f} matras a minute")
    return 0
