"""Recordings on their way: in order, whole, bounded, known by their tokens alone; and the studio that listens to one,
in a browser whose microphone is a file."""

import hashlib
import re
import shutil
import subprocess
import threading

import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect, sync_playwright
from support.browser import wait
from support.command import PRIMESONG
from support.songs import encode, write_sound

from primesong.actions.decode import decode
from primesong.errors import PrimesongError
from primesong.player.studio import incoming
from primesong.player.studio.incoming import Growing, Incoming
from primesong.song import compose
from primesong.sound.file import read_recording

PATIENCE = 60_000  # milliseconds, on a machine that is busy

pytestmark = pytest.mark.real_time


def test_what_is_added_is_read_while_it_grows(tmp_path):
    recordings = Incoming()
    token = recordings.begin(tmp_path)
    stream = Growing(tmp_path)
    read = []
    reader = threading.Thread(target=lambda: read.extend(iter(lambda: stream.read(4), b"")))
    reader.start()
    for part in (b"abcdef", b"", b"g", b"hij"):
        recordings.add(token, part)
    recordings.end(token)
    reader.join(10)
    assert read == [b"abcd", b"efgh", b"ij"]
    stream.close()


def test_a_recording_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(incoming, "MOST_RECORDED", 8)
    recordings = Incoming()
    token = recordings.begin(tmp_path)
    recordings.add(token, b"12345678")
    with pytest.raises(PrimesongError, match="longer than 0 MiB, the limit here"):
        recordings.add(token, b"9")
    assert (tmp_path / "samples").read_bytes() == b"12345678"


def test_only_its_token_reaches_it(tmp_path):
    recordings = Incoming()
    token = recordings.begin(tmp_path)
    assert len(token) > 20
    for wrong in ("", "samples", "../samples", token + "x"):
        with pytest.raises(PrimesongError, match="no longer listens"):
            recordings.add(wrong, b"x")
        with pytest.raises(PrimesongError, match="no longer listens"):
            recordings.end(wrong)
    recordings.forget(token)
    with pytest.raises(PrimesongError, match="no longer listens"):
        recordings.add(token, b"x")


PROGRAM = b"print('sa re ga ma')"


@pytest.fixture(scope="module")
def song():
    """A song of 13 seconds."""
    return compose(encode(PROGRAM), tempo=120.0, title="small")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a studio."""
    folder = tmp_path_factory.mktemp("studio")
    (folder / "number.txt").write_text("31415926535897932")
    command = [*PRIMESONG, "studio", "number.txt", "--no-browser"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(scope="module")
def browser(song, tmp_path_factory):
    """A browser whose microphone hears the song once, each time that a page listens."""
    folder = tmp_path_factory.mktemp("microphone")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    write_sound(song.melody, folder / "song.wav")
    recording = read_recording(folder / "song.wav")
    rate = recording.sample_rate
    silence = ((2 * rate, 60 * rate), (0, 0))  # before, since someone listens first and then plays; and after
    soundfile.write(folder / "song.wav", np.pad(recording.samples, silence), rate)
    flags = [
        "--no-sandbox",
        "--audio-buffer-size=8192",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={folder / 'song.wav'}%noloop",
    ]
    # sound comes in time only if the browser has the processor first, where that is allowed
    first = folder / "chromium"
    first.write_text(f'#!/bin/sh\nexec nice -n -15 {chromium} "$@"\n')
    first.chmod(0o755)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=first, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, address):
    """The studio's page in that browser."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector("#player .play")
    yield page
    page.close()


def listen(page, song):
    """Listen until the song's beginning is heard."""
    page.click("#to-listen")
    expect(page.locator("#listen .stage")).to_contain_text("Listening", timeout=PATIENCE)
    wait(page, "document.querySelector('#listen meter').value > 0.05")
    expect(page.locator("#listen .traits")).to_contain_text(f"of {len(song.digits)}", timeout=PATIENCE)


def test_a_song_is_heard_while_it_plays(page, song, tmp_path):
    listen(page, song)
    assert "146.8 Hz" in page.inner_text("#listen .traits")
    matras = float(re.search(r"laya\n([\d.]+) matras a minute", page.inner_text("#listen .traits"))[1])
    assert matras == pytest.approx(480, rel=0.05)  # of a sound that may lack something, on a busy machine
    wait(page, "document.querySelector('#listen meter').value < 0.001", 400)  # the song has ended
    page.wait_for_timeout(500)
    page.click("#listen .stop")
    expect(page.locator("#found .source")).to_have_text("Heard by the microphone.", timeout=PATIENCE)
    page.wait_for_selector("#found:not(.working) .checks dd")
    assert hashlib.sha256(PROGRAM).hexdigest() in page.inner_text("#found .checks")
    assert page.evaluate("document.querySelector('#found').classList.contains('holds')")
    page.click("#found .close")
    page.evaluate("document.querySelector('#listen').showModal()")
    with page.expect_download() as saved:
        page.click("#listen .save")
    saved.value.save_as(tmp_path / "recording.wav")
    assert decode(tmp_path / "recording.wav").program == PROGRAM


def test_from_another_machine_it_says_why_there_is_no_microphone(page):
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.click("#to-listen")
    expect(page.locator("#listen .fault")).to_contain_text(
        "Browsers give the microphone only to pages on this machine (localhost) or on https"
    )
    assert page.locator("#listen .stop").is_disabled()
    page.click("#listen .close")


def test_giving_up_leaves_the_place_free(page):
    for _ in range(3):  # there are two places
        page.click("#to-listen")
        expect(page.locator("#listen .stage")).to_contain_text("Listening", timeout=PATIENCE)
        page.wait_for_timeout(700)
        page.keyboard.press("Escape")
        expect(page.locator("#listen")).to_be_hidden()
        page.wait_for_timeout(300)
    assert page.inner_text("#listen .fault") == ""
