"""The kernels: strong base-2 tests of several numbers at once, by whatever this processor does fastest.

A kernel takes odd numbers N > 1 and says of each whether it is a strong probable prime to base 2: with N - 1 = d 2^s, d
odd, whether 2^d = 1 or some 2^(d 2^i) = -1 modulo N, i < s. Every odd prime passes; a number that fails is composite; a
number that passes is to be tested further. Five kernels give the same answers:

    ifma    eight numbers side by side, limb by limb, AVX-512 IFMA       (compiled, Intel since 2019, AMD since 2022)
    fft8    eight numbers side by side, Fourier transforms, AVX-512      (compiled, Intel since 2017, AMD since 2022)
    fft4    four numbers side by side, Fourier transforms, AVX2 and FMA  (compiled, x86-64 since 2013)
    fft2    two numbers side by side, Fourier transforms, NEON           (compiled, 64-bit ARM)
    gmpy2   one number, GMP                                              (everywhere)

The compiled ones are in the optional extension `_kernel`; where it was not built or the processor lacks the
instructions, gmpy2 remains. Each kernel must pass a self-test before its first use, and of each compiled batch the last
squarings of one number are computed again with gmpy2 (`ladder`).
"""

from primesong.errors import MissingError, PrimesongError
from primesong.primes.kernel import extension
from primesong.primes.kernel.fermat import GmpKernel, Kernel
from primesong.primes.kernel.ladder import LimbKernel, TransformKernel

#: All kernels by name, the fastest for short numbers first.
KERNELS: dict[str, type[Kernel]] = {
    "ifma": LimbKernel,
    "fft8": TransformKernel,
    "fft4": TransformKernel,
    "fft2": TransformKernel,
    "gmpy2": GmpKernel,
}


def available() -> dict[str, Kernel]:
    """Return the kernels that can run here, by name, in the order of `KERNELS`."""
    lanes = extension.lanes() | {"gmpy2": 1}
    return {name: make(name, lanes[name]) for name, make in KERNELS.items() if name in lanes}


def choose(bits: int, name: str | None = None) -> Kernel:
    """Return the fastest kernel for numbers of a length in bits, or the named one.

    Raises
    ------
    ValueError
        If there is no kernel of that name.
    MissingError
        If that one cannot run here.
    PrimesongError
        If the numbers are too long for it, or it fails its self-test.
    """
    kernel = _find(name) if name is not None else _choose_fastest(bits)
    if bits > kernel.longest:
        most = f"at most {kernel.longest:,} bits, this one has {bits:,}"
        raise PrimesongError(f"the kernel {kernel.name} takes numbers of {most}", option="kernel")
    if not kernel.passes_self_test():
        raise PrimesongError(f"the kernel {kernel.name} fails its self-test on this processor", option="kernel")
    return kernel


def _find(name: str) -> Kernel:
    """Return the named kernel. Raises `ValueError` or `MissingError`, as `choose` says."""
    if name not in KERNELS:
        raise ValueError(f"a kernel is one of {', '.join(KERNELS)}, got {name!r}")
    kernels = available()
    if name not in kernels:
        why = "this processor lacks it" if extension.is_built() else "primesong was installed without its C extension"
        raise MissingError(f"the kernel {name} cannot run here: {why}; {' or '.join(kernels)} can", option="kernel")
    return kernels[name]


def _choose_fastest(bits: int) -> Kernel:
    """Return the fastest kernel that can run here; where processors differ, two are timed."""
    able = [kernel for kernel in available().values() if bits <= kernel.longest and bits < kernel.crossover.stop]
    if bits in able[0].crossover:
        return min(able[:2], key=lambda kernel: kernel.time_test(bits))
    return able[0]
