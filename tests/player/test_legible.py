import codecs

import pytest

from primesong.player.legible import LEGIBLE, register, spell
from primesong.sargam.script import SCRIPTS
from primesong.sargam.swara import Pitch, Swara


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_every_swara_of_every_script_has_a_spelling_of_its_own(script):
    register()
    pitches = [Pitch(swara, saptak) for swara in Swara for saptak in (-1, 0, 1)]
    assert len({script.write(pitch).encode("ascii", LEGIBLE) for pitch in pitches}) == len(pitches)


@pytest.mark.parametrize(
    ("text", "typed"),
    [("C♯4, B♭3", "C#4, Bb3"), ("Käse × 3 …", "Kase x 3 ..."), ("“Sa” → ‘Re’", "\"Sa\" -> 'Re'"), ("सा निं", "S N'"),
     ("漢", "?"), ("", ""), ("D̲ Ṇ", "d 'N")],
)  # fmt: skip
def test_texts_are_spelled_as_they_are_typed(text, typed):
    assert spell(text) == typed


@pytest.mark.parametrize(
    ("encoding", "shown"), [("ascii", b"Kase b"), ("cp1252", b"K\xe4se b"), ("cp437", b"K\x84se b")]
)
def test_an_encoding_keeps_what_it_has(encoding, shown):
    register()
    assert "Käse ♭".encode(encoding, LEGIBLE) == shown


def test_only_writing_is_made_legible():
    register()
    with pytest.raises(UnicodeDecodeError):
        codecs.decode(b"\xff", "utf-8", LEGIBLE)
