"""`compose`: number or program to score, MIDI and sound."""

import argparse
from pathlib import Path

from primesong.actions.compose import compose
from primesong.actions.save import save
from primesong.cli.arrange import arrange_by_options
from primesong.cli.jobs import LONGEST_SEARCH
from primesong.cli.options import (
    SOURCES,
    add_melody_options,
    add_output_options,
    add_script_option,
    add_sound_options,
    check_sound_options,
    list_names,
    parse_kinds,
    parse_share,
    read_by,
    sound_options,
)
from primesong.cli.progress import show_progress, silence_libraries
from primesong.cli.terminal import print_path
from primesong.files.kinds import DEFAULT_KINDS, SAVED, SCALA
from primesong.files.source import BUILT_IN, name_title
from primesong.repair.song import add_coda

EXAMPLES = (
    "",
    "-o song",
    "hello.py --tala jhaptal",
    "number.txt --format mid,mxl",
    "--format pdf,html --script devanagari,roman,digit",
    "--format pdf --start 1 --end 20",
    "femtogpt.mid --tonic C#3 --tempo vilambit -o slow",
    "femtogpt --tuning just --format mid,flac -o just",
    "femtogpt --coda 5% --format mid,opus -o with-coda",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("source", nargs="?", default=BUILT_IN, help=f"a program, {SOURCES} (default: femtogpt)")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(), metavar="FOLDER", help="folder (default: this one)"
    )
    parser.add_argument(
        "--format",
        type=read_by(parse_kinds),
        default=DEFAULT_KINDS,
        metavar="LIST",
        help=f"which files: {list_names(SAVED)} (default: {list_names(DEFAULT_KINDS)})",
    )
    add_melody_options(parser)
    parser.add_argument(
        "--coda",
        type=read_by(parse_share),
        metavar="SHARE",
        help="add error-correction notes after the number's, 0.5%% to 50%% of its length",
    )
    add_script_option(parser)
    add_sound_options(parser)
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Compose the song and write its files."""
    check_sound_options(options, options.format)
    kinds = (*options.format, SCALA) if options.tuning else options.format
    name = name_title(options.source)
    with silence_libraries(), show_progress(options) as progress:
        song = compose(options.source, options.limits, longest=LONGEST_SEARCH, progress=progress)
        song = arrange_by_options(song, options)
        if options.coda is not None:
            song = add_coda(song, options.coda)
        written = save(
            song,
            [options.output / f"{name}{kind.suffix}" for kind in dict.fromkeys(kinds)],
            script=options.script,
            force=options.force,
            progress=progress,
            **sound_options(options),
        )
    for path in written:
        print_path(path)
    return 0
