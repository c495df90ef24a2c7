import pytest

from primesong.errors import PrimesongError
from primesong.sargam.raga import NAT_BHAIRAV, RAGAS, Raga, find_raga, parse_pitches, read_raga

each_raga = pytest.mark.parametrize("raga", RAGAS.values(), ids=list(RAGAS))


def test_the_default_is_the_seeds():
    assert [pitch.semitones for pitch in NAT_BHAIRAV.pitches] == [0, 7, 12, 2, 4, 5, 8, 11, 16, -1]
    assert next(iter(RAGAS.values())) is NAT_BHAIRAV


@pytest.mark.parametrize(
    ("name", "swaras"),  # The Raga Guide; tanarang.com
    [
        ("bhupali", "SRGPD"), ("durga", "SRmPD"), ("malkauns", "Sgmdn"), ("hamsadhwani", "SRGPN"), ("yaman", "SRGMPDN"),
        ("bhairavi", "SrgmPdn"), ("bhairav", "SrGmPdN"), ("kafi", "SRgmPDn"), ("todi", "SrgMPdN"), ("marwa", "SrGMDN"),
        ("charukeshi", "SRGmPdn"), ("kirwani", "SRgmPdN"), ("nat-bhairav", "SRGmPdN"),
    ],
)  # fmt: skip
def test_ragas_have_the_swaras_of_the_books(name, swaras):
    assert "".join(swara.letter for swara in RAGAS[name].swaras) == swaras


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("bhupali", "S G D S' P R G' 'D 'P R'"),  # two saptaks of five swaras
        ("marwa", "S r D S' N G M r' 'D 'N"),  # six
        ("yaman", "S G N S' R P D M 'N R'"),  # seven
        ("malkauns", "S m g S' d n m' g' 'd 'n"),
    ],
)
def test_pitches_are_ranked_sa_vadi_samvadi_upper_sa_and_by_weight(name, letters):
    assert RAGAS[name].letters == letters


@each_raga
def test_the_ten_pitches_are_steps_in_a_row(raga):
    scale = [height + 12 * saptak for saptak in (-1, 0, 1) for height in (swara.semitones for swara in raga.swaras)]
    first = scale.index(raga.heights[0])
    in_a_row = tuple(scale[first : first + 10])
    assert raga.heights == in_a_row or raga is NAT_BHAIRAV


@each_raga
def test_letters_come_back(raga):
    assert parse_pitches(raga.letters) == raga.pitches


@each_raga
def test_the_cadence_comes_down_to_sa(raga):
    third, second, sa = raga.cadence
    assert third.semitones > second.semitones > sa.semitones == 0


def test_no_two_ragas_sound_the_same():
    """Not even on two tonics: so the ten notes tell raga and tonic."""
    shapes = {tuple(height - raga.heights[0] for height in raga.heights) for raga in RAGAS.values()}
    assert len(shapes) == len(RAGAS)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Bhoopali", "bhupali"), ("bhoop", "bhupali"), ("Nat Bhairav", "nat-bhairav"), ("Yaman", "yaman"),
        ("Malkosh", "malkauns"), ("keeravani", "kirwani"), ("Hansadhwani", "hamsadhwani"), ("TODI", "todi"),
    ],
)  # fmt: skip
def test_a_raga_is_known_by_every_spelling(spelling, name):
    assert find_raga(spelling) is RAGAS[name]


def test_each_raga_is_its_own_spelling():
    assert [find_raga(name) for name in RAGAS] == list(RAGAS.values())
    assert find_raga("waltz") is None


def test_ones_own_ten_are_read():
    own = read_raga("# blues\nS m P S' g n M\n'n 'P m'\n", "blues")
    assert (own.name, own.letters) == ("blues", "S m P S' g n M 'n 'P m'")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "10 different pitches, got none"),
        ("S R G m P D N S' R'", "10 different pitches"),
        ("S R G m P D N S' R' R'", "10 different pitches"),
        ("R S G m P D N S' R' G'", "first pitch of a raga is Sa, got Re"),
        ("S R G m P D N S' R' H", "“H” is not a swara"),
        ("S 'S 'R 'G 'm 'P 'D 'N 'n R", "two pitches lie above Sa"),
    ],
)
def test_what_is_not_ten_pitches_is_named(text, match):
    with pytest.raises(PrimesongError, match=match):
        read_raga(text, "mine")


def test_ragas_that_differ_in_what_is_told_of_them_are_equal():
    assert Raga("yaman", RAGAS["yaman"].pitches) == RAGAS["yaman"]
