"""The melody options of a command, applied to a song."""

import argparse
import sys

from primesong.actions.arrange import arrange
from primesong.cli.options import melody_options
from primesong.sargam.tala import FIT
from primesong.score.engraving.title_page import describe_talas
from primesong.song import Song


def arrange_by_options(song: Song, options: argparse.Namespace) -> Song:
    """Arrange a song as the command's options say; of --tala fit, say on standard error which talas fit."""
    if options.tala == FIT:
        print(describe_talas(song), file=sys.stderr)
    return arrange(song, **melody_options(options))
