"""Practice in the exported page: the listener plays, on the computer's keys, on the screen, on a MIDI keyboard."""

import re

import pytest
from support.browser import wait
from support.songs import decode, encode

from primesong.actions.decode import load
from primesong.page.export import write_player_page
from primesong.song import compose

PROGRAM = b"print('a GPT')"

#: The computer's keys for the ten notes, from the lowest.
CODES = ("KeyA", "KeyS", "KeyD", "KeyF", "KeyG", "KeyH", "KeyJ", "KeyK", "KeyL", "Semicolon")

# A MIDI keyboard that a test plays on: window.midi(status, note, velocity).
KEYBOARD = """
const keyboard = new EventTarget();
keyboard.name = "a test keyboard";
keyboard.open = async () => {};
navigator.requestMIDIAccess = async () => ({ inputs: new Map([["one", keyboard]]) });
window.midi = (...data) => keyboard.dispatchEvent(Object.assign(new Event("midimessage"), { data }));
"""

# Play the computer's keys one after the other, each for a moment.
PLAY = """async (codes) => {
  for (const code of codes) {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 2 + 5 * Math.random()));
    document.body.dispatchEvent(new KeyboardEvent("keyup", { code, bubbles: true }));
  }
}"""


@pytest.fixture(scope="module")
def song():
    return compose(encode(PROGRAM), title="My GPT")


@pytest.fixture(scope="module")
def file(song, tmp_path_factory):
    """The song's page."""
    path = tmp_path_factory.mktemp("practice") / "song.html"
    path.write_bytes(write_player_page(song))
    return path


@pytest.fixture
def page(open_page, file):
    page = open_page(file.as_uri(), allowed=("blob:",), script=KEYBOARD, viewport={"width": 1440, "height": 900})
    page.wait_for_selector(".row")
    return page


def codes(song, digits):
    """Return the keys that play some digits."""
    ascending = sorted("0123456789", key=lambda digit: song.mapping.pitch(digit).semitones)
    return [CODES[ascending.index(digit)] for digit in digits]


def next_key(page):
    return page.evaluate("[...document.querySelectorAll('.key.next')].map((key) => Number(key.dataset.midi))")


def test_whoever_plays_it_all_has_played_the_program(page, song, tmp_path):
    page.click(".practice")
    notes = song.melody.midi_notes
    assert next_key(page) == [notes[0]]
    wrong = next(digit for digit in "0123456789" if digit != song.digits[7])
    page.evaluate(PLAY, codes(song, song.digits[:7] + wrong))
    assert next_key(page) == [notes[7]]
    assert page.inner_text(".count") == "7 right, 1 wrong, 0 missed"
    assert page.inner_text(".place").startswith("avartan 1 ")
    page.evaluate(PLAY, codes(song, song.digits[7:]))
    wait(page, "document.querySelector('.report').open")
    assert page.inner_text(".report .tally") == f"{len(song.digits)} right, 1 wrong, 0 missed"
    wait(page, "document.querySelector('.report .decoded').textContent !== ''")
    assert page.inner_text(".report .decoded") == "You have just played a GPT: your notes are its 14 bytes."
    name = song.mapping.pitch(song.digits[7]).name
    assert f"{name}\t{song.digits.count(song.digits[7])}\t1\t0" in page.inner_text(".report table")
    label = page.get_attribute(".report .picture svg", "aria-label")
    assert label == "mistakes in avartan 1"
    assert page.locator(".report .picture rect.right").count() == -(-len(song.digits) // 16)
    with page.expect_download() as saved:
        page.click(".save-played")
    saved.value.save_as(tmp_path / "played.mid")
    played = load(tmp_path / "played.mid")
    assert len(played.melody.played_digits) >= len(song.digits)


def test_without_mistakes_the_file_decodes(page, song, tmp_path):
    page.click(".practice")
    page.evaluate(PLAY, codes(song, song.digits))
    wait(page, "document.querySelector('.report').open")
    with page.expect_download() as saved:
        page.click(".save-played")
    saved.value.save_as(tmp_path / "played.mid")
    assert decode(load(tmp_path / "played.mid")) == PROGRAM


def test_a_midi_keyboard_and_the_screen_play_too(page, song):
    page.click(".practice")
    wait(page, "document.querySelector('.hands').textContent.includes('a test keyboard')")
    first, second = song.melody.midi_notes[:2]
    for message in (
        (0x90, first, 80),
        (0x80, first, 0),
        (0xF8,),
        (0xB0, 64, 127),
        (0x93, second, 1),
        (0x93, second, 0),
    ):
        page.evaluate("message => window.midi(...message)", message)
    assert page.inner_text(".count") == "2 right, 0 wrong, 0 missed"
    page.locator(f".key[data-midi='{song.melody.midi_notes[2]}'] rect").dispatch_event("pointerdown")
    assert page.inner_text(".count") == "3 right, 0 wrong, 0 missed"
    page.locator(".key[data-midi='65'] rect").dispatch_event("pointerdown")  # a key that the song has not
    assert page.inner_text(".count") == "3 right, 1 wrong, 0 missed"
    page.click(".finish")
    assert page.locator(".primesong:not(.practicing)").count() == 1
    assert next_key(page) == []


def test_another_sa_moves_the_keys(page, song):
    page.select_option(".tonic", label="G2")
    page.click(".practice")
    assert next_key(page) == [song.melody.midi_notes[0] - 7]
    page.evaluate(PLAY, codes(song, song.digits[:3]))
    assert page.inner_text(".count") == "3 right, 0 wrong, 0 missed"


def test_in_tempo_what_is_not_played_is_missed(page, song):
    for _ in range(24):
        page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.select_option(".loop", "1")
    page.click(".practice")
    page.select_option(".mode", "tempo")
    wait(page, "/[2-9][0-9] missed/.test(document.querySelector('.count').textContent)")
    assert page.inner_text(".place").startswith("avartan 2 ")
    page.click(".finish")
    assert re.fullmatch(r"0 right, 0 wrong, [2-9]\d missed", page.inner_text(".report .tally"))
    assert page.locator(".report .picture rect.missed").count() == 1
    assert page.inner_text(".report .decoded") == ""


def test_in_tempo_a_note_in_time_is_right(page, song):
    """Each key is pressed as its note is lit."""
    page.click(".practice")
    page.evaluate(
        """(codes) => {
          new MutationObserver((changes) => {
            for (const { target } of changes) {
              if (!target.matches("g.lit")) continue;
              const code = codes[Number(target.id.slice(1))];
              document.body.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true }));
              document.body.dispatchEvent(new KeyboardEvent("keyup", { code, bubbles: true }));
            }
          }).observe(document, { attributes: true, attributeFilter: ["class"], subtree: true });
        }""",
        codes(song, song.digits),
    )
    page.select_option(".mode", "tempo")
    wait(page, "Number.parseInt(document.querySelector('.count').textContent) >= 8")
    page.click(".finish")
    right, wrong, missed = (int(part.split()[0]) for part in page.inner_text(".report .tally").split(", "))
    assert right >= 8
    assert (wrong, missed) <= (1, 1)
