"""What is said of a program before it is run, so that consent is informed, and of how it ended; for any front end.

Texts may hold what the program's author wrote: whoever shows them makes them harmless first.
"""

import hashlib

from primesong.sandbox.levels import Level
from primesong.sandbox.process import Ending
from primesong.sandbox.reach import read_reach
from primesong.sandbox.training import Training

# The last words of a program that ran into a wall, and what they mean.
_WALLS = (
    ("MemoryError", "the memory was used up; --memory raises that limit"),
    ("File too large", "a file grew too large; --disk raises that limit"),
    ("No space left on device", "the space for files was used up; --disk raises that limit"),
    ("not allowed to raise", "the sandbox forbids what it tried"),
    ("Operation not permitted", "the sandbox forbids what it tried"),
    ("Permission denied", "the sandbox forbids what it tried"),
    ("Read-only file system", "the sandbox forbids what it tried"),
    ("Resource temporarily unavailable", "the sandbox allows one process"),
    ("No such file or directory", "it looked for a file that is not in the sandbox"),
    ("Too many open files", "it opened more files than the sandbox allows"),
)


def sha256(program: bytes) -> str:
    """Give a program's SHA-256, by which consent names it."""
    return hashlib.sha256(program).hexdigest()


def introduce(program: bytes, level: Level) -> list[tuple[str, str]]:
    """Say what is about to be run, and how it is locked in: what of it, and that."""
    reach = read_reach(program)
    lines = [("program", f"{len(program):,} bytes, SHA-256 {sha256(program)}")]
    if reach.fault is not None:
        lines.append(("syntax", f"it is no Python that can be read: {reach.fault}"))
    else:
        lines.append(("imports", ", ".join(reach.imports) or "nothing"))
        lines += [("reaches", f"{kind}: {', '.join(names)}") for kind, names in reach.leads.items()]
    return [*lines, ("sandbox", f"{level.name}: {level.promise}")]


def fault(ending: Ending, training: Training) -> str | None:
    """Say what went wrong with a program that has ended; None if it ended well."""
    reached = how_far(training)
    if ending.stopped is not None:
        return f"the program was stopped{reached}: {ending.stopped}"
    if ending.code:
        return f"the program failed{reached} with exit code {ending.code}{_meaning(training.last_words)}"
    return None


def how_far(training: Training) -> str:
    """Say after which step a program ended; nothing if it took none."""
    return f" after step {len(training.losses):,} of {training.steps:,}" if training.losses else ""


def _meaning(last_words: str) -> str:
    """Say what a program's last words, a traceback's last line as a rule, mean in the sandbox."""
    meaning = next((f", for {meaning}" for sign, meaning in _WALLS if sign in last_words), "")
    return f"{meaning}; its last words: {last_words}" if last_words else ""


def summarize(training: Training, names: bytes) -> list[tuple[str, str]]:
    """Say what a program made up that learned from a list of names, a name a line: what of it, and that."""
    known = known_names(names)
    existing, new = training.split(known)
    if not existing and not new:
        return []
    return [
        (
            "names",
            f"{len(existing) + len(new)} different ones: {len(existing)} of them stand in the list of "
            f"{len(known):,} that it learned from, {len(new)} are new",
        ),
        ("known", ", ".join(existing) or "none"),
        ("new", ", ".join(new) or "none"),
    ]


def known_names(names: bytes) -> set[str]:
    """Read a list of names, a name a line."""
    return {line.strip() for line in names.decode("utf-8", "replace").splitlines()}
