"""The shape of the Fourier transforms: always exact, with the roots of their two moduli."""

import numpy as np
import pytest

from primesong.primes.kernel import transform


@pytest.mark.parametrize("bits", [100, 3325, 6644, 11_959, 33_219, 166_000])
def test_the_transform_chosen_is_exact(bits: int) -> None:
    chosen = transform.choose_transform(bits)
    assert 2 * chosen.length * chosen.word_bits >= bits + transform.HEADROOM
    assert transform.bound_error(chosen.length, chosen.word_bits) < 1 / 2


def test_percivals_bound() -> None:
    """By hand: sixteen complex numbers, words of 2^11 + 1, four layers: 12 e + 13 sqrt(5) e + 12 e, and 10 e."""
    e = 2.0**-53
    assert transform.bound_error(16, 12) == pytest.approx(64 * 2049**2 * (34 + 13 * 5**0.5) * e, rel=1e-9)


def test_roots_are_those_of_the_two_moduli() -> None:
    """A number x is zero of X^48 - e^(i theta) just where its 48th power is: so with the 24 pairs of the last layer."""
    table = np.frombuffer(transform.Transform(48, 18).roots).view(complex)
    for part, theta in ((table[:47], 2 * np.pi / 3), (table[47:], np.pi / 2)):
        last = part[-36:].reshape(12, 3)  # w, w^2 and w^3 of the twelve polynomials X^4 - w^4
        assert np.allclose(last[:, 1], last[:, 0] ** 2)
        assert np.allclose(last[:, 2], last[:, 0] ** 3)
        roots = (last[:, :1] * np.array([1, 1j, -1, -1j])).ravel()
        assert np.allclose(roots**48, np.exp(1j * theta))
        assert len(np.unique(np.round(roots, 9))) == 48


def test_too_long_for_any_transform() -> None:
    assert transform.choose_transform(transform.longest_modulus())
    with pytest.raises(ValueError, match="no transform is exact for numbers of 9,000,000 bits"):
        transform.choose_transform(9_000_000)
