"""What the studio does in processes of its own (`jobs`): each function calls actions, and tells the page its progress.

Input: plain values and songs; no path is the page's. Output: messages for the page, through `tell`, and a value. A
program is executed by `run_song` alone, in the sandbox.
"""

import gzip
import json
import math
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from primesong.actions.arrange import arrange
from primesong.actions.compose import compose
from primesong.actions.decode import describe_corrections, load, repair
from primesong.actions.listen import hear_kept, open_stream
from primesong.actions.progress import Progress, Stage, Step
from primesong.actions.run import check_consent, default_names, introduce, run_program
from primesong.actions.verify import verify
from primesong.errors import PrimesongError
from primesong.files.kind import Group
from primesong.files.save import SaveOptions, write_files
from primesong.files.source import Source, open_source, source_of_bytes
from primesong.limits import Limits
from primesong.page.document import make_document
from primesong.player.studio.hints import explain
from primesong.player.studio.incoming import Growing
from primesong.sandbox.report import find_fault, summarize
from primesong.sandbox.source import show_source
from primesong.sandbox.training import Training
from primesong.sargam.raga import RAGAS
from primesong.sargam.script import DEFAULT_VERSES
from primesong.sargam.swara import tonic_name
from primesong.sargam.tuning import TUNINGS
from primesong.song import Song
from primesong.sound.hear.live import Kept, SteadyText, follow
from primesong.sound.render.rendering import EXPRESSIONS, RenderOptions
from primesong.video.look import DEFAULT_LOOK, Look
from primesong.video.options import VideoOptions

Tell = Callable[[dict[str, Any]], None]

#: A search that is expected to take longer, in seconds, is left to the command line.
LONGEST_SEARCH = 900.0

#: How well a document is compressed: fast, since it goes no further than this machine as a rule.
_COMPRESSION = 1

#: How long lines of a program's output are gathered before they are sent, in seconds.
_GATHER_SECONDS = 0.1

#: How much of a song a video shows, in seconds: what is made while one waits, and what messengers take.
_HIGHLIGHT_SECONDS = 40.0

#: How much of a wrong parameter is shown, in characters.
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Opened:
    """A song that can be played.

    Parameters
    ----------
    song : Song
        The song, corrected.
    source : str
        Where it is from, for people.
    """

    song: Song
    source: str


def open_file(tell: Tell, limits: Limits, path: Path, name: str) -> Opened:
    """Open a file that people call by a name. Tells and raises what `open_song` does."""
    with open_source(path, limits, name) as source:
        return open_song(tell, source)


def open_text(tell: Tell, limits: Limits, data: bytes, title: str, minified: bool = False) -> Opened:
    """Make a song of a pasted text. Tells and raises what `open_song` does."""
    return open_song(tell, source_of_bytes(data, title, limits), minified)


def open_song(tell: Tell, source: Source, minified: bool = False) -> Opened:
    """Read, hear or compose a song, and repair it if it is damaged.

    Tells what `report_steps` does. Raises `PrimesongError`.
    """
    progress = report_steps(tell)
    if source.kind.group is Group.PROGRAM:
        song = compose(source, longest=LONGEST_SEARCH, minified=minified, progress=progress)
    else:
        song = repair(load(source, progress=progress), source.limits, progress=progress)
    return Opened(song, f"“{source.name}” is {source.kind.description}")


def hear_song(tell: Tell, limits: Limits, folder: Path, rate: int) -> Opened:
    """Hear a song while it is recorded (`incoming`), at a rate in Hz; what is known grows with every report.

    Tells {"report"}: what `sound.hear.live.Report` has, "program" being the text that is certain so far, and
    "sentence", all of it in words. Raises `PrimesongError`.
    """
    text = SteadyText()
    kept = Kept()
    with closing(Growing(folder)) as stream:
        blocks, rate = open_stream(stream, rate, limits)
        for report in follow(blocks, rate, kept):
            text, _ = text.update(report.program)
            shown = {"program": text.shown.decode("utf-8", "replace"), "sentence": str(report).strip()}
            tell({"report": asdict(report) | shown})
    tell({"stage": name_stage(Stage.LISTEN), "share": None})
    return Opened(hear_kept(kept), "Heard by the microphone")


def report_steps(tell: Tell) -> Progress:
    """Return a callback that tells the page an action's steps.

    A step is {"stage", "share"}: the stage's name in lower case, and how much of it is done, 0 to 1, or None. A search
    has also its "phase" (sieve, test or verify), "tested", "rate" (tests a second), "seconds_left" and "digits" (those
    that the number will have).
    """
    planned: dict[str, Any] = {}

    def report(step: Step) -> None:
        if step.stage is Stage.PLAN:
            planned.update(asdict(step.detail))
            return
        message = {"stage": name_stage(step.stage), "share": step.share}
        if step.stage is Stage.SEARCH:
            now = step.detail
            shares = {"sieve": now.share, "test": now.chance}
            left = now.seconds_left if math.isfinite(now.seconds_left) else None
            message |= {"phase": now.stage, "share": shares.get(now.stage), "tested": now.tested, "rate": now.rate}
            message |= {"seconds_left": left, **planned}
        tell(message)

    return report


def name_stage(stage: Stage) -> str:
    """Return the name that the page knows a stage by."""
    return stage.name.lower()


