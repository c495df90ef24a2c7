MOST_LIMBS: int

def kernels() -> dict[str, int]: ...
def ladder(moduli: bytes, residues: bytes, limbs: int, high: int, low: int, stop: bytearray, /) -> bytes | None: ...
def limb_chain(numbers: bytes, limbs: int, exponent: bytes, /) -> bytes: ...
def transform_ladder(
    kernel: str,
    moduli: bytes,
    reciprocals: bytes,
    residues: bytes,
    length: int,
    word_bits: int,
    radices: bytes,
    roots: bytes,
    high: int,
    low: int,
    stop: bytearray,
    /,
) -> bytes | None: ...
def chain(numbers: bytes, exponents: bytes, length: int, word_bits: int, radices: bytes, roots: bytes, /) -> bytes: ...
def strike(
    base: bytes, exponent: int, first: int, last: int, marks: bytearray | memoryview, stop: bytearray, /
) -> bool: ...
