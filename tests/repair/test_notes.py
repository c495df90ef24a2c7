"""The scale that notes lie on."""

import pytest

from primesong.repair.notes import Scale, find_scale, list_tonics, name_notes, snap_to_scale
from primesong.sargam.raga import NAT_BHAIRAV, RAGAS
from primesong.sargam.record import Notes
from primesong.song import compose


def test_the_interval_pattern_is_unique(melody):
    assert list_tonics(melody.midi_notes) == [50]
    assert len(list_tonics([60])) > 1


def test_the_tonic_is_that_of_most_notes(melody):
    notes = list(melody.midi_notes)
    notes[100:120] = [51] * 20  # komal Re, which the song does not have
    assert list_tonics(notes) == []
    assert find_scale(Notes(notes, "a line")) == Scale(NAT_BHAIRAV, 50)


@pytest.mark.parametrize("raga", RAGAS.values(), ids=list(RAGAS))
def test_the_raga_is_that_of_most_notes(raga, song):
    notes = compose(song.number, raga=raga, tonic=57).melody.midi_notes
    assert find_scale(Notes(notes, "a line")) == Scale(raga, 57)
    assert list_tonics(notes, raga) == [57]
    notes[100:120] = [59] * 20
    assert find_scale(Notes(notes, "a line")) == Scale(raga, 57)


def test_notes_beside_the_scale_go_to_the_nearest(melody):
    beside = [51, *melody.midi_notes]
    assert snap_to_scale(Notes(beside, "a line")).midi_notes[0] in {50, 52}
    chromatic = list(range(40, 80))
    assert snap_to_scale(Notes(chromatic, "a line")).midi_notes == chromatic


def test_notes_are_named_in_their_order():
    assert name_notes([62, 50, 62, 57]) == [0, 1, 0, 2]
    assert name_notes(range(11)) is None
