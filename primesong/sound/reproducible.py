"""What libsndfile writes differently each time, made the same: an Ogg stream's serial number, a WAV file's clock.

Ogg numbers its streams at random (RFC 3533, section 6), and the number is covered by each page's CRC. A CRC is linear:
changing four bytes changes it by the CRC of the change alone, followed by as many zeros as bytes follow.
"""

import struct
from pathlib import Path

SERIAL = 1  # of every Ogg stream written

_POLYNOMIAL = 0x04C11DB7  # RFC 3533: CRC-32, not reflected, no inversion
_HEADER = struct.Struct("<4s10sIIIB")  # capture pattern, flags and position, serial, page, CRC, segments
_WAV_HEAD = 4096


def settle_ogg(path: Path) -> None:
    """Give an Ogg file's only stream the serial number `SERIAL`."""
    with path.open("r+b") as file:
        at = 0
        while len(head := file.read(_HEADER.size)) == _HEADER.size:
            pattern, flags, serial, page, checksum, segments = _HEADER.unpack(head)
            length = _HEADER.size + segments + sum(file.read(segments))
            change = int.from_bytes((serial ^ SERIAL).to_bytes(4, "little"), "big")
            checksum ^= _followed_by_zeros(change, length - 14)
            file.seek(at)
            file.write(_HEADER.pack(pattern, flags, SERIAL, page, checksum, segments))
            at += length
            file.seek(at)


def settle_wav(path: Path) -> None:
    """Set the time in the PEAK chunk of a WAV file of floating-point samples to 0."""
    with path.open("r+b") as file:
        place = file.read(_WAV_HEAD).find(b"PEAK")
        if place >= 0:
            file.seek(place + 12)  # after the name, the size and the version
            file.write(bytes(4))


def _followed_by_zeros(register: int, count: int) -> int:
    """Run a CRC register, after four bytes have been shifted into it, over what is left of `count` bytes."""
    for place, step in enumerate(_STEPS):
        if count >> place & 1:
            register = _apply(step, register)
    return register


def _apply(step: tuple[int, ...], register: int) -> int:
    """Apply a linear step, given by what it makes of each bit, lowest first."""
    result = 0
    for bit, image in enumerate(step):
        if register >> bit & 1:
            result ^= image
    return result


def _steps() -> list[tuple[int, ...]]:
    """Give the steps of 1, 2, 4 … zero bytes, up to the 65,536 that a page may have."""
    images = []
    for bit in range(32):
        register = 1 << bit
        for _ in range(8):
            register = (register << 1 ^ (_POLYNOMIAL if register >> 31 else 0)) & 0xFFFFFFFF
        images.append(register)
    steps = [tuple(images)]
    while len(steps) < 17:
        steps.append(tuple(_apply(steps[-1], image) for image in steps[-1]))
    return steps


_STEPS = _steps()
