"""Options that several commands share, and how their texts are read."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong.errors import PrimesongError
from primesong.files import atomic, formats, recordings
from primesong.limits import DEFAULT_LIMITS
from primesong.sargam.script import SCRIPT_NAMES
from primesong.sargam.tala import FIT, TALAS

if TYPE_CHECKING:
    from primesong.sargam.accompaniment import Accompaniment

SOURCES = f"a file of digits, {formats.known_suffixes()}, femtogpt (the published number), or - for standard input"

PICTURES = (".png", ".svg")

#: No limit is larger: what sizes and places in files are counted in.
_LARGEST_LIMIT = 1 << 62

#: More threads or processes than any one machine has cores for; systems refuse some thousands.
_MOST_WORKERS = 1_024


def add_command(
    commands: Any, name: str, run: Callable[..., int], summary: str, *examples: str
) -> argparse.ArgumentParser:
    """Add a command with its examples; its `complain` ends it with exit code 2."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog="examples:\n" + "\n".join(f"  primesong {name} {example}".rstrip() for example in examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=run, complain=parser.error)
    return parser


def add_melody_options(parser: argparse.ArgumentParser) -> None:
    """Add tonic, tempo, tala and title."""
    group = parser.add_argument_group("melody")
    group.add_argument("--tonic", type=tonic, metavar="NOTE", help="Sa, such as C#3 or 49 (default: D3)")
    group.add_argument(
        "--tempo",
        type=tempo,
        metavar="BEATS",
        help="beats of four notes a minute, 5 to 960, or a laya: vilambit, madhya, drut, ati-drut "
        "(default: 60, 0.25 s a note)",
    )
    group.add_argument(
        "--tuning",
        metavar="NAME",
        help="equal, just, gandhar or a Scala file (.scl) (default: the song's own, or equal)",
    )
    group.add_argument(
        "--tala", choices=(*TALAS, FIT), help="how the notes are grouped; fit tells which they fill (default: tintal)"
    )
    group.add_argument("--title", help="title (default: the song's own, or the file's name)")
    group.add_argument("--start", type=positive, metavar="AVARTAN", help="first avartan of an excerpt, from 1")
    group.add_argument("--end", type=positive, metavar="AVARTAN", help="last avartan of an excerpt")


def share(text: str) -> float:
    """Read a share in percent, such as 5%."""
    try:
        return float(text.removesuffix("%")) / 100
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no share; write it in percent, such as 5%") from None


def add_script_option(parser: argparse.ArgumentParser) -> None:
    """Add --script."""
    parser.add_argument(
        "--script",
        type=scripts,
        default=(),
        metavar="LIST",
        help=f"how swaras are written, a verse each, of {', '.join(SCRIPT_NAMES)} "
        "(default: roman,digit under a staff; letters in .sargam; devanagari,roman in .html)",
    )


def add_sound_options(parser: argparse.ArgumentParser) -> None:
    """Add the choice of an instrument, and of the kind of sound."""
    group = parser.add_argument_group("sound")
    group.add_argument("--synth", choices=("harmonium", "fluidsynth"), default="harmonium", help="default: harmonium")
    group.add_argument("--soundfont", type=Path, metavar="FILE", help="an .sf2 or .sf3 file, for --synth fluidsynth")
    add_harmonium_options(group, ", for --synth harmonium")
    group.add_argument(
        "--sample-rate", type=sample_rate, metavar="HZ", help="8000 to 192000 (default: 44100; Opus 48000)"
    )
    group.add_argument("--depth", choices=recordings.DEPTHS, help="bits a sample, for WAV and FLAC (default: 16)")


def add_harmonium_options(group: Any, where: str = "") -> None:
    """Add how the harmonium is played, and who plays with it."""
    group.add_argument("--sample", type=Path, metavar="FILE", help=f"your recording of one note{where}")
    group.add_argument(
        "--sample-pitch",
        type=pitch,
        metavar="PITCH",
        help="its pitch in Hz or as a note, such as 147.2 or D3 (default: found)",
    )
    group.add_argument("--legato", action="store_true", help=f"let each note last into the next{where}")
    group.add_argument(
        "--bellows",
        type=bellows,
        metavar="DB",
        help="swell by so many decibels in every avartan, up to 12 (default: 0)",
    )
    group.add_argument(
        "--accompany",
        type=accompaniment,
        metavar="LIST",
        help="tanpura, tabla, or both, each with its level in decibels beside the melody's if you like: "
        "tanpura=-14,tabla=-8 (default: none)",
    )


