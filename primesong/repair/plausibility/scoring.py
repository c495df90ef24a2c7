"""How far a damaged gzip member is right: by how plausible its text is.

`read` and `variants` are the compiled reader's where the extension `_reader` was built, else those of `reader`, to the
same answers.
"""

from collections.abc import Sequence

from primesong.repair.plausibility import reader
from primesong.repair.plausibility.model import Model
from primesong.repair.plausibility.reader import DEAD, ENDED, RAN_OUT, WORN, Reading

try:
    from primesong.repair.plausibility import _reader as compiled
except ImportError:  # the extension is optional: without a compiler, Python does it all, some hundred times slower
    compiled = None  # type: ignore[assignment]

__all__ = ["DEAD", "ENDED", "RAN_OUT", "WORN", "Model", "Reading", "compiled", "read", "variants"]


def read(model: Model, data: bytes, whole: int, limit: int) -> Reading:
    """Read a deflate stream, as `reader.read` does."""
    if model.compiled is None:
        return reader.read(model, data, whole, limit)
    return Reading(*compiled.read(model.compiled, data, whole, limit))


def variants(  # noqa: PLR0917
    model: Model,
    number: bytes,
    skip: int,
    whole: int,
    limit: int,
    brief: int,
    bases: Sequence[bytes],
    powers: Sequence[bytes],
    digits: bytes,
) -> list[tuple[int, int, int, int]]:
    """Read numbers that begin like one that is known, as `reader.variants` does."""
    if model.compiled is None:
        return reader.variants(model, number, skip, whole, limit, brief, bases, powers, digits)
    flat = compiled.variants(model.compiled, number, skip, whole, limit, brief, list(bases), list(powers), digits)
    found = memoryview(flat).cast("i").tolist()
    return list(zip(found[::4], found[1::4], found[2::4], found[3::4], strict=True))
