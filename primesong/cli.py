"""The command line: parse, call one function, print.

Data goes to standard output, progress and faults to standard error, progress only on a terminal. Exit codes: 0 done,
1 the data is wrong, 2 wrong usage, 3 something optional is missing, 130 interrupted.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primesong import __version__, formats
from primesong.errors import MissingError, PrimesongError
from primesong.sargam.tala import TALAS

if TYPE_CHECKING:
    from primesong.song import Song
    from primesong.sound.retrieval import Heard

_SOURCES = f"a file of digits, {formats.known_suffixes()}, femtogpt (the published number), or - for standard input"
_PICTURES = (".png", ".svg")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except MissingError as error:
        return _complain(error, 3)
    except PrimesongError as error:
        return _complain(error, 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has had enough
        return 0
    except KeyboardInterrupt:
        return _complain("interrupted; nothing was written", 130)
    return code


def _complain(fault: Exception | str, code: int) -> int:
    from primesong.sargam.melody import printable

    print(f"primesong: {printable(' '.join(str(fault).split()))}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="primesong",
        description="A program becomes a prime number, the prime a song in sargam, and the song the program again.",
        epilog="examples:\n"
        "  primesong compose                      the published GPT's song, all its files, in this folder\n"
        "  primesong compose hello.py -o hello    a program's own song\n"
        "  primesong decode femtogpt.mid          the program inside, on standard output\n"
        "  primesong verify femtogpt.musicxml     every check of a song\n"
        "  primesong render femtogpt --synth fluidsynth -o song.wav",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"primesong {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_compose(commands)
    _add_encode(commands)
    _add_decode(commands)
    _add_verify(commands)
    _add_listen(commands)
    _add_render(commands)
    _add_notes(commands)
    return parser


def _command(
    commands: Any, name: str, run: Callable[..., int], summary: str, *examples: str
) -> argparse.ArgumentParser:
    """Add a command with its examples."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog="examples:\n" + "\n".join(f"  primesong {name} {example}" for example in examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=run)
    return parser


# ---------------------------------------------------------------------------------------------------- compose, render


def _add_compose(commands: Any) -> None:
    parser = _command(
        commands,
        "compose",
        _compose,
        "make a number's or a program's song: score, MIDI and sound",
        "",
        "-o song",
        "hello.py --tala jhaptal",
        "number.txt --format mid,mxl",
        "femtogpt.mid --tonic C#3 --tempo 40 -o slow",
    )
    parser.add_argument(
        "source", nargs="?", default=formats.BUILT_IN, help=f"a program, {_SOURCES} (default: femtogpt)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(), metavar="FOLDER", help="folder (default: this one)"
    )
    every = (*(kind.suffix for kind in formats.FORMATS), formats.SOUND_SUFFIX)
    parser.add_argument(
        "--format",
        type=_suffixes,
        default=formats.USUAL_SUFFIXES,
        metavar="LIST",
        help=f"which files, of {_listed(every)} (default: {_listed(formats.USUAL_SUFFIXES)})",
    )
    _add_melody_options(parser)
    _add_sound_options(parser)
    _add_output_options(parser)


def _compose(options: argparse.Namespace) -> int:
    song = _arranged(_any_song(options.source, options), options)
    name = formats.stem(options.source)
    targets = {suffix: options.output / (name + suffix) for suffix in options.format}
    with formats.whole_files(list(targets.values()), options.force) as temporaries:
        parts = dict(zip(targets, temporaries, strict=True))
        sound = parts.pop(formats.SOUND_SUFFIX, None)
        with _working(options, "writing the score"):
            formats.write_symbols(song.melody, parts)
        if sound is not None:
            _write_sound(song, sound, options)
    for target in targets.values():
        print(target)
    return 0


def _add_render(commands: Any) -> None:
    parser = _command(
        commands,
        "render",
        _render,
        "render a song as a WAV file",
        "femtogpt -o song.wav",
        "femtogpt.mid -o song.wav --sample my-harmonium.wav",
        "femtogpt.mxl -o organ.wav --synth fluidsynth --soundfont FluidR3_GM.sf2",
    )
    parser.add_argument("source", help=_SOURCES)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the WAV file")
    _add_melody_options(parser)
    _add_sound_options(parser)
    _add_output_options(parser)


