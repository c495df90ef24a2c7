"""The two readers of damaged deflate streams, the compiled one and Python's, have the same results."""

import random

import gmpy2
import pytest

from primesong.number.payload import pack
from primesong.repair.plausibility import reader, scoring
from primesong.repair.plausibility.model import load_model
from primesong.repair.plausibility.reading import Patience
from primesong.repair.search.changes import to_bytes


@pytest.fixture
def model():
    if scoring.compiled is None:
        pytest.skip("the compiled reader is not there")
    return load_model()


@pytest.mark.parametrize("compressor", ["zlib", "zopfli"])
@pytest.mark.parametrize(
    "text", [b"print('sa re ga ma')\n", b"for i in range(10):\n\tprint(i*i)\n" * 9, bytes(range(256)) * 3]
)
def test_both_readers_read_the_same(compressor, text, model):
    """Right and damaged streams; the right ones give the text that was packed."""
    stream = pack(text, compressor)[10:] + bytes(4)
    assert reader.read_stream(model, stream, len(stream), Patience(10**6, 10**6)).text == text or stream[0] & 6 == 0
    chance = random.Random(text)
    for _ in range(30):
        data = bytearray(stream)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        read = scoring.read_stream(model, bytes(data), len(data), Patience(200, 200))
        assert read == reader.read_stream(model, bytes(data), len(data), Patience(200, 200))


def test_both_readers_read_the_same_variants(song, model):
    number = gmpy2.mpz(song.digits) + 3 * gmpy2.mpz(10) ** (3599 - 300)
    places = range(280, 310, 3)
    numbers = [number + step * gmpy2.mpz(10) ** (3599 - place) for place in places for step in range(-4, 5)]
    variants = [to_bytes(changed)[:195] for changed in [*numbers, gmpy2.mpz(10) ** 3599]] + [b"too short"]
    arguments = (model, to_bytes(number)[:195], variants, 1485, Patience(384, 160))
    found = scoring.read_variants(*arguments)
    assert found == reader.read_variants(*arguments)
    assert found[4] == found[-1] == found[-2] == (0, 0)
    assert len(set(found)) > 50
