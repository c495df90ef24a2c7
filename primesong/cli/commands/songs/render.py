"""`render`: song to a sound file."""

import argparse
from pathlib import Path

from primesong.actions.save import save
from primesong.cli.options import (
    SOURCES,
    add_melody_options,
    add_output_options,
    list_names,
)
from primesong.cli.progress import show_progress
from primesong.cli.song import open_arranged, select_options
from primesong.cli.sound_options import add_sound_options, check_sound_options
from primesong.cli.terminal import print_path
from primesong.files.kinds import SOUND, kind_of_suffix
from primesong.files.sound import check_sound
from primesong.options import SoundOptions

EXAMPLES = (
    "femtogpt -o song.wav",
    "femtogpt.mid -o song.wav --sample my-harmonium.wav",
    "femtogpt.mxl -o organ.flac --depth 24 --synth fluidsynth --soundfont FluidR3_GM.sf2",
    "femtogpt -o song.opus --tuning just --accompany tanpura,tabla=-10",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("source", help=SOURCES)
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=f"the sound file: {list_names(SOUND)}"
    )
    add_melody_options(parser)
    add_sound_options(parser)
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Render the song."""
    kind = kind_of_suffix(options.output, SOUND)
    check_sound_options(options, [kind])
    check_sound(kind, options.depth, options.sample_rate)
    with show_progress(options) as progress:
        song = open_arranged(options.source, options, progress)
        save(song, options.output, force=options.force, progress=progress, **select_options(options, SoundOptions))
    print_path(options.output)
    return 0
