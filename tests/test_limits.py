"""What is too much of a good thing is refused with its own sentence: XML depth, .mxl names and ratio, MIDI's size."""

import io
import zipfile

import mido
import pytest

from primesong.errors import SongError
from primesong.score import midi
from primesong.score.midi import read_midi
from primesong.score.musicxml import read_musicxml, read_mxl


def test_deep_xml():
    with pytest.raises(SongError, match="nests deeper than 64 elements"):
        read_musicxml(b"<a>" * 100_000)


@pytest.mark.parametrize("name", ["../score.xml", "/etc/passwd", "a/../../b", "a\\b"])
def test_an_mxl_names_no_file_outside_it(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/container.xml", f"<container><rootfile full-path='{name}'/></container>")
    with pytest.raises(SongError, match="lies outside it"):
        read_mxl(out.getvalue())


def test_an_mxl_that_is_a_bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", "<container><rootfile full-path='s.xml'/></container>")
        archive.writestr("s.xml", bytes(32 << 20))
    with pytest.raises(SongError, match="more than 200 times its size"):
        read_mxl(out.getvalue())


def midi_file(tracks, time=0):
    file = mido.MidiFile(type=1)
    for _ in range(tracks):
        track = mido.MidiTrack()
        track += [mido.Message("note_on", note=60 + place, time=time) for place in range(3)]
        file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def test_midi_has_bounds(monkeypatch):
    with pytest.raises(SongError, match="has 1,001 tracks; at most 1,000"):
        read_midi(midi_file(1_001))
    monkeypatch.setattr(midi, "MESSAGE_LIMIT", 10)
    with pytest.raises(SongError, match="has 12 messages; at most 10"):
        read_midi(midi_file(3))
    monkeypatch.setattr(midi, "TICK_LIMIT", 1_000)
    with pytest.raises(SongError, match="track 1 lasts longer than 1,000 ticks"):
        read_midi(midi_file(1, time=600))