def check_sound_options(options: argparse.Namespace, suffixes: Sequence[str]) -> None:
    """Complain of an option that would be ignored where files of these suffixes are written."""
    kinds = [kind for kind in recordings.SOUNDS if kind.suffix in suffixes]
    check_harmonium_options(options, bool(kinds) and options.synth == "harmonium")
    if options.soundfont and not (kinds and options.synth == "fluidsynth"):
        options.complain("--soundfont goes only with sound by --synth fluidsynth")
    if options.depth and not any(len(kind.subtypes) > 1 for kind in kinds):
        options.complain("--depth goes only with sound as WAV or FLAC")


def check_harmonium_options(options: argparse.Namespace, heard: bool) -> None:
    """Complain of an option that would be ignored, the harmonium being heard or not."""
    for option, given, possible, needed in (
        ("--sample", options.sample, heard, "sound by the harmonium"),
        ("--legato", options.legato, heard, "sound by the harmonium"),
        ("--sample-pitch", options.sample_pitch, options.sample, "--sample"),
    ):
        if given and not possible:
            options.complain(f"{option} goes only with {needed}")


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add what every command that reads a song and writes files has."""
    add_force(parser)
    add_limits(parser)
    add_quiet(parser)


def add_force(parser: argparse.ArgumentParser) -> None:
    """Add --force."""
    parser.add_argument("--force", action="store_true", help="replace files that exist")


def add_limits(parser: Any) -> None:
    """Add --limit, which sets `limits`, a value of `Limits`."""
    parser.add_argument(
        "--limit",
        dest="limits",
        type=limit,
        default=DEFAULT_LIMITS,
        action=_SetLimit,
        metavar="NAME=VALUE",
        help=f"read more, or less, than usual, which is {_USUAL}; several may be given; a value alone is program's",
    )


class _SetLimit(argparse.Action):
    """Replaces one of the limits by the value given."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Take in one --limit."""
        setattr(namespace, self.dest, getattr(namespace, self.dest)._replace(**values))


def add_effort(parser: argparse.ArgumentParser) -> None:
    """Add --effort."""
    parser.add_argument(
        "--effort",
        type=positive,
        metavar="SECONDS",
        help="how long wrong or doubtful notes may be puzzled over (default: 60)",
    )


def add_quiet(parser: argparse.ArgumentParser) -> None:
    """Add --quiet."""
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def listed(names: Sequence[str]) -> str:
    """List suffixes for people."""
    return ", ".join(name.removeprefix(".") for name in names)


def picture_kind(path: Path, force: bool) -> str:
    """Give the kind of a picture, "png" or "svg", by its file's name, and see whether it may be saved there. Raises
    `PrimesongError`."""
    kind = path.suffix.lower()
    if kind not in PICTURES:
        raise PrimesongError(f"{path}: pictures are saved as {listed(PICTURES)}")
    atomic.check_targets([path], force)
    return kind.removeprefix(".")


def suffixes(text: str) -> tuple[str, ...]:
    """Read a list of formats: "mid,wav"."""
    chosen = tuple(dict.fromkeys("." + name.strip().removeprefix(".").lower() for name in text.split(",")))
    known = (*(kind.suffix for kind in formats.FORMATS), *formats.ENGRAVED_SUFFIXES, *recordings.SOUND_SUFFIXES)
    for suffix in chosen:
        if suffix not in known:
            raise argparse.ArgumentTypeError(f"“{suffix.removeprefix('.')}” is no format; there are {listed(known)}")
    return chosen


def scripts(text: str) -> tuple[str, ...]:
    """Read a list of scripts: "devanagari,digit"."""
    chosen = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",")))
    for name in chosen:
        if name not in SCRIPT_NAMES:
            raise argparse.ArgumentTypeError(f"“{name}” is no script; there are {', '.join(SCRIPT_NAMES)}")
    return chosen