def _render(options: argparse.Namespace) -> int:
    if options.output.suffix.lower() != formats.SOUND_SUFFIX:
        raise PrimesongError(f"{options.output}: sound is written as {formats.SOUND_SUFFIX}")
    song = _arranged(formats.load(options.source), options)
    with formats.whole_files([options.output], options.force) as [temporary]:
        _write_sound(song, temporary, options)
    print(options.output)
    return 0


def _write_sound(song: "Song", target: Path, options: argparse.Namespace) -> None:
    with _progress(options, f"rendering {song.melody.seconds:,.0f} s of sound") as progress:
        formats.write_sound(
            song.melody,
            target,
            synth=options.synth,
            sample=options.sample,
            sample_pitch=options.sample_pitch,
            soundfont=options.soundfont,
            progress=progress,
        )


# --------------------------------------------------------------------------------------------- encode, decode, verify


def _add_encode(commands: Any) -> None:
    parser = _command(
        commands,
        "encode",
        _encode,
        "find the prime that holds a program; print it in decimal",
        "hello.py > hello.txt",
        "- < hello.py",
    )
    parser.add_argument("program", help="any file, or - for standard input")
    _add_quiet(parser)


def _encode(options: argparse.Namespace) -> int:
    from primesong.number.digits import to_digits

    print(to_digits(_prime_of(formats.read_bytes(options.program), options)))
    return 0


def _add_decode(commands: Any) -> None:
    parser = _command(
        commands,
        "decode",
        _decode,
        "give the program inside a song; it is never executed",
        "femtogpt.mid > gpt.py",
        "femtogpt.musicxml -o gpt.py",
        "concert.mp3 > gpt.py",
        "- < number.txt",
    )
    parser.add_argument("song", nargs="+", help=f"{_SOURCES}; or several recordings of one song")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="file (default: standard output)")
    parser.add_argument(
        "--limit", type=_positive, default=1 << 20, metavar="BYTES", help="longest program to unpack (default: 1048576)"
    )
    _add_effort(parser)
    _add_force(parser)
    _add_quiet(parser)


def _decode(options: argparse.Namespace) -> int:
    from primesong.song import decode

    program = decode(_song_or_heard(options.song, options)[0], options.limit)
    if options.output is not None:
        with formats.whole_files([options.output], options.force) as [temporary]:
            temporary.write_bytes(program)
    elif sys.stdout.isatty():
        print(_harmless(program), end="")
    else:
        sys.stdout.buffer.write(program)
    return 0


def _harmless(program: bytes) -> str:
    """Show a program on a terminal: what could steer the terminal is replaced by a question mark in a box."""
    text = program.decode("utf-8", "replace")
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)


def _add_verify(commands: Any) -> None:
    parser = _command(
        commands,
        "verify",
        _verify,
        "check a song: digits, primality, payload, CRC-32, SHA-256; exit 0 only if all hold",
        "femtogpt",
        "femtogpt.mid --json",
    )
    parser.add_argument("song", nargs="+", help=f"{_SOURCES}; or several recordings of one song")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"save a picture of what was heard, as {_listed(_PICTURES)}"
    )
    _add_effort(parser)
    _add_force(parser)
    _add_quiet(parser)


def _verify(options: argparse.Namespace) -> int:
    import json

    from primesong.report import examine

    song, heard = _song_or_heard(options.song, options)
    with _working(options, f"testing {len(song.digits):,} digits"):
        report = examine(song)
    if options.plot is not None:
        _draw_heard(heard, options)
    evidence = {"heard": heard.evidence} if heard is not None else {}
    if options.json:
        print(json.dumps(report.to_json() | evidence, indent=2, ensure_ascii=False))
    else:
        print("\n".join(report.lines() + ([heard.summary] if heard is not None else [])))
    return 0 if report.holds else 1


