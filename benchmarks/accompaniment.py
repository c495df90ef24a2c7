"""Print what the strokes of the tabla and the plucks of the tanpura are made of.

    python benchmarks/accompaniment.py

Of each stroke: the share of its power near each of five harmonics of the right drum or, for ge and ka, of the left one,
and above 1,500 Hz; and how long it takes to fall by 30 dB. Of ge: its pitch at the stroke and later. Of a tanpura's Sa:
the spectrum's centroid some time after a pluck. Sa is D3.
"""

import numpy as np

from primesong.song import compose
from primesong.sound.render.accompanists import tabla, tanpura

RATE = 44_100
SIZE = 1 << 17
HERTZ = np.fft.rfftfreq(SIZE, 1 / RATE)

#: Of each stroke: the tone of its drum in Hz, and how near to a harmonic counts, as a share of it: ge glides.
DRUMS = dict.fromkeys(("tu", "tin", "na", "ti"), (2 * 146.8324, 0.05)) | dict.fromkeys(("ge", "ka"), (95.0, 0.2))


def find_power(sound: np.ndarray) -> np.ndarray:
    """Return the power in each frequency."""
    return np.abs(np.fft.rfft(sound, SIZE)) ** 2


def measure_pitch(sound: np.ndarray) -> float:
    """Return the frequency in which most power lies."""
    return float(HERTZ[find_power(sound * np.hanning(len(sound))).argmax()])


def measure_fall(sound: np.ndarray) -> float:
    """Return how many milliseconds a stroke takes to fall by 30 dB."""
    level = np.convolve(sound**2, np.ones(441) / 441, "same")
    return 1_000 * int(np.flatnonzero(level > level.max() / 1_000)[-1]) / RATE


def main() -> None:
    melody = compose(int("3928547160" * 8)).melody
    print("| stroke | first | second | third | fourth | fifth | above 1,500 Hz | falls by 30 dB in |")
    print("|---|---|---|---|---|---|---|---|")
    for name, (tone, width) in DRUMS.items():
        sound = tabla.make_stroke(name, melody, RATE)
        power = find_power(sound)
        near = [np.abs(HERTZ - number * tone) < tone * width for number in range(1, 6)]
        shares = [power[part].sum() / power.sum() for part in (*near, HERTZ > 1_500)]
        print(f"| {name} | " + " | ".join(f"{share:.1%}" for share in shares) + f" | {measure_fall(sound):.0f} ms |")
    glide = tabla.make_stroke("ge", melody, RATE)
    begins, ends = (measure_pitch(glide[int(after * RATE) :][: RATE // 8]) for after in (0.005, 0.4))
    print(f"ge rises from {begins:.0f} to {ends:.0f} Hz in 0.4 s")
    pluck = tanpura.make_turn(melody.arrange(tempo=5), RATE).mean(axis=1)[3 * RATE :]
    for after in (0.05, 0.5, 2.0):
        power = find_power(pluck[int(after * RATE) :][:8192] * np.hanning(8192))
        print(f"tanpura, {after:g} s after a pluck of Sa: centroid {(power * HERTZ).sum() / power.sum():.0f} Hz")


if __name__ == "__main__":
    main()
