"""A simulated way from a song to a listener: codecs, noise, rooms, tapes, telephones. Seeded, so that it repeats.

Sound in and out: ndarray, shape (frames,), float32, at `RATE`. Noise levels are signal-to-noise ratios in dB over the
whole band. Codecs are ffmpeg's.
"""

import subprocess
from collections.abc import Callable

import numpy as np
from scipy import signal

from primesong.sargam.melody import Melody
from primesong.sound.render.accompanists import tabla, tanpura

RATE = 44100

#: How many samples are worked on at once: as many as the processor keeps near.
BLOCK = 1 << 16

Sound = np.ndarray
Channel = Callable[[Sound], Sound]


def splice(sound: Sound, *parts: float | tuple[float, float]) -> Sound:
    """Join parts of a recording, each from one second to another; a single number is seconds of silence."""
    return np.concatenate(
        [
            np.zeros(round(part * RATE), np.float32)
            if isinstance(part, float)
            else sound[round(part[0] * RATE) : round(part[1] * RATE)]
            for part in parts
        ]
    )


def white(snr: float, seed: int = 1) -> Channel:
    return lambda sound: _add(sound, np.random.default_rng(seed).standard_normal(len(sound), np.float32), snr)


def pink(snr: float, seed: int = 2) -> Channel:
    def channel(sound: Sound) -> Sound:
        noise = np.random.default_rng(seed).standard_normal(len(sound), np.float32)
        # Paul Kellet's three-pole filter: within 0.5 dB of 3 dB an octave above 20 Hz.
        shaped = sum(
            signal.lfilter([gain], [1, -pole], noise)
            for pole, gain in ((0.99765, 0.0990460), (0.96300, 0.2965164), (0.57000, 1.0526913))
        )
        return _add(sound, shaped + 0.1848 * noise, snr)

    return channel


def babble(snr: float, seed: int = 3) -> Channel:
    """Twelve voices: pulses at speaking pitch through wandering formants, in syllables of a quarter of a second."""

    def channel(sound: Sound) -> Sound:
        random = np.random.default_rng(seed)
        voices = np.zeros(len(sound), np.float32)
        for _ in range(12):
            voices += speech(len(sound) / RATE, int(random.integers(1 << 30)))[: len(sound)]
        return _add(sound, voices, snr)

    return channel


def speech(seconds: float, seed: int) -> Sound:
    """One voice that says nothing: glottal pulses, three formants a syllable, pauses."""
    random = np.random.default_rng(seed)
    rate, out = RATE, []
    total = 0
    while total < seconds * rate:
        length = int(rate * random.uniform(0.12, 0.35))
        pitch = random.uniform(90, 220) * np.linspace(1, random.uniform(0.8, 1.25), length)
        phase = np.cumsum(pitch) / rate
        source = np.diff(np.floor(phase), prepend=0) + 0.02 * random.standard_normal(length)
        for centre, width in zip(
            (random.uniform(300, 800), random.uniform(900, 2200), 2700), (80, 120, 200), strict=True
        ):
            radius = np.exp(-np.pi * width / rate)
            source = signal.lfilter(
                [1 - radius], [1, -2 * radius * np.cos(2 * np.pi * centre / rate), radius**2], source
            )
        loud = np.hanning(length) * random.choice([0, 1, 1, 1])
        out.append((source / (source.std() + 1e-9) * loud).astype(np.float32))
        total += length
    return np.concatenate(out)


def room(rt60: float, seed: int = 4, direct: float = 0.0) -> Channel:
    """Exponentially decaying noise behind the direct sound, as loud as it at `direct` = 0 dB."""

    def channel(sound: Sound) -> Sound:
        random = np.random.default_rng(seed)
        time = np.arange(int(rt60 * RATE)) / RATE
        tail = random.standard_normal(len(time)) * 10 ** (-3 * time / rt60)
        tail[: int(0.003 * RATE)] = 0
        impulse = tail / np.sqrt(np.sum(tail**2)) * 10 ** (-direct / 20)
        impulse[0] = 1
        return signal.oaconvolve(sound, impulse.astype(np.float32)).astype(np.float32)

    return channel


