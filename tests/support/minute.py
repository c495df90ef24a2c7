"""The program of a song of a minute and a half, 445 notes; and from songs to sound and back."""

import numpy as np
import soundfile
from support import channel
from support.songs import write_sound

from primesong.sound.hear.retrieval import retrieve

PROGRAM = b"""def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def coprime(n):
    return [k for k in range(1, n) if gcd(k, n) == 1]


for n in range(2, 99):
    phi = len(coprime(n))
    print(f"{n:3}", "#" * phi, "prime" if phi == n - 1 else "")
"""


def render_mono(melody, folder):
    """A melody's sound, one channel, at `channel.RATE`."""
    path = folder / "song.wav"
    write_sound(melody, path)
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert rate == channel.RATE
    return (samples[:, 0] + samples[:, 1]) / 2  # NumPy's mean takes ten times as long


def hear(*recordings, effort=10):
    """Find the song in recordings that come in blocks, one channel each, at `channel.RATE`."""
    return retrieve([(iter(np.array_split(recording, 7)), channel.RATE) for recording in recordings], effort)
