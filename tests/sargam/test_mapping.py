import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.published import COUNTS, SEMITONES, SWARAS

from primesong.sargam.mapping import Mapping
from primesong.sargam.raga import RAGAS


def test_the_published_number_maps_as_published(song):
    assert song.mapping.ranking == "".join(COUNTS)
    assert {digit: song.digits.count(digit) for digit in COUNTS} == COUNTS
    assert {digit: song.mapping.pitch(digit).name for digit in SWARAS} == SWARAS
    assert {digit: song.mapping.pitch(digit).semitones for digit in SEMITONES} == SEMITONES


@pytest.mark.parametrize(
    ("digits", "ranking"),
    [
        ("0", "0123456789"),
        ("7", "7012345689"),
        ("99", "9012345678"),
        ("2112", "2103456789"),  # a tie: 2 came first
        ("1221", "1203456789"),
        ("33322101", "3210456789"),  # 2 and 1 tie, 2 came first; then 0; then what never occurs, ascending
        ("9876543210", "9876543210"),
    ],
)
def test_ties_go_to_the_first_and_absent_digits_come_last(digits, ranking):
    assert Mapping.by_frequency(digits).ranking == ranking


@given(st.text("0123456789", min_size=1, max_size=300), st.sampled_from(list(RAGAS.values())))
def test_digits_come_back_from_their_pitches(digits, raga):
    mapping = Mapping(Mapping.by_frequency(digits).ranking, raga)
    assert mapping.to_digits(mapping.to_semitones(digits)) == digits
    assert [mapping.digit(mapping.pitch(digit)) for digit in "0123456789"] == list("0123456789")


def test_a_height_outside_the_ten_pitches_is_not_guessed():
    assert Mapping("3092854716").to_digits([0, 1]) is None


@pytest.mark.parametrize("ranking", ["", "012345678", "0012345678", "01234567899", "abcdefghij"])
def test_a_ranking_has_ten_digits(ranking):
    with pytest.raises(ValueError, match="ten digits"):
        Mapping(ranking)
