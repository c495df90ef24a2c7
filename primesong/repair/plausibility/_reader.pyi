from typing import Any

from primesong.repair.plausibility.reading import Patience

def model(
    order: int,
    keys: bytes,
    costs: bytes,
    backs: bytes,
    unseen: bytes,
    letters: bytes,
    mixed: bytes,
    lengths: bytes,
    heads: bytes,
    constants: bytes,
    /,
) -> Any: ...
def read_stream(
    model: Any, data: bytes, whole: int, patience: Patience, /
) -> tuple[int, int, int, int, bytes, int]: ...
def read_variants(model: Any, number: bytes, variants: list[bytes], whole: int, patience: Patience, /) -> bytes: ...
