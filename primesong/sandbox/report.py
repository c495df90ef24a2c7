"""What is said of a program before it is run, so that consent is informed, and after it has ended; for any front end.

Output: pairs of a label and a text, or an error whose hint names the limit in `Quota` to raise. Texts may hold what the
program's author wrote: a front end makes them harmless first.
"""

import contextlib
import hashlib
import signal

from primesong.errors import PrimesongError
from primesong.sandbox.levels import Level
from primesong.sandbox.process import Ending
from primesong.sandbox.quota import MIB
from primesong.sandbox.reach import read_reach
from primesong.sandbox.training import Training

#: What is said of a program that was refused something.
_FORBIDDEN = "the sandbox forbids what it tried"

#: What the last words of a program that was refused something say, what that means, and the limit that it met.
_REFUSALS = (
    ("MemoryError", "it used up the memory it may use", "memory"),
    ("failed to map segment", "it used up the memory it may use", "memory"),
    ("File too large", "a file of its grew too large", "disk"),
    ("No space left on device", "it used up the space for files", "disk"),
    ("not allowed to raise", _FORBIDDEN, None),
    ("Operation not permitted", _FORBIDDEN, None),
    ("Permission denied", _FORBIDDEN, None),
    ("Function not implemented", _FORBIDDEN, None),
    ("Read-only file system", _FORBIDDEN, None),
    ("Resource temporarily unavailable", "the sandbox allows one process only", None),
    ("No such file or directory", "it looked for a file that is not in the sandbox", None),
    ("Too many open files", "it opened more files than the sandbox allows", None),
)


def sha256(program: bytes) -> str:
    """Return a program's SHA-256 in hexadecimal, by which consent names it."""
    return hashlib.sha256(program).hexdigest()


def describe_program(program: bytes, level: Level) -> list[tuple[str, str]]:
    """Say what is about to be run, and how it is isolated: pairs of a label and a text.

    Raises
    ------
    PrimesongError
        If Python could read the program as another text than the one shown.
    """
    reach = read_reach(program)
    facts = [("program", f"{len(program):,} bytes, SHA-256 {sha256(program)}")]
    if reach.fault is not None:
        facts.append(("syntax", f"Python cannot read it: {reach.fault}"))
    else:
        facts.append(("imports", ", ".join(reach.imports) or "nothing"))
        facts += [("reaches", f"{kind}: {', '.join(names)}") for kind, names in reach.leads.items()]
    return [*facts, ("sandbox", f"{level.name}: {level.promise}")]


def find_fault(ending: Ending, training: Training) -> PrimesongError | None:
    """Say what went wrong with a program that has ended; None if it ended well. `option` names the limit it met."""
    reached = describe_progress(training)
    if ending.limit is not None:
        return PrimesongError(f"the program was stopped{reached}: {_describe_limit(ending)}", option=ending.limit)
    if not ending.code:
        return None
    text = f"the program failed{reached} {_describe_code(ending.code)}"
    if not training.last_words:
        return PrimesongError(text)
    refusals = (refusal for refusal in _REFUSALS if refusal[0] in training.last_words)
    _, meaning, limit = next(refusals, ("", None, None))
    because = f", because {meaning}" if meaning else ""
    return PrimesongError(f"{text}{because} (its last words: {training.last_words})", option=limit)


def describe_progress(training: Training) -> str:
    """Say after which step a program ended; nothing if it took none."""
    return f" after step {len(training.losses):,} of {training.steps:,}" if training.losses else ""


def _describe_limit(ending: Ending) -> str:
    quota = ending.quota
    return {
        "cpu": f"it used up {quota.cpu:,} s of processor time",
        "time": f"it ran for {quota.time:,} s",
        "disk": f"its files took more than {quota.disk / MIB:g} MiB",
        "output": f"it printed more than {quota.output / MIB:g} MiB",
    }[ending.limit or ""]


def _describe_code(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"with signal {signal.Signals(-code).name}"
    return f"with exit code {code}"


def summarize(training: Training, names: bytes) -> list[tuple[str, str]]:
    """Say what names a program made up: pairs of a label and a text; none if it made up no names.

    Parameters
    ----------
    training : Training
        What the program printed.
    names : bytes
        The list that it learned from, one name a line.
    """
    known = read_names(names)
    existing, new = training.split(known)
    if not existing and not new:
        return []
    count = (
        f"{len(existing) + len(new)} different: {len(existing)} in the list of {len(known):,} that it learned from, "
        f"{len(new)} new"
    )
    return [("names", count), ("known", ", ".join(existing) or "none"), ("new", ", ".join(new) or "none")]


def read_names(names: bytes) -> set[str]:
    """Read a list of names, one name a line."""
    return {line.strip() for line in names.decode("utf-8", "replace").splitlines()}
