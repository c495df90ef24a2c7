"""The exported page in a real browser, offline, from a file. What it shows and plays is compared with the core: the
moments at which it asks the browser for sound are recorded, and the time that is heard is the browser's own."""

import functools
import json
import math
import re

import pytest
from support.browser import wait
from support.songs import decode

from primesong.actions.arrange import arrange
from primesong.actions.decode import load
from primesong.errors import PrimesongError
from primesong.number.payload import pack
from primesong.number.unfolding import unfold
from primesong.page.document import MOST_NOTES, make_document
from primesong.page.export import write_player_page
from primesong.repair.coda import add_coda
from primesong.sargam.melody import cut
from primesong.sargam.script import verse
from primesong.sargam.tala import TALAS
from primesong.sargam.tuning import JUST
from primesong.score.bhatkhande.page import read_page
from primesong.song import Song, compose
from primesong.sound.pitch import frequency
from primesong.sound.render.loops import make_reeds

TOLERANCE = 0.05  # seconds, as the issue asks
AA = 4.5  # contrast of text, WCAG 2.2, 1.4.3

# Every note that the page asks the browser to play: when, the length of the reed's loop, how much faster it plays;
# every note that is lit in the score; the time that is heard; how far anything has shifted.
RECORDER = """
window.notes = [];
window.lit = [];
window.heard = () => window.context && window.context.currentTime - (window.context.outputLatency || 0);
window.shift = 0;
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when, ...rest) {
  window.context = this.context;
  window.notes.push([when, this.loopEnd - this.loopStart, this.playbackRate.value]);
  return start.call(this, when, ...rest);
};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new MutationObserver((changes) => {
  for (const { target } of changes) if (target.matches("g.lit")) window.lit.push(Number(target.id.slice(1)));
}).observe(document, { attributes: true, attributeFilter: ["class"], subtree: true });
"""

# Forget what was played, and seek, with nothing between that could play more of what went before.
SEEK = """(avartan) => {
  const seek = document.querySelector(".seek");
  window.notes = [];
  window.lit = [];
  seek.value = avartan;
  seek.dispatchEvent(new Event("input"));
}"""

SEEN = """() => {
  const text = (selector) => document.querySelector(selector)?.textContent;
  return {
    lit: [...document.querySelectorAll(".row g.lit")].map((note) => note.id),
    keys: [...document.querySelectorAll(".key.down")].map((key) => Number(key.dataset.midi)),
    words: [...document.querySelectorAll(".row text.swara.lit")].map((word) => word.textContent),
    digits: [...document.querySelectorAll(".row text.digit.lit")].map((digit) => digit.textContent),
    said: text(".said .swara"), name: text(".said .name"), typed: text(".program pre"),
    place: text(".place"), matra: text(".matra"), time: text(".time"), certain: text(".certain"),
  };
}"""

# What is seen, and the time that is heard, as the next frame is drawn: a machine that is busy elsewhere draws it late.
IN_ONE_FRAME = f"""() => new Promise((resolve) => requestAnimationFrame(() => resolve({{
  heard: window.heard(), ...({SEEN})(),
}})))"""


@pytest.fixture
def opened(open_page):
    """Open a page from a file, offline."""

    def open_file(path, width=1440, height=900, **options):
        viewport = {"width": width, "height": height}
        page = open_page(path.as_uri(), allowed=("blob:",), script=RECORDER, viewport=viewport, offline=True, **options)
        if options.get("watched", True):
            page.wait_for_selector(".row")
        return page

    return open_file


def seen(page):
    return page.evaluate(SEEN)


@functools.cache
def list_roots():
    """Return the notes of the reeds' loops by their lengths in seconds."""
    return {reed.seconds: reed.note for reed in make_reeds()}


def heard_notes(page):
    """Give what the page has asked to be played: (seconds, Hz)."""
    roots = list_roots()
    return [
        (when, frequency(roots[min(roots, key=lambda seconds: abs(seconds - loop))]) * rate)
        for when, loop, rate in page.evaluate("window.notes")
    ]


def write(tmp_path, song, **options):
    path = tmp_path / "song.html"
    path.write_bytes(write_player_page(song, **options))
    return path


