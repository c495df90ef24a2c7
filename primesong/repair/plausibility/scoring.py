"""The reader that is used: the compiled one where the extension `_reader` was built, else `reader`, with the same
results."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from primesong.repair.plausibility import model as tables
from primesong.repair.plausibility import reader
from primesong.repair.plausibility.model import Model
from primesong.repair.plausibility.reading import Patience, Reading

try:
    from primesong.repair.plausibility import _reader as compiled
except ImportError:  # the extension is optional: without a compiler, Python does it all, some hundred times slower
    compiled = None  # type: ignore[assignment]

#: The constants of the model, in the order of the compiled reader.
_CONSTANTS = (
    tables.TYPE_GAIN,
    tables.SHORT_COMPLETE_GAIN,
    tables.COMPLETE_GAIN,
    tables.BLOCK_END_GAIN,
    tables.LAST_END_GAIN,
    tables.STRANGE_END_GAIN,
    tables.FIXED_GAIN,
    tables.SURE,
)


def read_stream(model: Model, data: bytes, whole: int, patience: Patience) -> Reading:
    """Read a deflate stream, as `reader.read_stream` does."""
    if compiled is None:
        return reader.read_stream(model, data, whole, patience)
    return Reading(*compiled.read_stream(_compile(model), data, whole, patience))


def read_variants(
    model: Model, number: bytes, variants: Sequence[bytes], whole: int, patience: Patience
) -> list[tuple[int, int]]:
    """Read numbers that begin like one that is known, as `reader.read_variants` does."""
    if compiled is None:
        return reader.read_variants(model, number, variants, whole, patience)
    flat = compiled.read_variants(_compile(model), number, list(variants), whole, patience)
    found = memoryview(flat).cast("i").tolist()
    return list(zip(found[::2], found[1::2], strict=True))


@lru_cache(1)
def _compile(model: Model) -> Any:
    """Hand the model's tables to the compiled reader."""
    lists = (model.unseen, model.letters, model.mixed_gains, model.lengths, model.heads, _CONSTANTS)
    return compiled.model(
        model.order,
        model.keys.tobytes(),
        model.costs.tobytes(),
        model.backs.tobytes(),
        *(np.array(numbers, np.int32).tobytes() for numbers in lists),
    )
