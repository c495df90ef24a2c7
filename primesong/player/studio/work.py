"""What the studio does in processes of its own (`jobs`): each function maps values to values, and tells how it goes.

Nothing here knows a path from the page; a program is executed by `run_program` alone, in the sandbox.
"""

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from primesong.actions import engrave
from primesong.actions.report import examine
from primesong.errors import PrimesongError
from primesong.files import atomic, formats, recordings
from primesong.number.minify import minify
from primesong.number.payload import pack
from primesong.page.document import document
from primesong.page.export import write_player_page
from primesong.primes.plan import find, plan_search
from primesong.primes.search import estimate
from primesong.primes.tally import SearchProgress
from primesong.resources import asset
from primesong.sandbox.interpreter import find_python
from primesong.sandbox.process import execute, find_level
from primesong.sandbox.quota import Quota
from primesong.sandbox.report import find_fault, introduce, sha256, summarize
from primesong.sandbox.source import show_source
from primesong.sandbox.training import Training
from primesong.sargam.script import USUAL_VERSES
from primesong.sargam.setting import FASTEST_TEMPO, SLOWEST_TEMPO
from primesong.sargam.swara import parse_tonic, tonic_name
from primesong.sargam.tala import TALAS
from primesong.sargam.tuning import TUNINGS
from primesong.song import Song, arrange, compose, decode

Tell = Callable[[dict[str, Any]], None]

#: A search that is expected to take longer, in seconds, is left to the command line.
PATIENCE = 900.0

#: What a page that plays the song ends in; .html alone is a Bhatkhande page.
PLAYER_SUFFIX = ".player.html"

#: What can be downloaded: for each suffix what it is called and what it is for.
DOWNLOADS = {
    ".mid": ("MIDI", "for a workstation"),
    ".musicxml": ("MusicXML", "for MuseScore"),
    ".mxl": ("MusicXML, small", "compressed"),
    ".sargam": ("Sargam", "plain text"),
    ".html": ("A page", "in Bhatkhande’s notation"),
    ".pdf": ("PDF", "engraved, for paper"),
    PLAYER_SUFFIX: ("This player", "one page, to send"),
    ".wav": ("WAV", "sound, whole"),
    ".flac": ("FLAC", "sound, packed"),
    ".mp3": ("MP3", "sound, small"),
}

#: Lines of a program's output are gathered for so long, in seconds, before they are told.
_GATHER = 0.1


class Opened(NamedTuple):
    """A song, what was found out about it, and its document as the page gets it: compressed JSON, or why there is
    none."""

    song: Song
    found: dict[str, Any]
    document: "bytes | PrimesongError"


def open_file(tell: Tell, path: Path, name: str) -> Opened:
    """Make a song of a file, whose name for people and for its kind is not its path. Tells and raises what
    `open_bytes` does."""
    return open_bytes(tell, path.read_bytes(), name)


def open_bytes(tell: Tell, data: bytes, name: str, minified: bool = False) -> Opened:
    """Make a song of a file's bytes, or of a pasted text's: read it, or, if it is a program, search its prime.

    Tells {"stage": "read", "share"} of a recording, what `_search` tells, and {"found"}. Raises `PrimesongError`.
    """
    kind = formats.what_is(data, name) if data else ""
    heard = None
    if kind == "a recording":
        held = recordings.Held(name, data)
        heard = recordings.hear([held], progress=lambda share: tell({"stage": "read", "share": share}))
        loaded: Song | bytes = Song(heard.melody)
    else:
        loaded = formats.load_bytes(data, name)
    song = loaded if isinstance(loaded, Song) else _search(tell, loaded, atomic.stem(name), minified)
    return show(tell, song, f"“{name}” is {kind}", heard.summary if heard is not None else None)


def show(tell: Tell, song: Song, source: str, heard: str | None = None) -> Opened:
    """Find out everything about a song; make its document. Tells {"stage": "check" and "draw"} and {"found"}."""
    tell({"stage": "check"})
    found = find_out(tell, song, source, heard)
    tell({"found": found})
    tell({"stage": "draw"})
    try:
        drawn: bytes | PrimesongError = draw(tell, song)
    except PrimesongError as error:
        drawn = error
    return Opened(song, found, drawn)


def draw(tell: Tell, song: Song, script: str | None = None) -> bytes:
    """Make a song's document, as compressed JSON. Raises `PrimesongError`."""
    made = document(song, script=script or USUAL_VERSES[0])
    return gzip.compress(json.dumps(made, separators=(",", ":")).encode(), 1, mtime=0)


def find_out(tell: Tell, song: Song, source: str, heard: str | None = None) -> dict[str, Any]:
    """Find out what the page says of a song."""
    report, melody = examine(song), song.melody
    checks = [line.partition(" ")[::2] for line in report.lines()[:-1]]
    if heard is not None:
        checks.append(("heard", heard))
    return {
        "source": source,
        "title": melody.setting.title,
        "digits": len(song.digits),
        "coda": len(melody.coda_digits),
        "seconds": melody.seconds,
        "tonic": tonic_name(melody.setting.tonic),
        "tempo": melody.setting.tempo,
        "tala": melody.setting.tala.name,
        "tuning": melody.setting.tuning.name,
        "checks": [[what, that.strip()] for what, that in checks],
        "holds": report.holds,
        "program": report.program_sha256,
    }


