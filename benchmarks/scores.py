"""How public scores are read: pitches against music21's own reading, seconds, and tracebacks.

    python benchmarks/scores.py [FOLDER ...] [--results FILE] [--seconds N]

Without folders, the MusicXML and MIDI files that music21 brings along. Of each file, once for each content, `load`
must give a song or a `PrimesongError`. Each part of MusicXML that music21 reads as one voice without chords, and each
channel of a MIDI track in which no two notes begin together, must have the pitches that music21 reads: as they sound,
tied notes being one, without grace notes and cues. Where they differ, the reason is named if the notes tell it. The
others that were looked at are accidentals without an `alter` (here the pitch is what `alter` says), ties that stop and
never start (here a note of their own), notes of a cue's size that sound, and a tablature's frets without a pitch.

With `--results`, each file's result is a line of JSON, and files that are in it are not read again: with `--seconds`,
the work is done in slices. All of music21's files take half an hour.
"""

import argparse
import hashlib
import json
import re
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import music21

from primesong.actions.decode import load
from primesong.errors import PrimesongError
from primesong.files.kinds import MIDI, MUSICXML, MXL
from primesong.files.source import open_source
from primesong.limits import DEFAULT_LIMITS
from primesong.score.midi import DRUMS
from primesong.score.mxl import unpack_musicxml
from primesong.score.reading.midi import read_midi
from primesong.score.reading.musicxml import read_musicxml

#: A part in the list of parts, and its id.
PART = re.compile(rb"<(?:\w+:)?score-part\s[^>]*?id\s*=\s*[\"']([^\"']*)")

#: What the root of MusicXML is called, in the encodings that there are.
ROOT = re.compile(rb"<(?:\w+:)?score-(?:part|time)wise|<\0s\0c\0o\0r\0e\0|\0<\0s\0c\0o\0r\0e")

#: What music21 adds to the id of a part for one of its staves.
STAFF = re.compile(r"-Staff\d+$")

SUFFIXES = (*MIDI.suffixes, *MUSICXML.suffixes, *MXL.suffixes)

Lines = list[list[int]]

#: A part's pitches as music21 reads them, which may lie between semitones, or None if it has chords or voices; and the
#: lines of notes that primesong reads in it.
Pair = tuple[list[float] | None, Lines]


def list_files(folders: list[Path]) -> Iterator[tuple[str, Path]]:
    """List scores, each with the SHA-256 of its bytes, once for each content."""
    seen = set()
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in seen and (path.suffix.lower() != ".xml" or ROOT.search(data)):
            seen.add(sha256)
            yield sha256, path


def is_midi(path: Path) -> bool:
    return path.suffix.lower() in MIDI.suffixes


def read_parts(path: Path) -> list[Lines]:
    """Read the lines of each part of MusicXML, as primesong does, in the order of the list of parts."""
    with open_source(path) as source:
        xml = unpack_musicxml(source.data, DEFAULT_LIMITS) if source.kind is MXL else source.data
        parts: dict[str, Lines] = {name.decode("latin-1"): [] for name in PART.findall(xml.replace(b"\0", b""))}
        for line in read_musicxml(xml):
            part = line.source.removeprefix("part ").rpartition(", voice")[0]
            parts.setdefault(part, []).append(list(line.midi_notes))
    return list(parts.values())


def read_parts_by_music21(path: Path) -> list[list[list[float] | None]]:
    """Read the pitches of each part of MusicXML, as music21 does, which divides parts into staves."""
    parts = music21.converter.parse(path, forceSource=True).parts
    by_part = groupby(enumerate(parts), lambda one: STAFF.sub("", one[1].id) if is_staff(one[1]) else one[0])
    return [[read_pitches(staff) for _, staff in staves] for _, staves in by_part]


def is_staff(part: music21.stream.Part) -> bool:
    return isinstance(part, music21.stream.PartStaff)


def pair_staves(staves: list[list[float] | None], lines: Lines) -> list[Pair]:
    """Pair a part's staves with its lines: each with the line that has its pitches if there is one."""
    if len(staves) == 1:
        return [(staves[0], lines)]
    return [(staff, [staff] if staff in lines or not staff else lines) for staff in staves]


def read_pitches(part: music21.stream.Part) -> list[float] | None:
    if part.recurse().getElementsByClass("Chord") or part.recurse().getElementsByClass("Voice"):
        return None
    notes = part.toSoundingPitch().flatten().stripTies().getElementsByClass("Note")
    return [note.pitch.ps for note in notes if not note.duration.isGrace and note.style.noteSize != "cue"]


def read_channels(path: Path) -> dict[str, Lines]:
    """Read each channel of each track of a MIDI file, as primesong does."""
    return {line.source: [list(line.midi_notes)] for line in read_midi(path.read_bytes())}


