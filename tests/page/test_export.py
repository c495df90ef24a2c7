"""What the exported page tells a stranger, in Chromium and in Firefox: with scripts and without them, at every size."""

import base64
import http.server
import io
import json
import re
import shutil
import subprocess
import threading
from itertools import pairwise
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from primesong.page.export import write_player_page
from primesong.sargam.melody import cut
from primesong.score.qr.growth import grow_qr
from primesong.song import Song, compose

WEB = Path(__file__).parent / "web"
AXE = WEB / "node_modules/axe-core/axe.min.js"

SIZES = ((320, 256), (390, 844), (720, 450), (844, 390), (2560, 1440))

# The actions that a page gives the device, and that there is no sound device where the test says so.
DEVICE = """
window.actions = {};
navigator.mediaSession.setActionHandler = (name, action) => { window.actions[name] = action; };
navigator.wakeLock.request = async () => {
  window.locked = true;
  return { release: async () => { window.locked = false; } };
};
"""
# Seconds, for which a page waits for a device, pass in tenths.
NO_DEVICE = """
AudioContext.prototype.resume = () => new Promise(() => {});
const later = window.setTimeout;
window.setTimeout = (act, milliseconds) => later(act, milliseconds / 10);
"""


@pytest.fixture
def opened(open_page, published_page):
    def open_at(width=1440, height=900, *, place="", **options):
        viewport = {"width": width, "height": height}
        page = open_page(
            published_page.as_uri() + place, allowed=(published_page.as_uri(), "blob:"), viewport=viewport, **options
        )
        if options.get("java_script_enabled", True):
            page.wait_for_selector(".row")
        return page

    return open_at


def text(page, selector):
    return page.locator(selector).first.text_content()


def test_a_stranger_is_told_what_it_is(opened):
    page = opened()
    assert text(page, ".sentence") == "A program of 2,750 bytes became a prime of 3,600 digits; each digit is a note."
    assert re.match(r"The program begins at 0:45\.", text(page, ".note"))
    page.click(".jump")
    assert text(page, ".program pre") == "s"
    assert text(page, ".time") == "0:45 of 15:00"
    assert page.locator(".note").is_hidden()
    page.click(".tell")
    steps = page.locator(".story li").all_text_contents()
    assert len(steps) == 5
    assert "2,750 bytes of text" in steps[0]
    assert "1,495 bytes long" in steps[1]
    assert "3,600 digits" in steps[2]
    assert "3 is S" in steps[3]
    page.click(".story .close")
    page.click(".share")
    assert text(page, ".live") == "This page is one file: send the file itself"


@pytest.mark.parametrize(
    ("song", "sentence"),
    [
        (compose(31415926535897932, title="pi"), "A number of 17 digits; each digit is a note."),
        (compose(10**16 + 61), "A prime of 17 digits; each digit is a note."),
        (Song(cut(compose(10**99).melody, 1, 2)), "A part of a song that is a number: each digit is a note."),
    ],
    ids=["number", "prime", "excerpt"],
)
def test_nothing_is_claimed_that_is_not_so(song, sentence):
    assert f'<p class="sentence">{sentence}</p>' in write_player_page(song).decode()


def test_the_digits_light_up_as_they_are_played(opened, song):
    page = opened()
    page.click(".as-digits")
    page.locator(".seek").fill("113")
    faint = page.evaluate(
        """() => [...document.querySelectorAll(".portrait canvas")].map((canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [canvas.width, Array.from(data).filter((value, place) => place % 4 === 3 && value === 255).length];
        })"""
    )
    assert faint[0] == [60, 112 * 16 + 1]
    certain = int(text(page, ".certain").split()[0].replace(",", ""))
    assert faint[1] == [112, certain * 8]
    page.keyboard.press("Home")
    page.click(".as-program")
    assert page.locator(".portrait").is_hidden()


