"""Check a certificate of primality: python checker.py CERTIFICATE.json

Standard library only, and alone in its file, so that nobody need trust the program that made the certificate.
Power of two: N - 1 = 2^k R and a^((N-1)/2) = -1 mod N, so every prime factor of N is 1 mod F = 2^k (Pocklington); then
N is prime if F^2 > N, by Brillhart, Lehmer, Selfridge (1975) if F^3 >= N, by Konyagin, Pomerance (1997) if
F^10 >= N^3: theorems 4.1.3, 4.1.5, 4.1.6 in Crandall, Pomerance, "Prime Numbers". Elliptic curves: Goldwasser, Kilian,
Atkin, Morain: each step (t, s, a, x, y) makes N prime if q = (N + 1 - t) / s is, and q is the next N.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import gcd, isqrt
from pathlib import Path
from typing import Any


def square(n: int) -> bool:
    """Whether n is a square."""
    return n >= 0 and isqrt(n) ** 2 == n


def small_prime(n: int) -> bool:
    """Miller-Rabin to these bases, which proves below 3.3e24 (Sorenson, Webster, 2015)."""
    bases, twos = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37), ((n - 1) & (1 - n)).bit_length() - 1
    runs = (pow(a, (n - 1) >> twos, n) for a in bases if a < n)
    return 1 < n < 2**64 and all(r == 1 or any(pow(r, 2**i, n) == n - 1 for i in range(twos)) for r in runs)


def integer_roots(p: Sequence[int]) -> Iterator[int]:
    """Solve p[0] x^3 + p[1] x^2 + p[2] x + p[3] = 0, p[0] > 0, by bisection between the turning points."""

    def value(x: int) -> int:
        return ((p[0] * x + p[1]) * x + p[2]) * x + p[3]

    bound, inner = 1 + max(map(abs, p)), p[1] ** 2 - 3 * p[0] * p[2]
    turns = [(-p[1] + sign * isqrt(max(inner, 0))) // (3 * p[0]) for sign in (-1, 1)]
    edges = sorted({-bound, bound, *(turn + near for turn in turns for near in (-2, -1, 0, 1, 2))})
    for low, high in pairwise(edges):
        rising = value(low) <= value(high)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if (value(middle) < 0) == rising and value(middle) else (low, middle)
        if value(low) == 0:
            yield low


def power_of_two(n: int, k: int, a: int) -> bool:
    """Whether 2^k and the witness a prove n."""
    f = 1 << k
    if n < 214 or (n - 1) % f or k < 1 or pow(a, (n - 1) // 2, n) != n - 1:
        return False
    c1, c4 = n // f % f, n // f**2
    if f**2 > n:
        return True
    if f**3 >= n:
        return not square(c1**2 - 4 * c4)
    if f**10 < n**3 or any(square((c1 + t * f) ** 2 + 4 * t - 4 * c4) for t in range(6)):
        return False
    (u0, v0), (u, v), (x, y) = (0, 1), (1, 0), (c1, f)  # convergents of c1 / f
    while y and (v * (x // y) + v0) ** 2 * n < f**4:
        (u0, v0), (u, v), (x, y) = (u, v), (u * (x // y) + u0, v * (x // y) + v0), (y, x % y)
    d = (2 * c4 * v + f) // (2 * f)
    roots = integer_roots((v, u * f - c1 * v, c4 * v - d * f + u, -d))
    return not any(1 < abs(r * f + 1) < n and n % (r * f + 1) == 0 for r in roots)


def multiple(k: int, point: tuple[int, int], a: int, b: int, n: int) -> tuple[int, int]:
    """Give X and Z of k times a projective point, from its X and Z, by Montgomery's ladder; Z = 0 is infinity."""
    (xd, zd), (x0, z0), (x1, z1) = point, (1, 0), point
    for bit in bin(k)[2:]:
        if bit == "1":
            x0, z0, x1, z1 = x1, z1, x0, z0
        cross, xx, zz = x0 * z1 - x1 * z0, x0 * x0 % n, z0 * z0 % n
        both = x0 * z1 + x1 * z0
        x1, z1 = 2 * both * (x0 * x1 + a * z0 * z1) + 4 * b * (z0 * z1 % n) ** 2, cross * cross % n
        x1, z1 = (zd * x1 - xd * z1) % n, zd * z1 % n
        x0, z0 = ((xx - a * zz) ** 2 - 8 * b * x0 * z0 * zz) % n, 4 * (x0 * z0 * (xx + a * zz) + b * zz * zz) % n
        if bit == "1":
            x0, z0, x1, z1 = x1, z1, x0, z0
    return x0, z0


def elliptic_curves(n: int, steps: Sequence[Sequence[int]]) -> bool:
    """Whether the steps prove n."""
    for t, s, a, x, y in steps:
        b = (y * y - x**3 - a * x) % n
        q, rest = divmod(n + 1 - t, s) if s > 0 else (0, 1)
        if rest or t * t >= 4 * n or q <= (isqrt(isqrt(n)) + 2) ** 2 or gcd(6 * (4 * a**3 + 27 * b**2), n) != 1:
            return False
        point = multiple(s, (x % n, 1), a, b, n)
        if gcd(point[1], n) != 1 or multiple(q, point, a, b, n)[1] != 0:
            return False
        n = q
    return small_prime(n)


def check(certificate: Mapping[str, Any]) -> bool:
    """Check a certificate as it stands in its JSON."""
    n = int(certificate["number"], 16)
    if certificate["theorem"] == "power of two":
        return power_of_two(n, certificate["power"], int(certificate["witness"]))
    steps = [[int(value, 16) for value in step] for step in certificate["steps"]]
    return certificate["theorem"] == "elliptic curves" and elliptic_curves(n, steps)


if __name__ == "__main__":
    holds = check(json.loads(Path(sys.argv[1]).read_text()))
    print("the number is prime" if holds else "the certificate does not hold")
    sys.exit(not holds)
