"""Errors for the studio's page: their sentence, and what would help where the page itself cannot."""

from primesong.errors import MissingError, PrimesongError
from primesong.packages import describe_installation

#: What the options that a hint can name do about it: those of `primesong run` that limit a program.
_OPTIONS = {name: f"primesong run --{name} raises that limit" for name in ("cpu", "disk", "memory", "output", "time")}

#: What the commands that a hint can name do about it.
_COMMANDS = {"encode": "primesong encode --yes searches that long"}


def explain(error: PrimesongError) -> str:
    """Return an error's text, with what its hints mean for the studio."""
    parts = [str(error)]
    if error.limit:
        parts.append(f"primesong studio --limit {error.limit}=N raises it")
    parts += [_OPTIONS[error.option]] if error.option in _OPTIONS else []
    parts += [_COMMANDS[error.command]] if error.command in _COMMANDS else []
    if isinstance(error, MissingError) and error.extra:
        parts.append(f"{describe_installation(error.extra)} installs it")
    return "; ".join(parts)