def _draw_heard(heard: "Heard | None", options: argparse.Namespace) -> None:
    """Save the picture of what was heard."""
    from primesong.sound.picture import draw

    kind = options.plot.suffix.lower()
    if kind not in _PICTURES:
        raise PrimesongError(f"{options.plot}: pictures are saved as {_listed(_PICTURES)}")
    if heard is None:
        raise PrimesongError("--plot shows what was heard in a recording; this song is none")
    picture = draw(formats.opening_bars(options.song[heard.recording]), heard, kind.removeprefix("."))
    with formats.whole_files([options.plot], options.force) as [temporary]:
        temporary.write_bytes(picture)


def _song_or_heard(sources: Sequence[str], options: argparse.Namespace) -> "tuple[Song, Heard | None]":
    """Load a song; or hear it in a recording, or in several."""
    from primesong.song import Song

    recordings = [source for source in sources if formats.is_recording(source)]
    if not recordings and len(sources) == 1:
        return formats.load(sources[0]), None
    if len(recordings) < len(sources):
        raise PrimesongError("several songs are given; only recordings of one song can be read together")
    with _progress(options, "listening") as progress:
        heard = formats.hear(sources, options.effort, lambda done: progress(round(100 * done), 100))
    return Song(heard.melody), heard


def _add_listen(commands: Any) -> None:
    parser = _command(
        commands,
        "listen",
        _listen,
        "hear a song live, from the microphone or a pipe; the program appears as it becomes certain",
        "",
        "- < song.wav",
    )
    parser.add_argument("source", nargs="?", choices=(formats.STANDARD_STREAM,), help="- for WAV or raw sound on stdin")
    parser.add_argument(
        "--rate", type=_positive, default=44100, metavar="HZ", help="rate of raw 16-bit mono samples (default: 44100)"
    )
    _add_effort(parser)
    _add_quiet(parser)


def _listen(options: argparse.Namespace) -> int:
    from primesong.sound import live
    from primesong.sound.retrieval import EFFORT, retrieve

    if options.source is None:
        rate = options.rate
        blocks = live.microphone(rate)
    else:
        blocks, rate = live.read_stream(sys.stdin.buffer, options.rate)
    said, known = b"", b""
    for report, heard in live.follow(blocks, rate):
        if not options.quiet:
            print(report, file=sys.stderr, flush=True)
        if report.program.startswith(said):
            # the newest notes may still be read otherwise when more are heard: one report is waited for
            fresh = report.program[len(said) :] if report.program.startswith(known) else b""
            fresh = fresh[: max(0, len(known) - len(said))]
            sys.stdout.write(_harmless(fresh))
            sys.stdout.flush()
            said, known = said + fresh, report.program
        whole = heard
    program = retrieve([(whole, rate)], options.effort or EFFORT).repaired.program
    if program.startswith(said):
        sys.stdout.write(_harmless(program[len(said) :]))
    else:
        sys.stdout.write("\n\n" + _harmless(program))
    return 0


def _add_notes(commands: Any) -> None:
    parser = _command(
        commands,
        "notes",
        _notes,
        "show which digit sounds which swara, and how often",
        "femtogpt",
        "femtogpt.mid --json",
        "femtogpt --plot notes.png",
    )
    parser.add_argument("song", help=_SOURCES)
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help=f"save a picture of counts and first bars, as {_listed(_PICTURES)}"
    )
    _add_force(parser)


def _notes(options: argparse.Namespace) -> int:
    import json

    from primesong.report import SWARAS_OF, table

    song = formats.load(options.song)
    if options.plot is not None:
        from primesong.score.picture import draw

        kind = options.plot.suffix.lower()
        if kind not in _PICTURES:
            raise PrimesongError(f"{options.plot}: pictures are saved as {_listed(_PICTURES)}")
        with formats.whole_files([options.plot], options.force) as [temporary]:
            temporary.write_bytes(draw(song.melody, kind.removeprefix(".")))
    rows = table(song)
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    print("rank  digit  swara      letter  semitones  note  count")
    for row in rows:
        print("{rank:4}  {digit:>5}  {swara:9}  {letter:6}  {semitones:+9}  {note:4}  {count:5,}".format(**row))
    print(f"\n{SWARAS_OF}")
    return 0


# ---------------------------------------------------------------------------------------------------- shared by several


