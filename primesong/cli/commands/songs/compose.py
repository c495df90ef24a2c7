"""`compose`: number or program to score, MIDI and sound."""

import argparse
from pathlib import Path

from primesong.actions.compose import READINGS, compose
from primesong.actions.save import save
from primesong.cli.options import (
    SOURCES,
    add_headings_option,
    add_melody_options,
    add_output_options,
    add_script_option,
    list_names,
    parse_kinds,
    parse_share,
    read_by,
)
from primesong.cli.output import LONGEST_SEARCH
from primesong.cli.progress import show_progress
from primesong.cli.song import cut_excerpt, select_options
from primesong.cli.sound_options import add_sound_options, check_sound_options
from primesong.cli.terminal import print_path, tell_remarks
from primesong.files.kind import Kind
from primesong.files.kinds import BHATKHANDE, DEFAULT_KINDS, SAVED, SCALA, SONGBOOK, has_suffix, kind_of_suffix
from primesong.files.source import BUILT_IN, name_title
from primesong.options import MelodyOptions, SoundOptions
from primesong.repair.coda import add_coda
from primesong.sargam.remarks import Fact, Remark

EXAMPLES = (
    "",
    "-o song",
    "hello.py -o hello.mid",
    "hello.py --tala jhaptal",
    "page.html --as program -o page.mid",
    "number.txt --format mid,mxl",
    "--format pdf,html --script devanagari,roman,digit",
    "--format pdf --start 1 --end 20",
    "femtogpt.mid --tonic C#3 --tempo drut -o slow",
    "femtogpt --tuning just --format mid,flac -o just",
    "femtogpt --coda 5% --format mid,opus -o with-coda",
)

#: What is said of a file that can be taken for something else.
_CHOSEN = {Remark(Fact.AS_PROGRAM), Remark(Fact.AS_NUMBER), Remark(Fact.NO_SONG)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("source", nargs="?", default=BUILT_IN, help=f"{SOURCES} (default: femtogpt)")
    parser.add_argument(
        "--as",
        dest="read_as",
        choices=READINGS,
        help="read a file as a program or as a number (default: as a number or a song if it is one, otherwise as a "
        "program)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path(),
        metavar="FILE or FOLDER",
        help="one file, whose suffix names its format; or a folder for several (default: the current folder)",
    )
    parser.add_argument(
        "--format",
        type=read_by(parse_kinds),
        metavar="LIST",
        help=f"formats to write into the folder: {list_names(SAVED)} (default: {list_names(DEFAULT_KINDS)})",
    )
    add_melody_options(parser)
    parser.add_argument(
        "--coda",
        type=read_by(parse_share),
        metavar="SHARE",
        help="add error-correction notes (a coda) at the end: 0.5%% to 50%% of the number's notes",
    )
    add_script_option(parser)
    add_headings_option(parser)
    add_sound_options(parser)
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Compose the song and write its files."""
    targets = _choose_targets(options)
    kinds = [kind_of_suffix(target) for target in targets]
    check_sound_options(options, kinds)
    if options.headings and not any("headings" in kind.options for kind in kinds):
        options.complain(f"--headings goes only with {BHATKHANDE.name} or {SONGBOOK.name}")
    with show_progress(options) as progress:
        song = compose(
            options.source,
            options.limits,
            longest=LONGEST_SEARCH,
            read_as=options.read_as,
            progress=progress,
            **select_options(options, MelodyOptions),
        )
        tell_remarks(song, "; --as chooses" if _CHOSEN.intersection(song.remarks) else "")
        song = cut_excerpt(song, options)
        if options.coda is not None:
            song = add_coda(song, options.coda)
        written = save(
            song,
            targets,
            script=options.script,
            headings=options.headings,
            force=options.force,
            progress=progress,
            **select_options(options, SoundOptions),
        )
    for path in written:
        print_path(path)
    return 0


def _choose_targets(options: argparse.Namespace) -> list[Path]:
    """Return the files to write: the one that --output names, or those of --format in its folder."""
    folder: Path = options.output
    looks_like_file = options.format is None and folder.suffix[1:2].isalpha()  # of no kind, perhaps, which is said
    if (has_suffix(folder, SAVED) or looks_like_file) and not folder.is_dir():
        if options.format is not None:
            options.complain(f"{folder} names one file; --format goes with a folder")
        return [folder]
    kinds: tuple[Kind, ...] = options.format or DEFAULT_KINDS
    named = (*kinds, SCALA) if options.tuning else kinds
    return [folder / f"{name_title(options.source)}{kind.suffix}" for kind in dict.fromkeys(named)]
