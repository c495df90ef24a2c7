"""The studio in a real browser: what a person does with it, from a file dropped to a program run, by mouse and keys."""

import base64
import hashlib
import http.server
import re
import subprocess
import threading
from typing import ClassVar

import av
import mido
import pytest
from playwright.sync_api import expect
from support.command import PRIMESONG
from support.songs import decode, encode
from support.studio import CHECKS, KINDS, PROGRAM, SHA256, damage, make_content

from primesong.actions.decode import load
from primesong.song import compose

#: A program whose song is shorter still.
OWN = b"print('sa re ga ma')"

TRAINS = """import time
for step in range(1, 41):
    print(f"step {step:4} / {40:4} | loss {9 / (step + 2):.4f}", flush=True)
    time.sleep(0.05)
print("sample  1: anna")
print("sample  2: <b>ga</b>")
"""
SEARCHED = re.compile(r"digits · [1-9][\d,]* tested · [\d,]+ per second · \d+% of searches are done by now")
PATIENCE = 60_000  # milliseconds, on a machine that is busy

# Drop a file on the page, as a person does with the mouse.
DROP = """async ([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  for (const type of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    if (type === "dragenter") window.invited = document.body.classList.contains("dropping");
  }
}"""


@pytest.fixture(scope="module")
def small():
    """A short song."""
    return compose(encode(PROGRAM), tempo=120.0, title="small")


@pytest.fixture(scope="module")
def address(tmp_path_factory, small):
    """The address of a studio that began with the short song."""
    folder = tmp_path_factory.mktemp("studio")
    small.save(folder / "small.mid")
    command = [*PRIMESONG, "studio", "small.mid", "--no-browser"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(params=[(1366, 800)], ids=["desktop"])
def page(request, open_page, address):
    """The studio's page, opened; at the end nothing may have gone wrong in it, and no other host been asked."""
    opened = open_page(
        address,
        allowed=(address.partition("/#")[0], "blob:", "data:"),
        excused="status of 4",
        viewport=dict(zip(("width", "height"), request.param, strict=True)),
    )
    opened.set_default_timeout(PATIENCE)
    opened.wait_for_selector("#player .play")
    return opened


def drop(page, name, content):
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])


def checks(page):
    """Wait until something is opened; give the checks that are shown."""
    page.wait_for_selector("#found:not(.working) .checks dd")
    return dict(zip(page.locator("#found .checks dt").all_inner_texts(),
                    page.locator("#found .checks dd").all_inner_texts(), strict=True))  # fmt: skip


def compose_text(page, text):
    page.click("#to-compose")
    page.fill("#text", text)
    page.click("#compose .main")


@pytest.mark.parametrize("page", [(1366, 800), (360, 740)], indirect=True, ids=["desktop", "phone"])
def test_it_opens_with_its_song_and_fits(page):
    assert page.inner_text("#player h1") == "small"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "key=" not in page.url
    for control in ("#to-open", "#to-listen", "#to-compose", "#to-found", "#to-download", "#to-run", "#raga", "#tala"):
        box = page.locator(control).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]
    page.reload()
    page.wait_for_selector("#player .play")


class Neighbor(http.server.BaseHTTPRequestHandler):
    """A server on another port of the same machine, which writes down what it is sent."""

    sent: ClassVar[list[str]] = []

    def do_GET(self):
        self.sent.append(str(self.headers))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def test_a_server_on_another_port_learns_no_secret(page, address):
    key = address.partition("#key=")[2]
    assert page.evaluate("Object.values(sessionStorage)") == [key]
    with http.server.HTTPServer(("127.0.0.1", 0), Neighbor) as neighbor:
        threading.Thread(target=neighbor.serve_forever).start()
        other = page.context.new_page()
        other.goto(f"http://127.0.0.1:{neighbor.server_port}/")
        assert other.evaluate(
            "[...Object.values(sessionStorage), ...Object.values(localStorage), document.cookie]"
        ) == [""]
        neighbor.shutdown()
    assert Neighbor.sent
    assert not [sent for sent in Neighbor.sent if key in sent or "cookie" in sent.lower()]


