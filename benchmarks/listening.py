"""Print how well a song is heard back: wrong notes before repair, whether the exact program came out, and how fast.

    python benchmarks/listening.py [RECORDING ...] [--effort SECONDS] [--only NAME,NAME]

Without a recording the published song's harmonium rendering is used; recordings must be of the published song, clean.
Each goes through the simulated channels of the tests. Beside us, librosa's pYIN is shown if it is installed, on the
first 90 seconds: its median pitch in each slot of the true grid, rounded to the nearest of the song's ten notes.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import channel

from primesong.errors import PrimesongError
from primesong.formats import load, write_sound
from primesong.sound.classes import HEIGHTS
from primesong.sound.hearing import condition
from primesong.sound.retrieval import retrieve
from primesong.sound.transcription import views

SONG = load("femtogpt")
NOTES = np.array([HEIGHTS.index(height) for height in SONG.mapping.to_semitones(SONG.digits)])

CHANNELS = {
    "clean": channel.chain(),
    "MP3 16 kbit/s": channel.mp3(16),
    "MP3 8 kbit/s": channel.mp3(8),
    "Opus 12 kbit/s": channel.opus(12),
    "Opus 6 kbit/s": channel.opus(6),
    "white -15 dB": channel.white(-15),
    "white -20 dB": channel.white(-20),
    "white -25 dB": channel.white(-25),
    "pink -15 dB": channel.pink(-15),
    "pink -20 dB": channel.pink(-20),
    "room 0.6 s": channel.room(0.6),
    "room 1 s": channel.room(1.0),
    "room 2 s": channel.room(2.0),
    "telephone": channel.band(300, 3400),
    "10 % drift": channel.speed(lambda place: 1 + 0.1 * (place - 0.5)),
    "wow": channel.wow(0.005, 0.5, 900),
    "clipped by 40 dB": channel.clip(40),
    "dropouts": channel.dropouts(2),
    "clicks": channel.clicks(5),
    "comb filter": channel.comb(),
    "gain wanders": channel.gains(),
    "noise around": channel.lead_in(5),
    "phone": channel.phone(),
    "worse phone": channel.phone(5, 0.8),
}


def wrong_notes(notes: np.ndarray) -> int:
    """The fewest wrong notes over shifts of the grid by a few slots."""
    best = len(NOTES)
    for shift in range(-3, 25):
        piece = notes[max(0, shift) :][: len(NOTES) - max(0, -shift)]
        right = (piece == NOTES[max(0, -shift) :][: len(piece)]).sum()
        best = min(best, len(NOTES) - int(right))
    return best


def pyin(sound: np.ndarray) -> str:
    try:
        import librosa
    except ImportError:
        return "not installed"
    seconds = 90
    piece = librosa.resample(sound[: seconds * channel.RATE], orig_sr=channel.RATE, target_sr=22050)
    start = time.process_time()
    pitch, _, _ = librosa.pyin(piece, fmin=100, fmax=500, sr=22050, hop_length=256)
    spent = time.process_time() - start
    times = librosa.times_like(pitch, sr=22050, hop_length=256)
    ladder = 69 - 19 + np.array(HEIGHTS)
    wrong = 0
    for slot in range(seconds * 4):
        inside = pitch[(times >= slot / 4 + 0.05) & (times < slot / 4 + 0.25)]
        inside = inside[~np.isnan(inside)]
        note = np.abs(ladder - (69 + 12 * np.log2(np.median(inside) / 440))).argmin() if inside.size else -1
        wrong += int(note != NOTES[slot])
    return f"{wrong} of {seconds * 4} ({seconds / spent:.0f}x)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--effort", type=float, default=30, metavar="SECONDS")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(CHANNELS), metavar="NAME,NAME")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not options.recordings:
            options.recordings = [Path(folder) / "harmonium.wav"]
            write_sound(SONG.melody, options.recordings[0])
        print(f"{'recording':12} {'channel':18} {'wrong, by view':34} {'program':9} {'mended':>8} {'speed':>6}  pYIN")
        for path in options.recordings:
            clean = soundfile.read(path, dtype="float32", always_2d=True)[0].mean(axis=1)
            for name in options.only:
                row(path.stem, name, CHANNELS[name](clean), options.effort)


def row(stem: str, name: str, sound: np.ndarray, effort: float) -> None:
    blocks = np.array_split(sound, 100)
    start = time.process_time()
    try:
        heard = retrieve([(iter(blocks), channel.RATE)], effort)
        exact = "exact" if heard.melody.digits == SONG.digits else "WRONG"
        repaired = str(len(heard.repaired.changes))
    except PrimesongError:
        exact, repaired = "none", "-"
    speed = len(sound) / channel.RATE / (time.process_time() - start)
    try:
        wrong = " ".join(str(wrong_notes(view.notes)) for view in views(condition(iter(blocks), channel.RATE)))
    except PrimesongError:
        wrong = "no beat"
    print(f"{stem:12} {name:18} {wrong:34} {exact:9} {repaired:>8} {speed:5.0f}x  {pyin(sound)}", flush=True)


if __name__ == "__main__":
    main()