def agrees(view, song, note, script="roman"):
    """Check that everything on the page is the core's, for one note."""
    melody = song.melody
    digit = melody.played_digits[note]
    avartans = math.ceil(len(melody.played_digits) / melody.setting.tala.matras)
    assert view["lit"] == [f"n{note}"]
    assert view["keys"] == [melody.midi_notes[note]]
    assert view["words"] == [verse(melody.setting.mapping, script)[digit]] == [view["said"]]
    assert view["digits"] == [digit]
    assert view["name"] == melody.setting.mapping.pitch(digit).name
    assert view["typed"] == unfold(melody.played_digits).text(note + 1)
    assert view["place"] == f"avartan {note // melody.setting.tala.matras + 1} of {avartans}"
    assert view["matra"] == f"matra {note % melody.setting.tala.matras + 1}"


def test_ten_moments_agree_with_the_core(opened, published_page, song):
    page = opened(published_page)
    melody = song.melody
    for place, avartan in enumerate((1, 12, 40, 57, 99, 113, 150, 181, 206, 223)):
        page.evaluate(SEEK, str(avartan))
        if not place:
            page.click(".play")
        wait(page, "window.notes.length > 3 && window.lit.length > 1")
        page.wait_for_timeout(50 * place)
        view = page.evaluate(IN_ONE_FRAME)
        note = int(view["lit"][0][1:])
        agrees(view, song, note)
        first = (avartan - 1) * melody.setting.tala.matras
        (onset, _), *_ = sounds = heard_notes(page)
        for step, (when, hertz) in enumerate(sounds):
            digit = melody.played_digits[first + step]
            assert when == pytest.approx(onset + step * melody.setting.matra_seconds, abs=1e-3)
            assert hertz == pytest.approx(
                frequency(melody.setting.tonic) * 2 ** (melody.setting.cents(digit) / 1200), rel=1e-4
            )
        begun = view["heard"] - onset - (note - first) * melody.setting.matra_seconds
        assert -TOLERANCE < begun < melody.setting.matra_seconds + TOLERANCE
        assert note > first
    assert page.evaluate("window.shift") == 0


def test_the_whole_program_comes_out(opened, published_page, song):
    page = opened(published_page)
    assert seen(page)["typed"] == ""
    assert page.locator(".copy").is_disabled()
    page.keyboard.press("End")
    view = seen(page)
    agrees(view, song, 3584)
    assert view["typed"].encode() == song.program
    assert page.locator(".copy").is_enabled()
    assert page.locator(".sum").text_content() == (
        "SHA-256 fe0ac497226827be64c6e72bace80553f35e4bcd22be4c26a96b1be92aa75f9e"
    )
    page.keyboard.press("Home")
    assert seen(page)["typed"] == ""
    for _ in range(57):
        page.keyboard.press("ArrowRight")
    view = seen(page)
    agrees(view, song, 57 * 16)
    assert view["certain"] == f"{unfold(song.digits).certain[57 * 16 + 1]} of 1,495 bytes certain"


def test_the_program_is_copied_or_at_least_selected(opened, published_page, song):
    page = opened(published_page)
    page.keyboard.press("End")
    for refused in (False, True):
        page.evaluate(
            """(refused) => {
              navigator.clipboard.writeText = async (text) => {
                if (refused) throw new Error("refused");
                window.copied = text;
              };
            }""",
            refused,
        )
        page.click(".copy")
        wait(page, f"document.querySelector('.live').textContent.startsWith('{'Selected' if refused else 'Copied'}')")
    assert page.evaluate("window.copied").encode() == song.program
    assert page.evaluate("getSelection().toString()").split() == song.program.decode().split()


def test_a_browser_without_sound_is_told(opened, published_page):
    page = opened(published_page)
    page.evaluate(
        """() => {
          BaseAudioContext.prototype.decodeAudioData = async () => { throw new Error("no such codec"); };
        }"""
    )
    page.click(".play")
    wait(
        page, "document.querySelector('.about').textContent.startsWith('The browser cannot play sound: no such codec')"
    )
    assert page.locator(".primesong:not(.playing)").count() == 1


