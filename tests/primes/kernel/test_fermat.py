"""Fermat powers in the lanes of the compiled kernels, spot-checked by gmpy2."""

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.primes.kernel import extension, kernels, ladder

COMPILED = [name for name in kernels.available() if name != "gmpy2"]
TRANSFORMS = [name for name in COMPILED if name.startswith("fft")]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_number_that_shares_a_factor_with_the_radix(name: str) -> None:
    chosen, radix = kernels.choose(300, name), ladder.choose_ladder(name, 300).radix
    numbers = [3 * (2**290 + 3), 2**299 + 3, 3 * (2**289 + 9)]
    assert [int(gmpy2.gcd(number, radix)) for number in numbers] == [3, 1, 3]
    assert [power.value() for power in chosen.powers(numbers)] == [pow(2, n - 1, n) for n in numbers]
    assert chosen.powers(numbers[:1])[0].value() == pow(2, numbers[0] - 1, numbers[0])


@pytest.mark.parametrize("name", COMPILED)
def test_a_wrong_ladder_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    which = "ladder" if name == "ifma" else "transform_ladder"
    chosen, right = kernels.choose(2000, name), getattr(extension.compiled, which)

    def wrong(*arguments: object) -> bytes:
        answer = bytearray(right(*arguments))
        answer[:: len(answer) // chosen.lanes] = bytes(byte ^ 1 for byte in answer[:: len(answer) // chosen.lanes])
        return bytes(answer)

    monkeypatch.setattr(extension.compiled, which, wrong)
    with pytest.raises(PrimesongError, match=f"the kernel {name} and gmpy2 disagree") as disagreement:
        chosen.test([2**2000 + 2 * lane + 1 for lane in range(chosen.lanes)], bytearray(1))
    assert disagreement.value.option == "kernel"
