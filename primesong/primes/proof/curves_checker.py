"""Check a proof by elliptic curves, with the standard library alone: python checker.py CERTIFICATE.json

It stands alone, so that nobody needs to trust the program that made the certificate. Goldwasser, Kilian, Atkin, Morain:
each step (t, s, a, x, y) makes N prime if q = (N + 1 - t) / s is, and q is the next N: the point (x, y) of the curve
y^2 = x^3 + a x + b has an order modulo every divisor of N that is a multiple of q > (N^(1/4) + 1)^2. Other programs'
proofs may also have steps by Pocklington, (-1, s, a) with q = (N - 1) / s > N^(1/2) + 1, which divides the order of a
modulo every divisor of N, and by Morrison, (1, s, a) with q = (N + 1) / s as large, which divides the rank of the Lucas
sequence for Q = a there, and P = 1 for an even a, 2 for an odd one.
"""

import json
import sys
from collections.abc import Sequence
from math import gcd, isqrt
from pathlib import Path


def is_small_prime(n: int) -> bool:
    """Whether n < 2^64 is prime: Miller-Rabin to these bases proves it below 3.3e24 (Sorenson, Webster, 2015)."""
    bases, twos = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37), ((n - 1) & (1 - n)).bit_length() - 1
    runs = (pow(a, (n - 1) >> twos, n) for a in bases if a < n)
    return 1 < n < 2**64 and all(r == 1 or any(pow(r, 2**i, n) == n - 1 for i in range(twos)) for r in runs)


def multiply(k: int, point: tuple[int, int], a: int, b: int, n: int) -> tuple[int, int]:
    """Return X and Z of k times a projective point, from its X and Z, by Montgomery's ladder; Z = 0 is infinity."""
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


def lucas(p: int, q: int, k: int, n: int) -> int:
    """Return the Lucas number U(k) of p and q, modulo an odd n."""
    u, v, power = 0, 2, 1
    for bit in bin(k)[2:]:
        u, v, power = u * v % n, (v * v - 2 * power) % n, power * power % n
        if bit == "1":
            u, v, power = p * u + v, (p * p - 4 * q) * u + p * v, power * q % n
            u, v = (u + n * (u % 2)) // 2 % n, (v + n * (v % 2)) // 2 % n
    return u


def follow(n: int, step: Sequence[int]) -> int:
    """Return the number q that makes n prime by this step if q is prime; 0 if the step shows nothing."""
    return follow_factor(n, step) if len(step) == 3 else follow_curve(n, step)


def follow_factor(n: int, step: Sequence[int]) -> int:
    """Follow a step by a factor of n - 1 or n + 1."""
    sign, s, a = step
    q, rest = divmod(n + sign, s) if s > 0 else (0, 1)
    if rest or abs(sign) != 1 or n % 2 == 0 or (q - 1) ** 2 <= n:
        return 0
    if sign == -1:
        return q if pow(a, n - 1, n) == 1 and gcd(pow(a, s, n) - 1, n) == 1 else 0
    p = 1 + a % 2
    proper = gcd(2 * a * (p * p - 4 * a), n) == 1 == gcd(lucas(p, a, s, n), n)
    return q if proper and lucas(p, a, n + 1, n) == 0 else 0


def follow_curve(n: int, step: Sequence[int]) -> int:
    """Follow a step by a curve and a point of it."""
    t, s, a, x, y = step
    b = (y * y - x**3 - a * x) % n
    q, rest = divmod(n + 1 - t, s) if s > 0 else (0, 1)
    if rest or t * t >= 4 * n or q <= (isqrt(isqrt(n)) + 2) ** 2 or gcd(6 * (4 * a**3 + 27 * b**2), n) != 1:
        return 0
    point = multiply(s, (x % n, 1), a, b, n)
    return q if gcd(point[1], n) == 1 and multiply(q, point, a, b, n)[1] == 0 else 0


def proves(n: int, steps: Sequence[Sequence[int]]) -> bool:
    """Whether the steps prove n."""
    for step in steps:
        n = n > 1 and follow(n, step)
    return is_small_prime(n)


if __name__ == "__main__":
    certificate = json.loads(Path(sys.argv[1]).read_text())
    steps = [[int(value, 16) for value in step] for step in certificate.get("steps", ())]
    holds = proves(int(certificate["number"], 16), steps)
    print("the number is prime" if holds else "the certificate does not hold")
    sys.exit(not holds)
