"""Systems for paper: equal notes equally far apart, each word under its note, marks on a line, vibhags set off."""

import re
from itertools import pairwise

import pytest

from primesong.sargam.melody import cut
from primesong.sargam.tala import TALAS
from primesong.score.engraving.systems import draw_systems
from primesong.song import compose

#: Half the width of a note's head, and a staff space: 1.18 staff spaces are a head's width.
HALF_HEAD, SPACE = 106, 180

SVG_TEXT = re.compile(r'<text x="(-?\d+)" y="(-?\d+)" font-size="(\d+)" text-anchor="(\w+)"[^>]*>([^<]*)</text>')


def find_heads(system):
    """The middle of each note's head."""
    places = re.findall(r'<g id="n\d+" transform="translate\((\d+) ', system.drawing)
    return [int(place) + HALF_HEAD for place in places]


def find_words(system):
    """What is written: (x, y, size, anchor, text)."""
    return [(int(x), int(y), int(size), anchor, text) for x, y, size, anchor, text in SVG_TEXT.findall(system.drawing)]


@pytest.mark.parametrize("scripts", [("roman", "digit"), ("devanagari",), ("full",), ("tamil", "bengali")])
def test_each_word_stands_under_the_middle_of_its_note(song, scripts):
    systems = draw_systems(cut(song.melody, 1, 4), scripts)
    for system in systems:
        heads = find_heads(system)
        lines = {}
        for x, y, _, anchor, _ in find_words(system):
            if anchor == "middle" and y > 0:
                lines.setdefault(y, []).append(x)
        assert len(heads) == 32
        assert list(lines.values()) == [heads] * len(scripts)


@pytest.mark.parametrize(
    ("script", "word"), [("devanagari", "नि"), ("bengali", "নি"), ("gurmukhi", "ਨਿ"), ("tamil", "நி")]
)
def test_marks_and_numbers_stand_beside_the_letters_of_a_scripts_own_font(song, script, word):
    """Fonts lack the dot of mandra and the line of komal, or put them elsewhere: avartan 1 has four mandra Ni."""
    [system] = draw_systems(cut(song.melody, 1, 1), (script,))
    letters = re.findall(r'font-family="Noto Sans \w+">([^<]*)<', system.drawing)
    assert len(letters) == 16
    assert word in letters
    assert not set("".join(letters)) & set("\u0323\u0952\u0951123")
    assert system.drawing.count('d="M-.07 .39a') == song.digits[:16].count("6") == 4  # 'Ni
    assert system.drawing.count('d="M-.32 .26h') == (song.digits[:16].count("4") if script != "tamil" else 0)


def test_equal_notes_are_equally_far_apart(song):
    """Within an avartan, but for where a flat sign stands; and so in a last system that is shorter."""
    systems = draw_systems(cut(song.melody, 1, 5), ("roman",))
    heads = [find_heads(system) for system in systems]
    assert [len(each) for each in heads] == [32, 32, 16]
    steps = [after - before for each in heads for start in range(0, len(each), 16)
             for before, after in pairwise(each[start : start + 16])]  # fmt: skip
    usual = sorted(steps)[len(steps) // 2]
    assert max(steps) < 1.1 * min(steps)
    assert usual > 5 * SPACE


def test_a_script_does_not_change_how_many_avartans_a_system_has(song):
    for script in ("roman", "devanagari", "full"):
        systems = draw_systems(cut(song.melody, 1, 24), (script,))
        assert [(system.first, system.last) for system in systems] == [(n, n + 1) for n in range(1, 24, 2)]


@pytest.mark.parametrize(("name", "avartans"), [("tintal", 2), ("jhaptal", 3), ("dadra", 5), ("none", 2)])
def test_a_system_has_as_many_avartans_as_fit(song, name, avartans):
    melody = cut(song.arrange(tala=name).melody, 1, avartans)
    [system] = draw_systems(melody, ("digit",))
    tala = TALAS[name]
    assert (system.first, system.last) == (1, avartans)
    marks = [(y, text) for _, y, _, anchor, text in find_words(system) if y < 0 and anchor == "middle"]
    assert [text for _, text in marks] == [mark for mark in tala.marks if mark] * avartans
    assert len({y for y, _ in marks}) <= 1
    dashed = system.drawing.count("stroke-dasharray")
    assert dashed == (len([mark for mark in tala.marks if mark]) - 1) * avartans * (name != "none")


def test_a_wide_word_makes_all_words_smaller(song):
    [roman], [full] = (draw_systems(cut(song.melody, 1, 2), (script,)) for script in ("roman", "full"))
    sizes = [max(size for _, y, size, _, _ in find_words(system) if y > 0) for system in (roman, full)]
    assert sizes[0] > sizes[1]


def test_systems_are_of_one_height(song):
    frames = {
        re.search(r'viewBox="([^"]*)"', system.drawing)[1]
        for system in draw_systems(cut(song.melody, 1, 30), ("roman",))
    }
    assert len(frames) == 1


def test_what_is_sung_can_be_read_aloud():
    song = compose(3141592653589793)
    [system] = draw_systems(song.melody, ("devanagari", "digit"))
    assert system.language == "hi"
    sung = dict(zip("3141592653589793", system.words.split(), strict=True))
    assert (sung["3"], sung["5"], sung["9"], sung["1"]) == ("सा", "प", "सां", "रे")
