"""A short song's videos: what FFmpeg's own tools find in them, what is seen at known times, and what is heard."""

import json
import subprocess
import sys
from functools import cache

import av
import numpy as np
import pytest
import zxingcpp

from primesong.actions.compose import compose
from primesong.actions.decode import decode, load
from primesong.actions.film import film
from primesong.actions.progress import Stage
from primesong.errors import MissingError, PrimesongError
from primesong.files.source import open_source
from primesong.sargam.melody import cut
from primesong.sargam.record import Record
from primesong.sound.file import stream_recording
from primesong.video.film import ENDING_SECONDS, TITLE_SECONDS, list_chapters
from primesong.video.layout import LAYOUTS

PROGRAM = b"print('sa re ga')"

#: The color of a key that is down, in light and in dark: red, green, blue.
DOWN = (0xE2, 0x73, 0x3B)

#: In levels of 255: how far colors come back from H.264 and VP9.
NEAR = 12


@pytest.fixture(scope="module")
def greeting():
    return compose(PROGRAM, title="greet", tuning="just")


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def mp4(greeting, steps, tmp_path_factory):
    path = tmp_path_factory.mktemp("mp4") / "greet.mp4"
    assert film(greeting, path, aspect="1:1", script="devanagari", progress=steps.append) == path
    return path


def film_webm(greeting, path):
    """Make a video of one avartan, which lasts a second."""
    return film(greeting.arrange(tempo=240.0), path, aspect="9:16", theme="dark", start=2, end=2)


@pytest.fixture(scope="module")
def webm(greeting, tmp_path_factory):
    return film_webm(greeting, tmp_path_factory.mktemp("webm") / "greet.webm")


@pytest.fixture(scope="module")
def excerpt(greeting, tmp_path_factory):
    """One avartan, 64 notes a second."""
    path = tmp_path_factory.mktemp("excerpt") / "part.mp4"
    return film(greeting.arrange(start=2, end=2, tempo=3840 / 4), path, aspect="1:1")


@pytest.fixture
def run(tool):
    """Run one of FFmpeg's tools and return what it prints."""

    def start(name, *words):
        done = subprocess.run([tool(name), "-v", "error", *map(str, words)], capture_output=True, text=True, check=True)
        return done.stdout

    return start


@pytest.fixture
def probe(run):
    """What ffprobe says of a file."""

    def ask(path):
        return json.loads(run("ffprobe", "-of", "json", "-show_streams", "-show_format", "-show_chapters", path))

    return ask


@cache
def frame_at(path, seconds):
    """Return the picture that is seen at a time."""
    with av.open(path) as container:
        for frame in container.decode(video=0):
            if frame.time >= seconds - 1e-6:
                return frame.to_ndarray(format="rgb24")
    raise AssertionError(f"there is no picture at {seconds} s")


def note_at(path, note, seconds=0.25):
    """Return the picture in the middle of a note."""
    return frame_at(path, TITLE_SECONDS + (note + 0.5) * seconds)


def count_near(picture, color):
    return int((np.abs(picture.astype(int) - color).max(axis=2) < NEAR).sum())


def test_an_mp4_has_the_streams_that_everyone_plays(mp4, greeting, probe):
    found = probe(mp4)
    video, sound, captions = found["streams"][:3]
    assert (video["codec_name"], video["pix_fmt"], video["r_frame_rate"]) == ("h264", "yuv420p", "30/1")
    assert (video["width"], video["height"], video["color_space"], video["color_range"]) == (1080, 1080, "bt709", "tv")
    assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("aac", "48000", 2)
    assert captions["codec_name"] == "mov_text"
    seconds = TITLE_SECONDS + greeting.melody.seconds + ENDING_SECONDS
    assert float(video["duration"]) == pytest.approx(seconds, abs=0.1)
    assert float(sound["duration"]) == pytest.approx(seconds, abs=0.1)
    assert found["format"]["tags"]["title"] == "greet"
    assert (
        json.loads(found["format"]["tags"]["comment"])["sha256"]
        == json.loads(greeting.melody.record.to_text())["sha256"]
    )


