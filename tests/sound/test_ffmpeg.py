"""Recordings as telephones, browsers and messengers write them."""

import io
import random
import sys

import numpy as np
import pytest
from support.containers import CONTAINERS, encode
from support.mutation import mutant
from support.songs import write_sound

from primesong.actions.decode import decode
from primesong.actions.encode import encode as find
from primesong.errors import MissingError, PrimesongError, SongError
from primesong.files.kind import Group
from primesong.files.source import source_of_bytes, tell_kind
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.song import compose
from primesong.sound.file import read_recording, stream_recording
from primesong.sound.render.instrument import play_recording

PROGRAM = b"print('sa re ga')"
RATE = 16_000


@pytest.fixture(scope="module")
def sung(tmp_path_factory):
    """A song of PROGRAM, one channel."""
    path = tmp_path_factory.mktemp("sung") / "song.wav"
    write_sound(compose(find(PROGRAM).number).melody, path)
    recording = read_recording(path)
    return recording.mono, recording.sample_rate


@pytest.fixture
def tone():
    time = np.arange(5 * RATE) / RATE
    return 0.3 * np.sin(2 * np.pi * 330 * time) + 0.2 * np.sin(2 * np.pi * 990 * time)


def hear(data, limits=DEFAULT_LIMITS):
    recording = stream_recording(io.BytesIO(data), limits)
    return np.concatenate(list(recording.blocks)), recording.sample_rate


@pytest.mark.parametrize("name", CONTAINERS)
def test_all_of_a_container_is_heard_in_tune(tone, name):
    data = encode(tone, RATE, name)
    assert tell_kind(data, "recording").group is Group.SOUND
    samples, rate = hear(data)
    assert len(samples) / rate == pytest.approx(5, abs=0.15)
    middle = samples[rate : 4 * rate].mean(axis=1)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert np.argmax(spectrum) / 3 == pytest.approx(330, abs=1)


@pytest.mark.parametrize("name", ["m4a", "amr", "oga"])
def test_a_song_is_decoded_through_codecs_at_low_rates(sung, name):
    """AAC at 24 kbit/s, AMR at 12.2, Opus at 8."""
    assert decode(source_of_bytes(encode(*sung, name), "song")).program == PROGRAM


def test_a_video_is_heard(tone):
    """Its pictures are passed over."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        video, audio = container.add_stream("mpeg4", rate=5), container.add_stream("aac", rate=RATE)
        video.width, video.height, audio.layout = 64, 48, "mono"
        frame = av.AudioFrame.from_ndarray(tone[None, :].astype(np.float32), "flt", "mono")
        frame.sample_rate = RATE
        fitting = av.AudioResampler(audio.format.name, "mono", RATE, 1024)
        for picture in range(25):
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.full((48, 64, 3), picture, np.uint8))))
        for part in (*fitting.resample(frame), *fitting.resample(None), None):
            container.mux(audio.encode(part))
        container.mux(video.encode(None))
    samples, rate = hear(out.getvalue())
    assert len(samples) / rate == pytest.approx(5, abs=0.15)


def test_a_telephones_recording_of_a_note_is_an_instrument(tmp_path, tone):
    (tmp_path / "note.m4a").write_bytes(encode(tone, RATE, "m4a"))
    play = play_recording(read_recording(tmp_path / "note.m4a"), None, RATE)
    spectrum = np.abs(np.fft.rfft(play(440.0, RATE) * np.hanning(RATE)))
    assert np.argmax(spectrum) == pytest.approx(440, abs=2)


def test_a_damaged_packet_is_passed_over(tone):
    data = bytearray(encode(tone, RATE, "aac"))
    data[len(data) // 2 : len(data) // 2 + 300] = random.Random(1).randbytes(300)
    samples, rate = hear(bytes(data))
    assert len(samples) / rate == pytest.approx(5, abs=0.5)


def test_what_holds_no_sound_is_named(tone):
    with pytest.raises(SongError, match="the recording cannot be read: Invalid data"):
        hear(b"\0\0\0\x20ftypM4A " + bytes(500))
    with pytest.raises(SongError, match="cannot be read: Format not recognised"):
        hear(b"no sound at all")


def test_lists_of_other_files_are_not_followed(tmp_path, tone):
    """FFmpeg would open what a playlist names, here and on the network."""
    (tmp_path / "secret.wav").write_bytes(encode(tone, RATE, "aiff"))
    for text in (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{tmp_path}/secret.wav\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{tmp_path}/secret.wav'\n",
    ):
        with pytest.raises(SongError, match="cannot be read"):
            hear(text.encode())


def test_a_container_that_points_to_before_its_beginning_prints_nothing(tmp_path, capfd):
    path = tmp_path / "song.wma"
    path.write_bytes(mutant("m4a", 17_022))
    for source in (path, source_of_bytes(path.read_bytes(), "song.wma")):
        with pytest.raises(PrimesongError, match=r"song\.wma: "):
            decode(source)
    assert capfd.readouterr() == ("", "")


def test_limits_hold(tone):
    data = encode(tone, RATE, "m4a")
    with pytest.raises(SongError, match="more than 3 seconds") as caught:
        hear(data, Limits(sound=3))
    assert caught.value.limit == "sound"


def test_without_pyav_one_sentence_says_what_is_missing(monkeypatch, tone):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingError, match="needs PyAV") as caught:
        hear(encode(tone, RATE, "m4a"))
    assert caught.value.extra == "video"
    with pytest.raises(SongError, match="cannot be read: Format not recognised"):
        hear(b"no sound at all")


@pytest.mark.parametrize("name", ["m4a", "webm", "amr", "oga", "wma"])
def test_damaged_containers_are_sound_or_named_faults(tone, name):
    good, rng = encode(tone[: RATE // 2], RATE, name), random.Random(name)
    for _ in range(60):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data))
            data[at : at + rng.choice((1, 2, 4, 40))] = rng.randbytes(rng.choice((0, 1, 4, 40)))
        try:
            samples, rate = hear(bytes(data), Limits(sound=60))
        except PrimesongError:
            continue
        assert np.isfinite(samples).all()
        assert rate >= 4_000
