import pytest

from primesong.sargam.swara import Pitch, Swara, parse_tonic, tonic_name


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
