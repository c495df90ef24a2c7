"""A kind of file as a value."""

from primesong.files.kind import list_suffixes
from primesong.files.kinds import MIDI, WAV


def test_suffixes_are_listed_for_people():
    assert list_suffixes((MIDI, WAV)) == ".mid, .wav"
    assert list_suffixes((MIDI, WAV), " or ") == ".mid or .wav"
    assert list_suffixes((MIDI,)) == ".mid"
