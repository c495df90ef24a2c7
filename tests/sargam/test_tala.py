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


def test_talas_add_up():
    assert {name: tala.matras for name, tala in TALAS.items()} == {
        "tintal": 16, "jhaptal": 10, "ektal": 12, "rupak": 7, "keherwa": 8, "dadra": 6, "dhamar": 14, "none": 16,
    }  # fmt: skip
    assert TINTAL.starts == (0, 4, 8, 12)
    signatures = [tala.time_signature for tala in TALAS.values()]
    assert signatures == [(4, 4), (10, 16), (3, 4), (7, 16), (2, 4), (6, 16), (14, 16), (4, 4)]


@pytest.mark.parametrize("tala", TALAS.values(), ids=list(TALAS))
def test_a_tala_has_a_mark_a_vibhag(tala):
    assert len(tala.vibhags) == len(tala.marks)
    assert min(tala.vibhags) >= 1


def claps(tala):
    """The matras, counted from 1, that are clapped, and those that are waved."""
    places = [(start + 1, mark) for start, mark in zip(tala.starts, tala.marks, strict=True)]
    return [place for place, mark in places if mark != "0"], [place for place, mark in places if mark == "0"]


def test_dhamar_is_clapped_and_played_as_the_books_have_it():
    """Wikipedia, "Dhamar (music)", after Shrivastava, Raag Parichay 2; the bols as tablatheka.com spells them."""
    assert claps(TALAS["dhamar"]) == ([1, 6, 11], [8])
    bols = "ka dhi te dhi te dha - ga ti te ti te ta -"
    assert ["-".join(matra) for matra in TALAS["dhamar"].theka] == bols.split()
