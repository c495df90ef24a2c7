"""Notes from the computer's keys and from a MIDI keyboard."""

import sys

import mido
import pytest

from primesong.errors import MissingError, PrimesongError
from primesong.player.practice.hands import list_notes, open_port, read_hands
from primesong.song import compose


class FakePort:
    """A MIDI keyboard on which some messages were sent."""

    def __init__(self, *messages):
        self.messages = [mido.Message.from_bytes(bytes(message)) for message in messages]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def iter_pending(self):
        while self.messages:
            yield self.messages.pop(0)


def test_ten_keys_are_the_ten_notes_of_nat_bhairav_from_the_lowest():
    """'Ni Sa Re Ga Ma Pa komal Dha Ni Sa' Ga', Sa being D3."""
    notes = list_notes(compose(31415926535).melody)
    assert notes == [49, 50, 52, 54, 55, 57, 58, 61, 62, 66]
    assert read_hands(["a", "left", "k", ";", "z"], notes) == [49, 61, 66]


def test_a_midi_keyboard_plays_what_it_presses():
    port = FakePort((0x90, 50, 80), (0x80, 50, 0), (0xB0, 64, 127), (0xF8,), (0x95, 66, 1), (0x95, 66, 0))
    assert read_hands(["s"], [1, 2], port) == [2, 50, 66]
    assert read_hands([], [1, 2], port) == []


def test_a_keyboard_is_found_by_its_name(monkeypatch):
    monkeypatch.setattr(mido, "get_input_names", lambda: ["Midi Through", "Nord Piano"])
    monkeypatch.setattr(mido, "open_input", lambda name: FakePort((0x90, len(name), 1)))
    with open_port("piano") as port:
        assert read_hands([], [], port) == [len("Nord Piano")]
    with (
        pytest.raises(PrimesongError, match="connected are Midi Through, Nord Piano"),
        open_port("organ"),
    ):
        pass


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    monkeypatch.setattr(mido, "backend", mido.Backend("mido.backends.rtmidi"))
    monkeypatch.setattr(mido, "get_input_names", mido.backend.get_input_names)
    with pytest.raises(MissingError, match="needs python-rtmidi") as caught, open_port(""):
        pass
    assert caught.value.extra == "midi"
    monkeypatch.setattr(mido, "get_input_names", list)
    with pytest.raises(PrimesongError, match="none is connected"), open_port(""):
        pass
