"""The scale that notes lie on."""

from primesong.repair.notes import find_tonic, list_tonics, name_notes, snap_to_scale
from primesong.sargam.record import Notes


def test_the_interval_pattern_is_unique(melody):
    assert list_tonics(melody.midi_notes) == [50]
    assert len(list_tonics([60])) > 1


def test_the_tonic_is_that_of_most_notes(melody):
    notes = list(melody.midi_notes)
    notes[100:120] = [51] * 20  # komal Re, which the song does not have
    assert list_tonics(notes) == []
    assert find_tonic(notes) == 50


def test_notes_beside_the_scale_go_to_the_nearest(melody):
    beside = [51, *melody.midi_notes]
    assert snap_to_scale(Notes(beside, "a line")).midi_notes[0] in {50, 52}
    chromatic = list(range(40, 80))
    assert snap_to_scale(Notes(chromatic, "a line")).midi_notes == chromatic


def test_notes_are_named_in_their_order():
    assert name_notes([62, 50, 62, 57]) == [0, 1, 0, 2]
    assert name_notes(range(11)) is None
