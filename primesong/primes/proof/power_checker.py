"""Check a proof by a power of two, with the standard library alone: python checker.py CERTIFICATE.json

If N - 1 = 2^k R and a^((N-1)/2) = -1 mod N, every divisor of N is 1 mod F = 2^k (Pocklington). With N^0.3 <= F and
F < N^(1/3), so that N = 1 + c1 F + c2 F^2 + c3 F^3, a divisor would show as a square or as a root of a cubic polynomial
(Konyagin, Pomerance, 1997: theorem 4.1.6 in Crandall, Pomerance, "Prime Numbers"; c4 there is c3 F + c2).
"""

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from math import isqrt
from pathlib import Path


def integer_roots(a: int, b: int, c: int, d: int) -> Iterator[int]:
    """Solve a x^3 + b x^2 + c x + d = 0, a > 0, by bisection between the turning points."""
    bound, root = 1 + max(abs(b), abs(c), abs(d)), isqrt(max(b * b - 3 * a * c, 0))
    turns = {turn // (3 * a) + near for turn in (-b - root, -b + root) for near in (-1, 0, 1, 2)}
    for low, high in pairwise(sorted({-bound, bound, *turns})):
        sign = 1 if ((a * low + b) * low + c) * low <= ((a * high + b) * high + c) * high else -1
        while low < high:
            x = (low + high) // 2
            low, high = (x + 1, high) if sign * (((a * x + b) * x + c) * x + d) < 0 else (low, x)
        if ((a * low + b) * low + c) * low + d == 0:
            yield low


def proves(n: int, k: int, a: int) -> bool:
    """Whether 2^k and the witness a prove n."""
    f = 1 << k if 0 < k < n.bit_length() else 1
    if n < 214 or (n - 1) % f or f**10 < n**3 or f**3 >= n or pow(a, (n - 1) // 2, n) != n - 1:
        return False
    c1, c4 = n // f % f, n // f**2
    squares = [(c1 + t * f) ** 2 + 4 * t - 4 * c4 for t in range(6)]
    (u0, v0), (u, v), (x, y) = (0, 1), (1, 0), (c1, f)  # convergents u/v of c1/f, to the last with v < f^2/sqrt(n)
    while y and (v * (x // y) + v0) ** 2 * n < f**4:
        (u0, v0), (u, v), (x, y) = (u, v), (u * (x // y) + u0, v * (x // y) + v0), (y, x % y)
    d = (2 * c4 * v + f) // (2 * f)
    roots = integer_roots(v, u * f - c1 * v, c4 * v - d * f + u, -d)
    return not any(s >= 0 and isqrt(s) ** 2 == s for s in squares) and not any(
        1 < abs(r * f + 1) < n and n % (r * f + 1) == 0 for r in roots
    )


if __name__ == "__main__":
    certificate = json.loads(Path(sys.argv[1]).read_text())
    holds = proves(int(certificate["number"], 16), certificate.get("power", 0), int(certificate.get("witness", 0)))
    print("the number is prime" if holds else "the certificate does not hold")
    sys.exit(not holds)
