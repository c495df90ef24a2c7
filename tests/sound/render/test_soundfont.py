"""The project's soundfont, measured: its loops in the file, its pitch and level in what players make of it."""

import hashlib
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pyloudnorm import Meter
from support.pitch import cents, measure_partial

from primesong.errors import SongError
from primesong.files.kinds import MIDI
from primesong.resources import default_soundfont
from primesong.song import compose
from primesong.sound.render.soundfont import Zone, read_soundfont

RATE = 44_100


@pytest.fixture(scope="module")
def zones():
    return read_soundfont(default_soundfont().read_bytes())


@pytest.fixture(scope="module")
def held():
    """Six seconds of some keys, held by FluidSynth without its reverberation."""
    import fluidsynth

    synth = fluidsynth.Synth(gain=0.5, samplerate=float(RATE))
    synth.sfload(str(default_soundfont()))
    synth.setting("synth.reverb.active", 0)
    synth.program_change(0, 20)
    keys = {}
    for key in range(39, 76, 3):
        synth.noteon(0, key, 80)
        keys[key] = np.asarray(synth.get_samples(6 * RATE)).reshape(-1, 2).mean(axis=1) / 32768
        synth.noteoff(0, key)
        synth.get_samples(RATE)
    synth.delete()
    return keys


def test_both_reeds_of_every_key_are_within_3_cents(held):
    for key, samples in held.items():
        pitch = 440 * 2 ** ((key - 69) / 12)
        for partial in (1, 2):
            found = measure_partial(samples, partial * pitch)
            assert abs(cents(found, partial * pitch)) < 3, f"key {key}, reed {partial}"


def test_keys_are_level_within_1_decibel_held_and_short(held):
    for frames in (6 * RATE, RATE // 4):
        levels = [Meter(RATE).integrated_loudness(np.tile(samples[:frames], 4)) for samples in held.values()]
        assert max(levels) - min(levels) < (1.0 if frames > RATE else 1.6), levels


def test_loops_follow_themselves_without_a_seam(zones):
    assert len(zones) == 13
    for zone in zones:
        samples = zone.samples.astype(float)
        assert (zone.samples[zone.end :] == zone.samples[zone.start : zone.start + 8]).all()
        assert (zone.samples[: zone.start] == zone.samples[zone.end - 8 : zone.end]).all()
        turn = samples[zone.start : zone.end]
        bend = np.abs(np.diff(np.concatenate([turn, turn[:2]]), 2))
        assert bend[-2:].max() < np.percentile(bend, 99.9), f"{zone.name}: a click where the loop closes"
        levels = np.sqrt(np.mean(np.roll(turn, 4410)[: len(turn) // 882 * 882].reshape(-1, 882) ** 2, axis=1))
        assert levels[10:].min() <= levels[:10].min(), f"{zone.name}: the level dips where the loop closes"
        assert levels[:10].max() <= levels[10:].max(), f"{zone.name}: the level rises where the loop closes"


def test_it_is_small_and_the_file_that_its_license_names():
    data = default_soundfont().read_bytes()
    assert len(data) <= 6_000_000
    readme = (default_soundfont().parent / "README.md").read_text("utf-8")
    assert hashlib.sha256(data).hexdigest() in readme
    assert b"CC BY 3.0" in data[:600]


def test_another_player_plays_it_in_tune(tool, tmp_path):
    """TiMidity++ reads soundfonts by its own code."""
    melody = compose(1234567890).melody
    (tmp_path / "song.mid").write_bytes(MIDI.write(melody))
    (tmp_path / "timidity.cfg").write_text(f"soundfont {default_soundfont()}\n")
    subprocess.run(
        [tool("timidity"), "-c", "timidity.cfg", "-Ow", "-s", str(RATE), "-o", "song.wav", "song.mid"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    samples = soundfile.read(tmp_path / "song.wav")[0].mean(axis=1)
    start = int(np.argmax(np.abs(samples) > 0.01))
    for index, key in enumerate(melody.midi_notes):
        note = samples[start + index * RATE // 4 + 2000 : start + (index + 1) * RATE // 4]
        pitch = 440 * 2 ** ((key - 69) / 12)
        assert abs(cents(measure_partial(note, pitch), pitch)) < 6, f"note {index + 1}"


def test_a_soundfont_is_read_as_it_was_written(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "tools")
    from soundfont import Soundfont, write_soundfont

    ramp = np.arange(100, dtype=np.int16)
    written = Soundfont("Test", "nobody", (Zone("low", 40, ramp, 8, 92, 8000), Zone("high", 60, -ramp, 10, 80, 9000)),
                        0.01, 0.1)  # fmt: skip
    for zone, again in zip(written.zones, read_soundfont(write_soundfont(written, (0,))), strict=True):
        assert (again.name, again.root, again.start, again.end, again.sample_rate) == (
            zone.name, zone.root, zone.start, zone.end, zone.sample_rate,
        )  # fmt: skip
        assert (again.samples == zone.samples).all()


@pytest.mark.parametrize("data", [b"", b"RIFF\4\0\0\0WAVE", b"RIFF\4\0\0\0sfbk", b"no soundfont at all"])
def test_what_is_no_soundfont_is_named(data):
    with pytest.raises(SongError, match="soundfont"):
        read_soundfont(data)


def test_a_loop_lies_within_its_samples():
    with pytest.raises(ValueError, match="within its 5 frames"):
        Zone("bad", 60, np.zeros(5, np.int16), 2, 6, RATE)
