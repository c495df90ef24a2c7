"""What the studio does in processes of its own (`jobs`): each function calls actions, and tells the page how it goes.

Nothing here knows a path from the page; a program is executed by `run_program` alone, in the sandbox.
"""

import gzip
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from primesong.actions.arrange import arrange
from primesong.actions.compose import compose
from primesong.actions.decode import decode, load_or_hear
from primesong.actions.progress import Progress, Stage, Step
from primesong.actions.run import check_consent, default_names, introduce, run_program
from primesong.actions.verify import verify
from primesong.errors import NoProgramError, PrimesongError
from primesong.files.kinds import Group
from primesong.files.save import SaveOptions, write_files
from primesong.files.source import Source, open_source, source_of_bytes
from primesong.page.document import make_document
from primesong.sandbox.report import find_fault, summarize
from primesong.sandbox.source import show_source
from primesong.sandbox.training import Training
from primesong.sargam.script import USUAL_VERSES
from primesong.sargam.swara import tonic_name
from primesong.sargam.tuning import TUNINGS
from primesong.song import Song

Tell = Callable[[dict[str, Any]], None]

#: A search that is expected to take longer, in seconds, is left to the command line.
LONGEST_SEARCH = 900.0

#: Lines of a program's output are gathered this long, in seconds, before they are sent.
_GATHER_SECONDS = 0.1

#: How much of a wrong parameter is shown, in characters.
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Opened:
    """A song, what was found out about it, and its document as the page gets it: compressed JSON, or why there is
    none."""

    song: Song
    found: dict[str, Any]
    document: bytes | PrimesongError


def open_file(tell: Tell, path: Path, name: str) -> Opened:
    """Make a song of a file, whose name for people and for its kind is not its path. Tells and raises what
    `open_bytes` does."""
    with open_source(path, name=name) as source:
        return open_song(tell, source)


def open_bytes(tell: Tell, data: bytes, name: str, minified: bool = False) -> Opened:
    """Make a song of a pasted text. Tells what `report_steps` does, and {"found"}. Raises `PrimesongError`."""
    return open_song(tell, source_of_bytes(data, name), minified)


def open_song(tell: Tell, source: Source, minified: bool = False) -> Opened:
    """Read, hear or compose a song, and repair it if it is damaged."""
    progress = report_steps(tell)
    facts: list[tuple[str, str]] = []
    if source.kind.group is Group.PROGRAM:
        song = compose(source.data, longest=LONGEST_SEARCH, minified=minified, progress=progress, title=source.title)
    else:
        song, heard = load_or_hear(source, progress=progress)
        if heard is not None:
            facts = [("heard", heard.summary)]
        else:
            song = repair_song(song, progress)
    return show(tell, song, f"“{source.name}” is {source.kind.description}", facts)


def repair_song(song: Song, progress: Progress) -> Song:
    """Return a song as `decode` corrects it; as it is if it holds no program."""
    try:
        return decode(song, progress=progress).song
    except NoProgramError:
        return song


def report_steps(tell: Tell) -> Progress:
    """Return a callback that tells the page an action's steps: {"stage", "share"}, of a search its progress too."""
    planned: dict[str, Any] = {}

    def report(step: Step) -> None:
        if step.stage is Stage.PLAN:
            planned.update(asdict(step.detail))
        elif step.stage is Stage.SEARCH and step.detail is not None:
            left = step.detail.seconds_left
            tell(asdict(step.detail) | planned | {"seconds_left": left if math.isfinite(left) else None})
        elif step.stage in _STAGES:
            tell({"stage": _STAGES[step.stage], "share": step.share})

    return report


#: The stages that the page shows, by the names it knows.
_STAGES = {Stage.LISTEN: "read", Stage.REPAIR: "repair", Stage.TEST: "check", Stage.DRAW: "draw"}


def show(tell: Tell, song: Song, source: str, facts: "list[tuple[str, str]] | None" = None) -> Opened:
    """Find out everything about a song; make its document. Tells {"stage": "check" and "draw"} and {"found"}."""
    found = find_out(tell, song, source, facts)
    tell({"found": found})
    tell({"stage": "draw"})
    try:
        drawn: bytes | PrimesongError = draw(tell, song)
    except PrimesongError as error:
        drawn = error
    return Opened(song, found, drawn)


