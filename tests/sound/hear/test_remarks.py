"""What is said of recordings beside the song that was heard: other songs, and what belongs to none."""

import numpy as np
import pytest
import soundfile
from support import channel
from support.minute import PROGRAM, hear, render_mono

from primesong.cli.main import main
from primesong.number.digits import to_digits
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.setting import Setting
from primesong.sound.hear.remarks import BeganLate, Doubled, OtherSong, Paused, Unused

OTHER = b"""print(*sorted({a * b for a in range(2, 20) for b in range(a, 20)} ^ set(range(4, 400))), sep="; ")
for name in ("Sa", "Re", "Ga", "Ma", "Pa", "Dha", "Ni"):
    print(name[::-1].upper(), len(name), end=" | ")
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The sound of another song."""
    digits = to_digits(find_prime(pack(OTHER)))
    melody = Melody(digits, Setting(Mapping.by_frequency(digits)))
    return render_mono(melody, tmp_path_factory.mktemp("other"))


def test_a_recording_of_another_song_is_remarked(sound, other, short):
    found = hear(sound, other)
    assert found.melody.number_digits == short.number_digits
    assert found.program == PROGRAM
    [remark] = found.remarks
    assert (remark.recording, remark.seconds) == ("recording 2", pytest.approx(0, abs=0.05))


def test_a_song_before_another_one_is_remarked(sound, other):
    found = hear(np.concatenate([other, np.zeros(channel.RATE, np.float32), sound]))
    songs = {PROGRAM: 0.0, OTHER: len(other) / channel.RATE + 1}
    [remark] = [one for one in found.remarks if isinstance(one, OtherSong)]
    assert remark.seconds == pytest.approx(songs[found.program], abs=0.5)


@pytest.mark.parametrize("kind", ["silence", "speech", "a part of another song"])
def test_an_unrelated_recording_is_remarked(kind, sound, other):
    beside = {
        "silence": np.zeros(20 * channel.RATE, np.float32),
        "speech": channel.speech(20, 3),
        "a part of another song": other[20 * channel.RATE : 60 * channel.RATE],
    }[kind]
    found = hear(beside, sound)
    assert found.program == PROGRAM
    assert found.remarks == (Unused("recording 1"),)


def test_recordings_of_one_song_are_not_remarked(sound):
    assert hear(sound, sound[30 * channel.RATE :]).remarks == ()
    assert hear(np.concatenate([sound, np.zeros(channel.RATE, np.float32), sound])).remarks == ()


def test_the_command_says_which_file_holds_another_song(sound, other, tmp_path, capfdbinary):
    paths = [tmp_path / "one.wav", tmp_path / "two.wav"]
    for path, samples in zip(paths, (sound, other), strict=True):
        soundfile.write(path, samples, channel.RATE)
    assert main(["decode", *map(str, paths), "--quiet"]) == 0
    out, err = capfdbinary.readouterr()
    assert out == PROGRAM
    assert b"primesong: another song begins at 0.0 s in " in err
    assert b"two.wav; it was not decoded" in err


@pytest.mark.parametrize(
    ("remark", "sentence"),
    [
        (BeganLate(4), "the first 4 notes were not heard"),
        (BeganLate(1), "the first note was not heard"),
        (Paused(160, 1), "a pause of a matra before note 161 (avartan 11, matra 1) was left out"),
        (Doubled(199, 1), "a note too many before note 200 (avartan 13, matra 8) was left out"),
        (Paused(160, 5), "a pause of 5 matras before note 161 (avartan 11, matra 1) was left out"),
        (Doubled(199, 12), "12 notes too many before note 200 (avartan 13, matra 8) were left out"),
        (OtherSong("a.wav", 2.5), "another song begins at 2.5 s in a.wav; it was not decoded"),
        (Unused("recording 2"), "recording 2 was not used: nothing in it belongs to this song"),
    ],
)
def test_each_remark_is_a_sentence(remark, sentence):
    assert str(remark) == sentence
