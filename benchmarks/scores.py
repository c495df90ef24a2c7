"""How public scores are read: pitches against music21's own reading, seconds, and tracebacks.

    python benchmarks/scores.py [FOLDER ...] [--every 1] [--show]

Without folders, the MusicXML and MIDI files that music21 brings along. For each file: `load` must give a song or a
`PrimesongError`. For each part of MusicXML that music21 reads as one voice without chords: the pitches must be the
same, as they sound, tied notes being one, without grace notes and cues. Twenty minutes.
"""

import argparse
import re
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

import music21

from primesong.actions.load import load
from primesong.errors import PrimesongError
from primesong.files.kinds import MIDI, MUSICXML, MXL
from primesong.files.source import open_source
from primesong.limits import DEFAULT_LIMITS
from primesong.score.mxl import unpack_musicxml
from primesong.score.reading.musicxml import read_musicxml

#: A part in the list of parts, and its id.
PART = re.compile(rb"<score-part\s[^>]*?id\s*=\s*[\"']([^\"']*)")

SUFFIXES = (*MIDI.suffixes, *MUSICXML.suffixes, *MXL.suffixes)


def list_files(folders: list[Path]) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def read_parts(path: Path) -> list[list[list[int]]]:
    """Read the lines of each part, as primesong does, in the order of the list of parts."""
    with open_source(path) as source:
        xml = unpack_musicxml(source.data, DEFAULT_LIMITS) if source.kind is MXL else source.data
        parts: dict[str, list[list[int]]] = {name.decode(): [] for name in PART.findall(xml.replace(b"\0", b""))}
        for line in read_musicxml(xml):
            part = line.source.removeprefix("part ").rpartition(", voice")[0]
            parts.setdefault(part, []).append(list(line.midi_notes))
    return list(parts.values())


def read_parts_by_music21(path: Path) -> list[list[int] | None]:
    """Read the pitches of each part, as music21 does; None if it has chords or more voices than one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = music21.converter.parse(path, forceSource=True)
        return [read_pitches(part) for part in score.parts]


def read_pitches(part: music21.stream.Part) -> list[int] | None:
    if part.recurse().getElementsByClass("Chord") or part.recurse().getElementsByClass("Voice"):
        return None
    notes = part.toSoundingPitch().flatten().stripTies().getElementsByClass("Note")
    return [note.pitch.midi for note in notes if not note.duration.isGrace and note.style.noteSize != "cue"]


def time_load(path: Path) -> float:
    """Return the seconds of processor time that a file takes."""
    started = time.process_time()
    try:
        load(path)
    except PrimesongError:
        pass
    except Exception:
        print(path)
        traceback.print_exc()
    return time.process_time() - started


def compare(path: Path, counts: Counter[str], *, show: bool) -> None:
    try:
        theirs = read_parts_by_music21(path)
    except Exception as error:  # music21 raises anything on files that are made to be difficult
        counts["files that music21 does not read"] += 1
        if show:
            print(f"{path.name}: music21: {error!r}"[:200])
        return
    try:
        ours = read_parts(path)
    except PrimesongError as error:
        counts["files that only music21 reads"] += 1
        print(f"{path.name}: {error}"[:200])
        return
    if len(theirs) != len(ours):
        counts["parts of files that music21 divides in other parts"] += len(theirs)
        return
    for number, (pitches, lines) in enumerate(zip(theirs, ours, strict=True), start=1):
        if pitches is None:
            counts["parts with chords or voices"] += 1
        elif [pitches] == (lines or [[]]):
            counts["parts of the same pitches"] += 1
        else:
            counts["parts of other pitches"] += 1
            if show:
                differ = [a == b for a, b in zip(pitches, lines[0] if lines else [], strict=False)]
                place = differ.index(False) + 1 if False in differ else len(differ)
                sizes = [len(line) for line in lines]
                print(f"{path.name}, part {number}: {len(pitches)} notes by music21, {sizes} by us, from note {place}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path(music21.__file__).parent])
    parser.add_argument("--every", type=int, default=1, help="read each n-th file only")
    parser.add_argument("--show", action="store_true", help="name the parts of other pitches")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    seconds = []
    for path in list_files(options.folders)[:: options.every]:
        counts["files"] += 1
        seconds.append((time_load(path), path.name))
        if path.suffix.lower() not in MIDI.suffixes:
            compare(path, counts, show=options.show)
    for name, count in counts.items():
        print(f"{count:6,} {name}")
    print("slowest:", ", ".join(f"{taken:.1f} s {name}" for taken, name in sorted(seconds, reverse=True)[:5]))


if __name__ == "__main__":
    main()
