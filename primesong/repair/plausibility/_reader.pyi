from typing import Any

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
def read(model: Any, data: bytes, whole: int, limit: int, /) -> tuple[int, int, int, int, bytes, int]: ...
def variants(
    model: Any,
    number: bytes,
    skip: int,
    whole: int,
    limit: int,
    brief: int,
    bases: list[bytes],
    powers: list[bytes],
    digits: bytes,
    /,
) -> bytes: ...