def band(low: float, high: float) -> Channel:
    sos = signal.butter(4, (low, high), "band", fs=RATE, output="sos")
    return lambda sound: signal.sosfilt(sos, sound).astype(np.float32)


def speed(curve: Callable[[np.ndarray], np.ndarray]) -> Channel:
    """A tape: `curve` gives the speed, 1 is right, over places from 0 to 1 of the sound."""

    def channel(sound: Sound) -> Sound:
        steps = max(1, len(sound) // (RATE // 100))
        grid = np.linspace(0, 1, steps + 1)
        speeds = curve(grid)
        passed = np.concatenate([[0], np.cumsum(2 / (speeds[1:] + speeds[:-1]))]) / steps
        out = np.empty(int(passed[-1] * len(sound)), np.float32)
        for first in range(0, len(out), BLOCK):  # all at once takes ten times as long
            times = np.arange(first, min(first + BLOCK, len(out))) / len(sound)
            places = np.interp(times, passed, grid) * (len(sound) - 1)
            before = np.minimum(places.astype(np.intp), len(sound) - 2)
            out[first : first + BLOCK] = sound[before] + (places - before) * (sound[before + 1] - sound[before])
        return out

    return channel


def wow(depth: float, hertz: float) -> Channel:
    return lambda sound: speed(lambda place: 1 + depth * np.sin(2 * np.pi * hertz * len(sound) / RATE * place))(sound)


def tape(wander: float = 0.01, seed: int = 13) -> Channel:
    """A worn recorder: the speed wanders at random over half a minute, with wow at 0.55 Hz and flutter at 8 Hz."""

    def channel(sound: Sound) -> Sound:
        seconds = len(sound) / RATE
        knots = np.random.default_rng(seed).standard_normal(max(4, int(seconds / 30))) * wander

        def curve(place: np.ndarray) -> np.ndarray:
            time = place * seconds
            slow = np.interp(place, np.linspace(0, 1, len(knots)), knots)
            return 1 + slow + 0.002 * np.sin(2 * np.pi * 0.55 * time) + 0.001 * np.sin(2 * np.pi * 8 * time)

        return speed(curve)(sound)

    return channel


def filtered(graph: str) -> Channel:
    """Through a filter graph of ffmpeg's."""

    def channel(sound: Sound) -> Sound:
        raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "1"]
        command = ["ffmpeg", "-v", "error", *raw, "-i", "-", "-af", graph, *raw, "-"]
        done = subprocess.run(command, input=sound.astype("<f4").tobytes(), capture_output=True, check=True)
        return np.frombuffer(done.stdout, "<f4")

    return channel


def tempo(factor: float) -> Channel:
    """Faster, at the same pitch."""
    return filtered(f"atempo={factor}")


def transpose(semitones: float) -> Channel:
    """Higher, at the same tempo."""
    factor = 2 ** (semitones / 12)
    return filtered(f"asetrate={RATE * factor:.0f},aresample={RATE},atempo={1 / factor:.9f}")


def dropouts(share: float, seed: int = 5) -> Channel:
    """Holes of 10 to 60 ms; `share` is how many begin in a second."""

    def channel(sound: Sound) -> Sound:
        random = np.random.default_rng(seed)
        out = sound.copy()
        for start in random.integers(0, len(sound), int(share * len(sound) / RATE)):
            out[start : start + int(random.uniform(0.01, 0.06) * RATE)] = 0
        return out

    return channel


def clicks(per_second: float, seed: int = 6) -> Channel:
    def channel(sound: Sound) -> Sound:
        random = np.random.default_rng(seed)
        out = sound.copy()
        for start in random.integers(0, len(sound) - 100, int(per_second * len(sound) / RATE)):
            length = int(random.integers(5, 60))
            out[start : start + length] += random.standard_normal(length) * 0.9
        return out

    return channel


def clip(decibels: float) -> Channel:
    return lambda sound: np.clip(sound * 10 ** (decibels / 20), -0.95, 0.95)


def agc(seconds: float = 0.15) -> Channel:
    """A recorder that raises what is soft and lowers what is loud within a note."""

    def channel(sound: Sound) -> Sound:
        keep = np.exp(-1 / (seconds * RATE))
        power = signal.lfilter([1 - keep], [1, -keep], np.square(sound, dtype=np.float64))
        return (0.2 * sound / np.sqrt(power + power.mean() * 1e-3)).astype(np.float32)

    return channel


