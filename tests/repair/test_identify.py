"""The song found again: without its record, transposed, mistuned in mapping, damaged."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.published import SWARAS
from support.songs import decode, recover

from primesong.errors import SongError
from primesong.number.payload import pack
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes
from primesong.sargam.setting import Setting
from primesong.sargam.tala import TALAS
from primesong.song import compose


def bare(melody, shift=0):
    return Notes([note + shift for note in melody.midi_notes], "a line")


def test_the_record_is_believed_where_it_agrees(melody):
    fast = melody.arrange(tempo=90.0, tala=TALAS["dadra"], title="fast")
    assert recover([Notes(fast.midi_notes, "a line", fast.record)]) == (fast, fast.record)


@pytest.mark.parametrize("shift", [-12, -1, 0, 1, 7, 30])
def test_without_a_record_the_opening_tells_mapping_and_tonic(melody, shift):
    found, record = recover([bare(melody, shift)])
    assert record is None
    assert found == Melody(melody.number_digits, Setting(melody.setting.mapping, melody.setting.tonic + shift))
    assert {digit: found.setting.mapping.pitch(digit).name for digit in SWARAS} == SWARAS


def test_a_transposed_song_with_its_record_is_on_its_new_tonic(melody):
    found, _ = recover([Notes([note + 5 for note in melody.midi_notes], "a line", melody.record)])
    assert (found.played_digits, found.setting.tonic) == (melody.played_digits, 55)


def test_a_number_without_a_program_needs_its_record():
    pi = compose(314159265358979323846264338327950288).melody
    assert recover([Notes(pi.midi_notes, "a line", pi.record)])[0] == pi
    with pytest.raises(SongError, match="fit the song's ten pitches on Sa = D3, but no reading"):
        recover([bare(pi)])


@pytest.mark.parametrize("number", [0, 7, 10, 1111, 2112])
def test_the_shortest_songs_come_back_with_their_record(number):
    melody = compose(number).melody
    assert recover([Notes(melody.midi_notes, "a line", melody.record)])[0] == melody


@given(st.binary(max_size=60), st.integers(0, 2**32 - 1), st.permutations(range(10)))
def test_any_program_comes_back_from_notes_alone_under_any_mapping(program, offset, order):
    number = (int.from_bytes(pack(program), "big") << 32) + offset
    digits = compose(number).digits
    notes = Notes([50 + 3 * order[int(digit)] for digit in digits], "any ten things")
    found, _ = recover([notes])
    assert found.played_digits == digits
    assert decode(number) == program


def test_a_record_of_another_song_does_not_mislead(melody):
    other = compose(12345678901234567890).melody.record
    found, _ = recover([Notes(melody.midi_notes, "a line", other)])
    assert found.played_digits == melody.played_digits


def test_the_line_that_is_the_song_is_found_among_others(melody):
    rng = random.Random(1)
    noise = Notes([rng.randrange(40, 80) for _ in range(5000)], "noise")
    drone = Notes([38] * 4000, "drone")
    assert recover([noise, drone, bare(melody)])[0].played_digits == melody.played_digits


def changed(melody, index, note):
    notes = list(melody.midi_notes)
    notes[index] = note
    return notes


def test_a_note_outside_the_ten_pitches_is_named_by_its_place():
    nothing = compose(int("31415926535897932384626433832795028841971" * 3)).melody
    with pytest.raises(SongError, match=r"note 57 \(avartan 4, matra 9\) is E♭3, .* on Sa = D3"):
        recover([Notes(changed(nothing, 56, 51), "a line")])


def test_a_note_outside_the_ten_pitches_is_a_wrong_one_where_the_rest_is_a_song(melody):
    for record in (None, melody.record):
        found, _ = recover([Notes(changed(melody, 56, 51), "a line", record)])
        assert [index for index in range(3600) if found.played_digits[index] != melody.played_digits[index]] == [56]
        assert melody.setting.mapping.pitch(found.played_digits[56]).semitones in {0, 2}


def test_a_wrong_note_among_the_ten_gives_the_melody_for_a_closer_look(melody):
    wrong = 50 if melody.midi_notes[99] != 50 else 57
    found, record = recover([Notes(changed(melody, 99, wrong), "a line", melody.record)])
    assert [index for index in range(3600) if found.played_digits[index] != melody.played_digits[index]] == [99]
    assert not record.fits(found.played_digits)


def test_a_missing_note_is_not_guessed_but_the_rest_is_read(melody):
    found, record = recover([Notes(melody.midi_notes[:1000] + melody.midi_notes[1001:], "a line")])
    assert (found.played_digits, record) == (melody.played_digits[:1000] + melody.played_digits[1001:], None)
    nothing = compose(int("31415926535897932384626433832795028841971" * 3)).melody
    with pytest.raises(SongError, match=r"123 notes fit .* wrong, missing or doubled"):
        recover([Notes(nothing.midi_notes, "a line")])


@pytest.mark.parametrize("candidates", [[], [Notes([], "an empty line")]])
def test_no_notes_are_no_song(candidates):
    with pytest.raises(SongError, match="no melody"):
        recover(candidates)


def test_the_mapping_of_a_program_is_by_frequency_whatever_its_notes_were(melody):
    digits = melody.played_digits
    reversed_notes = Notes([70 - int(digit) for digit in digits], "a line")
    assert recover([reversed_notes])[0].setting.mapping.ranking == Mapping.by_frequency(digits).ranking
