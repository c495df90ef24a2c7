"""`notes`: which digit sounds which swara."""

import argparse
import json
from pathlib import Path

from primesong.cli.options import SOURCES, add_force, add_limits, list_names, plot_kind
from primesong.cli.progress import show_progress
from primesong.cli.song import open_song
from primesong.files.atomic import check_targets, write_whole
from primesong.files.kinds import DRAWINGS
from primesong.sargam.raga import describe_raga
from primesong.score.engraving.title_page import tabulate_notes
from primesong.score.plot import draw

EXAMPLES = ("femtogpt", "femtogpt.mid --json", "femtogpt --plot notes.png")

#: The heads of the table of notes.
_HEADS = "rank  digit  swara      letter  semitones  note  count"

#: A row of that table.
_ROW = "{rank:4}  {digit:>5}  {swara:9}  {letter:6}  {semitones:+9}  {note:4}  {count:5,}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("song", help=SOURCES)
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"save a plot of counts and first bars: {list_names(DRAWINGS)}"
    )
    add_force(parser)
    add_limits(parser)


def run(options: argparse.Namespace) -> int:
    """Print the table, and save the plot."""
    kind = plot_kind(options.plot)
    check_targets([options.plot], options.force)
    with show_progress(options) as progress:
        song = open_song(options.song, options, progress)
    if kind:
        write_whole(options.plot, draw(song.melody, kind), options.force)
    rows = tabulate_notes(song)
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    print(_HEADS)
    for row in rows:
        print(_ROW.format(**row))
    print(f"\n{describe_raga(song.mapping.raga)}")
    return 0
