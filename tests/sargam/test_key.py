import pytest

from primesong.sargam.key import find_key
from primesong.sargam.raga import NAT_BHAIRAV, RAGAS
from primesong.sargam.swara import Pitch, Swara

NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

TONICS = range(12, 105)


@pytest.mark.parametrize("tonic", TONICS)
def test_every_pitch_is_spelled_by_its_degree(tonic):
    letters = "CDEFGAB"
    key = find_key(tonic, NAT_BHAIRAV.swaras)
    sa, _, _ = key.spell(Pitch(Swara.SA, 0))
    for pitch in (Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1)):
        step, alteration, octave = key.spell(pitch)
        assert letters.index(step) == (letters.index(sa) + pitch.swara.degree) % 7
        assert NATURALS[step] + alteration + 12 * (octave + 1) == tonic + pitch.semitones
    for pitch in NAT_BHAIRAV.pitches:
        assert abs(key.spell(pitch)[1]) <= 1, "no double accidental in the song"


@pytest.mark.parametrize(
    ("tonic", "spelled"),
    [
        (50, ("B", -1, 3)),
        (49, ("A", 0, 3)),
        (48, ("A", -1, 3)),
        (51, ("C", -1, 4)),
        (59, ("G", 0, 4)),
        (54, ("D", 0, 4)),
    ],
)
def test_komal_dha_is_the_flattened_sixth(tonic, spelled):
    assert find_key(tonic, NAT_BHAIRAV.swaras).spell(Pitch(Swara.KOMAL_DHA, 0)) == spelled


@pytest.mark.parametrize(
    ("tonic", "name", "fifths"), [(50, "D", 2), (49, "C♯", 7), (51, "E♭", -3), (53, "F", -1), (54, "F♯", 6)]
)
def test_the_default_raga_stands_in_the_major_key_on_its_tonic(tonic, name, fifths):
    key = find_key(tonic, NAT_BHAIRAV.swaras)
    assert (key.major, key.fifths) == (name, fifths)


@pytest.mark.parametrize(
    ("raga", "sharps", "accidentals"),
    [
        ("bhupali", 2, 0),  # D major pentatonic
        ("durga", 2, 0),
        ("hamsadhwani", 2, 0),
        ("yaman", 3, 0),  # D lydian
        ("kafi", 0, 0),  # D dorian
        ("bhairavi", -2, 0),  # D phrygian
        ("malkauns", -1, 0),  # D minor pentatonic
        ("kirwani", -1, 1),  # D harmonic minor: C sharp
        ("bhairav", 2, 2),  # E flat, B flat
        ("charukeshi", 1, 1),  # D mixolydian: B flat
        ("todi", -2, 2),  # D phrygian: G sharp, C sharp
        ("marwa", 3, 1),  # D lydian: E flat
    ],
)
def test_each_raga_has_the_signature_that_alters_least(raga, sharps, accidentals):
    key = find_key(50, RAGAS[raga].swaras)
    assert key.fifths == sharps
    spelled = [key.spell(Pitch(swara, 0)) for swara in RAGAS[raga].swaras]
    assert sum(alteration != key.signature.get(step, 0) for step, alteration, _ in spelled) == accidentals


@pytest.mark.parametrize("raga", RAGAS.values(), ids=list(RAGAS))
def test_every_key_can_be_written(raga):
    for tonic in TONICS:
        key = find_key(tonic, raga.swaras)
        assert -7 <= key.fifths <= 7, tonic
        assert key.spell(Pitch(Swara.SA, 0))[1] in {-1, 0, 1}, tonic


def test_a_pitch_is_written_as_people_do():
    assert find_key(50, NAT_BHAIRAV.swaras).write(Pitch(Swara.KOMAL_DHA, 0)) == "B♭3"
