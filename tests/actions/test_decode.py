"""What a recording says of itself is believed as far as it agrees with what is heard."""

import pytest
import soundfile

from primesong.actions.compose import compose
from primesong.actions.decode import load

PROGRAM = b"print('sa re ga ma')"


@pytest.fixture(scope="module")
def song():
    """A song of which much cannot be heard: its title, its tala, and how exactly it is tuned."""
    return compose(PROGRAM, title="mine", tala="jhaptal", tempo=90, tuning="just")


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".ogg"])
def test_a_recordings_record_tells_what_cannot_be_heard(song, suffix, tmp_path):
    song.save(tmp_path / f"sound{suffix}")
    heard = load(tmp_path / f"sound{suffix}")
    assert heard.melody == song.melody
    assert heard.record == song.melody.record


def test_what_is_heard_is_believed_more(song, tmp_path):
    song.save(tmp_path / "sound.wav")
    samples, rate = soundfile.read(tmp_path / "sound.wav")
    with soundfile.SoundFile(tmp_path / "faster.wav", "w", rate * 9 // 8, samples.shape[1]) as file:
        file.comment = song.melody.record.to_text()
        file.write(samples)
    heard = load(tmp_path / "faster.wav").melody.setting
    assert heard.tonic == song.melody.setting.tonic + 2
    assert heard.tempo == pytest.approx(90 * 9 / 8, rel=0.005)
    assert heard.tala == song.melody.setting.tala


def test_another_songs_record_is_not_believed(song, tmp_path):
    song.save(tmp_path / "sound.wav")
    samples, rate = soundfile.read(tmp_path / "sound.wav")
    with soundfile.SoundFile(tmp_path / "other.wav", "w", rate, samples.shape[1]) as file:
        file.comment = compose(b"another", title="another", tala="rupak").melody.record.to_text()
        file.write(samples)
    heard = load(tmp_path / "other.wav")
    assert heard.record is None
    assert (heard.melody.setting.title, heard.melody.setting.tala.name) == ("other", "tintal")
    assert heard.program == PROGRAM