def read_channels_by_music21(path: Path) -> dict[str, list[float] | None]:
    """Read each channel of each track of a MIDI file, as music21 does, except drums."""
    file = music21.midi.MidiFile()
    file.readstr(path.read_bytes())
    notes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, track in enumerate(file.tracks, start=1):
        tick = 0
        for event in track.events:
            if isinstance(event, music21.midi.DeltaTime):
                tick += event.time
            elif event.isNoteOn() and event.channel != DRUMS + 1:
                notes[f"track {number}, channel {event.channel}"].append((tick, event.pitch))
    return {
        name: None if len({tick for tick, _ in line}) < len(line) else [float(pitch) for _, pitch in line]
        for name, line in notes.items()
    }


def pair_parts(path: Path, result: dict[str, Any]) -> list[Pair]:
    """Pair the parts of a file as both read them; if they cannot be paired, the result says why."""
    try:
        theirs = read_channels_by_music21(path) if is_midi(path) else read_parts_by_music21(path)
    except Exception as error:  # music21 raises anything on files that are made to be difficult
        result |= {"outcome": "that music21 does not read", "message": repr(error)[:200]}
        return []
    try:
        ours = read_channels(path) if is_midi(path) else read_parts(path)
    except PrimesongError as error:
        result |= {"outcome": "that only music21 reads", "message": str(error)[:200]}
        return []
    if isinstance(theirs, dict):
        return [(line, ours.get(name, [])) for name, line in theirs.items()]
    if len(theirs) != len(ours):
        result |= {"outcome": "that music21 divides in other parts", "message": f"{len(theirs)}, here {len(ours)}"}
        return []
    return [pair for staves, lines in zip(theirs, ours, strict=True) for pair in pair_staves(staves, lines)]


def name_difference(theirs: list[float], lines: Lines) -> str:
    """Name why the pitches of a part differ, as far as the notes tell."""
    ours, rounded = [pitch for line in lines for pitch in line], [round(pitch) for pitch in theirs]
    if len(lines) > 1:
        return "voices in turn" if sorted(ours) == sorted(rounded) else "voices"
    if len(ours) == len(theirs) and all(abs(one - other) <= 0.5 for one, other in zip(ours, theirs, strict=True)):
        return "quarter tones"
    if [pitch for pitch, _ in groupby(ours)] == [pitch for pitch, _ in groupby(rounded)]:
        return "ties"
    return "other"


def compare(path: Path, result: dict[str, Any]) -> None:
    """Compare the parts of a file with music21's reading, and note in the result what they are."""
    parts: Counter[str] = Counter()
    differences = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pairs = pair_parts(path, result)
    for number, (pitches, lines) in enumerate(pairs, start=1):
        if pitches is None:
            parts["with chords or voices"] += 1
        elif [pitches] == (lines or [[]]):
            parts["of the same pitches"] += 1
        else:
            parts[name := f"of other pitches: {name_difference(pitches, lines)}"] += 1
            differences.append((number, name, len(pitches), [len(line) for line in lines]))
    result |= {"parts": parts, "differences": differences}


def time_load(path: Path, result: dict[str, Any]) -> None:
    """Load a file; note how long that takes, in seconds of processor time, and what it raises."""
    started = time.process_time()
    try:
        load(path)
    except PrimesongError:
        pass
    except Exception:
        result["traceback"] = traceback.format_exc()
    result["seconds"] = time.process_time() - started


def examine(sha256: str, path: Path) -> dict[str, Any]:
    """Read a file as both do."""
    result: dict[str, Any] = {"sha256": sha256, "path": str(path), "kind": "MIDI" if is_midi(path) else "MusicXML"}
    time_load(path, result)
    compare(path, result)
    return result


def summarize(results: list[dict[str, Any]]) -> None:
    """Print what the results add up to, and every part that differs."""
    for result in results:
        if "traceback" in result:
            print(result["path"], result["traceback"])
        if "outcome" in result:
            print(f"{result['path']}: {result['message']}")
        for number, name, theirs, ours in result.get("differences", ()):
            print(f"{result['path']}, part {number} {name}: {theirs} notes by music21, {ours} here")
    for kind in ("MusicXML", "MIDI"):
        files = [result for result in results if result["kind"] == kind]
        outcomes = Counter(f"files {result['outcome']}" for result in files if "outcome" in result)
        parts = sum((Counter(result.get("parts", {})) for result in files), Counter())
        slowest = max(files, key=lambda result: result["seconds"], default={"seconds": 0.0, "path": "none"})
        tracebacks = sum("traceback" in result for result in files)
        print(f"{kind}: {len(files):,} files, {tracebacks} tracebacks, {slowest['seconds']:.1f} s {slowest['path']}")
        for name, count in [*outcomes.items(), *((f"parts {name}", count) for name, count in parts.items())]:
            print(f"{count:8,} {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path(music21.__file__).parent])
    parser.add_argument("--results", type=Path, help="keep each file's result here, and go on from it")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this time")
    options = parser.parse_args()
    until = time.monotonic() + options.seconds
    known = options.results.read_text("utf-8").splitlines() if options.results and options.results.exists() else []
    results = {result["sha256"]: result for result in map(json.loads, known)}
    for sha256, path in list_files(options.folders):
        if sha256 in results or time.monotonic() > until:
            continue
        results[sha256] = examine(sha256, path)
        if options.results:
            with options.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(results[sha256]) + "\n")
    summarize(list(results.values()))


if __name__ == "__main__":
    main()
