"""A small program, whose prime is found at once, and what its number holds."""

import zlib

import gmpy2

PROGRAM = (
    b'"""Greet."""\n\ndef greet(name):\n    greeting = "sa re " + name\n    return greeting\n\nprint(greet("ga"))\n'
)


def number_of(done) -> gmpy2.mpz:
    """Return the number that `encode` printed."""
    assert done.returncode == 0, done.stderr
    return gmpy2.mpz(done.stdout.decode().strip())


def base_of(member: bytes) -> gmpy2.mpz:
    """Return the number at which the search for a payload's prime begins."""
    return gmpy2.mpz(int.from_bytes(member + bytes(4), "big"))


def program_of(number: int) -> bytes:
    """Return the program in a number, by zlib alone."""
    return zlib.decompressobj(31).decompress(int(number).to_bytes((number.bit_length() + 7) // 8, "big"))