def test_without_the_key_it_says_what_to_open(open_page, address):
    base = address.partition("/#")[0]
    page = open_page(f"{base}/", allowed=(base, "data:"), excused="status of 403")
    expect(page.locator("#player")).to_have_text("Open the address that primesong studio printed, with its key.")
    page.evaluate("address => { location.href = address; }", address)  # in the same tab, without another request
    expect(page.locator("#player h1")).to_have_text("small", timeout=PATIENCE)


def test_it_plays(page):
    page.click("#player .play")
    expect(page.locator("#player .place")).to_contain_text("avartan 2", timeout=PATIENCE)


@pytest.mark.parametrize("kind", ["program", ".mid", ".mp3", ".png"])
def test_a_file_is_dropped_decoded_checked_and_played(page, small, tmp_path, kind):
    what, *also = KINDS[kind]
    drop(page, f"dropped{kind}", make_content(small, kind, tmp_path))
    assert page.evaluate("window.invited") is True
    seen = checks(page)
    assert page.inner_text("#found .source") == f"“dropped{kind}” is {what}."
    assert SHA256 in seen["program"]
    assert seen["verdict"] == "All checks passed."
    assert f"{len(small.digits)} digits" in seen["number"]
    assert set(seen) == CHECKS | {"verdict", *also}
    page.click("#found .listen")
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Pause")
    expect(page.locator("#player .about")).to_contain_text(f"{len(small.digits)} notes")


def hold(page, path):
    """Hold back the answers to what is asked of a path; return those that are held, which grow in number."""
    held = []

    def keep(route):
        held.append(route)

    page.route(f"**/{path}?*", keep)
    return held


def test_a_song_is_played_before_it_is_checked_and_the_checks_arrive(page, small, tmp_path):
    held = hold(page, "checks")
    drop(page, "mine.mid", make_content(compose(encode(OWN), tempo=120.0, title="smaller"), ".mid", tmp_path))
    expect(page.locator("#found h2")).to_have_text("smaller", timeout=PATIENCE)
    expect(page.locator("#found .stage")).to_have_text("Checking the song")
    assert page.inner_text("#found .source") == "“mine.mid” is MIDI."
    assert page.locator("#found .checks dd").count() == 0
    page.click("#found .listen")
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Pause")
    expect(page.locator("#to-run")).to_be_disabled()
    held[0].continue_()
    expect(page.locator("#to-run")).to_be_enabled(timeout=PATIENCE)
    page.click("#to-found")
    assert hashlib.sha256(OWN).hexdigest() in checks(page)["program"]


def test_a_song_is_not_taken_if_it_is_cancelled_while_it_is_drawn(page, tmp_path):
    held = hold(page, "song")
    drop(page, "pi.txt", b"3141592653")
    page.wait_for_selector("#found .checks dd")  # it is checked meanwhile
    expect(page.locator("#found .stage")).to_have_text("Engraving the score")
    page.click("#found .close")
    assert len(held) == 1
    page.click("#to-found")
    assert SHA256 in checks(page)["program"]
    assert page.inner_text("#player h1") == "small"


def test_a_number_that_is_not_prime_is_shown_as_such(page):
    drop(page, "pi.txt", b"3141592653")
    seen = checks(page)
    assert seen["prime"].startswith("composite, for certain")
    assert seen["verdict"] == "Not all checks passed."
    page.click("#found .listen")
    expect(page.locator("#player .about")).to_contain_text("10 notes")
    expect(page.locator("#to-run")).to_be_disabled()


def test_a_damaged_file_is_repaired_and_its_corrections_are_shown(page, small, tmp_path):
    drop(page, "damaged.mid", make_content(damage(small), ".mid", tmp_path))
    seen = checks(page)
    assert SHA256 in seen["program"]
    assert seen["corrected"].startswith("1 note was corrected: ")