def test_an_mp4_can_begin_to_play_before_it_has_come(mp4):
    data = mp4.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_a_webm_has_the_streams_that_browsers_play(webm, probe):
    found = probe(webm)
    assert [stream["codec_name"] for stream in found["streams"]] == ["vp9", "opus", "webvtt"]
    assert (found["streams"][0]["width"], found["streams"][0]["height"]) == (1080, 1920)
    assert float(found["format"]["duration"]) == pytest.approx(TITLE_SECONDS + 1 + ENDING_SECONDS, abs=0.1)


def test_captions_are_the_avartans_of_what_is_shown(mp4, webm, greeting, run):
    words = run("ffmpeg", "-i", mp4, "-map", "0:s:0", "-f", "webvtt", "-")
    avartans = -(-len(greeting.digits) // 16)
    assert words.count("-->") == avartans
    assert "00:03.000 --> 00:07.000" in words
    assert "सा" in words
    assert "print(" in words
    words = run("ffmpeg", "-i", webm, "-map", "0:s:0", "-f", "webvtt", "-")
    assert words.count("-->") == 1


def test_the_sounding_key_is_down_and_no_other(mp4, greeting):
    keys = LAYOUTS["1:1"].keys
    middles = {}
    for note in (0, 5, 40, 41, len(greeting.digits) - 1):
        picture = keys.cut(note_at(mp4, note))
        down = np.abs(picture.astype(int) - DOWN).max(axis=2) < 2 * NEAR
        assert 1_000 < down.sum() < 12_000
        middles[greeting.melody.midi_notes[note]] = np.nonzero(down)[1].mean()
    heights = sorted(middles)
    assert [middles[height] for height in heights] == sorted(middles.values())
    assert len(heights) > 2


def test_one_note_of_the_score_is_lit_and_moves_to_the_right(mp4):
    score, glow = LAYOUTS["1:1"].score, (0xF6, 0xDF, 0xC2)
    places = []
    for note in (16, 20, 24, 31):
        picture = score.cut(note_at(mp4, note))
        lit = np.abs(picture.astype(int) - glow).max(axis=2) < NEAR
        columns = np.nonzero(lit.sum(axis=0) > 100)[0]
        assert 20 < len(columns) < 80
        assert columns[-1] - columns[0] < 80
        places.append(columns.mean())
    assert places == sorted(places)


def test_the_matras_of_the_tala_are_filled_one_by_one(mp4):
    tala, sindoor = LAYOUTS["1:1"].tala, (0xA3, 0x32, 0x0B)
    places = []
    for note in (0, 1, 7, 15):
        rings = tala.cut(note_at(mp4, note))[-20:]
        filled = np.abs(rings.astype(int) - sindoor).max(axis=2) < 2 * NEAR
        places.append(np.nonzero(filled)[1].mean())
    assert places == sorted(places)
    assert places[3] - places[0] == pytest.approx(15 * (places[1] - places[0]), rel=0.15)


def test_the_program_types_itself(mp4, greeting):
    listing, ink = LAYOUTS["1:1"].listing, (0x21, 0x1C, 0x15)
    inked = [
        count_near(listing.cut(note_at(mp4, note)), ink)
        for note in (3, len(greeting.digits) // 2, len(greeting.digits) - 1)
    ]
    assert inked[0] == 0
    assert inked[2] > inked[1] >= 0
    assert inked[2] > 100


def test_the_themes_have_the_pages_colors(mp4, webm):
    for path, paper in ((mp4, (0xFB, 0xF7, 0xEE)), (webm, (0x16, 0x13, 0x0E))):
        for picture in (frame_at(path, 1), note_at(path, 3)):
            assert count_near(picture[:20], paper) == 20 * picture.shape[1]


def test_the_last_card_shows_the_number(mp4, webm, greeting):
    for path, end in ((mp4, greeting.melody.seconds), (webm, 1.0)):
        [code] = zxingcpp.read_barcodes(frame_at(path, TITLE_SECONDS + end + 1))
        assert code.text == greeting.digits


def test_the_program_and_what_cannot_be_heard_come_back_from_the_sound_of_the_video(mp4, greeting):
    heard = load(mp4)
    assert heard.program == PROGRAM
    assert heard.melody == greeting.melody
    assert heard.record == greeting.melody.record


def test_a_webm_has_its_songs_record(webm, greeting):
    with webm.open("rb") as file:
        record = Record.from_text(stream_recording(file).comment)
    assert record == cut(greeting.arrange(tempo=240.0).melody, 2, 2).record


def test_chapters_begin_at_every_25th_avartan(song, melody, mp4, probe):
    chapters = list_chapters(melody)
    assert [title for _, title in chapters] == [f"Avartan {first}" for first in range(1, 226, 25)]
    assert [start for start, _ in chapters] == [0.0, *(TITLE_SECONDS + 100.0 * part for part in range(1, 9))]
    part = list_chapters(cut(melody, 30, 60))
    assert part == [(0.0, "Avartan 30"), (TITLE_SECONDS + 4.0 * 21, "Avartan 51")]
    assert [chapter["tags"]["title"] for chapter in probe(mp4)["chapters"]] == ["Avartan 1"]


def test_progress_says_how_much_time_is_left(mp4, steps):
    told = [step for step in steps if step.stage is Stage.FILM]
    shares = [step.share for step in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(step.detail >= 0 for step in told if step.share)


def test_an_excerpt_is_shown_without_its_program(excerpt):
    assert count_near(LAYOUTS["1:1"].listing.cut(note_at(excerpt, 8, 1 / 64)), (0x21, 0x1C, 0x15)) == 0


def test_what_cannot_be_is_said_and_nothing_is_written(greeting, tmp_path, monkeypatch):
    with pytest.raises(PrimesongError, match=r"ends in \.mp4 or \.webm"):
        film(greeting, tmp_path / "song.avi")
    with pytest.raises(ValueError, match="aspect must be one of 16:9, 9:16, 1:1, got '4:3'"):
        film(greeting, tmp_path / "song.mp4", aspect="4:3")
    with pytest.raises(ValueError, match="highlight goes without start and end"):
        film(greeting, tmp_path / "song.mp4", start=2, highlight=20)
    with pytest.raises(PrimesongError, match="avartan 200 does not exist"):
        film(greeting, tmp_path / "song.mp4", start=200)
    with pytest.raises(PrimesongError, match="at most 20,000 notes; this one would show 20,001"):
        film(compose(10**20_000), tmp_path / "song.mp4")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingError, match="needs PyAV") as caught:
        film(greeting, tmp_path / "song.mp4")
    assert caught.value.extra == "video"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("codec", ["aac 64k", "libopus 48k"])
def test_the_program_comes_back_after_a_platform_encoded_it_again(mp4, tmp_path, run, codec):
    name, rate = codec.split()
    again = tmp_path / "again.mkv"
    run("ffmpeg", "-i", mp4, "-map", "0:a", "-c:a", name, "-b:a", rate, again)
    with open_source(again) as source:
        assert decode(source).program == PROGRAM


def test_the_same_song_makes_the_same_mp4(greeting, excerpt, tmp_path):
    again = film(greeting.arrange(start=2, end=2, tempo=3840 / 4), tmp_path / "again.mp4", aspect="1:1")
    assert again.read_bytes() == excerpt.read_bytes()


def test_the_same_song_makes_the_same_webm(greeting, webm, tmp_path):
    again = film_webm(greeting, tmp_path / "again.webm")
    assert again.read_bytes() == webm.read_bytes()