def test_the_qr_code_fills_in_as_the_digits_are_played(opened, song):
    page = opened()
    page.click(".as-digits")
    read = """() => {
      const { canvas } = document.querySelectorAll(".portrait canvas")[2].getContext("2d");
      return canvas.toDataURL();
    }"""
    page.locator(".seek").fill("113")
    with Image.open(io.BytesIO(base64.b64decode(page.evaluate(read).partition(",")[2]))) as picture:
        begun = picture.convert("L")
    growth = grow_qr(song.digits)
    known = [dark and fixed <= 112 * 16 + 1 for dark, fixed in zip(growth.dark, growth.fixed, strict=True)]
    side = growth.side
    shown = [begun.getpixel((4 + column, 4 + row)) == 0 for column in range(side) for row in range(side)]
    assert shown == known
    assert not zxingcpp.read_barcodes(begun.resize((1096, 1096), Image.Resampling.NEAREST))
    page.keyboard.press("End")
    page.locator(".row rect[data-note]").last.dispatch_event("click")
    whole = base64.b64decode(page.evaluate(read).partition(",")[2])
    with Image.open(io.BytesIO(whole)) as picture:
        [code] = zxingcpp.read_barcodes(picture.convert("L").resize((1096, 1096), Image.Resampling.NEAREST))
    assert code.text == song.digits


def test_it_says_what_it_is_without_scripts(opened, song):
    page = opened(390, 844, java_script_enabled=False)
    assert text(page, "h1") == "femtoGPT"
    assert page.locator("svg.first").is_visible()
    assert text(page, ".words").split()[:4] == ["R", "M", "Ṇ", "Ṇ"]
    assert "Open this file in a browser" in text(page, ".without")
    assert text(page, ".without pre") == song.program.decode()
    assert page.locator(".without pre").is_visible()
    assert page.locator(".loading").is_hidden()


@pytest.fixture(scope="module")
def devanagari_page(tmp_path_factory, song):
    """The published song's beginning in Devanagari, as a file."""
    path = tmp_path_factory.mktemp("devanagari") / "song.html"
    path.write_bytes(write_player_page(Song(cut(song.melody, 1, 2)), script="devanagari"))
    return path


@pytest.mark.parametrize("width", [360, 844])
def test_each_swara_stands_under_its_note_without_scripts(open_page, devanagari_page, width):
    path = devanagari_page
    viewport = {"width": width, "height": 640}
    page = open_page(path.as_uri(), allowed=(path.as_uri(),), viewport=viewport, java_script_enabled=False)
    notes, words = (
        [one.bounding_box() for one in page.locator(shown).all()] for shown in ("svg.first g[id^=n]", ".words .word")
    )
    assert len(notes) == len(words) == 16
    for note, word in zip(notes, words, strict=True):
        assert note["x"] < word["x"] + word["width"] / 2 < note["x"] + note["width"]
        assert word["y"] > note["y"]
    for left, right in pairwise(words):
        assert left["x"] + left["width"] < right["x"]
    line = page.locator(".words u.line").first.bounding_box()
    assert line["width"] > 5 * line["height"]


class Slow(http.server.BaseHTTPRequestHandler):
    """A server that sends the first 64 KiB of a page, and the rest once it is told to."""

    content = b""
    go_on = threading.Event()

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(self.content[:65_536])
        self.go_on.wait(30)
        self.wfile.write(self.content[65_536:])

    def log_message(self, *arguments):
        pass


def test_it_paints_before_the_song_has_arrived(browser, published_page):
    Slow.content = published_page.read_bytes()
    assert len(Slow.content) < 1_000_000
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="commit")
        page.wait_for_selector("svg.first", state="visible")
        page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)))")
        assert page.evaluate("performance.getEntriesByName('first-contentful-paint').length") == 1
        assert page.locator(".loading").is_visible()
        assert page.locator(".without").is_hidden()
        Slow.go_on.set()
        page.wait_for_selector(".row")
        server.shutdown()
        page.close()


