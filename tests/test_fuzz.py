"""Anything fed in gives a song or a `PrimesongError`, and nothing else: good files mutated by a seeded hand."""

import contextlib
import os
import random

import pytest

from primesong.errors import PrimesongError
from primesong.formats import FORMATS, SARGAM, load
from primesong.sargam.recovery import recover
from primesong.song import compose

#: Mutated files of each kind; `make fuzz` asks for 25,000.
ROUNDS = int(os.environ.get("PRIMESONG_FUZZ_ROUNDS", "400"))

INTERESTING = (
    b"\x00",
    b"\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\xff",
    b"<",
    b">",
    b"&",
    b"'",
    b'"',
    b"MTrk",
    b"\xff\x58",
    b"1e999",
)


def mutate(rng, data):
    """Change, drop, double, swap or insert a few runs of bytes."""
    data = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        start = rng.randrange(len(data) + 1)
        end = min(start + rng.choice((1, 1, 2, 4, 16, 200)), len(data))
        match rng.randrange(5):
            case 0:
                data[start:end] = rng.randbytes(end - start)
            case 1:
                del data[start:end]
            case 2:
                data[start:start] = data[start:end]
            case 3:
                data[start:start] = rng.choice(INTERESTING)
            case _:
                data[start:end] = rng.choice(INTERESTING)
    return bytes(data)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
def test_mutated_files_are_songs_or_named_faults(form):
    rng = random.Random(form.suffix)
    good = form.write(compose(314159265358979323846264338327950288419716939937510).melody)
    refused = 0
    for _ in range(ROUNDS):
        try:
            recover(form.read(mutate(rng, good)))
        except PrimesongError:
            refused += 1
    assert 0 < refused < ROUNDS or form is SARGAM


@pytest.mark.parametrize("suffix", [".mid", ".musicxml", ".mxl", ".sargam", ".txt", ".wav", ""])
def test_random_bytes_are_songs_or_named_faults(tmp_path, suffix):
    rng = random.Random(suffix)
    heads = (b"", b"MThd", b"PK\x03\x04", b"<?xml version='1.0'?>", b"RIFF", b"\xff\xfe<\x00", b"0x", b"12", b"S R ")
    path = tmp_path / f"song{suffix}"
    for _ in range(200):
        path.write_bytes(rng.choice(heads) + rng.randbytes(rng.randrange(300)))
        with contextlib.suppress(PrimesongError):
            load(path)
