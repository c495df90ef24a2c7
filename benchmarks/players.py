"""Print how well people are heard, by player, condition and instrument: wrong, missing and extra notes before repair,
whether the exact program came out, and CPU seconds.

    python benchmarks/players.py [--players NAME,NAME] [--conditions NAME,NAME] [--instruments NAME,NAME] [--notes N]

The song is the published one, or with --notes a shorter one; with --coda it ends with error-correction notes. The
players are those of the tests, seeded, the conditions those of listening.py; FluidSynth's instruments need its program
and a soundfont of General MIDI.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from listening import CONDITIONS
from renderings import INSTRUMENTS, SOUNDFONTS, make_song

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from support import channel, players

from primesong.errors import PrimesongError
from primesong.repair.coda import add_coda
from primesong.song import Song
from primesong.sound.hear.retrieval import retrieve
from primesong.sound.transcribe.signal import condition
from primesong.sound.transcribe.views import view_hands

PLAYERS = {
    "2 % wander": players.Player(wander=0.02),
    "steady": players.STEADY,
    "free": players.FREE,
    "grace notes": replace(players.STEADY, kan=0.02),
    "accelerating": replace(players.STEADY, faster=2.0),
    "slow": replace(players.STEADY, slow=2.0),
    "going back": replace(players.STEADY, returns=5),
    "mistakes": replace(players.STEADY, wrong=0.001, missed=0.0005, doubled=0.0005),
}
PLACES = ("ours", *INSTRUMENTS)


def count_edits(heard: np.ndarray, true: np.ndarray) -> int:
    """Count the wrong, missing and extra notes: Levenshtein's distance."""
    steps = np.arange(len(true) + 1)
    row = steps
    for place, note in enumerate(heard, start=1):
        changed = np.minimum(row[:-1] + (true != note), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate([[place], changed]) - steps) + steps
    return int(row[-1])


def perform_on(instrument: str, strokes: Sequence[players.Stroke], soundfont: Path | None) -> np.ndarray:
    """Return the sound of strokes on our harmonium or an instrument of FluidSynth's."""
    if instrument == "ours":
        return players.sound_harmonium(strokes)
    return players.sound_soundfont(strokes, INSTRUMENTS[instrument], soundfont)


def measure(song: Song, sound: np.ndarray, effort: float) -> str:
    """Count the edits of the best view of hands, and decode: edits, program, CPU seconds."""
    mapping = song.melody.setting.mapping
    true = np.searchsorted(mapping.raga.heights, mapping.to_semitones(song.melody.played_digits))
    try:
        views = list(view_hands(condition([sound], channel.RATE)))
        edits = str(min(count_edits(view.notes, true) for view in views))
    except PrimesongError:
        edits = "-"
    start = time.process_time()
    try:
        found = retrieve([(iter(np.array_split(sound, 100)), channel.RATE)], effort)
        program = "exact" if found.program == song.program else "WRONG"
    except PrimesongError:
        program = "none"
    return f"{edits:>5} {program:6} {time.process_time() - start:5.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--players", default=",".join(PLAYERS), metavar="NAME,NAME", help=", ".join(PLAYERS).replace("%", "%%")
    )
    parser.add_argument("--instruments", default=",".join(PLACES), metavar="NAME,NAME", help=", ".join(PLACES))
    parser.add_argument("--notes", type=int, metavar="N", help="a song of about N notes (default: the published one)")
    parser.add_argument(
        "--conditions", default="room 0.6 s", metavar="NAME,NAME", help=", ".join(CONDITIONS).replace("%", "%%")
    )
    parser.add_argument("--coda", type=float, metavar="PERCENT", help="end with a coda of about this length")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effort", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="default: the first that Debian installed")
    options = parser.parse_args()
    soundfont = options.soundfont or next((Path(path) for path in SOUNDFONTS if Path(path).is_file()), None)
    song = make_song(options.notes)
    if options.coda:
        song = add_coda(song, options.coda / 100)
    print(f"{len(song.melody.played_digits):,} notes")
    print(f"{'player':13} {'condition':15} {'instrument':11} edits program   CPU")
    for player in options.players.split(","):
        strokes = players.perform(song.melody, PLAYERS[player], options.seed)
        for name in options.instruments.split(","):
            sound = perform_on(name, strokes, soundfont)
            for condition_name in options.conditions.split(","):
                heard = measure(song, CONDITIONS[condition_name](sound), options.effort)
                print(f"{player:13} {condition_name:15} {name:11} {heard}", flush=True)


if __name__ == "__main__":
    main()
