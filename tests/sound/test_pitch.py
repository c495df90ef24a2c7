import numpy as np
import pytest
from support.pitch import cents

from primesong.errors import SongError
from primesong.resources import asset
from primesong.sound.file import read_recording
from primesong.sound.pitch import find_pitch, frequency, is_chord

RATE = 44_100


def tone(pitch, amplitudes, seconds=2.0, rate=RATE):
    time = np.arange(int(seconds * rate)) / rate
    return sum(a * np.sin(2 * np.pi * pitch * k * time + k) for k, a in amplitudes.items()).astype(np.float32)


@pytest.mark.parametrize(("midi_note", "hertz"), [(69, 440.0), (57, 220.0), (50, 146.8324), (60, 261.6256)])
def test_frequencies_are_equal_temperaments(midi_note, hertz):
    assert frequency(midi_note) == pytest.approx(hertz, abs=1e-4)


@pytest.mark.parametrize("pitch", [55.0, 98.3, 146.83, 147.2, 261.6, 440.0, 1046.5, 2000.0])
@pytest.mark.parametrize(
    "amplitudes",
    [{1: 1}, {k: 1 / k for k in range(1, 13)}, {1: 0.2, 2: 1, 3: 0.15, 4: 0.6, 6: 0.3}, {2: 1, 3: 0.7, 4: 0.3, 5: 0.3}],
    ids=["sine", "saw", "strong octave", "no fundamental"],
)
def test_the_pitch_of_a_tone_is_found_within_a_cent(pitch, amplitudes):
    assert abs(cents(find_pitch(tone(pitch, amplitudes), RATE), pitch)) < 1


INSTRUMENTS = {
    "saw": {k: 1 / k for k in range(1, 13)},
    "strong octave": {1: 0.2, 2: 1, 3: 0.15, 4: 0.6, 6: 0.3},
    "no fundamental": {2: 1, 3: 0.7, 4: 0.3, 5: 0.3},
    "sine": {1: 1},
}


def is_refused(samples):
    """Tell whether a recording is no note: several at once, or without any pitch."""
    try:
        return is_chord(samples, RATE)
    except SongError:
        return True


@pytest.mark.parametrize("amplitudes", INSTRUMENTS.values(), ids=INSTRUMENTS)
@pytest.mark.parametrize("pitch", [98.3, 147.2, 440.0])
def test_chords_are_told_from_notes(amplitudes, pitch):
    for steps in ((0, 4, 7), (0, 3, 7), (0, 5, 9), (0, 4), (0, 7), (0, 5)):
        assert is_refused(sum(tone(pitch * 2 ** (step / 12), amplitudes, 1.0) for step in steps)), steps
    for steps in ((0,), (0, 12)):
        assert not is_refused(sum(tone(pitch * 2 ** (step / 12), amplitudes, 1.0) for step in steps)), steps


@pytest.mark.parametrize("amplitudes", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_vibrato_noise_and_stretched_partials_are_no_chord(amplitudes):
    time = np.arange(2 * RATE) / RATE
    swing = 220 * (2 ** (30 / 1200) - 1) / 5.5 * np.sin(2 * np.pi * 5.5 * time)
    vibrato = sum(a * np.sin(k * (2 * np.pi * 220 * time + swing)) for k, a in amplitudes.items())
    string = sum(a * np.sin(2 * np.pi * 220 * k * np.sqrt(1 + 4e-4 * k * k) * time) for k, a in amplitudes.items())
    noisy = tone(220, amplitudes) + np.random.default_rng(5).normal(0, 0.05, 2 * RATE)
    for samples in (vibrato, string, noisy):
        assert not is_chord(samples[:RATE].astype(np.float32), RATE)


def test_the_pitch_is_found_in_noise():
    noise = np.random.default_rng(3).normal(0, 0.02, RATE * 2).astype(np.float32)
    assert abs(cents(find_pitch(tone(147.2, {1: 0.3, 2: 1, 3: 0.3}) + noise, RATE), 147.2)) < 2


@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000])
def test_any_sample_rate_will_do(rate):
    assert abs(cents(find_pitch(tone(147.2, {1: 1, 2: 1, 3: 0.5}, rate=rate), rate), 147.2)) < 1


def test_the_harmonium_is_near_d3():
    recording = read_recording(asset("harmonium.wav"))
    assert abs(cents(find_pitch(recording.mono, recording.sample_rate), frequency(50))) < 10


@pytest.mark.parametrize("samples", [np.zeros(RATE, np.float32), np.zeros(0, np.float32), np.zeros(1, np.float32)])
def test_silence_has_no_pitch(samples):
    with pytest.raises(SongError, match="silent"):
        find_pitch(samples, RATE)