def _search(tell: Tell, program: bytes, title: str, minified: bool) -> Song:
    """Search a program's prime. Tells {"stage": "sieve", "test" or "verify"} with `SearchProgress` and the
    digits that the number will have."""
    plan = plan_search(pack(minify(program) if minified else program, "zopfli"))
    digits, expected = plan.digits, estimate(plan.progression).seconds
    if expected > PATIENCE:
        raise PrimesongError(
            f"the number would have {digits:,} digits, and finding its prime takes about {expected / 60:,.0f} minutes "
            "here; primesong encode --yes searches that long"
        )

    def told(progress: SearchProgress) -> None:
        tell(
            asdict(progress) | {"digits": digits, "expected": expected, "seconds_left": _finite(progress.seconds_left)}
        )

    return compose(find(plan, progress=told)[0], title=title)


def _finite(seconds: float) -> float | None:
    return seconds if seconds < float("inf") else None


def make_file(tell: Tell, song: Song, suffix: str, script: str | None, target: Path) -> None:
    """Write a song to a file of a kind that can be downloaded, swaras in the named script. Raises `PrimesongError`."""
    scripts = (script,) if script else ()
    if suffix == PLAYER_SUFFIX:
        target.write_bytes(write_player_page(song, script=script or USUAL_VERSES[0]))
    elif suffix in recordings.SOUND_SUFFIXES:
        recordings.write_sound(song.melody, target, suffix)
    elif suffix in formats.ENGRAVED_SUFFIXES:
        target.write_bytes(engrave.engrave(song, [suffix], scripts)[suffix])
    else:
        formats.write_symbols(song.melody, {suffix: target}, scripts)


class Introduction(NamedTuple):
    """What consent needs to know of a program: its source, its SHA-256, the level that is in force here, and the
    lines that are said of both."""

    source: str
    sha256: str
    level: str
    weak: bool
    lines: list[tuple[str, str]]


def introduce_program(tell: Tell, song: Song) -> Introduction:
    """Say what would be run, and how it would be locked in. Raises `NoProgramError`."""
    program = decode(song)
    level = find_level(find_python())
    weak = not (level.bubblewrap or level.landlock)  # the user's files are within reach
    return Introduction(show_source(program), sha256(program), level.name, weak, introduce(program, level))


def run_program(tell: Tell, song: Song, wanted: str, level_name: str) -> dict[str, Any]:
    """Run the program inside a song in the sandbox: the one with the SHA-256 that was consented to, under the level
    that was consented to, and nothing else.

    Tells {"steps", "losses", "output"}: the number of steps there will be, and what came since the last telling.
    Returns how it ended. Raises `PrimesongError`.
    """
    program, python = decode(song), find_python()
    level = find_level(python)
    if sha256(program) != wanted:
        raise PrimesongError(f"the program's SHA-256 is {sha256(program)}, not the one consented to; it was not run")
    if level.name != level_name:
        raise PrimesongError(f"{level.name} would lock the program in, not {level_name}; it was not run")
    training, names = Training(), atomic.read_bytes(asset("names.txt"))
    gathered: list[str] = []
    told, last = 0, time.monotonic()

    def flush() -> None:
        nonlocal told, last
        losses, output = training.losses[told:], "\n".join(gathered)
        if losses or gathered:
            tell({"steps": training.steps, "losses": losses, "output": output})
        told, last = len(training.losses), time.monotonic()
        gathered.clear()

    def show_line(line: str) -> None:
        if not training.read(line):
            gathered.append(line)
        if time.monotonic() - last >= _GATHER:
            flush()

    ending = execute(program, python, level, Quota(), files={"input.txt": names}, show=show_line)
    flush()
    fault = find_fault(ending, training)
    advice = f"; primesong run --{fault.option} raises that limit" if fault is not None and fault.option else ""
    return {
        "ended": None if fault else f"by itself, after {ending.seconds:,.1f} s",
        "fault": fault and f"{fault}{advice}",
        "summary": summarize(training, names),
    }


def arrange_by_names(song: Song, options: dict[str, str]) -> Song:
    """Return a song with the tonic, tempo, tala and tuning that the page names; a tuning of the song's own may be
    named too. Raises `PrimesongError`."""
    chosen: dict[str, Any] = {}
    try:
        if "tonic" in options:
            chosen["tonic"] = parse_tonic(options["tonic"])
        if "tempo" in options:
            chosen["tempo"] = float(options["tempo"])
    except ValueError as error:
        raise PrimesongError(str(error)) from error
    if not SLOWEST_TEMPO <= chosen.get("tempo", SLOWEST_TEMPO) <= FASTEST_TEMPO:
        raise PrimesongError(f"expected a tempo between {SLOWEST_TEMPO:g} and {FASTEST_TEMPO:g} beats a minute")
    own = song.melody.setting.tuning
    for name, table in (("tala", TALAS), ("tuning", TUNINGS | {own.name: own})):
        if name in options:
            if options[name] not in table:
                raise PrimesongError(f"“{options[name][:40]}” is not a {name}; expected one of {', '.join(table)}")
            chosen[name] = table[options[name]]
    return arrange(song, **chosen)
