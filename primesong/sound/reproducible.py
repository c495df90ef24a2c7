"""Make the same what libsndfile writes differently each time: an Ogg stream's serial number, a WAV file's clock.

Ogg numbers its streams at random (RFC 3533, section 6), and the number is covered by each page's CRC. A CRC is linear:
changing four bytes changes it by the CRC of the change alone, followed by as many zeros as bytes follow.
"""

import struct
from pathlib import Path

#: Of every Ogg stream that is written.
SERIAL = 1

#: RFC 3533: CRC-32, not reflected, not inverted.
_POLYNOMIAL = 0x04C11DB7

#: An Ogg page's: capture pattern, flags and position, serial number, page number, CRC, segments (RFC 3533).
_HEADER = struct.Struct("<4s10sIIIB")

#: In bytes: where the serial number begins in a page.
_SERIAL_AT = 14

#: An Ogg page has at most 2**16 bytes: that many doublings of a number of zeros are needed.
_DOUBLINGS = 17

#: In bytes: libsndfile writes all that stands before the samples within this.
_WAV_HEAD = 4096


def settle_ogg(path: Path) -> None:
    """Set the serial number of an Ogg file's only stream to `SERIAL`."""
    with path.open("r+b") as file:
        at = 0
        while len(head := file.read(_HEADER.size)) == _HEADER.size:
            pattern, flags, serial, page, checksum, segments = _HEADER.unpack(head)
            length = _HEADER.size + segments + sum(file.read(segments))
            change = int.from_bytes((serial ^ SERIAL).to_bytes(4, "little"), "big")
            checksum ^= _append_zeros(change, length - _SERIAL_AT)
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


def _append_zeros(register: int, count: int) -> int:
    """Run a CRC register, after four bytes have been shifted into it, over what is left of `count` bytes."""
    for place, step in enumerate(_STEPS):
        if count >> place & 1:
            register = _apply(step, register)
    return register


def _apply(step: tuple[int, ...], register: int) -> int:
    """Apply a linear step, described by what it makes of each bit, lowest first."""
    result = 0
    for bit, image in enumerate(step):
        if register >> bit & 1:
            result ^= image
    return result


def _make_steps() -> list[tuple[int, ...]]:
    """Return the steps of 1, 2, 4 … zero bytes."""
    images = []
    for bit in range(32):
        register = 1 << bit
        for _ in range(8):
            register = (register << 1 ^ (_POLYNOMIAL if register >> 31 else 0)) & 0xFFFFFFFF
        images.append(register)
    steps = [tuple(images)]
    while len(steps) < _DOUBLINGS:
        steps.append(tuple(_apply(steps[-1], image) for image in steps[-1]))
    return steps


#: What 1, 2, 4 … zero bytes do to the register of the checksum.
_STEPS = _make_steps()
