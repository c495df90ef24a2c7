"""Songs as others give them back: without their record, with notes wrong, missing or doubled."""

import argparse
import gc
import random
from dataclasses import replace
from pathlib import Path

import pytest
from support.damage import change_digit
from support.minute import PROGRAM
from support.songs import decode, load_bytes

from primesong.actions.decode import load
from primesong.cli.main import main
from primesong.errors import DamagedError, SongError
from primesong.number.correction import Correction, compare
from primesong.number.digits import to_digits
from primesong.number.payload import base_of, pack
from primesong.primes.plan import find_prime
from primesong.repair.coda import add_coda
from primesong.repair.identify import find_song
from primesong.repair.search import sequential
from primesong.repair.song import repair_song
from primesong.score.midi import write_notes
from primesong.score.reading.midi import read_midi
from primesong.song import Song, compose


def read(midi_notes):
    """What is read from a MIDI file that holds notes and nothing else, as they stand there: nothing is left out."""
    song = find_song(read_midi(write_notes(midi_notes, 60.0)))
    assert song.record is None
    return song


def with_notes(notes, changes):
    out = list(notes)
    for place, note in changes.items():
        out[place] = note if out[place] != note else note + 7
    return out


@pytest.mark.parametrize(
    ("damage", "changes"),
    [
        (lambda notes: with_notes(notes, {4: 62, 13: 57}), 2),
        (lambda notes: with_notes(notes, {300: 50}), 1),
        (lambda notes: with_notes(notes, {8: 50, 150: 51, 220: 63}), 3),
        (lambda notes: notes[:200] + notes[201:], 1),
        (lambda notes: notes[:120] + notes[119:], 1),
        (lambda notes: notes[5:], 5),
        (lambda notes: notes[:260] + notes[240:], 20),
        (lambda notes: [note + 3 for note in with_notes(notes, {7: 57, 90: 57})], 2),
    ],
    ids=["header", "one", "beside the scale", "missing", "doubled", "first five", "twenty twice", "transposed"],
)
def test_a_damaged_song_without_its_record_gives_its_program(damage, changes, short_song):
    repaired = repair_song(read(damage(short_song.melody.midi_notes)), 30)
    assert repaired.digits == short_song.digits
    assert decode(repaired) == PROGRAM
    assert 0 < len(repaired.corrections) <= changes


def test_as_many_missing_as_doubled(short_song):
    """One is missing and another doubled: as many notes as there should be."""
    notes = short_song.melody.midi_notes
    repaired = repair_song(read(notes[:90] + notes[91:300] + notes[299:]), 8)
    assert repaired.digits == short_song.digits
    assert sorted(bool(change.heard) - bool(change.digit) for change in repaired.corrections) == [-1, 1]


def test_twenty_doubled_notes_of_the_whole_song():
    song = load("femtogpt")
    doubled = set(random.Random(20).sample(range(len(song.digits)), 20))
    notes = [note for place, note in enumerate(song.melody.midi_notes) for _ in range(1 + (place in doubled))]
    repaired = repair_song(read(notes), 60)
    assert repaired.digits == song.digits
    assert len(repaired.corrections) == 20


def test_a_prime_that_would_be_searched_for_too_long(tmp_path, capsys):
    """The last notes are missing: they are those of the next prime, which for so long a number takes a while."""
    program = Path(argparse.__file__).read_bytes()[:20_000]
    digits = to_digits(base_of(pack(program)) + 1)
    assert len(digits) > 12_000
    (tmp_path / "long.txt").write_text(digits[:-6])
    assert main(["decode", str(tmp_path / "long.txt"), "--effort", "1", "--partial"]) == 1
    out, err = capsys.readouterr()
    assert out.encode() == program
    whole = "the program is complete, but the number's last digits are missing, and searching for its prime again"
    assert whole in err
    wrong = change_digit(digits, -16, by=5)[:-6]  # in the length
    (tmp_path / "long.txt").write_text(wrong)
    assert main(["decode", str(tmp_path / "long.txt"), "--effort", "1", "--partial"]) == 1
    assert whole not in capsys.readouterr().err


def test_what_the_header_does_not_tell_is_tried(short_song):
    """Each digit that a single note of the header decides is wrong there."""
    header = short_song.digits[:22]
    notes = short_song.melody.midi_notes
    lonely = {header.index(digit): notes[0] for digit in set(header) if header.count(digit) == 1}
    assert lonely
    repaired = repair_song(read(with_notes(notes, dict(list(lonely.items())[:2]))), 30)
    assert repaired.digits == short_song.digits


@pytest.mark.parametrize("record", [True, False])
@pytest.mark.parametrize(("start", "missing"), [(200, 18), (60, 1), (321, -18)])
def test_notes_that_are_missing_in_a_row_are_filled_by_the_coda(start, missing, record, short_song):
    song = add_coda(short_song, 0.3)
    notes = song.melody.midi_notes
    damaged = read(notes[:start] + notes[start + missing :])
    if record:
        damaged = Song(damaged.melody, song.melody.record)
    repaired = repair_song(damaged, 0)
    assert repaired.melody.played_digits == song.melody.played_digits
    assert all((change.heard == "") == (missing > 0) for change in repaired.corrections)
    # of a part that is there twice either may be left out
    assert abs(min(change.place for change in repaired.corrections) - start) <= max(3, -missing)


