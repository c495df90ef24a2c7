"""ABC against two other readers, abc2midi and music21, and our reading of what others write."""

import subprocess
from dataclasses import replace

import mido
import pytest
from music21 import converter
from support.songs import recover

from primesong.errors import SongError
from primesong.limits import Limits
from primesong.sargam.melody import cut
from primesong.sargam.script import SCRIPT_NAMES
from primesong.sargam.tala import TALAS
from primesong.score.abc import looks_like_abc, read_abc, write_abc
from primesong.song import compose

#: A tune as others write it: a key with a signature, accidentals that last through their bar, a tie over a barline, a
#: grace note, decorations, an annotation, an inline key, a repeat, lyrics, and comments.
OTHERS = """%abc-2.1
% a comment: CDE
X: 7
T: Scale and stops
C: Trad.
M: C|
L: 1/8
R: reel
K: G % one sharp
"Am"F ^G G2 | F {g}=F F- | F !trill!c'>B, z2 (3ABc |: ~d ^d/2 d :|
w: fa sol
[K:Bbm] B, c d- d =B | B
"""

#: A part of it that does not end, many times.
BROKEN = ["{", '"', "[", "[K:", "!", "[a", "&", "X:1\n", "K:", "C'''''''''''", "_", "%", "V:1\n", "N:{\n"]


@pytest.mark.parametrize("script", SCRIPT_NAMES)
def test_the_song_comes_back_in_every_script(song, script):
    for scripts in ((script,), (script, "digit", "letters")):
        assert recover(read_abc(write_abc(song.melody, scripts)))[0] == song.melody


@pytest.mark.parametrize("tala", TALAS.values(), ids=list(TALAS))
@pytest.mark.parametrize("count", [1, 15, 16, 17, 42])
def test_every_tala_comes_back(tala, count):
    melody = compose(10**count // 7 * 10 + 4, title="100 % π \\").melody.arrange(tala=tala, tempo=63.6)
    assert recover(read_abc(write_abc(melody)))[0] == melody


def test_an_excerpt_and_a_coda_come_back(melody):
    for other in (cut(melody, 57, 60), replace(melody, coda_digits="30928547163092854716")):
        assert recover(read_abc(write_abc(other)))[0] == other
    assert b"%%setbarnb 57\n" in write_abc(cut(melody, 57, 60))


def test_without_a_record_the_notes_are_enough(song):
    text = "\n".join(line for line in write_abc(song.melody).decode().splitlines() if not line.startswith("N:"))
    melody, record = recover(read_abc(text.encode()))
    assert (melody.number_digits, record) == (song.digits, None)


@pytest.mark.parametrize("tonic", range(44, 56))
def test_abc2midi_plays_the_notes_in_every_key(tool, tmp_path, tonic):
    melody = compose(39285471603928547160392854716, tonic=tonic).melody
    (tmp_path / "song.abc").write_bytes(write_abc(melody))
    subprocess.run([tool("abc2midi"), "song.abc", "-o", "song.mid"], cwd=tmp_path, check=True, capture_output=True)
    file = mido.MidiFile(tmp_path / "song.mid")
    played = [message.note for message in file if message.type == "note_on" and message.velocity]
    assert played == melody.midi_notes
    ends = [sum(message.time for message in track) / file.ticks_per_beat for track in file.tracks]
    assert max(ends) == pytest.approx(8, abs=0.3)  # two avartans


def test_music21_reads_the_notes_the_bars_and_the_words(melody):
    short = cut(melody, 1, 8)
    score = converter.parse(write_abc(short).decode(), format="abc")
    notes = list(score.recurse().notes)
    assert [note.pitch.midi for note in notes] == short.midi_notes
    assert {note.quarterLength for note in notes} == {0.25}
    assert score.recurse().getElementsByClass("TimeSignature")[0].ratioString == "4/4"
    assert score.recurse().getElementsByClass("KeySignature")[0].sharps == 2
    assert score.metadata.title == "femtoGPT"


def test_tunes_of_others_are_read_as_they_sound():
    notes = {line.source: list(line.midi_notes) for line in read_abc(OTHERS.encode())}
    sounding = [66, 68, 68, 66, 65, 65, 84, 59, 69, 71, 72, 74, 75, 75, 58, 72, 73, 71, 70]
    assert notes == {"tune 1": sounding}


def test_each_voice_of_each_tune_is_a_line_unless_it_has_chords():
    first = "X:1\nK:C\nV:1 clef=treble\nCDE|\nV:2\n[CE]G|\nV:1\nF2|[V:3]C,,C,|\n\n"
    text = first + "X:2\nK:Ddor\nFGA&C|\nX:3\nK:none ^c\nCB"
    lines = {line.source: list(line.midi_notes) for line in read_abc(text.encode())}
    assert lines == {"tune 1, voice 1": [60, 62, 64, 65], "tune 1, voice 3": [36, 48], "tune 3": [61, 71]}


@pytest.mark.parametrize(
    ("key", "heights"),
    [
        ("C", [60, 62, 64, 65, 67, 69, 71]), ("F#", [61, 63, 65, 66, 68, 70, 71]),
        ("Ebm", [59, 61, 63, 65, 66, 68, 70]), ("A mixolydian", [61, 62, 64, 66, 67, 69, 71]),
        ("E phr", [60, 62, 64, 65, 67, 69, 71]), ("D exp _b ^c", [61, 62, 64, 65, 67, 69, 70]),
    ],
)  # fmt: skip
def test_keys_are_read_with_their_modes(key, heights):
    [line] = read_abc(f"X:1\nK:{key}\nCDEFGAB\n".encode())
    assert sorted(line.midi_notes) == heights


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not ABC"), (b"X:1\nCDE", "has a K: field"), (b"K:C\nCDE", "X: and its number"),
        (b"X:1\nK:\xff\n", "not UTF-8: byte 7 is 0xff"),
    ],
)  # fmt: skip
def test_what_is_not_abc_is_named(content, message):
    with pytest.raises(SongError, match=message):
        read_abc(content)


def test_a_program_is_not_taken_for_a_tune():
    assert not looks_like_abc("x: int = 1\nk: str = 'C'\n")
    assert not looks_like_abc("X: list = []\nK: dict = {}\n")


def test_too_many_voices_are_refused():
    text = "X:1\nK:C\n" + "".join(f"V:{number}\n" for number in range(30))
    with pytest.raises(SongError, match="tracks"):
        read_abc(text.encode(), Limits(tracks=20))


@pytest.mark.parametrize("part", BROKEN)
def test_broken_music_is_read_in_a_time_proportional_to_its_length(part):
    """A part that was read again from each beginning of it would take hours."""
    for line in read_abc(("X:1\nK:C\nC" + part * 300_000).encode(), Limits(tracks=10**6)):
        assert line.midi_notes[0] == 60