def test_ones_own_program_is_composed_and_comes_back_out_of_a_download(page, tmp_path):
    own = "print('my own song')\n"
    compose_text(page, own)
    assert hashlib.sha256(own.encode()).hexdigest() in checks(page)["program"]
    page.click("#found .listen")
    page.click("#player .play")
    page.select_option("#tala", "rupak")
    expect(page.locator("#player .about")).to_contain_text("rupak", timeout=PATIENCE)
    page.click("#player .faster")
    page.click("#to-download")
    assert "254.4 matras a minute, rupak" in page.inner_text("#download .as")
    for kind in (".mid", ".sargam"):
        with page.expect_download() as taken:
            page.click(f"#download [data-kind='{kind}']")
        assert taken.value.suggested_filename == f"your-song{kind}"
        taken.value.save_as(tmp_path / f"taken{kind}")
        song = load(tmp_path / f"taken{kind}")
        assert decode(song) == own.encode()
        assert (song.melody.setting.tala.name, round(song.melody.setting.tempo, 1)) == ("rupak", 63.6)
        expect(page.locator("#download .stage")).to_contain_text(f"Downloaded your-song{kind}, ")


def test_a_song_is_set_in_another_raga_and_downloaded_as_a_hand_plays_it(page, tmp_path):
    page.select_option("#raga", "yaman")
    expect(page.locator("#player .keys")).to_contain_text("M\u030d", timeout=PATIENCE)
    page.click("#to-download")
    assert "yaman" in page.inner_text("#download .as")
    page.select_option("#expression", "gentle")
    with page.expect_download() as taken:
        page.click("#download [data-kind='.mid']")
    taken.value.save_as(tmp_path / "taken.mid")
    song = load(tmp_path / "taken.mid")
    assert (decode(song), song.mapping.raga.name) == (PROGRAM, "yaman")
    velocities = {one.velocity for one in mido.MidiFile(tmp_path / "taken.mid") if one.type == "note_on"}
    assert len(velocities) > 1  # accents by the tala
    page.select_option("#expression", "concert")
    page.click("#download [data-kind='.mp4']")
    expect(page.locator("#download .fault")).to_contain_text("A video needs a steady beat", timeout=PATIENCE)


def test_the_video_is_downloaded_and_heard(page, tmp_path):
    """Its pictures and its sound, as a browser saved them, of a song of 13 seconds."""
    compose(encode(OWN), tempo=120.0, title="smaller").save(tmp_path / "smaller.mid")
    drop(page, "smaller.mid", (tmp_path / "smaller.mid").read_bytes())
    checks(page)
    page.click("#found .listen")
    page.click("#to-download")
    with page.expect_download() as taken:
        page.click("#download [data-kind='.mp4']")
    assert taken.value.suggested_filename == "smaller.mp4"
    taken.value.save_as(tmp_path / "smaller.mp4")
    with av.open(tmp_path / "smaller.mp4") as video:
        assert (video.streams.video[0].width, video.streams.video[0].height) == (1920, 1080)
    assert decode(load(tmp_path / "smaller.mp4")) == OWN


def test_another_sa_is_engraved_anew_while_it_plays(page):
    page.click("#player .play")
    page.select_option("#player .tonic", label="E3")
    expect(page.locator("#player .about")).to_have_text(re.compile("Sa is E3$"), timeout=PATIENCE)
    assert page.locator("#player .row").first.locator(".staff > use[href='#E262']").count() == 4  # sharps
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Pause")


def test_a_search_is_followed_and_stopped(page):
    compose_text(page, "".join(hashlib.sha256(bytes([place])).hexdigest() for place in range(60)))
    expect(page.locator("#found .stage")).to_have_text("Testing candidates", timeout=PATIENCE)
    expect(page.locator("#found .facts")).to_have_text(SEARCHED, timeout=PATIENCE)
    page.click("#found .close")
    expect(page.locator("#found")).to_be_hidden()
    assert page.inner_text("#player h1") == "small"


