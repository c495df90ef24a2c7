"""The options of commands that make sound: which instrument plays, how, with whom, and the kind of file."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from primesong.cli.options import read_by, read_range
from primesong.files.kind import Kind
from primesong.files.kinds import DEPTHS
from primesong.sargam.accompaniment import parse_accompaniment
from primesong.sound.pitch import parse_pitch
from primesong.sound.render.mix import DEEPEST_BELLOWS
from primesong.sound.render.rendering import EXPRESSIONS, INSTRUMENTS, PLAIN, SYNTHS

#: The help of the option that lets others play along.
ACCOMPANY_HELP = (
    "tanpura (drone), tabla (drums), or both, each optionally with its level in decibels relative to the melody: "
    "tanpura=-14,tabla=-8 (default: none)"
)

#: In Hz: telephones, and the highest rate of studio equipment.
_SAMPLE_RATES = (8_000, 192_000)


def add_sound_options(parser: argparse.ArgumentParser) -> None:
    """Add the choice of an instrument, and of the kind of sound."""
    group = parser.add_argument_group("sound")
    group.add_argument("--synth", choices=SYNTHS, default=SYNTHS[0], help=f"sound engine (default: {SYNTHS[0]})")
    group.add_argument(
        "--soundfont",
        type=Path,
        metavar="FILE",
        help="an .sf2 or .sf3 file, for --synth fluidsynth (default: primesong's own harmonium)",
    )
    add_harmonium_options(group, ", for --synth harmonium")
    group.add_argument(
        "--sample-rate",
        type=sample_rate,
        metavar="HZ",
        help="sample rate, 8000 to 192000 (default: 44100; for Opus, 48000)",
    )
    group.add_argument("--depth", choices=DEPTHS, help="bits per sample, for WAV and FLAC (default: 16)")


def add_harmonium_options(group: Any, where: str = "") -> None:
    """Add how the harmonium is played, and who plays with it."""
    group.add_argument("--sample", type=Path, metavar="FILE", help=f"a recording of one note to play with{where}")
    group.add_argument(
        "--sample-pitch",
        type=read_by(parse_pitch),
        metavar="PITCH",
        help="pitch of that note, in Hz or by name, such as 147.2 or D3 (default: measured)",
    )
    group.add_argument(
        "--expression",
        choices=EXPRESSIONS,
        help="gentle: as if played by hand, with joined notes, the tala's accents and a small room; plain: every note "
        "alike; concert (in files only): gentle, but slow and free at first, then faster in steps, with ornaments, "
        "tanpura and tabla (default: gentle; with --legato, plain)",
    )
    group.add_argument(
        "--plain", action="store_const", dest="expression", const=PLAIN, help="same as --expression plain"
    )
    group.add_argument("--dry", action="store_true", help="leave out the small room of --expression gentle and concert")
    group.add_argument("--legato", action="store_true", help=f"let each note last into the next{where}")
    group.add_argument(
        "--bellows",
        type=read_range(0.0, DEEPEST_BELLOWS, "decibels"),
        metavar="DB",
        help="let the sound swell by this many decibels in every avartan, up to 12 (default: 0)",
    )
    group.add_argument(
        "--accompany",
        type=read_by(parse_accompaniment),
        metavar="LIST",
        help=ACCOMPANY_HELP,
    )


def check_sound_options(options: argparse.Namespace, kinds: Sequence[Kind]) -> None:
    """Complain of an option that would be ignored where files of these kinds are written."""
    sounds = [kind.sound for kind in kinds if kind.sound is not None]
    check_harmonium_options(options, bool(sounds) and options.synth in INSTRUMENTS)
    if options.soundfont and not (sounds and options.synth == "fluidsynth"):
        options.complain("--soundfont goes only with sound by --synth fluidsynth")
    if options.expression not in {None, PLAIN} and not any(kind.is_played for kind in kinds):
        options.complain("--expression goes only with sound, a video or MIDI")
    if options.depth and not any(sound.has_depths for sound in sounds):
        options.complain("--depth goes only with sound as WAV or FLAC")


def check_harmonium_options(options: argparse.Namespace, heard: bool) -> None:
    """Complain of an option that would be ignored, whether or not the harmonium is heard."""
    for option, given, possible, needed in (
        ("--sample", options.sample, heard, "sound by the harmonium"),
        ("--legato", options.legato, heard, "sound by the harmonium"),
        ("--sample-pitch", options.sample_pitch, options.sample, "--sample"),
        (
            "--dry",
            options.dry,
            heard and options.expression != PLAIN and not options.legato,
            "--expression gentle or concert by the harmonium",
        ),
        ("--legato", options.legato, options.expression in {None, PLAIN}, "--expression plain"),
    ):
        if given and not possible:
            options.complain(f"{option} goes only with {needed}")


def sample_rate(text: str) -> int:
    """Read a sample rate in Hz."""
    return int(read_range(*_SAMPLE_RATES, "Hz")(text))