def test_the_page_ends_with_the_song(opened, tmp_path):
    song = compose(31415926535897932, title="pi", tempo=480.0)
    page = opened(write(tmp_path, song))
    page.keyboard.press("Space")
    wait(page, "document.querySelector('.live').textContent === 'The song has ended'")
    assert seen(page)["lit"] == ["n16"]
    assert page.locator(".play").get_attribute("aria-label") == "Play"
    assert len(heard_notes(page)) == 17
    assert page.locator(".sum").text_content() == "This song holds no program."
    page.keyboard.press("Space")
    wait(page, "window.notes.length > 20")


def test_keys_alone_do_it_all(opened, published_page, song):
    page = opened(published_page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    agrees(seen(page), song, 16)
    page.keyboard.press("Space")
    page.wait_for_selector(".playing")
    page.wait_for_timeout(600)
    page.keyboard.press("Space")
    page.wait_for_selector(".primesong:not(.playing)")
    paused = seen(page)
    assert 16 < int(paused["lit"][0][1:]) < 32
    assert page.locator(".live").text_content() == "Paused at avartan 2"
    page.wait_for_timeout(400)
    assert seen(page)["lit"] == paused["lit"]
    page.keyboard.press("+")
    assert page.locator("output.tempo").text_content() == "254.4"
    page.keyboard.press("-")
    assert page.locator("output.tempo").text_content() == "240"
    reached = []
    for _ in range(23):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className || document.activeElement.localName"))
    assert reached == [
        "practice", "share", "tell", "frame", "as-program", "as-digits", "frame", "jump", "back", "play", "forward",
        "seek", "slower", "faster", "tonic", "script", "tuning", "loop", "tanpura", "tabla", "volume", "summary",
        "body",
    ]  # fmt: skip
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_every_control_has_a_name(opened, published_page):
    page = opened(published_page, width=360, height=640)
    page.click(".more")
    assert page.locator(".more").get_attribute("aria-expanded") == "true"
    tree = page.locator("body").aria_snapshot()
    for role, name in (
        ("button", "Play"), ("button", "Back one avartan"), ("button", "Forward one avartan"), ("slider", "avartan"),
        ("button", "Slower"), ("button", "Faster"), ("combobox", "Sa"), ("combobox", "Script"),
        ("combobox", "Tuning"), ("combobox", "Loop"), ("checkbox", "Tanpura"), ("checkbox", "Tabla"),
        ("region", "Score"), ("img", "harmonium keyboard, Sa on D"),
    ):  # fmt: skip
        assert f'{role} "{name}"' in tree
    assert page.locator(".seek").get_attribute("aria-valuetext") == "avartan 1 of 225"
    assert page.locator(".row").first.get_attribute("aria-label").startswith("avartan 1: Re, Ma, 'Ni, 'Ni, Sa', Re,")


def test_another_tempo_tonic_and_tuning_are_heard(opened, published_page, song):
    page = opened(published_page)
    page.select_option(".tonic", label="E3")
    page.select_option(".tuning", "just")
    for _ in range(12):
        page.click(".faster")
    page.click(".play")
    wait(page, "window.notes.length > 8")
    melody = song.melody.arrange(tempo=120.0, tonic=52, tuning=JUST)
    sounds = heard_notes(page)
    for step, (when, hertz) in enumerate(sounds[:8]):
        assert when == pytest.approx(sounds[0][0] + step * melody.setting.matra_seconds, abs=1e-3)
        assert hertz == pytest.approx(
            frequency(52) * 2 ** (melody.setting.cents(melody.played_digits[step]) / 1200), rel=1e-4
        )
    about = "3,600 notes · tintal · Sa is E3, but the staff is engraved for Sa on D3"
    assert page.locator(".about").text_content() == about
    view = seen(page)
    note = int(view["lit"][0][1:])
    assert view["keys"] == [melody.midi_notes[note]]
    assert view["time"].endswith("of 7:30")


def test_the_staff_follows_sa_where_it_is_engraved_for_it(opened, tmp_path):
    song = compose(31415926535897932, title="pi")
    page = opened(write(tmp_path, song, tonics=(52, 45)))
    before = page.locator("#n3").get_attribute("transform")
    heights = {}
    for name, keys in (("E3", 4), ("A2", 3), ("D3", 2)):
        page.select_option(".tonic", label=name)
        assert page.locator(".about").text_content() == f"17 notes · tintal · Sa is {name}"
        assert page.locator(".row").first.locator(".staff > use[href='#E262']").count() == keys  # sharps
        heights[name] = page.locator("#n3").get_attribute("transform")
        assert page.locator("#n0.lit").count() == 1
    assert heights["D3"] == before
    assert len(set(heights.values())) == 3
    page.select_option(".tonic", label="C3")
    assert page.locator(".about").text_content().endswith("Sa is C3, but the staff is engraved for Sa on D3")


def test_a_change_under_way_goes_on_from_the_same_note(opened, published_page):
    page = opened(published_page)
    page.click(".play")
    wait(page, "window.lit.some((note) => note > 0)")
    before, after = page.evaluate(
        """() => {
          const lit = () => Number(document.querySelector(".row g.lit").id.slice(1));
          const before = lit();
          const tuning = document.querySelector(".tuning");
          tuning.value = "gandhar";
          tuning.dispatchEvent(new Event("change"));
          document.querySelector(".slower").click();
          return [before, lit()];
        }"""
    )
    assert before > 0
    assert after - before in (0, 1)


def test_the_tanpura_sounds_only_when_it_is_wanted(opened, published_page):
    page = opened(published_page)
    page.check(".tanpura")
    page.click(".play")
    wait(page, "window.notes.length > 3")
    drones = [rate for _, loop, rate in page.evaluate("window.notes") if abs(loop - 4.0) < 1e-6]
    assert drones == [1]
    page.uncheck(".tanpura")
    page.keyboard.press("Space")
    page.evaluate("window.notes = []")
    page.keyboard.press("Space")
    wait(page, "window.notes.length > 3")
    assert not [loop for _, loop, _ in page.evaluate("window.notes") if abs(loop - 4.0) < 1e-6]


def test_the_tabla_strikes_its_theka(opened, published_page, song):
    """Tintal: dha dhin dhin dha | dha dhin dhin dha | dha tin tin ta | ta dhin dhin dha."""
    page = opened(published_page)
    page.check(".tabla")
    page.select_option(".tonic", label="E3")
    page.evaluate(SEEK, "2")
    page.click(".play")
    wait(page, "window.notes.length > 60")
    matra = song.melody.setting.matra_seconds
    played = page.evaluate("window.notes")
    start = min(when for when, loop, _ in played if loop)
    struck = sorted((round((when - start) / matra, 3), round(rate, 4)) for when, loop, rate in played if not loop)
    tuned = round(2 ** (2 / 12), 4)
    expected = sorted(
        [(matra, tuned) for matra in range(16)] + [(matra, 1) for matra in range(16) if not 9 <= matra <= 12]
    )
    assert [stroke for stroke in struck if stroke[0] < 16] == expected


def test_a_loop_repeats_its_avartan(opened, tmp_path, short_song):
    page = opened(write(tmp_path, arrange(short_song, tempo=480.0)))
    page.keyboard.press("ArrowRight")
    page.select_option(".loop", "1")
    page.click(".play")
    wait(page, "window.notes.length > 40")
    tones = [round(hertz, 2) for _, hertz in heard_notes(page)]
    assert tones[:16] == tones[16:32]
    assert len(set(tones[:16])) > 4
    assert seen(page)["place"] == "avartan 2 of 28"


@pytest.mark.parametrize("script", ["devanagari", "bengali", "letters", "digit"])
def test_the_script_is_changed_everywhere(opened, published_page, song, script):
    page = opened(published_page)
    page.keyboard.press("ArrowRight")
    page.select_option(".script", script)
    agrees(seen(page), song, 16, script)
    words = page.locator(".row").first.locator("text.swara").all_text_contents()
    assert words == [verse(song.mapping, script)[digit] for digit in song.digits[:16]]
    keys = set(page.locator(".key text:not(.finger)").all_text_contents())
    assert keys == set(verse(song.mapping, script).values())


def test_a_note_is_reached_by_pointing_at_it(opened, published_page, song):
    page = opened(published_page)
    page.locator("rect[data-note='21']").click(position={"x": 4, "y": 30})
    agrees(seen(page), song, 21)
    page.locator(".score .frame").evaluate("frame => frame.scrollTop = frame.scrollHeight")
    page.wait_for_selector("#n3599", state="attached")
    assert page.locator(".row").count() < 40


@pytest.mark.parametrize("tala", ["jhaptal", "ektal", "rupak", "dadra", "none"])
def test_other_talas(opened, tmp_path, tala):
    song = compose(int.from_bytes(pack(b"print('sa re ga ma')")), tala=TALAS[tala])
    page = opened(write(tmp_path, song))
    page.keyboard.press("ArrowRight")
    matras = TALAS[tala].matras
    assert seen(page)["lit"] == [f"n{matras}"]
    assert page.locator(".tala i").count() == matras
    marks = page.locator(".row").first.locator("text.mark").all_text_contents()
    assert marks == list(TALAS[tala].marks)
    assert seen(page)["place"].startswith("line 2" if tala == "none" else "avartan 2")


def test_an_excerpt_keeps_its_numbers(opened, tmp_path, song):
    short = Song(cut(song.melody, 7, 9))
    page = opened(write(tmp_path, short))
    assert seen(page)["place"] == "avartan 7 of 9"
    page.keyboard.press("End")
    assert seen(page)["place"] == "avartan 9 of 9"
    assert seen(page)["typed"] == ""
    assert load(tmp_path / "song.html").melody == short.melody


def test_a_coda_is_an_ending_that_is_not_the_program(opened, tmp_path):
    program = b"print('sa re ga ma')"
    song = add_coda(compose(int.from_bytes(pack(program) + bytes(4))), 0.2)
    number, notes = len(song.digits), len(song.melody.played_digits)
    page = opened(write(tmp_path, song))
    assert (
        page.locator(".about").text_content() == f"{number} notes, then a coda of {notes - number} · tintal · Sa is D3"
    )
    for note in (number - 1, number, notes - 1):
        page.locator(f"rect[data-note='{note}']").dispatch_event("click")
        view = seen(page)
        assert (view["lit"], view["keys"]) == ([f"n{note}"], [song.melody.midi_notes[note]])
        assert view["typed"].encode() == program
        assert view["matra"] == f"matra {note % 16 + 1}{', coda' if note >= number else ''}"
        assert page.locator(".stream em").text_content() == ("coda" if note >= number else song.digits[-1])
    faint = page.locator(".row g.coda").evaluate_all("notes => notes.map((note) => Number(note.id.slice(1)))")
    assert sorted(faint) == list(range(number, notes))
    digits = page.locator(".row text.digit").all_text_contents()
    assert "".join(digits).replace("coda", "") == song.digits
    assert page.locator(".whole-number").all_text_contents() == [song.digits, song.melody.played_digits[number:]]
    assert load(tmp_path / "song.html").melody == song.melody


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "&lt;b&gt; {script} ${alert(3)} \\u003c`",
)


