"""The songs that the tests of hearing listen to, rendered once."""

import pytest
from minute import PROGRAM, rendered

from primesong.number.digits import to_digits
from primesong.number.payload import pack
from primesong.number.primes import find_prime
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody


@pytest.fixture(scope="session")
def short():
    """A song of a minute and a half, 445 notes, four a second."""
    digits = to_digits(find_prime(pack(PROGRAM)))
    return Melody(digits, Mapping.by_frequency(digits))


@pytest.fixture(scope="session")
def sound(short, tmp_path_factory):
    """Its sound."""
    samples = rendered(short, tmp_path_factory.mktemp("short"))
    samples.flags.writeable = False
    return samples


@pytest.fixture(scope="session")
def long_sound(melody, tmp_path_factory):
    """The published song's sound."""
    samples = rendered(melody, tmp_path_factory.mktemp("long"))
    samples.flags.writeable = False
    return samples
