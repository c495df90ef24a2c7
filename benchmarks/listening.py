"""Print how well a song is heard back, by rendering and condition: wrong notes before repair, whether the exact program
came out, CPU seconds, and how many times faster than the song that is.

    python benchmarks/listening.py [--renderings NAME,NAME] [--conditions NAME,NAME] [--notes N] [--table FILE.csv]

The song is the published one, or with --notes a shorter one. Each row is printed as it is done; with --table it is also
kept in a file, and the rows that the file has are not run again. FluidSynth's five instruments need its program and a
soundfont of General MIDI; the codecs need ffmpeg. The channels are those of the tests, seeded.
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from renderings import RENDERINGS, SOUNDFONTS, make_song, render
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from support import channel

from primesong.errors import PrimesongError
from primesong.song import Song
from primesong.sound.hear.retrieval import EFFORT, retrieve
from primesong.sound.transcribe.signal import condition
from primesong.sound.transcribe.views import views

CONDITIONS = {
    "clean": channel.chain(),
    **{f"MP3 {rate} kbit/s": channel.mp3(rate) for rate in (128, 64, 32, 16, 8)},
    **{f"Opus {rate} kbit/s": channel.opus(rate) for rate in (24, 12, 6)},
    "AAC 24 kbit/s": channel.aac(24),
    "Ogg 48 kbit/s": channel.vorbis(48),
    **{f"white {snr} dB": channel.white(snr) for snr in (0, -10, -15, -20, -25)},
    **{f"pink {snr} dB": channel.pink(snr) for snr in (0, -10, -15, -20)},
    **{f"babble {snr} dB": channel.babble(snr) for snr in (0, -10)},
    **{f"room {rt60} s": channel.room(rt60) for rt60 in (0.3, 0.6, 1.0, 2.0)},
    "telephone band": channel.band(300, 3400),
    "8 kHz": channel.resampled(8000),
    "3 % fast": channel.speed(lambda place: 1.03 + 0 * place),
    "3 % slow": channel.speed(lambda place: 0.97 + 0 * place),
    "tempo x 1.5": channel.tempo(1.5),
    "50 cents up": channel.speed(lambda place: 2 ** (50 / 1200) + 0 * place),
    "50 cents down": channel.speed(lambda place: 2 ** (-50 / 1200) + 0 * place),
    "5 semitones up": channel.transpose(5),
    "wow": channel.wow(0.005, 0.5),
    "tape drift": channel.tape(),
    "10 % drift": channel.speed(lambda place: 1 + 0.1 * (place - 0.5)),
    "clipped by 40 dB": channel.clip(40),
    "AGC": channel.agc(),
    "hum 0 dB": channel.hum(0),
    "clicks": channel.clicks(5),
    "dropouts": channel.dropouts(2),
    "comb filter": channel.comb(),
    "noise around": channel.lead_in(5),
    "random gain": channel.gains(),
    "phone": channel.phone(),
    "worse phone": channel.phone(5, 0.8),
}

#: The condition that needs to know the song: its tanpura and tabla.
SECOND_VOICE = "second voice -6 dB"

#: How many slots late the first note may be: five seconds of noise before it.
_LATEST = 30

COLUMNS = ("rendering", "condition", "notes", "wrong", "program", "cpu", "speed")


def find_channel(name: str, song: Song) -> Callable[[np.ndarray], np.ndarray]:
    """Return the channel of a condition."""
    return channel.accompanied(song.melody, 6) if name == SECOND_VOICE else CONDITIONS[name]


def measure(song: Song, sound: np.ndarray, effort: float) -> dict[str, object]:
    """Decode a recording and count its wrong notes before repair: those of the view that held the program or, if none
    did, of the view with the fewest wrong."""
    seconds = len(sound) / channel.RATE
    start = time.process_time()
    try:
        heard = retrieve([(iter(np.array_split(sound, 100)), channel.RATE)], effort)
    except PrimesongError:
        heard = None
    spent = time.process_time() - start
    found: dict[str, object] = {"notes": len(song.digits), "cpu": round(spent, 1), "speed": round(seconds / spent)}
    if heard is None:
        return found | {"wrong": count_fewest_wrong(song, sound), "program": "none"}
    if heard.melody.played_digits != song.digits:
        return found | {"wrong": "", "program": "WRONG"}
    return found | {"wrong": len(heard.corrections), "program": "exact"}


def count_fewest_wrong(song: Song, sound: np.ndarray) -> int | str:
    """Count the wrong digits of the best view, under the best assignment of digits to notes."""
    truth = np.array([int(digit) for digit in song.digits])
    try:
        heard = [view.notes for view in views(condition(np.array_split(sound, 100), channel.RATE))]
    except PrimesongError:
        return "no grid"
    return min(count_wrong(truth, notes) for notes in heard)


def count_wrong(truth: np.ndarray, notes: np.ndarray) -> int:
    """Count the wrong notes under the best assignment and shift of the grid; a missing note is wrong."""
    fewest = len(truth)
    for shift in range(-3, _LATEST):
        heard, sung = notes[max(0, shift) :], truth[max(0, -shift) :]
        both = min(len(heard), len(sung))
        table = np.bincount(10 * heard[:both] + sung[:both], minlength=100).reshape(10, 10)
        fewest = min(fewest, len(truth) - int(table[linear_sum_assignment(-table)].sum()))
    return fewest


def main() -> None:
    names = [*CONDITIONS, SECOND_VOICE]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--renderings", default=",".join(RENDERINGS), metavar="NAME,NAME", help=", ".join(RENDERINGS))
    parser.add_argument(
        "--conditions", default=",".join(names), metavar="NAME,NAME", help=", ".join(names).replace("%", "%%")
    )
    parser.add_argument("--notes", type=int, metavar="N", help="a song of about N notes (default: the published one)")
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="default: the first that Debian installed")
    parser.add_argument("--effort", type=float, default=EFFORT, metavar="SECONDS", help=f"default: {EFFORT:g}")
    parser.add_argument("--table", type=Path, metavar="FILE", help="keep the rows in this CSV file, and resume from it")
    options = parser.parse_args()
    for chosen, known in ((options.renderings, RENDERINGS), (options.conditions, names)):
        if unknown := set(chosen.split(",")) - set(known):
            parser.error(f"unknown: {', '.join(sorted(unknown))}; expected some of {', '.join(known)}")
    soundfont = options.soundfont or next((Path(path) for path in SOUNDFONTS if Path(path).is_file()), None)
    song = make_song(options.notes)
    done = read_table(options.table)
    print("{:11} {:19} {:>6} {:>7} {:7} {:>6} {:>6}".format(*COLUMNS))
    for rendering in options.renderings.split(","):
        clean = None
        for name in options.conditions.split(","):
            found = done.get((rendering, name, str(len(song.digits))))
            if found is None:
                clean = render(song, rendering, soundfont) if clean is None else clean
                sound = find_channel(name, song)(clean)
                found = {"rendering": rendering, "condition": name} | measure(song, sound, options.effort)
                append_row(options.table, found)
            line = "{rendering:11} {condition:19} {notes:>6} {wrong:>7} {program:7} {cpu:>6} {speed:>5}x"
            print(line.format(**found), flush=True)


def read_table(path: Path | None) -> dict[tuple[str, str, str], dict[str, object]]:
    """Read the rows of a table so far, by rendering, condition and number of notes."""
    if path is None or not path.exists():
        return {}
    with path.open(newline="") as file:
        return {(row["rendering"], row["condition"], row["notes"]): dict(row) for row in csv.DictReader(file)}


def append_row(path: Path | None, found: dict[str, object]) -> None:
    """Append a row to the table."""
    if path is not None:
        fresh = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            if fresh:
                writer.writeheader()
            writer.writerow(found)


if __name__ == "__main__":
    main()