@pytest.mark.parametrize("text", [*HOSTILE, "\u202ereversed\u2066 \ufeffand hidden"])
def test_what_is_hostile_is_only_text(opened, tmp_path, text):
    program = f"# {text}\nprint('{text}')\n".encode()
    song = compose(int.from_bytes(pack(program) + bytes(4)), title=text)
    path = write(tmp_path, song)
    page = opened(path)
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    page.locator(".row rect[data-note]").last.dispatch_event("click")
    assert page.locator("h1").text_content() == song.melody.setting.title
    assert page.title().split() == song.melody.setting.title.split()
    assert seen(page)["typed"].encode() == program
    assert page.locator("script").count() == 3
    assert page.locator("img").count() == 0
    assert page.locator(".line").first.evaluate("line => getComputedStyle(line).unicodeBidi") == "isolate"
    assert decode(load(path)) == program


def test_a_program_of_any_bytes_is_shown(opened, tmp_path):
    program = bytes(range(256)) + "सा".encode()
    page = opened(write(tmp_path, compose(int.from_bytes(pack(program) + bytes(4)))))
    page.keyboard.press("End")
    page.locator(".row rect[data-note]").last.dispatch_event("click")
    shown = seen(page)["typed"]
    assert shown.endswith("सा")
    assert shown.replace("\r", "") == program.decode("utf-8", "replace").replace("\r", "")


