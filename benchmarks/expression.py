"""Print how alive a rendering is: the level between notes, what repeats exactly, accents, loudness, peaks, the end.

    python benchmarks/expression.py [--avartans N]
    python benchmarks/expression.py --hearing [--notes N]     what comes back through rooms, phones, codecs and noise

Of the published song's first avartans, by expression and options: the median level at the border of two different and
of two equal notes, in dB below the notes; how many repeated notes are the same sample for sample; how much louder sam
and how much softer khali are than other matras; integrated loudness and true peak; the level of the last millisecond;
how alike left and right are; CPU seconds for a minute of sound. A concert keeps no beat: its first five say nothing.
With --hearing, of a song of N notes: how many notes were corrected until it was the exact program, or what was said, by
expression and channel, and CPU seconds.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
from renderings import make_song

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support import channel

from primesong.actions.decode import load
from primesong.actions.save import render
from primesong.errors import PrimesongError
from primesong.sargam.melody import Melody, cut
from primesong.song import Song
from primesong.sound.hear.retrieval import EFFORT, retrieve
from primesong.sound.render.accompanists.tanpura import count_turn
from primesong.sound.render.loudness import loudness, true_peak

#: What is measured, and with which options.
RENDERINGS: dict[str, dict[str, object]] = {
    "plain": {"expression": "plain"},
    "plain, legato": {"expression": "plain", "legato": True},
    "plain, bellows 6 dB": {"expression": "plain", "bellows": 6.0},
    "plain, FluidSynth": {"expression": "plain", "synth": "fluidsynth"},
    "plain, tanpura, tabla": {"expression": "plain", "accompany": "tanpura,tabla"},
    "gentle": {"expression": "gentle"},
    "gentle, dry": {"expression": "gentle", "dry": True},
    "gentle, bellows 12 dB": {"expression": "gentle", "bellows": 12.0},
    "gentle, FluidSynth": {"expression": "gentle", "synth": "fluidsynth"},
    "gentle, tanpura, tabla": {"expression": "gentle", "accompany": "tanpura,tabla"},
    "concert": {"expression": "concert"},
}

#: What is heard, and with which options.
HEARD: dict[str, dict[str, object]] = {
    "plain": {"expression": "plain"},
    "gentle": {"expression": "gentle"},
    "gentle, tanpura, tabla": {"expression": "gentle", "accompany": "tanpura,tabla"},
    "concert": {"expression": "concert"},
}

#: Through what.
CHANNELS: dict[str, channel.Channel] = {
    "clean": lambda sound: sound,
    "phone": channel.phone(),
    "MP3 64": channel.mp3(64),
    "MP3 16": channel.mp3(16),
    "noise 0 dB": channel.white(0),
    "room 0.3 s": channel.room(0.3),
    "room 0.6 s": channel.room(0.6),
}

HEAD = """\
| rendering | joined | repeated | same samples | sam, khali | LUFS | true peak | last ms | left, right | CPU s/min |
|---|---|---|---|---|---|---|---|---|---|"""

#: In seconds: the window of a level.
WINDOW = 0.005

#: In seconds: how far around a border the lowest level is sought.
AROUND = 0.06


def find_levels(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return the level around each frame, in dB."""
    size = int(WINDOW * rate)
    return 10 * np.log10(np.convolve(samples**2, np.full(size, 1 / size), "same") + 1e-12)


def measure_borders(levels: np.ndarray, melody: Melody, matra: float, rate: int) -> Iterator[tuple[bool, float]]:
    """Yield, for each border within an avartan, whether the notes are equal, and how far the level falls."""
    digits, around = melody.played_digits, int(AROUND * rate)
    for note in range(1, len(digits)):
        if note % melody.setting.tala.matras:
            border = int(note * matra)
            inside = np.median(levels[int(border - matra / 2) : border - around])
            yield digits[note] == digits[note - 1], levels[border - around : border + around].min() - inside


