"""The compiled extension: what it can do on this processor, how it takes numbers, and its sieve.

Without a compiler at installation, `compiled` is None, and gmpy2 does all the work.
"""

from collections.abc import Iterable

import gmpy2

from primesong.errors import MissingError

try:
    from primesong.primes.kernel import _kernel
except ImportError:
    _kernel = None  # type: ignore[assignment]

#: The extension's module.
compiled = _kernel


def is_built() -> bool:
    """Whether the C extension is installed."""
    return compiled is not None


def lanes() -> dict[str, int]:
    """Return how many numbers each compiled kernel that this processor can run tests at once, by the kernel's name."""
    return {} if compiled is None else compiled.kernels()


def pack(numbers: Iterable[int], size: int) -> bytes:
    """Lay numbers side by side, `size` little-endian bytes each. The reverse of `unpack`."""
    return b"".join(int(number).to_bytes(size, "little", signed=True) for number in numbers)


def unpack(packed: bytes, size: int) -> list[gmpy2.mpz]:
    """Read numbers that lie side by side. The reverse of `pack`."""
    return [
        gmpy2.mpz(int.from_bytes(packed[start : start + size], "little", signed=True))
        for start in range(0, len(packed), size)
    ]


def strike(  # noqa: PLR0917
    base: int, exponent: int, first: int, last: int, marks: bytearray, stop: bytearray
) -> bool:
    """Set `marks[i]` where an odd prime in [first, last) divides base + i * 2**exponent; False if stopped.

    Raises `MissingError` without the extension.
    """
    if compiled is None:
        raise MissingError("primesong was installed without its C extension")
    size = (int(base).bit_length() + 7) // 8
    return bool(compiled.strike(int(base).to_bytes(size, "little"), exponent, first, last, marks, stop))