def draw(tell: Tell, song: Song, script: str | None = None) -> bytes:
    """Make a song's document, as compressed JSON. Raises `PrimesongError`."""
    document = make_document(song, script=script or DEFAULT_VERSES[0])
    return gzip.compress(json.dumps(document, separators=(",", ":")).encode(), _COMPRESSION, mtime=0)


def describe(opened: Opened) -> dict[str, Any]:
    """Return what the page says of a song at first: where it is from, and how it sounds."""
    melody = opened.song.melody
    setting = melody.setting
    return {
        "source": opened.source,
        "title": setting.title,
        "digits": len(opened.song.digits),
        "coda": len(melody.coda_digits),
        "seconds": melody.seconds,
        "tonic": tonic_name(setting.tonic),
        "tempo": setting.tempo,
        "laya": setting.laya,
        "tala": setting.tala.name,
        "raga": setting.mapping.raga.name,
        "tuning": setting.tuning.name,
    }


def check(tell: Tell, limits: Limits, song: Song) -> dict[str, Any]:
    """Check a song; return in words what was found out, whether all checks passed, and the program's SHA-256."""
    report = verify(song, limits)
    facts = report.facts()
    if song.corrections:
        facts.append(("corrected", describe_corrections(song)))
    if song.heard is not None:
        facts.append(("heard", song.heard.summary))
    facts += [("remark", str(one)) for one in song.remarks]
    return {"facts": facts, "holds": report.passes, "program": report.program_sha256}


def make_file(tell: Tell, song: Song, target: Path, script: str | None, expression: str | None = None) -> None:
    """Write a song to a file, or its highlight to a video, swaras in the named script, played with the named
    expression. Raises `PrimesongError`."""
    video = VideoOptions(Look(script=script or DEFAULT_LOOK.script), highlight=_HIGHLIGHT_SECONDS)
    sound = RenderOptions(expression=expression or EXPRESSIONS[0])
    write_files(song, [target], SaveOptions(scripts=(script,) if script else (), sound=sound, video=video))


def introduce_program(tell: Tell, song: Song) -> dict[str, Any]:
    """Return what consent needs to know of a song's program: its source, its SHA-256, the level of isolation here,
    whether that is weak, and what is said of both. Raises `NoProgramError`."""
    introduction = introduce(song)
    level = introduction.level
    return {
        "source": show_source(introduction.program),
        "sha256": introduction.sha256,
        "level": level.name,
        "weak": not (level.bubblewrap or level.landlock),  # the user's files are within reach
        "facts": introduction.facts,
    }


def run_song(tell: Tell, song: Song, wanted: str, level_name: str) -> dict[str, Any]:
    """Run the program inside a song in the sandbox: the one with the SHA-256 that was agreed to, under the level that
    was agreed to, and nothing else.

    Tells {"steps", "losses", "output"}: the number of steps there will be, and what came since the last telling.
    Returns {"seconds", "fault", "summary"}: how long it ran, what went wrong if anything did, and what is said of what
    it made up. Raises `PrimesongError`.
    """
    introduction = introduce(song)
    check_consent(introduction, wanted=wanted, level=level_name)
    gathering = _Gathering(tell)
    done = run_program(introduction, show=gathering.add)
    gathering.send(done.training)
    if done.ending is None:
        raise KeyboardInterrupt
    fault = find_fault(done.ending, done.training)
    return {
        "seconds": done.ending.seconds,
        "fault": explain(fault) if fault is not None else None,
        "summary": summarize(done.training, default_names()),
    }


@dataclass(slots=True)
class _Gathering:
    """What a program printed since the page was told the last time."""

    tell: Tell
    lines: list[str] = field(default_factory=list)
    losses: int = 0
    sent: float = field(default_factory=time.monotonic)

    def add(self, line: str, training: Training, is_step: bool) -> None:
        """Add a line; send what was gathered if it is time to."""
        if not is_step:
            self.lines.append(line)
        if time.monotonic() - self.sent >= _GATHER_SECONDS:
            self.send(training)

    def send(self, training: Training) -> None:
        """Send what was gathered."""
        losses = training.losses[self.losses :]
        if losses or self.lines:
            self.tell({"steps": training.steps, "losses": losses, "output": "\n".join(self.lines)})
        self.losses, self.sent = len(training.losses), time.monotonic()
        self.lines.clear()


def _read_beats(text: str) -> float:
    """Read a tempo in beats of four matras a minute, as in the song's document. Raises `ValueError`."""
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"expected beats a minute, got “{text}”") from None


def _find_named(what: str, name: str, known: dict[str, Any]) -> Any:
    """Return what has a name; no file has one, since it would be the server's. Raises `PrimesongError`."""
    if name not in known:
        raise PrimesongError(f"“{name[:_MOST_SHOWN]}” is not a {what}; expected one of {', '.join(known)}")
    return known[name]


def arrange_by_names(song: Song, options: dict[str, str]) -> Song:
    """Return a song with the tonic, tempo, tala, raga and tuning that the page names; a raga and a tuning of the song's
    own may be named too. Raises `PrimesongError`."""
    named: dict[str, Any] = {name: options[name] for name in ("tonic", "tala") if name in options}
    raga, tuning = song.mapping.raga, song.melody.setting.tuning
    for what, known, own in (("raga", RAGAS, raga), ("tuning", TUNINGS, tuning)):
        named[what] = _find_named(what, options.get(what, own.name), {**known, own.name: own})
    try:
        if "tempo" in options:
            named["tempo"] = _read_beats(options["tempo"])
        return arrange(song, **named)
    except ValueError as error:
        raise PrimesongError(str(error)) from error
