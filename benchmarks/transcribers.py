"""Print how other transcribers hear the song, beside ours: wrong notes of 360, and how many times faster than the song.

    python benchmarks/transcribers.py [--renderings NAME,NAME] [--conditions NAME,NAME] [--players NAME,NAME]
        [--instruments NAME,NAME] [--soundfont FILE]

First the renderings of machines in all conditions, then people, by player and instrument, in a room of 0.6 s.

The peers are Spotify's basic-pitch (its ONNX model: pip install --no-deps basic-pitch, and onnxruntime, librosa,
mir_eval, pretty_midi, resampy), librosa's pYIN (pip install librosa) and aubio (its command aubiopitch: apt install
aubio-tools); one that is not installed is reported.
They are told when each note begins and read between these times, without the first fifth: the pitch that fills most of
it, rounded to the nearest of the song's ten notes. We find times, key and notes ourselves; our notes are counted
without repair, and of people, missing and extra notes count as wrong.
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
from players import PLACES, PLAYERS, count_edits, perform_on
from renderings import RENDERINGS, SOUNDFONTS, render

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from support import channel, players

from primesong.actions.decode import load
from primesong.errors import PrimesongError
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

#: When each of them begins, and the last one ends, if a machine plays.
STEADY = np.arange(NOTES + 1) * MATRA

#: The room in which people play.
ROOM = "room 0.6 s"

#: The players who strike one key for each note, so that it is known when each begins.
FAITHFUL = {
    name: player
    for name, player in PLAYERS.items()
    if not (player.kan or player.returns or player.wrong or player.missed or player.doubled)
}

#: Those that have been loaded and compiled.
_WARM: set[Callable[[Path, np.ndarray], np.ndarray]] = set()

Events = Iterable[tuple[float, float, float, float]]  # (start, end, MIDI pitch, weight), in seconds


def ours(path: Path, edges: np.ndarray) -> np.ndarray:
    samples, rate = soundfile.read(path, dtype="float32")
    return transcribe([samples], rate).notes


def basic_pitch(path: Path, edges: np.ndarray) -> np.ndarray:
    from basic_pitch import ICASSP_2022_MODEL_PATH
    from basic_pitch.inference import predict

    with contextlib.redirect_stdout(io.StringIO()):
        events = predict(path, ICASSP_2022_MODEL_PATH)[2]
    return read_between(edges, ((start, end, pitch, loud) for start, end, pitch, loud, *_ in events))


def pyin(path: Path, edges: np.ndarray) -> np.ndarray:
    import librosa

    samples, rate = librosa.load(path, sr=22050)
    pitch, _, _ = librosa.pyin(samples, fmin=100, fmax=500, sr=rate, hop_length=256)
    times = librosa.times_like(pitch, sr=rate, hop_length=256)
    heard = ~np.isnan(pitch)
    midi = 69 + 12 * np.log2(pitch[heard] / 440)
    return read_between(edges, ((at, at + 256 / rate, note, 1.0) for at, note in zip(times[heard], midi, strict=True)))


def aubio(path: Path, edges: np.ndarray) -> np.ndarray:
    program = shutil.which("aubiopitch")
    if program is None:
        raise ImportError("aubiopitch")
    done = subprocess.run([program, "-i", str(path), "-u", "midi"], capture_output=True, text=True, check=True)
    frames = [(float(at), float(pitch)) for at, pitch in map(str.split, done.stdout.splitlines())]
    return read_between(edges, ((at, at + 0.01, pitch, 1.0) for at, pitch in frames if pitch > 0))


TRANSCRIBERS = {"primesong": ours, "basic-pitch": basic_pitch, "pYIN": pyin, "aubio": aubio}


def read_between(edges: np.ndarray, events: Events) -> np.ndarray:
    """Return the note between each two edges, an index into `LADDER`: what fills most of it after its first fifth."""
    votes = np.zeros((len(edges) - 1, len(LADDER)))
    starts, stops = edges[:-1] + np.diff(edges) / 5, edges[1:]
    for start, end, pitch, weight in events:
        overlap = np.minimum(end, stops) - np.maximum(start, starts)
        votes[:, np.abs(LADDER - pitch).argmin()] += np.maximum(overlap, 0) * weight
    return np.where(votes.any(axis=1), votes.argmax(axis=1), 0)


def measure_cpu() -> float:
    """Return the CPU seconds of this process and its children."""
    return sum(
        use.ru_utime + use.ru_stime for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def judge(
    transcriber: Callable[[Path, np.ndarray], np.ndarray],
    path: Path,
    edges: np.ndarray,
    count: Callable[[np.ndarray, np.ndarray], int],
) -> str:
    """Return the wrong notes and the speed of a transcriber, once it is loaded and compiled."""
    try:
        if transcriber not in _WARM:
            transcriber(path, edges)
            _WARM.add(transcriber)
        start = measure_cpu()
        notes = transcriber(path, edges)
    except ImportError as error:
        return f"missing: {error.name or error}"
    except PrimesongError:
        return "none"
    speed = (edges[-1] - edges[0]) / (measure_cpu() - start)
    return f"{count(truth(), notes):3} ({speed:.0f}x)"


def truth() -> np.ndarray:
    """Return the song's notes, as indices into `LADDER`."""
    return np.searchsorted(LADDER, SONG.melody.midi_notes)[:NOTES]