def test_nothing_but_its_own_script_may_run(opened, published_page):
    page = published_page.read_text("utf-8")
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    without_program = re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)
    assert "://" not in without_program.replace("http://www.w3.org/2000/svg", "")
    browser_page = opened(published_page, watched=False)
    blocked = browser_page.evaluate(
        """() => new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
        })"""
    )
    assert blocked == "script-src-elem"
    assert browser_page.evaluate("window.ran") is None
    with pytest.raises(Exception, match="fetch"):
        browser_page.evaluate("fetch('data:,x')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844), (1440, 900), (2200, 1200)])
def test_it_fits_and_can_be_read(opened, published_page, scheme, width, height):
    page = opened(published_page, width, height, color_scheme=scheme)
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    if width < 900:
        page.click(".more")
    assert page.evaluate("document.scrollingElement.scrollWidth") == width
    low = page.evaluate(
        """(least) => {
          const light = (color) => {
            const [r, g, b] = color.match(/[\\d.]+/g).map((value) => {
              const part = value / 255;
              return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = (element) => {
            for (let at = element; at; at = at.parentElement) {
              const rect = at.matches("g.key") ? getComputedStyle(at.querySelector("rect")).fill : null;
              const color = rect ?? getComputedStyle(at).backgroundColor;
              if (!color.startsWith("rgba(0, 0, 0, 0")) return color;
            }
          };
          return [...document.querySelectorAll("body *")].filter((element) =>
            [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
            && element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled, script, option")
          ).flatMap((element) => {
            const style = getComputedStyle(element);
            const [one, other] = [element instanceof SVGElement ? style.fill : style.color, ground(element)].map(light);
            const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            return contrast < least ? [`${element.className.baseVal ?? element.className} ${contrast}`] : [];
          });
        }""",
        AA,
    )
    assert low == []


def test_reduced_motion_is_honored(opened, published_page):
    for wish, behavior in (("reduce", "instant"), ("no-preference", "smooth")):
        page = opened(published_page, 390, 844, reduced_motion=wish)
        page.evaluate(
            """() => {
              window.scrolls = [];
              const scroll = Element.prototype.scrollTo;
              Element.prototype.scrollTo = function (options) {
                window.scrolls.push(options.behavior);
                return scroll.call(this, options);
              };
            }"""
        )
        page.locator("rect[data-note='30']").dispatch_event("click")
        for _ in range(12):
            page.keyboard.press("+")
        page.keyboard.press("Space")
        wait(page, f"window.scrolls.includes('{behavior}')")
        assert wish == "no-preference" or set(page.evaluate("window.scrolls")) == {"instant"}


def test_the_page_reads_back(published_page, song):
    data = published_page.read_bytes()
    assert len(data) < 5_000_000
    assert load(published_page).melody == song.melody
    assert decode(load(published_page)) == song.program
    without_record = read_page(data.replace(b'id="primesong"', b'id="lost"'))[0]
    assert (without_record.midi_notes, without_record.record) == (song.melody.midi_notes, None)
    assert write_player_page(song) == data


def test_the_document_is_plain(short_song):
    made = make_document(short_song, script="bengali")
    assert json.loads(json.dumps(made)) == made
    assert made["script"] == "bengali"
    assert [len(score["places"]) for score in made["scores"].values()] == [445]
    with pytest.raises(PrimesongError, match=f"20,001 notes; a page plays up to {MOST_NOTES:,}"):
        make_document(compose(10**20_000))
    with pytest.raises(PrimesongError, match="6 tonics; a page has up to 50,000 notes in all staves together"):
        make_document(compose(10**9_999), tonics=(50, 51, 52, 53, 54, 55))
