import pytest

from primesong.sargam.tala import NO_TALA, TALAS, TINTAL, find_fitting, find_tala, name_place, spell_tala


@pytest.mark.parametrize(
    ("notes", "names"),
    [
        (3_600, ["tintal", "jhaptal", "ektal", "keherwa", "dadra", "chautal", "tilwada", "sulfakta", "matta"]),
        (7, ["rupak"]),
        (1_000, ["jhaptal", "keherwa", "sulfakta"]),
        (126, ["rupak", "dadra", "dhamar", "adachautal", "deepchandi", "matta"]),
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
        "tintal": 16, "jhaptal": 10, "ektal": 12, "rupak": 7, "keherwa": 8, "dadra": 6, "dhamar": 14, "chautal": 12,
        "adachautal": 14, "deepchandi": 14, "tilwada": 16, "sulfakta": 10, "matta": 9, "none": 16,
    }  # fmt: skip
    assert TINTAL.starts == (0, 4, 8, 12)
    signatures = [TALAS[name].time_signature for name in ("tintal", "jhaptal", "ektal", "rupak", "dhamar", "matta")]
    assert signatures == [(4, 4), (10, 16), (3, 4), (7, 16), (14, 16), (9, 16)]


@pytest.mark.parametrize("tala", TALAS.values(), ids=list(TALAS))
def test_a_tala_has_a_mark_a_vibhag(tala):
    assert len(tala.vibhags) == len(tala.marks)
    assert min(tala.vibhags) >= 1


def test_the_sam_is_accented_most_and_the_khali_least():
    assert [accent.decibels for accent in TALAS["jhaptal"].accents] == [1.5, 0, 0.5, 0, 0, -1.0, 0, 0.5, 0, 0]
    assert {accent.decibels for accent in NO_TALA.accents} == {0.0}
    for tala in TALAS.values():
        assert len(tala.accents) == tala.matras


def claps(tala):
    """The matras, counted from 1, that are clapped, and those that are waved."""
    places = [(start + 1, mark) for start, mark in zip(tala.starts, tala.marks, strict=True)]
    return [place for place, mark in places if mark != "0"], [place for place, mark in places if mark == "0"]


@pytest.mark.parametrize(
    ("name", "clapped", "waved"),
    [
        ("tintal", [1, 5, 13], [9]),  # Wikipedia, "Teental"
        ("rupak", [4, 6], [1]),  # Wikipedia, "Rupak"
        ("dhamar", [1, 6, 11], [8]),  # Wikipedia, "Dhamar (music)", after Shrivastava, Raag Parichay 2
        ("chautal", [1, 5, 9, 11], [3, 7]),
        ("adachautal", [1, 3, 7, 11], [5, 9, 13]),  # rudrabeena.blogspot.com 2020/12
        ("deepchandi", [1, 4, 11], [8]),  # chandrakantha.com
        ("tilwada", [1, 5, 13], [9]),  # raagsagar.com
        ("sulfakta", [1, 5, 7], [3, 9]),
        ("matta", [1, 3, 7], [5]),  # tablatheka.com 2025/07
    ],
)
def test_talas_are_clapped_as_the_books_have_it(name, clapped, waved):
    assert claps(TALAS[name]) == (clapped, waved)


@pytest.mark.parametrize(
    ("name", "bols"),
    [
        ("dhamar", "ka dhi te dhi te dha - ga ti te ti te ta -"),
        ("deepchandi", "dha dhin - dha dha tin - ta tin - dha dha dhin -"),
        ("matta", "dhin ti-ra-ki-ta dhin na tu na dhin-dhin na-dhin dhin-na"),
    ],
)
def test_thekas_are_played_matra_by_matra(name, bols):
    assert ["-".join(matra) for matra in TALAS[name].theka] == bols.split()


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("teental", "tintal"), ("Teen Taal", "tintal"), ("tritaal", "tintal"), ("TINTAL", "tintal"),
        ("jhap-tal", "jhaptal"), ("ek taal", "ektal"), ("roopak", "rupak"), ("Kaharwa", "keherwa"),
        ("ada chautaal", "adachautal"), ("Chowtal", "chautal"), ("Dipchandi", "deepchandi"), ("tilwara", "tilwada"),
        ("Sool Taal", "sulfakta"), ("matta tala", "matta"), ("dhamaar", "dhamar"),
    ],
)  # fmt: skip
def test_a_tala_is_known_by_every_spelling(spelling, name):
    assert find_tala(spelling) is TALAS[name]


def test_each_tala_is_its_own_spelling():
    assert [spell_tala(name) for name in TALAS] == list(TALAS)
    with pytest.raises(ValueError, match="“waltz” is not a tala; expected tintal, "):
        find_tala("waltz")
