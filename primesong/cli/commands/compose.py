"""`compose` and `render`: number or program to score, MIDI and sound."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong.cli.commands.encode import prime_of
from primesong.cli.commands.listen import song_in
from primesong.cli.options import (
    SOURCES,
    add_command,
    add_melody_options,
    add_output_options,
    add_script_option,
    add_sound_options,
    check_sound_options,
    listed,
    share,
    suffixes,
)
from primesong.cli.progress import libraries_silenced, progress, working
from primesong.cli.terminal import tell
from primesong.errors import PrimesongError
from primesong.files import atomic, formats, recordings
from primesong.sargam.tala import FIT, TALAS, Tala, find_fitting

if TYPE_CHECKING:
    from primesong.song import Song
    from primesong.sound.render.rendering import RenderOptions


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    _add_compose(commands)
    _add_render(commands)


def _add_compose(commands: Any) -> None:
    parser = add_command(
        commands,
        "compose",
        _compose,
        "make a number's or a program's song: score, MIDI and sound",
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
    parser.add_argument("source", nargs="?", default=formats.BUILT_IN, help=f"a program, {SOURCES} (default: femtogpt)")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(), metavar="FOLDER", help="folder (default: this one)"
    )
    every = (*(kind.suffix for kind in formats.FORMATS), *formats.ENGRAVED_SUFFIXES, *recordings.SOUND_SUFFIXES)
    parser.add_argument(
        "--format",
        type=suffixes,
        default=formats.USUAL_SUFFIXES,
        metavar="LIST",
        help=f"which files, of {listed(every)} (default: {listed(formats.USUAL_SUFFIXES)})",
    )
    add_melody_options(parser)
    parser.add_argument(
        "--coda",
        type=share,
        metavar="SHARE",
        help="after the number, notes by which wrong ones can be put right, so much of its length: 0.5%% to 50%%",
    )
    add_script_option(parser)
    add_sound_options(parser)
    add_output_options(parser)


def _compose(options: argparse.Namespace) -> int:
    from primesong.actions import engrave
    from primesong.repair.song import add_coda

    check_sound_options(options, options.format)
    song = arranged(any_song(options.source, options), options)
    if options.coda is not None:
        song = add_coda(song, options.coda)
    name = atomic.stem(options.source)
    engraved_suffixes = [suffix for suffix in options.format if suffix in formats.ENGRAVED_SUFFIXES]
    engraved = {}
    if engraved_suffixes:
        with working(options, "engraving the score"):
            engraved = engrave.engrave(song, engraved_suffixes, options.script)
    tuned = (formats.SCALA_SUFFIX,) if options.tuning else ()
    endings = [*(suffix for suffix in options.format if suffix not in engraved_suffixes), *engraved, *tuned]
    targets = {ending: options.output / (name + ending) for ending in endings}
    with atomic.whole_files(list(targets.values()), options.force) as temporaries:
        parts = dict(zip(targets, temporaries, strict=True))
        sounds = {suffix: parts.pop(suffix) for suffix in recordings.SOUND_SUFFIXES if suffix in parts}
        with working(options, "writing the score"):
            formats.write_symbols(song.melody, parts, options.script, options.accompany)
        for ending, content in engraved.items():
            parts[ending].write_bytes(content)
        for suffix, target in sounds.items():
            _write_sound(song, target, suffix, options)
    for target in targets.values():
        tell(target)
    return 0


def _add_render(commands: Any) -> None:
    parser = add_command(
        commands,
        "render",
        _render,
        "render a song as a sound file",
        "femtogpt -o song.wav",
        "femtogpt.mid -o song.wav --sample my-harmonium.wav",
        "femtogpt.mxl -o organ.flac --depth 24 --synth fluidsynth --soundfont FluidR3_GM.sf2",
        "femtogpt -o song.opus --tuning just --accompany tanpura,tabla=-10",
    )
    parser.add_argument("source", help=SOURCES)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"the sound file: {listed(recordings.SOUND_SUFFIXES)}",
    )
    add_melody_options(parser)
    add_sound_options(parser)
    add_output_options(parser)


def _render(options: argparse.Namespace) -> int:
    suffix = options.output.suffix.lower()
    if suffix not in recordings.SOUND_SUFFIXES:
        raise PrimesongError(f"{options.output}: sound is written as {', '.join(recordings.SOUND_SUFFIXES)}")
    check_sound_options(options, [suffix])
    recordings.check_sound(suffix, options.depth, options.sample_rate)
    song = arranged(song_in(options.source, options), options)
    with atomic.whole_files([options.output], options.force) as [temporary]:
        _write_sound(song, temporary, suffix, options)
    tell(options.output)
    return 0


def _write_sound(song: "Song", target: Path, suffix: str, options: argparse.Namespace) -> None:
    with progress(options, f"rendering {song.melody.seconds:,.0f} s of sound") as report:
        recordings.write_sound(song.melody, target, suffix, render_options(options), report)


def render_options(options: argparse.Namespace) -> "RenderOptions":
    """Return how sound is rendered, its sample read. Raises `PrimesongError`."""
    from primesong.sound.render.rendering import RenderOptions

    return RenderOptions(
        synth=options.synth,
        sample_rate=options.sample_rate,
        depth=options.depth,
        sample=recordings.read_sample(options.sample, options.limits),
        sample_pitch=options.sample_pitch,
        soundfont=recordings.check_soundfont(options.soundfont),
        legato=options.legato,
        bellows=options.bellows,
        accompaniment=options.accompany,
    )


def any_song(source: str, options: argparse.Namespace) -> "Song":
    """Load a song, or make one of a program."""
    from primesong.song import compose

    with libraries_silenced():
        loaded = formats.load_song_or_program(source, options.limits)
    if not isinstance(loaded, bytes):
        return loaded
    return compose(prime_of(loaded, options), title=atomic.stem(source))


def arranged(song: "Song", options: argparse.Namespace) -> "Song":
    """Apply the melody options that were given, and cut the excerpt."""
    from dataclasses import replace

    from primesong.sargam.melody import cut
    from primesong.song import arrange

    chosen = {"tonic": options.tonic, "tempo": options.tempo, "title": options.title,
              "tala": _tala(song, options.tala),
              "tuning": formats.load_tuning(options.tuning, options.limits) if options.tuning else None}  # fmt: skip
    song = arrange(song, **{name: value for name, value in chosen.items() if value is not None})
    if options.start is None and options.end is None:
        return song
    return replace(song, melody=cut(song.melody, options.start or 1, options.end))


def _tala(song: "Song", name: str | None) -> Tala | None:
    """Find a tala by its name, or the first that the song fills, telling on standard error all that it does."""
    if name != FIT:
        return TALAS[name] if name else None
    from primesong.actions.report import talas_that_fit

    print(talas_that_fit(song), file=sys.stderr)
    fits = find_fitting(len(song.digits))
    if not fits:
        raise PrimesongError(f"{talas_that_fit(song)} Choose one of {', '.join(TALAS)}")
    return fits[0]
