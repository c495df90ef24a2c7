"""Errors for the command line: their sentence on one line, and what would help as a command or a flag."""

from primesong.cli.terminal import make_harmless
from primesong.errors import VERBS, MissingError, PrimesongError
from primesong.packages import describe_installation

#: What the options that a hint can name do about it.
_OPTIONS = {
    "as_program": "--as program encodes the file as it is",
    "cpu": "--cpu raises that limit",
    "disk": "--disk raises that limit",
    "effort": "--effort SECONDS tries longer",
    "force": "--force replaces it",
    "kernel": "--kernel chooses another",
    "minify": "without --minify it is encoded as it is",
    "memory": "--memory raises that limit",
    "output": "--output raises that limit",
    "partial": "--partial prints them",
    "python": "--python chooses another",
    "resume": "--resume continues from the saved state",
    "resume_or_force": "--resume continues from it, --force starts again",
    "sample_pitch": "--sample-pitch sets it",
    "silent": "--silent shows the song without sound",
    "synth": "--synth harmonium needs nothing else",
    "time": "--time raises that limit",
    "yes": "--yes searches anyway",
}

#: What the commands that a hint can name do about it.
COMMAND_HINTS = {verb: f"primesong {verb} {help_}" for verb, help_ in VERBS.items()} | {
    "encode": f"primesong encode --yes {VERBS['encode']}",
    "listen": "sound can be piped in instead: arecord -f S16_LE -r 44100 | primesong listen -",
    "load": "primesong decode reads whole sound files",
}


def explain(error: PrimesongError) -> str:
    """Return an error's text on one line, with what its hints mean on the command line."""
    parts = [" ".join(str(error).split())]
    if error.limit:
        parts.append(f"--limit {error.limit}=N raises it")
    if error.option:
        parts.append(_OPTIONS[error.option])
    if isinstance(error, MissingError) and error.extra:
        parts.append(f"{describe_installation(error.extra)} installs it")
    if error.command:
        parts.append(COMMAND_HINTS[error.command])
    return make_harmless("; ".join(parts))
