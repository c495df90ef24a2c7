"""MPEG audio as recorders, streams and joiners leave it: all of it is heard."""

import io

import numpy as np
import pytest
from support.containers import encode

from primesong.sound.file import stream_recording
from primesong.sound.mpeg import find_part

RATE = 32_000
SECONDS = 6


@pytest.fixture(scope="module")
def tone():
    """Loud first and nearly silent then, so that a variable bit rate falls."""
    time = np.arange(SECONDS * RATE) / RATE
    noise = np.random.default_rng(5).normal(0, 0.2, len(time)) * (time < 1)
    return 0.3 * np.sin(2 * np.pi * 330 * time) * (time < 5) + noise


@pytest.fixture(scope="module")
def plain(tone):
    """An MP3 with a Xing header behind an ID3 tag."""
    return encode(tone, RATE, "mp3")


@pytest.fixture(scope="module")
def bare(tone):
    """A variable bit rate without a header that says how many frames follow, without tags."""
    return encode(tone, RATE, "mp3", write_xing="0", id3v2_version="0", q="2")


def seconds(data):
    recording = stream_recording(io.BytesIO(data))
    return sum(map(len, recording.blocks)) / recording.sample_rate


def test_a_whole_file_is_left_to_libsndfile(plain):
    assert find_part(io.BytesIO(plain)) is None
    assert seconds(plain) == pytest.approx(SECONDS, abs=0.01)


def test_a_variable_rate_without_a_xing_header_is_heard_to_its_end(bare):
    loud = bare[: len(bare) // 3]
    quiet = encode(np.zeros(20 * RATE), RATE, "mp3", write_xing="0", id3v2_version="0")
    assert not {b"Xing", b"Info"} & {bare[at : at + 4] for at in range(64)}
    assert seconds(loud + quiet) == pytest.approx(20 + seconds(loud), abs=0.2)


@pytest.mark.parametrize("before", [bytes(3_000), b"\xff\xfb" + bytes(700), b"\0" + bytes(range(1, 256)) * 20])
def test_what_stands_before_the_first_frame_is_passed_over(plain, before):
    assert seconds(before + plain) == pytest.approx(SECONDS, abs=0.1)


def test_joined_files_are_heard_one_after_the_other(plain):
    long = encode(np.random.default_rng(1).normal(0, 0.2, 12 * RATE), RATE, "mp3")
    assert len(long) > 1 << 16
    assert seconds(plain + long) == pytest.approx(SECONDS + 12, abs=0.2)


def test_layer_ii_is_heard(tone):
    assert seconds(encode(tone, RATE, "mp2")) == pytest.approx(SECONDS, abs=0.1)


def test_pictures_and_tags_at_the_end_are_not_taken_for_sound(plain):
    assert seconds(plain + b"TAG" + bytes(125)) == pytest.approx(SECONDS, abs=0.01)
    assert seconds(plain + b"APETAGEX" + bytes(200_000)) == pytest.approx(SECONDS, abs=0.2)


@pytest.mark.parametrize("data", [b"", b"\xff", b"ID3", b"ID3\4\0\0\x7f\x7f\x7f\x7f", bytes(5_000), b"RIFF"])
def test_what_has_no_frames_is_of_another_kind(data):
    assert find_part(io.BytesIO(data)) is None


def test_what_looks_like_frames_within_a_video_is_not_taken_for_an_mp3(bare):
    box = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\0\x08free\0\x42\xf2\xabmdat"
    assert find_part(io.BytesIO(box + bytes(50) + bare)) is None
    assert find_part(io.BytesIO(bytes(50) + bare)) is not None