def _add_melody_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("melody")
    group.add_argument("--tonic", type=_tonic, metavar="NOTE", help="Sa, such as C#3 or 49 (default: D3)")
    group.add_argument(
        "--tempo",
        type=_tempo,
        metavar="BEATS",
        help="beats of four notes a minute, 5 to 960 (default: 60, 0.25 s a note)",
    )
    group.add_argument("--tala", choices=TALAS, help="how the notes are grouped (default: tintal)")
    group.add_argument("--title", help="title (default: the song's own, or the file's name)")


def _add_sound_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("sound")
    group.add_argument("--synth", choices=("harmonium", "fluidsynth"), default="harmonium", help="default: harmonium")
    group.add_argument("--sample", type=Path, metavar="FILE", help="your recording of one note, for --synth harmonium")
    group.add_argument(
        "--sample-pitch",
        type=_pitch,
        metavar="PITCH",
        help="its pitch in Hz or as a note, such as 147.2 or D3 (default: found)",
    )
    group.add_argument("--soundfont", type=Path, metavar="FILE", help="an .sf2 or .sf3 file, for --synth fluidsynth")


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    _add_force(parser)
    _add_quiet(parser)


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="replace files that exist")


def _add_effort(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--effort",
        type=_positive,
        metavar="SECONDS",
        help="how long doubtful notes of a recording may be puzzled over (default: 30)",
    )


def _add_quiet(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def _any_song(source: str, options: argparse.Namespace) -> "Song":
    """Load a song, or make one of a program."""
    from primesong.song import compose

    loaded = formats.load_song_or_program(source)
    if not isinstance(loaded, bytes):
        return loaded
    return compose(_prime_of(loaded, options), title=formats.stem(source))


def _prime_of(program: bytes, options: argparse.Namespace) -> int:
    from primesong.song import encode

    with _working(options, "searching for the prime"):
        return encode(program)


def _arranged(song: "Song", options: argparse.Namespace) -> "Song":
    """Apply the melody options that were given."""
    from primesong.song import arrange

    chosen = {"tonic": options.tonic, "tempo": options.tempo, "title": options.title,
              "tala": TALAS[options.tala] if options.tala else None}  # fmt: skip
    return arrange(song, **{name: value for name, value in chosen.items() if value is not None})


@contextlib.contextmanager
def _progress(options: argparse.Namespace, what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function of (done, total) that draws a bar on a terminal."""
    if options.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextlib.contextmanager
def _working(options: argparse.Namespace, what: str) -> Iterator[None]:
    """Show on a terminal that something of unknown length is going on, and for how long already."""
    if options.quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bars.add_task(what, total=None)
        yield


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name.removeprefix(".") for name in names)


def _suffixes(text: str) -> tuple[str, ...]:
    """Read a list of formats: "mid,wav"."""
    suffixes = tuple(dict.fromkeys("." + name.strip().removeprefix(".").lower() for name in text.split(",")))
    known = (*(kind.suffix for kind in formats.FORMATS), formats.SOUND_SUFFIX)
    for suffix in suffixes:
        if suffix not in known:
            raise argparse.ArgumentTypeError(f"“{suffix.removeprefix('.')}” is no format; there are {_listed(known)}")
    return suffixes


def _tonic(text: str) -> int:
    from primesong.sargam.swara import parse_tonic

    try:
        return parse_tonic(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _tempo(text: str) -> float:
    from primesong.sargam.melody import FASTEST_TEMPO, SLOWEST_TEMPO

    try:
        tempo = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of beats a minute") from None
    if not SLOWEST_TEMPO <= tempo <= FASTEST_TEMPO:
        raise argparse.ArgumentTypeError(f"a tempo lies between {SLOWEST_TEMPO:g} and {FASTEST_TEMPO:g}, got {text}")
    return tempo


def _pitch(text: str) -> float:
    """Read a pitch in Hz, or the name of a note."""
    from primesong.sound.pitch import HIGHEST_PITCH, LOWEST_PITCH, frequency

    try:
        pitch = float(text)
    except ValueError:
        pitch = frequency(_tonic(text))
    if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
        raise argparse.ArgumentTypeError(f"a pitch lies between {LOWEST_PITCH:g} and {HIGHEST_PITCH:g} Hz, got {text}")
    return pitch


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:19]) > 0):
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number above 0")
    return int(text[:19])