def tonic(text: str) -> int:
    """Read a tonic: a note name with its octave, or a MIDI note number."""
    from primesong.sargam.swara import parse_tonic

    try:
        return parse_tonic(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def tempo(text: str) -> float:
    """Read a tempo in beats a minute, or the name of a laya."""
    from primesong.sargam.setting import FASTEST_TEMPO, LAYAS, SLOWEST_TEMPO

    if text in LAYAS:
        return LAYAS[text]
    try:
        beats = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of beats a minute") from None
    if not SLOWEST_TEMPO <= beats <= FASTEST_TEMPO:
        raise argparse.ArgumentTypeError(f"a tempo lies between {SLOWEST_TEMPO:g} and {FASTEST_TEMPO:g}, got {text}")
    return beats


def pitch(text: str) -> float:
    """Read a pitch in Hz, or the name of a note."""
    from primesong.sound.pitch import HIGHEST_PITCH, LOWEST_PITCH, frequency

    try:
        hertz = float(text)
    except ValueError:
        hertz = frequency(tonic(text))
    if not LOWEST_PITCH <= hertz <= HIGHEST_PITCH:
        raise argparse.ArgumentTypeError(f"a pitch lies between {LOWEST_PITCH:g} and {HIGHEST_PITCH:g} Hz, got {text}")
    return hertz


def bellows(text: str) -> float:
    """Read how far the bellows swell, in decibels."""
    from primesong.sound.render.mix import DEEPEST_BELLOWS

    return _number(text, 0.0, DEEPEST_BELLOWS, "decibels")


def sample_rate(text: str) -> int:
    """Read a sample rate in Hz."""
    return int(_number(text, 8_000, 192_000, "Hz"))


def accompaniment(text: str) -> "Accompaniment":
    """Read who accompanies, and how loud: "tanpura,tabla=-6"."""
    from primesong.sargam.accompaniment import HIGHEST_LEVEL, LOWEST_LEVEL, TABLA_LEVEL, TANPURA_LEVEL, Accompaniment

    levels = {"tanpura": TANPURA_LEVEL, "tabla": TABLA_LEVEL}
    chosen = {}
    for part in text.split(","):
        name, given, level = part.strip().partition("=")
        if name not in levels:
            raise argparse.ArgumentTypeError(f"“{name}” accompanies nobody; there are {', '.join(levels)}")
        chosen[name] = _number(level, LOWEST_LEVEL, HIGHEST_LEVEL, "decibels") if given else levels[name]
    return Accompaniment(**chosen)


def _number(text: str, lowest: float, highest: float, unit: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of {unit}") from None
    if not lowest <= number <= highest:
        raise argparse.ArgumentTypeError(f"from {lowest:g} to {highest:g} {unit} are possible, got {text}")
    return number


def limit(text: str) -> dict[str, int]:
    """Read a limit: its name and a whole number above 0, of which K, M and G make 1,024 and its powers."""
    name, given, value = text.rpartition("=")
    name = name if given else "program"
    if name not in DEFAULT_LIMITS._fields:
        raise argparse.ArgumentTypeError(f"“{name}” is no limit; there are {', '.join(DEFAULT_LIMITS._fields)}")
    power = " KMG".find(value[-1:]) if value else 0
    number = positive(value[:-1] if power > 0 else value) << 10 * max(power, 0)
    if number > _LARGEST_LIMIT:
        raise argparse.ArgumentTypeError(f"a limit is at most {_LARGEST_LIMIT:,}, got {text}")
    return {name: number}


def shortened(number: int) -> str:
    """Write a number as `limit` reads it, with a suffix where it is a multiple of 1,024's powers."""
    for place, suffix in ((30, "G"), (20, "M")):
        if number % (1 << place) == 0:
            return f"{number >> place}{suffix}"
    return str(number)


def positive(text: str) -> int:
    """Read a whole number above 0."""
    if not (text.isascii() and text.isdecimal() and int(text[:19]) > 0):
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number above 0")
    return int(text[:19])


def workers(text: str) -> int:
    """Read how many threads or processes are to work."""
    if (number := positive(text)) > _MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"at most {_MOST_WORKERS:,} workers are possible, got {text}")
    return number


_USUAL = ", ".join(f"{name}={shortened(value)}" for name, value in DEFAULT_LIMITS._asdict().items())