def test_a_stranger_is_run_only_with_consent(page):
    compose_text(page, TRAINS)
    checks(page)
    page.click("#found .listen")
    asked = []
    page.on("request", lambda request: request.url.startswith("blob:") or asked.append(request.url.rpartition("/")[2]))

    page.click("#to-run")
    page.wait_for_selector("#run .go:enabled")
    shown = page.inner_text("#run .consent")
    assert hashlib.sha256(TRAINS.encode()).hexdigest() in shown
    assert "imports\ntime" in shown
    assert "sandbox" in shown
    assert page.text_content("#run .consent .code") == TRAINS
    assert page.evaluate("document.activeElement.matches('#run .close')")
    page.keyboard.press("Enter")
    expect(page.locator("#run")).to_be_hidden()
    page.click("#to-run")
    page.wait_for_selector("#run .go:enabled")
    page.keyboard.press("Escape")
    expect(page.locator("#run")).to_be_hidden()
    assert asked == ["introduce", "introduce"]

    page.click("#to-run")
    page.click("#run .go")
    points = "(document.querySelector('#run .mean').getAttribute('points') ?? '').split(' ').length"
    expect(page.locator("#run .mean")).to_have_attribute("points", re.compile(r" .* "), timeout=PATIENCE)
    early = page.evaluate(points)
    page.wait_for_selector("#run .summary dd")
    assert early < page.evaluate(points) == 40
    assert page.get_attribute("#run .curve svg", "aria-label").startswith("step 40 of 40, mean loss of the last 50: ")
    assert "sample  2: <b>ga</b>" in page.inner_text("#run .output")
    summary = page.inner_text("#run .summary")
    assert "known\nanna" in summary
    assert "new\n<b>ga</b>" in summary
    assert asked[2:] == ["introduce", "run"]


def test_a_program_that_does_not_learn_has_no_curve(page):
    compose_text(page, "print('sa re ga ma')")
    checks(page)
    page.click("#found .listen")
    page.click("#to-run")
    page.click("#run .go")
    expect(page.locator("#run .summary")).to_contain_text("by itself", timeout=PATIENCE)
    assert page.inner_text("#run .running .stage") == "Ended"
    assert page.locator("#run .curve").is_hidden()
    assert page.inner_text("#run .output").strip() == "sa re ga ma"


def test_a_running_program_is_stopped_by_closing(page):
    compose_text(page, "import time\nwhile True: print('still here'); time.sleep(.05)")
    checks(page)
    page.click("#found .listen")
    page.click("#to-run")
    page.click("#run .go")
    expect(page.locator("#run .output")).to_contain_text("still here", timeout=PATIENCE)
    page.click("#run .close")
    expect(page.locator("#run")).to_be_hidden()
    compose_text(page, "1234567")  # a place is free again, and again
    assert "7 digits" in checks(page)["number"]


def test_what_is_wrong_is_said_in_a_sentence(page):
    drop(page, "broken.mid", b"MThd broken")
    expect(page.locator("#found .fault")).to_contain_text("Broken.mid (MIDI): ", timeout=PATIENCE)
    assert page.locator("#found .listen").is_hidden()
    page.click("#found .close")
    assert page.inner_text("#player h1") == "small"
    page.evaluate("document.body.dataset.most = '10'")
    drop(page, "large.wav", bytes(11))
    expect(page.locator("#found .fault")).to_contain_text("is larger than")


def test_what_a_file_says_is_never_markup(page):
    name = "<img src=x onerror=console.log(1)>.txt"
    drop(page, name, b"31415926")
    checks(page)
    assert name in page.inner_text("#found .source")
    assert page.locator("#found img, #player img").count() == 0


def test_keys_alone_reach_everything(page):
    page.click("#player h1")
    page.evaluate("document.activeElement.blur(); document.getSelection().removeAllRanges()")
    page.wait_for_selector("#to-run:enabled")
    page.locator("#to-open").focus()
    reached = [page.evaluate("document.activeElement.id")]
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached == ["to-open", "to-listen", "to-compose", "to-found", "to-download", "to-run", "raga", "tala"]
    page.locator("#to-compose").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('dialog').id") == "compose"
    page.locator("#text").focus()
    page.keyboard.type(" 27182818")  # a space is typed, and plays nothing
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "8 digits" in checks(page)["number"]
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Play")


def test_every_control_has_a_name(page):
    nameless = """() => [...document.querySelectorAll("button, input, select, textarea, dialog, [tabindex='0']")]
      .filter((each) => !each.closest("#player"))
      .filter((each) => !(each.textContent.trim() && each.matches("button")) && !each.labels?.length
        && !each.ariaLabel && !each.getAttribute("aria-labelledby"))
      .map((each) => each.outerHTML.slice(0, 80))"""
    assert page.evaluate(nameless) == []