def draw(tell: Tell, song: Song, script: str | None = None) -> bytes:
    """Make a song's document, as compressed JSON. Raises `PrimesongError`."""
    made = make_document(song, script=script or USUAL_VERSES[0])
    return gzip.compress(json.dumps(made, separators=(",", ":")).encode(), 1, mtime=0)


def find_out(tell: Tell, song: Song, source: str, facts: "list[tuple[str, str]] | None" = None) -> dict[str, Any]:
    """Find out what the page says of a song."""
    report, melody = verify(song, progress=report_steps(tell)), song.melody
    setting = melody.setting
    return {
        "source": source,
        "title": setting.title,
        "digits": len(song.digits),
        "coda": len(melody.coda_digits),
        "seconds": melody.seconds,
        "tonic": tonic_name(setting.tonic),
        "tempo": setting.tempo,
        "tala": setting.tala.name,
        "tuning": setting.tuning.name,
        "corrected": len(song.corrections),
        "checks": [*report.facts(), *(facts or [])],
        "holds": report.passes,
        "program": report.program_sha256,
    }


def make_file(tell: Tell, song: Song, script: str | None, target: Path) -> None:
    """Write a song to a file of the kind that its suffix names, swaras in the named script. Raises `PrimesongError`."""
    write_files(song, [target], SaveOptions(scripts=(script,) if script else ()))


class Introduction(NamedTuple):
    """What consent needs to know of a program: its source, its SHA-256, the level that is in force here, and what is
    said of both."""

    source: str
    sha256: str
    level: str
    weak: bool
    lines: list[tuple[str, str]]


def introduce_program(tell: Tell, song: Song) -> Introduction:
    """Say what would be run, and how it would be isolated. Raises `NoProgramError`."""
    said = introduce(song)
    weak = not (said.level.bubblewrap or said.level.landlock)  # the user's files are within reach
    return Introduction(show_source(said.program), said.sha256, said.level.name, weak, said.facts)


def run_program_of(tell: Tell, song: Song, wanted: str, level_name: str) -> dict[str, Any]:
    """Run the program inside a song in the sandbox: the one with the SHA-256 that was agreed to, under the level that
    was agreed to, and nothing else.

    Tells {"steps", "losses", "output"}: the number of steps there will be, and what came since the last telling.
    Returns how it ended. Raises `PrimesongError`.
    """
    introduction = introduce(song)
    check_consent(introduction, wanted=wanted, level=level_name)
    gathered: list[str] = []
    told, last = 0, time.monotonic()

    def flush(training: Training) -> None:
        nonlocal told, last
        if training.losses[told:] or gathered:
            tell({"steps": training.steps, "losses": training.losses[told:], "output": "\n".join(gathered)})
        told, last = len(training.losses), time.monotonic()
        gathered.clear()

    def show_line(line: str, training: Training, is_step: bool) -> None:
        if not is_step:
            gathered.append(line)
        if time.monotonic() - last >= _GATHER_SECONDS:
            flush(training)

    done = run_program(introduction, show=show_line)
    flush(done.training)
    if done.ending is None:
        raise KeyboardInterrupt
    fault = find_fault(done.ending, done.training)
    advice = f"; primesong run --{fault.option} raises that limit" if fault is not None and fault.option else ""
    return {
        "ended": None if fault else f"by itself, after {done.ending.seconds:,.1f} s",
        "fault": fault and f"{fault}{advice}",
        "summary": summarize(done.training, default_names()),
    }


def arrange_by_names(song: Song, options: dict[str, str]) -> Song:
    """Return a song with the tonic, tempo, tala and tuning that the page names; a tuning of the song's own may be
    named too. Raises `PrimesongError`."""
    named: dict[str, Any] = {name: options[name] for name in ("tonic", "tempo", "tala") if name in options}
    own = song.melody.setting.tuning
    tunings = TUNINGS | {own.name: own}  # and no Scala file, which would be one of the server's
    tuning = options.get("tuning", own.name)
    if tuning not in tunings:
        raise PrimesongError(f"“{tuning[:_MOST_SHOWN]}” is not a tuning; expected one of {', '.join(tunings)}")
    try:
        return arrange(song, tuning=tunings[tuning], **named)
    except ValueError as error:
        raise PrimesongError(str(error)) from error
