"""The compiled extension: built where the tests run, done without, safe against wrong arguments."""

import pytest
from support.compiled import needs_extension

from primesong.errors import MissingError
from primesong.primes.kernel import extension, kernels


@needs_extension
def test_extension_was_built() -> None:
    assert extension.lanes() is not None


@needs_extension
def test_arguments_that_do_not_fit_never_reach_memory() -> None:
    with pytest.raises(ValueError, match=r"do not fit|no kernel ifma"):
        extension.compiled.ladder(b"", b"", 4, 1, 0, bytearray(1))
    with pytest.raises(ValueError, match=r"do not fit|no kernel ifma"):
        extension.compiled.ladder(bytes(26 * 8), bytes(26 * 8), 4, 300, 0, bytearray(1))
    with pytest.raises(ValueError, match="below 2\\^31"):
        extension.strike(2**600 + 1, 1, 3, 2**40, bytearray(10), bytearray(1))


def test_without_the_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "compiled", None)
    assert list(kernels.available()) == ["gmpy2"]
    assert kernels.choose(1000).name == "gmpy2"
    with pytest.raises(MissingError, match="ifma cannot run here: primesong was installed without its C extension"):
        kernels.choose(1000, "ifma")
    with pytest.raises(MissingError, match="without its C extension"):
        extension.strike(2**600 + 1, 1, 3, 100, bytearray(10), bytearray(1))
