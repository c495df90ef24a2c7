"""The sampled harmonium, measured: length, pitch, level, clicks, memory."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from support.pitch import cents, measure_partial
from support.songs import write_sound

from primesong.errors import SongError
from primesong.sargam.melody import cut
from primesong.song import compose
from primesong.sound.file import Encoding, Tags, read_recording, write_audio
from primesong.sound.pitch import frequency
from primesong.sound.recording import Recording
from primesong.sound.render import harmonium
from primesong.sound.render.instrument import play_recording
from primesong.sound.render.loudness import LOUDNESS, PEAK_CEILING, true_peak
from primesong.sound.render.rendering import RenderOptions

RATE = 44_100
NOTE = RATE // 4


@pytest.fixture(scope="module")
def wav(melody, tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "song.wav"
    write_sound(melody, path)
    return path


@pytest.fixture(scope="module")
def samples(wav):
    left, right = soundfile.read(wav, dtype="float32")[0].T
    return (left + right) / 2


def test_the_song_lasts_900_seconds(wav, melody):
    info = soundfile.info(wav)
    assert (info.frames, info.samplerate, info.channels, info.subtype) == (900 * RATE, RATE, 2, "PCM_16")
    with soundfile.SoundFile(wav) as file:
        assert file.title == "femtoGPT"
        assert file.comment == melody.record.to_text()


def test_every_sampled_note_is_in_tune_within_5_cents(samples, melody):
    for index in range(0, 3600, 9):
        expected = frequency(melody.midi_notes[index])
        found = measure_partial(samples[index * NOTE : (index + 1) * NOTE], expected, width=0.06)
        assert abs(cents(found, expected)) < 5, f"note {index + 1}"


def test_the_level_is_the_one_stated(wav):
    from pyloudnorm import Meter

    stereo = soundfile.read(wav, dtype="float32", frames=300 * RATE)[0]
    assert Meter(RATE).integrated_loudness(stereo) == pytest.approx(LOUDNESS, abs=0.3)
    assert 20 * np.log10(true_peak(stereo)) <= PEAK_CEILING + 0.01


def test_no_note_border_clicks(samples):
    """A click is energy across the whole spectrum. Above 12 kHz the reeds have almost none, so the borders are compared
    with the inside of the notes there."""
    block = samples[: 400 * NOTE]
    spectrum = np.fft.rfft(block)
    spectrum[: int(12_000 * len(block) / RATE)] = 0
    high = np.fft.irfft(spectrum, len(block)).reshape(400, NOTE) ** 2
    border = np.concatenate([high[:, :100], high[:, -100:]], axis=1).max(axis=1)
    inside = high[:, 2000:9000].max(axis=1)
    assert np.median(border) < 2 * np.median(inside)
    assert np.abs(np.diff(block)).reshape(-1).max() < 0.2
    assert np.abs(block.reshape(400, NOTE)[:, [0, -1]]).max() < 0.002


def test_memory_does_not_grow_with_the_song(melody, tmp_path):
    peaks = []
    for repeats in (1, 8):
        long = replace(melody, number_digits=melody.number_digits[:900] * repeats)
        tracemalloc.start()
        write_sound(long, tmp_path / f"{repeats}.wav")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 3_000_000


def sample(path, rate, channels, subtype, pitch=155.0, seconds=2.0):
    time = np.arange(int(seconds * rate)) / rate
    partials = {1: 0.2, 2: 0.5, 3: 0.15, 4: 0.3}
    wave = sum(a * np.sin(2 * np.pi * pitch * k * time) for k, a in partials.items()) * np.minimum(time / 0.3, 1)
    soundfile.write(path, np.stack([wave] * channels, axis=1), rate, subtype)


@pytest.mark.parametrize(
    ("rate", "channels", "subtype"),
    [(8_000, 1, "PCM_16"), (48_000, 2, "PCM_24"), (96_000, 1, "PCM_32"), (22_050, 2, "FLOAT"), (44_100, 1, "PCM_U8")],
)
def test_the_users_own_recording_is_tuned_whatever_its_kind(tmp_path, rate, channels, subtype):
    sample(tmp_path / "mine.wav", rate, channels, subtype)
    melody = compose(1234567890).melody
    options = RenderOptions(sample=read_recording(tmp_path / "mine.wav"))
    write_sound(melody, tmp_path / "song.wav", options=options)
    samples = soundfile.read(tmp_path / "song.wav")[0].mean(axis=1)
    for index, midi_note in enumerate(melody.midi_notes):
        expected = frequency(midi_note)
        found = measure_partial(samples[index * NOTE : (index + 1) * NOTE], expected, width=0.06)
        assert abs(cents(found, expected)) < 5


def test_a_given_pitch_overrides(tmp_path):
    sample(tmp_path / "mine.wav", RATE, 1, "PCM_16", pitch=200.0)
    melody = compose(7).melody  # one Sa
    options = RenderOptions(sample=read_recording(tmp_path / "mine.wav"), sample_pitch=400.0)
    write_sound(melody, tmp_path / "song.wav", options=options)
    found = measure_partial(soundfile.read(tmp_path / "song.wav")[0].mean(axis=1), frequency(50) / 2)
    assert abs(cents(found, frequency(50) / 2)) < 5


@pytest.mark.parametrize("tempo", [5, 7.3, 60, 960])
def test_any_tempo_fills_its_time(tmp_path, tempo):
    melody = compose(31415926535, tempo=tempo).melody
    write_sound(melody, tmp_path / "song.wav")
    samples = soundfile.read(tmp_path / "song.wav")[0].mean(axis=1)
    assert len(samples) == round(melody.seconds * RATE)
    levels = [np.sqrt(np.mean(part**2)) for part in np.array_split(samples, 22)]
    assert min(levels) > 0.25 * max(levels), "no note falls silent"


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all"])
def test_what_is_not_a_recording_is_named(tmp_path, content):
    (tmp_path / "mine.wav").write_bytes(content)
    with pytest.raises(SongError, match=r"mine\.wav cannot be read"):
        read_recording(tmp_path / "mine.wav")


@pytest.mark.parametrize("offset", [0.0, 0.4])
def test_the_offset_of_a_sound_card_does_not_pass_into_the_song(tmp_path, offset):
    sample(tmp_path / "mine.wav", RATE, 1, "FLOAT")
    heard = read_recording(tmp_path / "mine.wav")
    shifted = Recording(heard.samples + np.float32(offset), RATE)
    write_sound(compose(1234567890).melody, tmp_path / "song.wav", options=RenderOptions(sample=shifted))
    samples = soundfile.read(tmp_path / "song.wav")[0]
    assert abs(samples.mean()) < 0.001
    assert samples.min() < -0.1


def test_beyond_4_gib_the_file_is_rf64(tmp_path, melody):
    make = play_recording(Recording(np.ones((RATE, 1), np.float32), RATE), 100.0)
    rendering = harmonium.render(replace(melody, number_digits="12"), make)
    write_audio(tmp_path / "big.wav", replace(rendering, frames=2**31), Encoding("WAV", "PCM_16"), Tags("t", "c"))
    assert (tmp_path / "big.wav").read_bytes()[:4] == b"RF64"


def test_low_notes_stand_to_the_left_high_ones_to_the_right(wav, melody):
    stereo = soundfile.read(wav, dtype="float32", frames=200 * NOTE)[0].reshape(200, NOTE, 2)
    balance = {note: np.log(np.divide(*np.square(stereo[place]).sum(axis=0)))
               for place, note in enumerate(melody.midi_notes[:200])}  # fmt: skip
    order = [balance[note] for note in sorted(balance)]
    assert order == sorted(order, reverse=True)
    assert order[0] > 0.3 > -0.3 > order[-1]


def test_under_a_legato_hand_no_note_falls_silent_between_its_neighbors(tmp_path):
    melody = compose(3928547160).melody
    lowest = {}
    for legato in (False, True):
        write_sound(melody, tmp_path / f"{legato}.wav", options=RenderOptions(legato=legato, depth="float"))
        samples = soundfile.read(tmp_path / f"{legato}.wav")[0].mean(axis=1)
        assert len(samples) == 10 * NOTE
        lowest[legato] = min(np.sqrt(np.mean(samples[n * NOTE - 100 : n * NOTE + 100] ** 2)) for n in range(1, 10))
        for index, midi_note in enumerate(melody.midi_notes):
            found = measure_partial(samples[index * NOTE + 1500 : (index + 1) * NOTE], frequency(midi_note))
            assert abs(cents(found, frequency(midi_note))) < 5
    assert lowest[True] > 8 * lowest[False]


def test_a_legato_song_ends_without_a_click(tmp_path):
    write_sound(compose(3928547160).melody, tmp_path / "song.wav", options=RenderOptions(legato=True))
    samples = soundfile.read(tmp_path / "song.wav")[0]
    assert np.abs(samples[-RATE // 1000 :]).max() < 0.02 * np.abs(samples).max()


@pytest.mark.parametrize(
    "options", [{"legato": True}, {"bellows": 6.0}, {"bellows": 12.0}, {"legato": True, "bellows": 3.0}]
)
def test_the_level_is_the_one_stated_however_it_is_played(tmp_path, melody, options):
    from pyloudnorm import Meter

    write_sound(cut(melody, 1, 12), tmp_path / "song.wav", options=RenderOptions(**options))
    stereo = soundfile.read(tmp_path / "song.wav", dtype="float32")[0]
    assert Meter(RATE).integrated_loudness(stereo) == pytest.approx(LOUDNESS, abs=0.3)
    assert 20 * np.log10(true_peak(stereo)) <= PEAK_CEILING + 0.01


def test_the_bellows_swell_once_in_an_avartan(tmp_path):
    melody = replace(compose(7).melody, number_digits="7" * 64)
    write_sound(melody, tmp_path / "song.wav", options=RenderOptions(bellows=6.0))
    samples = soundfile.read(tmp_path / "song.wav")[0].reshape(64, -1)
    levels = 10 * np.log10(np.mean(samples**2, axis=1)).reshape(4, 16)
    assert levels.max(axis=1) - levels.min(axis=1) == pytest.approx(6.0, abs=0.4)
    assert (levels.argmin(axis=1) // 2 == [3, 3, 3, 3]).all() or (np.abs(levels.argmin(axis=1) - 7.5) <= 0.5).all()
