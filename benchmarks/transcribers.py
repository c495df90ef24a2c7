"""Print how other transcribers hear the song, beside ours: wrong notes of 360, and how many times faster than the song.

    python benchmarks/transcribers.py [--renderings NAME,NAME] [--conditions NAME,NAME] [--soundfont FILE]

The peers are Spotify's basic-pitch (its ONNX model: pip install --no-deps basic-pitch, and onnxruntime, librosa,
mir_eval, pretty_midi, resampy), librosa's pYIN (pip install librosa) and aubio (its command aubiopitch: apt install
aubio-tools); one that is not installed is reported.
They are read on the true grid, without its first fifth, the pitch that fills most of the slot, rounded to the nearest
of the song's ten notes. We find grid, key and notes ourselves; our notes are counted without repair.
"""

import argparse
import contextlib
import io
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import soundfile
from listening import CONDITIONS, count_wrong
from renderings import RENDERINGS, SOUNDFONTS, render

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from support import channel

from primesong.actions.decode import load
from primesong.sargam.melody import cut
from primesong.song import Song
from primesong.sound.transcribe.views import transcribe

#: 23 avartans of 16 notes of the published song.
SONG = Song(cut(load("femtogpt").melody, 1, 23))

#: How many of its notes are counted.
NOTES = 360

#: How long each lasts, in seconds.
MATRA = SONG.melody.setting.matra_seconds

#: The MIDI notes of the ten pitches, ascending.
LADDER = SONG.melody.setting.tonic + np.array(SONG.mapping.raga.heights)

#: Those that have been loaded and compiled.
_WARM: set[Callable[[Path], np.ndarray]] = set()

Events = Iterable[tuple[float, float, float, float]]  # (start, end, MIDI pitch, weight), in seconds


def ours(path: Path) -> np.ndarray:
    samples, rate = soundfile.read(path, dtype="float32")
    return transcribe([samples], rate).notes


def basic_pitch(path: Path) -> np.ndarray:
    from basic_pitch import ICASSP_2022_MODEL_PATH
    from basic_pitch.inference import predict

    with contextlib.redirect_stdout(io.StringIO()):
        events = predict(path, ICASSP_2022_MODEL_PATH)[2]
    return read_on_grid((start, end, pitch, loud) for start, end, pitch, loud, *_ in events)


def pyin(path: Path) -> np.ndarray:
    import librosa

    samples, rate = librosa.load(path, sr=22050)
    pitch, _, _ = librosa.pyin(samples, fmin=100, fmax=500, sr=rate, hop_length=256)
    times = librosa.times_like(pitch, sr=rate, hop_length=256)
    heard = ~np.isnan(pitch)
    midi = 69 + 12 * np.log2(pitch[heard] / 440)
    return read_on_grid((at, at + 256 / rate, note, 1.0) for at, note in zip(times[heard], midi, strict=True))


def aubio(path: Path) -> np.ndarray:
    program = shutil.which("aubiopitch")
    if program is None:
        raise ImportError("aubiopitch")
    done = subprocess.run([program, "-i", str(path), "-u", "midi"], capture_output=True, text=True, check=True)
    frames = [(float(at), float(pitch)) for at, pitch in map(str.split, done.stdout.splitlines())]
    return read_on_grid((at, at + 0.01, pitch, 1.0) for at, pitch in frames if pitch > 0)


TRANSCRIBERS = {"primesong": ours, "basic-pitch": basic_pitch, "pYIN": pyin, "aubio": aubio}


def read_on_grid(events: Events) -> np.ndarray:
    """Return the note of each slot, an index into `LADDER`: what fills most of it after its first fifth."""
    votes = np.zeros((NOTES, len(LADDER)))
    starts = np.arange(NOTES) * MATRA + MATRA / 5
    for start, end, pitch, weight in events:
        overlap = np.minimum(end, starts + MATRA * 4 / 5) - np.maximum(start, starts)
        votes[:, np.abs(LADDER - pitch).argmin()] += np.maximum(overlap, 0) * weight
    return np.where(votes.any(axis=1), votes.argmax(axis=1), 0)


def measure_cpu() -> float:
    """Return the CPU seconds of this process and its children."""
    return sum(
        use.ru_utime + use.ru_stime for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def judge(transcriber: Callable[[Path], np.ndarray], path: Path) -> str:
    """Return the wrong notes and the speed of a transcriber, once it is loaded and compiled."""
    try:
        if transcriber not in _WARM:
            transcriber(path)
            _WARM.add(transcriber)
        start = measure_cpu()
        notes = transcriber(path)
    except ImportError as error:
        return f"missing: {error.name or error}"
    speed = NOTES * MATRA / (measure_cpu() - start)
    return f"{count_wrong(truth(), notes):3} ({speed:.0f}x)"


def truth() -> np.ndarray:
    """Return the song's notes, as indices into `LADDER`."""
    return np.searchsorted(LADDER, SONG.melody.midi_notes)[:NOTES]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--renderings", default="original,piano,flute,reed organ", metavar="NAME,NAME")
    parser.add_argument("--conditions", default="clean,room 0.6 s,white 0 dB,MP3 16 kbit/s", metavar="NAME,NAME")
    parser.add_argument("--soundfont", type=Path, metavar="FILE")
    options = parser.parse_args()
    if unknown := set(options.renderings.split(",")) - set(RENDERINGS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; expected some of {', '.join(RENDERINGS)}")
    if unknown := set(options.conditions.split(",")) - set(CONDITIONS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; expected some of {', '.join(CONDITIONS)}")
    soundfont = options.soundfont or next((Path(path) for path in SOUNDFONTS if Path(path).is_file()), None)
    print(f"{'rendering':11} {'condition':16}" + "".join(f"{name:>22}" for name in TRANSCRIBERS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.wav"
        for rendering in options.renderings.split(","):
            clean = render(SONG, rendering, soundfont)
            for condition in options.conditions.split(","):
                sound = CONDITIONS[condition](clean)[: round(NOTES * MATRA * channel.RATE)]
                soundfile.write(path, sound / np.abs(sound).max() * 0.9, channel.RATE)
                found = (judge(transcriber, path) for transcriber in TRANSCRIBERS.values())
                print(f"{rendering:11} {condition:16}", *(f"{text:>21}" for text in found), flush=True)


if __name__ == "__main__":
    main()
