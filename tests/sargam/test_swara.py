import pytest

from primesong.sargam.mapping import RANKED_PITCHES
from primesong.sargam.swara import Pitch, Swara, key_fifths, key_name, parse_tonic, tonic_name

NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def test_the_twelve_swaras_are_the_twelve_semitones():
    assert [swara.semitones for swara in Swara] == list(range(12))
    assert "".join(swara.letter for swara in Swara) == "SrRgGmMPdDnN"


@pytest.mark.parametrize("pitch", [Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1)])
def test_letters_come_back(pitch):
    assert Pitch.from_letter(pitch.letter) == pitch


@pytest.mark.parametrize("text", ["", "X", "S''", "'S'", "Sa", "s"])
def test_what_is_no_swara_is_named(text):
    with pytest.raises(ValueError, match="is not a swara"):
        Pitch.from_letter(text)


@pytest.mark.parametrize("saptak", [-2, 2])
def test_there_are_three_saptaks(saptak):
    with pytest.raises(ValueError, match=str(saptak)):
        Pitch(Swara.SA, saptak)


@pytest.mark.parametrize("tonic", range(12, 105))
def test_every_pitch_is_spelled_by_its_degree(tonic):
    letters = "CDEFGAB"
    sa, _, _ = Pitch(Swara.SA, 0).spell(tonic)
    for pitch in (Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1)):
        step, alteration, octave = pitch.spell(tonic)
        assert letters.index(step) == (letters.index(sa) + pitch.swara.degree) % 7
        assert NATURALS[step] + alteration + 12 * (octave + 1) == tonic + pitch.semitones
    for pitch in RANKED_PITCHES:
        assert abs(pitch.spell(tonic)[1]) <= 1, "no double accidental in the song"


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
    assert Pitch(Swara.KOMAL_DHA, 0).spell(tonic) == spelled


@pytest.mark.parametrize(
    ("tonic", "name", "fifths"), [(50, "D", 2), (49, "C♯", 7), (51, "E♭", -3), (53, "F", -1), (54, "F♯", 6)]
)
def test_keys_have_their_signatures(tonic, name, fifths):
    assert (key_name(tonic), key_fifths(tonic)) == (name, fifths)


@pytest.mark.parametrize("tonic", range(12, 105))
def test_tonics_come_back(tonic):
    assert parse_tonic(tonic_name(tonic)) == tonic


@pytest.mark.parametrize(
    ("text", "tonic"),
    [("D3", 50), ("c#3", 49), ("Db3", 49), ("B♭2", 46), ("60", 60), (" A4 ", 69), ("D", 50), ("C#", 49), ("b♭", 58),
     ("safed 1", 48), ("safed 2", 50), ("Safed7", 59), ("kali 1", 49), ("Kali 3", 54), ("black 5", 58),
     ("pandhari 4", 53)],
)  # fmt: skip
def test_tonics_are_read_as_people_write_them(text, tonic):
    assert parse_tonic(text) == tonic


@pytest.mark.parametrize(
    "text", ["", "H", "H3", "3", "D-1", "D##3", "C9", "200", "safed 8", "kali 6", "kali 0", "kali", "²", "9" * 5000]
)
def test_what_is_no_tonic_is_named(text):
    with pytest.raises(ValueError, match="tonic"):
        parse_tonic(text)
