"""A song with a coda, in every form: read back as it was written, and corrected where it was damaged."""

import hashlib
import io
import json
import random
import re
from dataclasses import replace
from unittest.mock import ANY
from xml.etree import ElementTree

import mido
import numpy as np
import pytest
from support import channel
from support.damage import change_digits
from support.minute import PROGRAM as SHORT_PROGRAM
from support.minute import hear, render_mono
from support.published import PROGRAM_SHA256
from support.songs import decode, recover, write_notation

from primesong.actions.arrange import arrange
from primesong.actions.decode import load
from primesong.actions.save import save
from primesong.actions.verify import verify
from primesong.cli.main import main
from primesong.errors import PrimesongError
from primesong.files.kinds import ABC, BHATKHANDE, MIDI, MUSICXML, NOTATION
from primesong.number.payload import pack
from primesong.player.terminal.timeline import make_timeline
from primesong.primes.plan import find_prime
from primesong.repair.coda import add_coda
from primesong.repair.song import repair_song
from primesong.sargam.melody import cut
from primesong.sargam.raga import RAGAS
from primesong.sargam.record import Notes, Record
from primesong.sargam.tala import NO_TALA, TALAS
from primesong.song import Song, compose

each_form = pytest.mark.parametrize("form", NOTATION, ids=lambda form: form.suffix)


@pytest.fixture(scope="module")
def ended(song):
    """The published song with a coda."""
    return add_coda(song, 0.05)


@pytest.fixture(scope="module")
def short_ended(short_song):
    """A short song, of 445 notes, with a coda of 100."""
    return add_coda(short_song, 0.2)


def sung(digits, melody):
    """The melody with other digits, as many before the coda."""
    length = len(melody.number_digits)
    return replace(melody, number_digits=digits[:length], coda_digits=digits[length:])


def damaged(song, count, seed=1, first=30):
    """The song with `count` wrong notes, and the record of the right one."""
    digits = song.melody.played_digits
    chance = random.Random(seed)
    out = list(digits)
    for place in chance.sample(range(first, len(digits)), count):
        out[place] = str((int(out[place]) + chance.randint(1, 9)) % 10)
    return Song(sung("".join(out), song.melody), song.melody.record)


def test_the_song_up_to_the_coda_is_unchanged(song, ended):
    assert ended.melody.played_digits.startswith(song.digits)
    assert (ended.digits, ended.mapping, ended.number) == (song.digits, song.mapping, song.number)
    assert [pitch.letter for pitch in ended.melody.pitches[3600:3609]] == ["G", "R", "S"] * 3
    assert ended.melody.pitches[-1].letter == "S"
    assert len(ended.melody.played_digits) == 3600 + 193


def test_the_last_note_of_a_coda_is_sa_on_sam(song):
    for tala in TALAS.values():
        melody = add_coda(arrange(song, tala=tala), 0.05).melody
        assert melody.pitches[-1].letter == "S"
        assert len(melody.played_digits) % tala.matras == 1 or tala is NO_TALA


def test_the_parts_of_a_coda_are_named(ended):
    """The number's 3,600 notes fill 225 bars; the first tihai begins bar 226, the second ends on the first matra of bar
    238."""
    root = ElementTree.fromstring(write_notation(ended.melody, MUSICXML))
    bars = {bar.get("number"): bar for bar in root.iter("measure")}
    assert bars["225"].findtext("barline/bar-style") == "light-light"
    words = {number: [word.text for word in bar.iter("words")] for number, bar in bars.items()}
    named = [(number, word) for number, all_words in words.items() for word in all_words if word in {"tihai", "coda"}]
    assert named == [("226", "tihai"), ("226", "coda"), ("237", "tihai")]
    midi = mido.MidiFile(file=io.BytesIO(write_notation(ended.melody, MIDI)))
    markers = [event.text for event in midi if event.type == "marker"]
    assert [text for text in markers if not text.startswith("avartan")] == ["tihai", "coda", "tihai"]
    page = write_notation(ended.melody, BHATKHANDE, ("roman",)).decode()
    assert re.findall(r'data-part="(\w+)"><b>(\w)', page) == [("tihai", "G"), ("coda", ANY), ("tihai", "G")]
    tune = write_notation(ended.melody, ABC).decode()
    assert len(re.findall(r'"\^tihai"|"\^coda"', tune)) == 3
    assert tune.count(" || %") == 1


@each_form
def test_a_song_with_a_coda_comes_back(form, short_ended):
    found, record = recover(form.read(write_notation(short_ended.melody, form)))
    assert found == short_ended.melody
    assert record == short_ended.melody.record
    assert decode(Song(found, record)) == SHORT_PROGRAM
    assert verify(Song(found, record)).passes