def count_alike(samples: np.ndarray, melody: Melody, matra: float) -> str:
    """Count the pairs of equal notes that are the same sample for sample."""
    places: dict[str, list[int]] = {}
    for note, digit in enumerate(melody.played_digits):
        places.setdefault(digit, []).append(round(note * matra))
    pairs = [pair for starts in places.values() for pair in combinations(starts[:12], 2)]
    length = int(matra) - 1
    alike = sum(np.array_equal(samples[one : one + length], samples[two : two + length]) for one, two in pairs)
    return f"{alike} of {len(pairs)}"


def measure_accents(samples: np.ndarray, melody: Melody, matra: float) -> tuple[float, float]:
    """Return how much louder the sam and the khali of tintal are than other matras, each note beside its like."""
    level: dict[tuple[str, str], list[float]] = {}
    for note, digit in enumerate(melody.played_digits):
        kind = {0: "sam", 8: "khali"}.get(note % 16, "other")
        part = samples[int((note + 0.3) * matra) : int((note + 0.8) * matra)]
        level.setdefault((digit, kind), []).append(10 * np.log10(np.mean(part**2)))
    mean = {key: float(np.mean(found)) for key, found in level.items()}
    sam, khali = (
        [mean[digit, kind] - mean[digit, "other"] for digit, one in mean if one == kind] for kind in ("sam", "khali")
    )
    return float(np.mean(sam)), float(np.mean(khali))


def to_decibels(level: float) -> float:
    """Return a level in decibels of full scale."""
    return float(20 * np.log10(level + 1e-9))


def hear(sound: np.ndarray, song: Song) -> str:
    """Return what comes of a song's sound: how many notes were corrected, or "refused"; and CPU seconds."""
    start = time.process_time()
    try:
        heard = retrieve([(iter([sound]), channel.RATE)], EFFORT)
    except PrimesongError:
        result = "refused"
    else:
        result = str(len(heard.corrections)) if heard.program == song.program else "another program"
    return f"{result} ({time.process_time() - start:.0f} s)"


def print_hearing(song: Song) -> None:
    """Print what comes back, a row an expression, a column a channel."""
    print(f"{len(song.digits):,} notes")
    print("| " + " | ".join(["rendering", *CHANNELS]) + " |")
    print("|---" * (len(CHANNELS) + 1) + "|")
    for name, options in HEARD.items():
        sound = render(song, **options).samples.mean(axis=1)
        print("| " + " | ".join([name, *(hear(each(sound), song) for each in CHANNELS.values())]) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--avartans", type=int, default=30, metavar="N", help="how much is rendered (default: 30)")
    parser.add_argument("--hearing", action="store_true", help="what comes back from sound")
    parser.add_argument("--notes", type=int, default=600, metavar="N", help="of what is heard (default: 600)")
    options = parser.parse_args()
    if options.hearing:
        print_hearing(make_song(options.notes))
        return
    melody = cut(load("femtogpt").melody, 1, options.avartans)
    print(HEAD)
    for name, how in RENDERINGS.items():
        start = time.process_time()
        sound = render(Song(melody), **how)
        spent = 60 * (time.process_time() - start) / sound.seconds
        rate = sound.sample_rate
        alone = how["expression"] != "plain" and "tanpura" in str(how.get("accompany"))
        mono = sound.samples[count_turn(melody, rate) if alone else 0 :].mean(axis=1)
        matra = melody.setting.matra_seconds * rate
        borders = list(measure_borders(find_levels(mono, rate), melody, matra, rate))
        joined, repeated = (np.median([fall for equal, fall in borders if equal is same]) for same in (False, True))
        sam, khali = measure_accents(mono, melody, matra)
        peak, last = true_peak(sound.samples), float(abs(mono[-rate // 1000 :]).max())
        alike = np.corrcoef(sound.samples.T)[0, 1]
        print(
            f"| {name} | {joined:.1f} | {repeated:.1f} | {count_alike(mono, melody, matra)} | {sam:+.1f}, {khali:+.1f} "
            f"| {loudness(sound.samples, rate):.2f} | {to_decibels(peak):.1f} | {to_decibels(last):.0f} | {alike:.2f} "
            f"| {spent:.2f} |"
        )


if __name__ == "__main__":
    main()