@pytest.mark.parametrize("record", [True, False])
def test_a_missing_note_and_one_struck_twice_far_from_it_are_found_by_the_coda(record, short_song):
    song = add_coda(short_song, 0.3)
    notes = song.melody.midi_notes
    notes = [*notes[:120], *notes[119:350], *notes[351:]]
    notes[200], notes[280] = notes[201], notes[281]
    damaged = read(notes)
    if record:
        damaged = Song(damaged.melody, song.melody.record)
    assert repair_song(damaged, 30).melody.played_digits == song.melody.played_digits


def test_many_missing_notes_are_told_by_their_place(short_song, tmp_path, capsys):
    notes = short_song.melody.midi_notes
    song = read(notes[:300] + notes[330:])
    with pytest.raises(DamagedError, match=r"30 of the song's 445 notes are missing, the first about note ") as error:
        repair_song(song, 1)
    assert abs(error.value.reached - 300) < 40
    assert PROGRAM.startswith(error.value.beginning[: len(error.value.beginning) // 2])
    (tmp_path / "song.mid").write_bytes(write_notes(notes[:300] + notes[330:], 60.0))
    assert main(["decode", str(tmp_path / "song.mid"), "--effort", "1", "--partial"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("def gcd(a, b):")
    assert "30 of the song's 445 notes are missing" in err


@pytest.mark.parametrize("command", ["verify", "run"])
def test_a_damaged_song_is_said_to_be_repaired_by_decode(command, short_song, tmp_path, capsys):
    digits = short_song.digits
    (tmp_path / "wrong.txt").write_text(change_digit(digits, 200))
    assert main([command, str(tmp_path / "wrong.txt")]) == 1
    out, err = capsys.readouterr()
    assert "primesong decode may repair it" in out + err
    (tmp_path / "none.txt").write_text(str(10**500 + 961))
    assert main([command, str(tmp_path / "none.txt")]) == 1
    out, err = capsys.readouterr()
    assert "may repair" not in out + err


def test_programs_that_are_too_long_to_be_repaired_are_told_where_the_limit_is_raised(short_song):
    notes = short_song.melody.midi_notes
    song = read(notes[:300] + notes[330:])
    with pytest.raises(DamagedError, match="programs of more than 1,048,576 bytes cannot be repaired"):
        repair_song(song, 0.1, limit=2 << 20)


def test_substitutions_are_listed():
    assert compare("1234", "1934") == (Correction(1, "2", "9"),)


def test_edits_are_told_where_they_leave_the_fewest_wrong():
    assert compare("123789", "123456789") == (Correction(3, "", "4"), Correction(4, "", "5"), Correction(5, "", "6"))
    assert compare("1293456789", "123456789") == (Correction(2, "9", ""),)
    assert compare("193789", "123456789")[0] == Correction(1, "9", "2")


def test_other_lines_are_still_no_songs():
    chance = random.Random(3)
    scale = compose(0).melody.setting.mapping.to_semitones("0123456789")
    data = write_notes([60 + chance.choice(scale) for _ in range(600)], 60.0)
    with pytest.raises(SongError, match="no reading of them as digits gives a program"):
        load_bytes(data, "song.mid")


#: A program that does not look like Python, and is too short to be found by how plausible it is.
LISP = b"(define (hanoi n a b c) (if (> n 0) (begin (hanoi (- n 1) a c b) (display a) (hanoi (- n 1) c b a))))\n"


@pytest.mark.parametrize("record", [True, False])
@pytest.mark.parametrize(
    "damage",
    [
        lambda notes: [*notes[:120], notes[120] ^ 1, *notes[121:]],
        lambda notes: notes[:140] + notes[141:],
        lambda notes: notes[:9] + notes[10:],
        lambda notes: notes[:14] + notes[13:],
        lambda notes: notes[:90] + notes[89:],
        lambda notes: notes[:-1],
        lambda notes: notes[:-9],
    ],
    ids=["wrong", "missing", "missing in the header", "doubled in the header", "doubled", "the last", "the last nine"],
)
def test_any_single_fault_of_any_program_is_repaired(damage, record):
    right = compose(find_prime(pack(LISP)))
    song = read(damage(list(right.melody.midi_notes)))
    if record:
        mapping = right.mapping
        heights = [note - right.melody.setting.tonic for note in damage(list(right.melody.midi_notes))]
        nearest = [min(mapping.to_semitones("0123456789"), key=lambda one: abs(one - height)) for height in heights]
        song = Song(replace(right.melody, number_digits=mapping.to_digits(nearest)), right.melody.record)
    repaired = repair_song(song, 20)
    assert repaired.digits == right.digits
    assert decode(repaired) == LISP


def test_readings_that_failed_are_not_kept_in_memory(monkeypatch, short_song):
    """A song without its record has many readings; each may take 80 MB while it is searched."""
    search, kept = sequential.search, []

    def counted(*arguments, **options):
        gc.collect()
        kept.append(sum(type(one).__name__ == "_Path" for one in gc.get_objects()))
        return search(*arguments, **options)

    monkeypatch.setattr(sequential, "search", counted)
    digits = list(short_song.digits)
    chance = random.Random(8)
    digits[24:] = [chance.choice("0123456789") for _ in digits[24:]]
    gc.freeze()  # what was there before is not counted again and again
    try:
        with pytest.raises(DamagedError):
            repair_song(Song(replace(short_song.melody, number_digits="".join(digits))), 1)
    finally:
        gc.unfreeze()
    assert len(kept) > 1
    assert set(kept) == {0}
