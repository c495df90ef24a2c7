import pytest

from primesong.sargam.tala import NO_TALA, TALAS, TINTAL, find_fitting, name_place


@pytest.mark.parametrize(
    ("notes", "names"),
    [
        (3_600, ["tintal", "jhaptal", "ektal", "keherwa", "dadra"]),
        (7, ["rupak"]),
        (1_000, ["jhaptal", "keherwa"]),
        (11, []),
    ],
)
def test_talas_that_fit_are_found(notes, names):
    assert [tala.name for tala in find_fitting(notes)] == names


def test_without_a_tala_there_are_lines():
    assert (NO_TALA.cycle, TALAS["rupak"].cycle) == ("line", "avartan")


def test_places_count_from_one():
    assert name_place(0, TINTAL) == "note 1 (avartan 1, matra 1)"
    assert name_place(3599, TINTAL) == "note 3,600 (avartan 225, matra 16)"