def test_what_was_set_is_remembered_and_where_it_was(opened, open_page):
    page = opened(390, 844)
    page.click(".more")
    page.select_option(".script", "bengali")
    page.select_option(".tonic", label="E3")
    page.check(".tanpura")
    page.click(".faster")
    page.locator(".volume").fill("40")
    page.locator(".seek").fill("57")
    page.click(".play")
    page.wait_for_selector(".playing")
    page.click(".play")
    paused = text(page, ".place")
    assert 57 <= int(paused.split()[1]) < 100
    page.reload()
    page.wait_for_selector(".row")
    assert text(page, ".place") == paused
    values = [page.locator(name).input_value() for name in (".script", ".tonic", ".volume")]
    assert values == ["bengali", "52", "40"]
    assert page.locator(".tanpura").is_checked()
    assert page.locator("output.tempo").text_content() == "254.4"
    assert page.locator("text.swara").first.get_attribute("lang") == "bn"


def test_a_link_names_its_avartan(opened):
    page = opened(place="#avartan=96")
    assert text(page, ".place") == "avartan 96 of 225"
    page.evaluate("location.hash = '#avartan=7'")

    page.wait_for_timeout(200)
    assert text(page, ".place") == "avartan 7 of 225"


def test_the_device_controls_it(opened):
    page = opened(script=DEVICE)
    assert page.evaluate("navigator.mediaSession.metadata.title") == "femtoGPT"
    page.evaluate("window.actions.nexttrack()")
    assert text(page, ".place") == "avartan 2 of 225"
    page.click(".play")
    page.wait_for_selector(".playing")
    assert page.evaluate("[navigator.mediaSession.playbackState, window.locked]") == ["playing", True]
    page.evaluate("window.actions.pause()")
    page.wait_for_selector(".primesong:not(.playing)")
    assert page.evaluate("[navigator.mediaSession.playbackState, window.locked]") == ["paused", False]


def test_without_a_sound_device_it_says_so(opened):
    page = opened(script=NO_DEVICE)
    page.click(".play")
    page.locator(".about", has_text="The browser cannot play sound: no sound device answers").wait_for()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_everybody_can_use_it_at_every_size(opened, width, height):
    page = opened(width, height)
    if AXE.is_file():
        page.evaluate(AXE.read_text("utf-8"))
    for colors in (
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"color_scheme": "light", "forced_colors": "active"},
    ):
        page.emulate_media(**colors)
        box = page.locator(".play").bounding_box()
        assert min(box["x"], box["y"]) >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert page.evaluate("document.scrollingElement.scrollWidth") == width
        words, score = page.locator(".row text.swara").first.bounding_box(), page.locator(".score").bounding_box()
        assert words["y"] + words["height"] <= score["y"] + score["height"]
        if AXE.is_file():
            assert find_violations(page) == [], colors
    if not AXE.is_file():
        pytest.skip("npm is not installed, or make test has not set up its checks")
    page.emulate_media(color_scheme="light", forced_colors="none")
    for shown in (".as-digits", ".practice", ".tell"):
        page.click(shown)
        assert find_violations(page) == []


def find_violations(page):
    """Find what is not accessible: the rule and the first element that breaks it."""
    return page.evaluate(
        """axe.run({ resultTypes: ['violations'] })
          .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))"""
    )


def test_firefox_shows_it_too(published_page, song):
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None or not AXE.is_file():
        pytest.skip("firefox-esr or npm is not installed, or make test has not set up its checks")
    command = ["node", "firefox.js", firefox, published_page.as_uri()]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    sizes = [f"{width}x{height}" for width, height in SIZES]
    assert seen["found"] == [{"size": size, "playIsSeen": True, "wide": False, "violations": []} for size in sizes]
    assert seen["faults"] == []
    assert seen["typed"].encode() == song.program
    assert seen["about"] == "The browser cannot play sound: no sound device answers"
