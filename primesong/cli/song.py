"""The song that a command is about: loaded, or made of a program; arranged as the command's options say."""

import argparse
import sys
from typing import Any

from primesong.actions.arrange import arrange, choose_setting
from primesong.actions.compose import compose
from primesong.actions.decode import load
from primesong.actions.progress import Progress
from primesong.cli.output import LONGEST_SEARCH
from primesong.cli.terminal import remark, tell_remarks
from primesong.files.kind import Group
from primesong.files.source import Source, use_source
from primesong.options import MelodyOptions
from primesong.sargam.tala import FIT, describe_fitting
from primesong.song import Song
from primesong.words import decode_text


def open_song(
    source: str | Source, options: argparse.Namespace, progress: Progress, effort: float | None = None
) -> Song:
    """Load a song; say on standard error how its notes were read, and of a program, that its song is made first.

    Raises
    ------
    PrimesongError
        If there is none. What is not text is not taken for a program: it may be a song that is damaged.
    """
    with use_source(source, options.limits) as opened:
        if opened.kind.group is not Group.PROGRAM or not decode_text(opened.data):
            song = load(opened, effort=effort, progress=progress)
            tell_remarks(song)
            return song
        remark(f"{opened.name} is a program; its song is made first")
        return compose(opened, longest=LONGEST_SEARCH, progress=progress)


def open_arranged(source: str, options: argparse.Namespace, progress: Progress) -> Song:
    """Open a song and arrange it as the command's options say."""
    wanted = select_options(options, MelodyOptions)
    wanted |= choose_setting(options.limits, **wanted)  # what is wrong fails before a prime is sought
    return cut_excerpt(arrange(open_song(source, options, progress), **wanted), options)


def cut_excerpt(song: Song, options: argparse.Namespace) -> Song:
    """Cut out of an arranged song what --start and --end name; of --tala fit, say on standard error which talas fit,
    and what a tempo means."""
    if options.tala == FIT:
        print(describe_fitting(len(song.digits)), file=sys.stderr)
    if options.tempo is not None:
        print(song.melody.setting.laya, file=sys.stderr)
    return arrange(song, start=options.start, end=options.end)


def select_options(options: argparse.Namespace, taken: type) -> dict[str, Any]:
    """Return the command's options that an action takes, as a `TypedDict` of `primesong.options` lists them."""
    return {name: getattr(options, name) for name in taken.__annotations__ if hasattr(options, name)}
