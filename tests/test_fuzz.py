"""Anything fed in gives a song or a `PrimesongError`, and nothing else: mutants of good files, read under watch.

`make fuzz` multiplies the rounds by `PRIMESONG_FUZZ`, and prints the figures. Single mutants are read again by
`python tests/support/fuzzing.py KIND 1 INDEX`.
"""

import contextlib
import json
import os
import random
from pathlib import Path

import pytest
from support.fuzzing import MIB, SECONDS
from support.mutation import STRUCTURED, WEIGHTS, good, mutant
from support.warm import start

from primesong.actions.decode import load
from primesong.errors import PrimesongError
from primesong.files.kinds import LOADED

#: Reads mutants in a process of its own.
SCRIPT = Path(__file__).parent / "support" / "fuzzing.py"

ROUNDS = int(os.environ.get("PRIMESONG_FUZZ", "1"))


@pytest.mark.parametrize("kind", WEIGHTS)
def test_mutants_are_songs_or_named_faults(kind, capsys, tmp_path):
    """Of all kinds together, a thousand in a round; seconds are of processor time."""
    count = WEIGHTS[kind] * ROUNDS
    with (tmp_path / "out").open("w+") as out, (tmp_path / "err").open("w+") as err:
        code = start(kind, count, script=SCRIPT, stdout=out.fileno(), stderr=err.fileno()).wait()
    printed, complaint = (tmp_path / "out").read_text(), (tmp_path / "err").read_text()
    assert code == 0, complaint[-5000:]
    figures = json.loads(printed.splitlines()[-1])
    if ROUNDS > 1:
        with capsys.disabled():
            print(f"\n{printed.splitlines()[-1]}")
    assert figures["songs"] + figures["refused"] == count
    assert figures["refused"] > 0
    assert figures["worst_seconds"] < SECONDS
    assert figures["peak_mib"] < MIB
    assert figures["left"] == 0


@pytest.mark.parametrize("kind", WEIGHTS)
def test_mutants_are_always_the_same_and_never_the_good_file(kind):
    assert mutant(kind, 1) == mutant(kind, 1)
    changed = sum(mutant(kind, index) not in good(kind) for index in range(20))
    assert changed >= 15


def test_every_kind_that_is_read_is_mutated():
    read = {kind.suffix[1:] for kind in LOADED}
    assert {*WEIGHTS, "opus"} == read | {"txt", "png"}, "Opus is Ogg with another codec"
    assert set(STRUCTURED) <= set(WEIGHTS)


@pytest.mark.parametrize("suffix", [".mid", ".musicxml", ".mxl", ".sargam", ".txt", ".wav", ".png", ".html", ""])
def test_random_bytes_are_songs_or_named_faults(tmp_path, suffix):
    rng = random.Random(suffix)
    heads = (b"", b"MThd", b"PK\x03\x04", b"<?xml version='1.0'?>", b"RIFF", b"\xff\xfe<\x00", b"0x", b"12", b"S R ",
             b"\x89PNG\r\n\x1a\n", b"BM", b"GIF8", b"\xff\xd8\xff", b"<html><b>", b"fLaC", b"OggS", b"ID3")  # fmt: skip
    path = tmp_path / f"song{suffix}"
    for _ in range(200):
        path.write_bytes(rng.choice(heads) + rng.randbytes(rng.randrange(300)))
        with contextlib.suppress(PrimesongError):
            load(path)