@each_form
def test_a_damaged_song_with_a_coda_is_corrected(form, short_ended):
    wrong = damaged(short_ended, 12)
    lines = [replace(line, record=wrong.record) for line in form.read(write_notation(wrong.melody, form))]
    read = Song(*recover(lines))
    assert read.melody == wrong.melody
    repaired = repair_song(read, 1)
    assert repaired.melody == short_ended.melody
    assert len(repaired.corrections) == 12
    digits = repaired.melody.played_digits
    assert all(digits[one.place] == one.digit != one.heard for one in repaired.corrections)


@each_form
def test_a_damaged_song_is_corrected_without_its_record(form, short_ended):
    """The coda tells which reading of the notes as digits is the right one, though none of them holds a program."""
    wrong = damaged(short_ended, 12, seed=2)
    lines = form.read(write_notation(wrong.melody, form))
    found, record = recover([Notes(line.midi_notes, line.source) for line in lines])
    assert (record, len(found.coda_digits)) == (None, len(short_ended.melody.coda_digits))
    assert found.played_digits == wrong.melody.played_digits
    assert repair_song(Song(found), 1).melody.played_digits == short_ended.melody.played_digits


@pytest.mark.parametrize("raga", ["bhupali", "malkauns", "todi"])
def test_a_damaged_song_in_another_raga_is_corrected_without_its_record(raga, short_song):
    melody = add_coda(compose(short_song.number, raga=RAGAS[raga]), 0.1).melody
    notes = list(melody.midi_notes)
    notes[200], notes[300] = notes[201], notes[301] + 1
    found, _ = recover([Notes(notes, "a line")])
    repaired = repair_song(Song(found), 30)
    assert repaired.digits == melody.number_digits
    assert repaired.mapping == melody.setting.mapping


def test_a_small_song_has_the_shortest_coda():
    song = add_coda(compose(find_prime(pack(b"print(1)"))), 0.005)
    assert len(song.melody.coda_digits) == 36
    assert decode(repair_song(damaged(song, 1), 1)) == b"print(1)"


def test_what_the_coda_says_is_reported(ended, song):
    report = verify(ended)
    assert report.passes
    assert ("coda", "193 notes after the number's; all notes agree with it") in report.facts()
    report = verify(damaged(ended, 12))
    assert (report.coda_notes, report.coda_wrong, report.passes) == (193, 12, False)
    assert "it finds 12 wrong notes, which decode corrects" in dict(report.facts())["coda"]
    report = verify(damaged(ended, 90))
    assert report.coda_wrong is None
    assert "more notes are wrong than it can correct" in dict(report.facts())["coda"]
    assert "coda" not in dict(verify(song).facts())


def test_a_wrong_note_in_the_coda_alone_does_the_program_no_harm(ended):
    wrong = damaged(ended, 2, first=3620)
    assert hashlib.sha256(decode(wrong)).hexdigest() == PROGRAM_SHA256
    assert verify(wrong).coda_wrong == 2


def test_more_wrong_notes_than_the_coda_can_correct_are_corrected_by_the_text(ended):
    """Thirty wrong notes, all of them before the number's middle."""
    wrong = Song(sung(change_digits(ended.melody.played_digits, range(40, 1800, 60), by=5), ended.melody))
    repaired = repair_song(wrong, 120)
    assert repaired.melody == ended.melody
    assert len(repaired.corrections) == 30


def test_an_excerpt_has_no_coda(ended):
    excerpt = cut(ended.melody, 225)
    assert (excerpt.coda_digits, excerpt.played_digits) == ("", ended.digits[-16:])
    with pytest.raises(PrimesongError, match="an excerpt has no coda"):
        add_coda(Song(excerpt), 0.05)
    with pytest.raises(PrimesongError, match="are 1 to 225"):
        cut(ended.melody, 226)


def test_a_record_without_a_coda_says_nothing_of_one(melody, ended):
    assert "coda" not in melody.record.to_text()
    text = ended.melody.record.to_text()
    assert Record.from_text(text) == ended.melody.record
    for nonsense in ("-1", '"x"', "[]", "null"):
        assert Record.from_text(text.replace('"coda":193', f'"coda":{nonsense}')) is None
    assert recover([Notes([50, 57], "x", replace(ended.melody.record, coda_length=2))])[0].coda_digits == ""


def test_a_coda_follows_the_digits_of_a_whole_number(melody):
    with pytest.raises(ValueError, match="at least one digit"):
        replace(melody, number_digits="", coda_digits="1234")
    with pytest.raises(ValueError, match="nothing but digits"):
        replace(melody, coda_digits="12a4")
    with pytest.raises(ValueError, match="not an excerpt's"):
        replace(cut(melody, 3), coda_digits="1234")


def test_the_players_tell_nothing_new_in_the_coda(ended):
    line = make_timeline(ended.melody)
    assert line.notes == 3793
    assert line.moment(3779).certain == line.moment(3599).certain == 1495
    assert line.data == ended.number.to_bytes(1495, "big")