def hum(snr: float) -> Channel:
    def channel(sound: Sound) -> Sound:
        time = np.arange(len(sound)) / RATE
        return _add(sound, sum(np.sin(2 * np.pi * 50 * k * time) / k for k in (1, 2, 3, 5, 7)), snr)

    return channel


def comb(delay: float = 0.004, gain: float = 0.9) -> Channel:
    return lambda sound: sound + gain * np.concatenate([np.zeros(int(delay * RATE), np.float32), sound])[: len(sound)]


def gains(seed: int = 7) -> Channel:
    """The level wanders at random by ±10 dB over seconds."""

    def channel(sound: Sound) -> Sound:
        random = np.random.default_rng(seed)
        knots = random.uniform(-10, 10, max(2, len(sound) // (3 * RATE)))
        curve = np.interp(np.arange(len(sound)), np.linspace(0, len(sound), len(knots)), knots)
        return (sound * 10 ** (curve / 20)).astype(np.float32)

    return channel


def accompanied(melody: Melody, snr: float) -> Channel:
    """A second voice: a tanpura and a tabla as loud as each other, together `snr` dB below the song."""

    def channel(sound: Sound) -> Sound:
        voice = np.zeros(len(sound), np.float32)
        for make in (tanpura.make_turn, tabla.make_avartan):
            turn = make(melody, RATE).mean(axis=1)
            voice += np.resize(turn / np.sqrt(np.mean(turn**2)), len(sound))
        return _add(sound, voice, snr)

    return channel


def lead_in(seconds: float, level: float = 0.01, seed: int = 8) -> Channel:
    """Noise before and after the song."""

    def channel(sound: Sound) -> Sound:
        random = np.random.default_rng(seed)
        ends = [random.standard_normal(int(seconds * share * RATE)) * level for share in (1, 0.7)]
        return np.concatenate([ends[0], sound, ends[1]]).astype(np.float32)

    return channel


def codec(container: str, *options: str) -> Channel:
    """Through ffmpeg's encoder and back."""

    def channel(sound: Sound) -> Sound:
        raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "1"]
        encode = ["ffmpeg", "-v", "error", *raw, "-i", "-", *options, "-f", container, "-"]
        coded = subprocess.run(encode, input=sound.astype("<f4").tobytes(), capture_output=True, check=True).stdout
        decode = ["ffmpeg", "-v", "error", "-i", "-", *raw, "-"]
        return np.frombuffer(subprocess.run(decode, input=coded, capture_output=True, check=True).stdout, "<f4")

    return channel


def mp3(kilobits: int) -> Channel:
    rate = ["-ar", "16000"] if kilobits <= 16 else []
    return codec("mp3", *rate, "-b:a", f"{kilobits}k")


def aac(kilobits: int) -> Channel:
    return codec("adts", "-c:a", "aac", "-b:a", f"{kilobits}k")


def vorbis(kilobits: int) -> Channel:
    return codec("ogg", "-c:a", "libvorbis", "-b:a", f"{kilobits}k")


def resampled(rate: int) -> Channel:
    return filtered(f"aresample={rate},aresample={RATE}")


def opus(kilobits: int) -> Channel:
    return codec("ogg", "-c:a", "libopus", "-b:a", f"{kilobits}k")


def chain(*channels: Channel) -> Channel:
    def channel(sound: Sound) -> Sound:
        for part in channels:
            sound = part(sound)
        return sound

    return channel


def phone(snr: float = 15, rt60: float = 0.4) -> Channel:
    """A telephone laid on a table: band limit, room, pink noise, MP3 at 64 kbit/s."""
    return chain(band(300, 3400), room(rt60), pink(snr), mp3(64))


def _add(sound: Sound, noise: np.ndarray, snr: float) -> Sound:
    ratio = np.sqrt(np.mean(np.square(sound, dtype=np.float64)) / np.mean(np.square(noise, dtype=np.float64)))
    return (sound + noise * ratio * 10 ** (-snr / 20)).astype(np.float32)