def print_row(first: str, second: str, sound: np.ndarray, edges: np.ndarray, *, performed: bool) -> None:
    """Print what all transcribers make of a sound."""
    heard = sound[: round(edges[-1] * channel.RATE)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.wav"
        soundfile.write(path, heard / np.abs(heard).max() * 0.9, channel.RATE)
        count = count_edits if performed else count_wrong
        found = [judge(transcriber, path, edges, count) for transcriber in TRANSCRIBERS.values()]
    print(f"{first:11} {second:16}", *(f"{text:>21}" for text in found), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = {
        "renderings": ("original,piano,flute,reed organ", RENDERINGS),
        "conditions": (f"clean,{ROOM},white 0 dB,MP3 16 kbit/s", CONDITIONS),
        "players": ("steady,free,accelerating", FAITHFUL),
        "instruments": ("ours,piano,flute,violin", PLACES),
    }
    for kind, (default, known) in kinds.items():
        listed = ", ".join(known).replace("%", "%%")
        parser.add_argument(f"--{kind}", default=default, metavar="NAME,NAME", help=f"{listed} (default: {default})")
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="default: the first that Debian installed")
    options = parser.parse_args()
    chosen = {kind: [name for name in getattr(options, kind).split(",") if name] for kind in kinds}
    for kind, (_, known) in kinds.items():
        if unknown := set(chosen[kind]) - set(known):
            parser.error(f"unknown: {', '.join(sorted(unknown))}; expected some of {', '.join(known)}")
    soundfont = options.soundfont or next((Path(path) for path in SOUNDFONTS if Path(path).is_file()), None)
    print(f"{'rendering':11} {'condition':16}" + "".join(f"{name:>22}" for name in TRANSCRIBERS))
    for rendering in chosen["renderings"]:
        clean = render(SONG, rendering, soundfont)
        for condition in chosen["conditions"]:
            print_row(rendering, condition, CONDITIONS[condition](clean), STEADY, performed=False)
    print(f"\n{'player':11} instrument")
    for player in chosen["players"]:
        strokes = players.perform(SONG.melody, PLAYERS[player], 1)
        edges = np.array([stroke.onset for stroke in strokes[: NOTES + 1]])
        for instrument in chosen["instruments"]:
            sound = CONDITIONS[ROOM](perform_on(instrument, strokes, soundfont))
            print_row(player, instrument, sound, edges, performed=True)


if __name__ == "__main__":
    main()
