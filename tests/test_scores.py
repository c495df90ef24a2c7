"""The songs in scores/ stay readable: whatever changes, the same programs come out of the same files."""

import hashlib
from pathlib import Path

import pytest
from support.published import PROGRAM_SHA256

from primesong.actions.decode import load

ROOT = Path(__file__).parent.parent

#: The programs' SHA-256: as published; of the program as it was minified for the song; of the file itself.
PROGRAMS = {
    "femtogpt": PROGRAM_SHA256,
    "gpt": "3e58a6338039e315dd072503fe03cdf17133f245ebbbaadf84a1292f43f100a1",
    "gpt_golfed": hashlib.sha256((ROOT / "assets" / "gpt_golfed.py").read_bytes()).hexdigest(),
}

SONGS = [path for path in sorted((ROOT / "scores").iterdir()) if path.suffix in {".html", ".mid", ".mxl"}]


@pytest.mark.parametrize("path", SONGS, ids=lambda path: path.name)
def test_the_program_comes_out_of_a_stored_song(path):
    assert hashlib.sha256(load(path).program).hexdigest() == PROGRAMS[path.stem]


def test_each_program_is_stored_as_midi_and_as_a_score():
    names = {path.name for path in SONGS}
    assert names >= {f"{name}.{kind}" for name in PROGRAMS for kind in ("mid", "mxl")} | {"femtogpt.html"}
