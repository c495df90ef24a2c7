"""The one law: what is read back from any form is what was written, for every form in the table."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.damage import change_digit
from support.published import PROGRAM_BYTES, PROGRAM_FIRST_LINE, PROGRAM_SHA256
from support.songs import decode, encode, recover

from primesong.actions.arrange import arrange
from primesong.actions.verify import verify
from primesong.files.kinds import NOTATION
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.sargam.raga import RAGAS, read_raga
from primesong.sargam.record import Notes
from primesong.sargam.tala import TALAS
from primesong.sargam.tuning import JUST
from primesong.song import Song, compose

NUMBERS = st.integers(0, 10**60)
ARRANGEMENTS = st.fixed_dictionaries(
    {
        "tonic": st.integers(24, 84),
        "tempo": st.floats(5, 960, allow_nan=False).map(lambda tempo: round(tempo, 3)),
        "tala": st.sampled_from(list(TALAS.values())),
        "title": st.text(st.characters(codec="utf-8"), max_size=20),
    }
)
#: Ten pitches that no raga of the table has.
OWN = read_raga("S m P S' g n M 'n 'P m'", "blues")

each_form = pytest.mark.parametrize("form", NOTATION, ids=lambda form: form.suffix)


@each_form
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(number=NUMBERS, arrangement=ARRANGEMENTS)
def test_any_number_in_any_arrangement_comes_back(form, number, arrangement):
    melody = compose(number, **arrangement).melody
    found, record = recover(form.read(form.write(melody)))
    assert found == melody
    assert record == melody.record


@each_form
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(program=st.binary(max_size=120), shift=st.integers(-20, 20))
def test_any_program_comes_back_without_its_record_and_transposed(form, program, shift):
    song = compose(find_prime(pack(program)))
    lines = form.read(form.write(arrange(song, tonic=50 + shift).melody))
    found, _ = recover([Notes(line.midi_notes, line.source) for line in lines])
    assert decode(Song(found)) == program


@each_form
@pytest.mark.parametrize("raga", [*RAGAS.values(), OWN], ids=[*RAGAS, "own"])
def test_every_raga_comes_back_from_every_form(form, raga, short_song):
    """With its record, without it and transposed, and from a page or text that is read by its words alone."""
    melody = compose(short_song.number, raga=raga, tonic=55, tuning=JUST).melody
    lines = form.read(form.write(melody))
    assert recover(lines) == (melody, melody.record)
    bare = [Notes([note + 3 for note in line.midi_notes], line.source) for line in lines]
    found, _ = recover(bare)
    assert (found.number_digits, found.midi_notes) == (melody.number_digits, [note + 3 for note in melody.midi_notes])
    assert found.setting.mapping.raga.pitches == raga.pitches


@settings(max_examples=20)
@given(program=st.binary(max_size=200))
def test_decode_undoes_encode(program):
    assert decode(encode(program)) == program


@each_form
def test_the_published_program_comes_back_from_every_form(form, song):
    found, record = recover(form.read(form.write(song.melody)))
    program = decode(Song(found, record))
    assert len(program) == PROGRAM_BYTES
    assert hashlib.sha256(program).hexdigest() == PROGRAM_SHA256
    assert program.startswith(PROGRAM_FIRST_LINE)


@each_form
def test_a_wrong_note_is_told_by_the_record(form, short_song):
    wrong = replace(short_song.melody, number_digits=change_digit(short_song.digits, 123))
    lines = [replace(line, record=short_song.melody.record) for line in form.read(form.write(wrong))]
    report = verify(Song(*recover(lines)))
    assert report.record_agrees is False
    assert not report.passes