def test_the_command_adds_a_coda_and_decode_tells_what_it_corrected(tmp_path, capsys, ended):
    assert main(["compose", "femtogpt", "--coda", "5%", "--format", "mid,sargam", "-o", str(tmp_path)]) == 0
    assert load(tmp_path / "femtogpt.mid").melody == ended.melody
    wrong = damaged(ended, 1)
    save(wrong, tmp_path / "wrong.mid")
    capsys.readouterr()
    assert main(["decode", str(tmp_path / "wrong.mid"), "-o", str(tmp_path / "gpt.py")]) == 0
    assert "1 note was corrected: note " in capsys.readouterr().err
    assert hashlib.sha256((tmp_path / "gpt.py").read_bytes()).hexdigest() == PROGRAM_SHA256
    assert main(["verify", str(tmp_path / "femtogpt.sargam"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["digits"], told["coda_notes"], told["coda_wrong"]) == (3600, 193, 0)


@pytest.mark.parametrize(
    ("option", "complaint"),
    [("60%", "a coda takes 0.5 to 50 %"), ("0", "a coda takes"), ("nan", "a coda takes"), ("much", "got “much”")],
)
def test_a_share_that_no_coda_has_is_told(option, complaint, tmp_path, capsys):
    try:
        code = main(["compose", "femtogpt", "--coda", option, "--format", "mid", "-o", str(tmp_path / "song")])
    except SystemExit as stopped:
        code = stopped.code
    assert code in {1, 2}
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "song").exists()


PROGRAM = b"for n in range(2, 99):\n    print(n, all(n % k for k in range(2, n)), 'prime' * (n in {2, 3, 5, 7}))\n" * 2


@pytest.fixture(scope="module")
def minute():
    """A song of a minute, with a coda."""
    song = compose(find_prime(pack(PROGRAM, "zopfli")))
    return add_coda(song, 0.3)


def test_a_recording_is_heard_with_its_coda(minute, tmp_path):
    heard = hear(render_mono(minute.melody, tmp_path), effort=0)
    assert heard.melody.played_digits == minute.melody.played_digits
    assert (heard.melody.coda_digits, heard.corrections) == (minute.melody.coda_digits, ())
    assert decode(Song(heard.melody)) == PROGRAM


def test_notes_played_wrongly_are_corrected_from_sound(minute, tmp_path, monkeypatch, capsysbinary):
    wrong = damaged(minute, 6, seed=3)
    sound = render_mono(wrong.melody, tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((tmp_path / "song.wav").read_bytes())))
    assert main(["decode", "-", "--effort", "1"]) == 0
    out, err = capsysbinary.readouterr()
    assert out == PROGRAM
    assert err.startswith(b"primesong: 3 notes were corrected: note ")  # the other three are the coda's
    heard = hear(sound, effort=0)
    assert decode(Song(heard.melody)) == PROGRAM
    assert heard.melody.played_digits == minute.melody.played_digits
    told = {change.place for change in heard.corrections}
    assert told == {place for place, digit in enumerate(wrong.digits) if digit != minute.digits[place]}


@pytest.fixture(scope="module")
def played(minute, tmp_path_factory):
    return render_mono(minute.melody, tmp_path_factory.mktemp("coda"))


def test_a_silence_in_a_recording_is_filled(minute, played):
    """Thirty-six notes, twelve symbols, of which nothing is heard: nineteen of parity correct nine at most where it
    is not known which are wrong."""
    sound = played.copy()
    matra = round(minute.melody.setting.matra_seconds * channel.RATE)
    sound[100 * matra : 136 * matra] = 0.001 * np.random.default_rng(4).standard_normal(36 * matra)
    heard = hear(sound, effort=0)
    assert heard.melody.played_digits == minute.melody.played_digits


@pytest.mark.parametrize(
    ("recordings", "missing"),
    [
        ([[(0, 140)], [(152, 340)]], 12),
        ([[(112, 340), 0.6, (0, 100)]], 12),
        ([[(0, 140.3), (152.6, 340)]], 12),
        ([[(0, 140), (128, 340)]], 0),
    ],
    ids=["two that share nothing", "begun late, and stopped early", "cut", "a part twice"],
)
def test_what_no_recording_covers_is_filled(recordings, missing, minute, played):
    """Recordings are parts of the song, from one note to another, and seconds of silence."""
    matra = minute.melody.setting.matra_seconds
    heard = hear(
        *(
            channel.splice(
                played, *(part if isinstance(part, float) else (part[0] * matra, part[1] * matra) for part in parts)
            )
            for parts in recordings
        ),
        effort=2,
    )
    assert heard.melody.played_digits == minute.melody.played_digits
    assert len(heard.corrections) == missing
    assert all(not change.heard for change in heard.corrections)
    assert bool(heard.remarks) == (not missing)
