"""Fuzzing guided by coverage: `python guided.py KIND SECONDS` has atheris look for inputs that reach new code of ours.

It begins with the good files and some mutants of `mutation`, and ends at the first input that gives anything but a song
or a `PrimesongError`, takes more than five seconds, or more than two gibibytes, atheris's own among them.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import atheris

with atheris.instrument_imports(include=["primesong"]):
    from support.songs import read_or_skip

    from primesong.errors import PrimesongError
    from primesong.repair import identify  # noqa: F401
    from primesong.score import bhatkhande, midi, musicxml, text  # noqa: F401

from support.mutation import good, mutant

_SEEDS = 200


def main(kind: str, seconds: str) -> None:
    """Fuzz one kind for so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, data in enumerate([*good(kind), *(mutant(kind, index) for index in range(_SEEDS))]):
            (corpus / str(number)).write_bytes(data)
        path = Path(folder, f"song.{kind}")

        def look_at(data: bytes) -> None:
            path.write_bytes(data)
            try:
                song = read_or_skip(path, effort=0)
                if song is not None:
                    song.program  # noqa: B018
            except PrimesongError:
                return

        flags = [f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=2048", "-max_len=100000",
                 f"-artifact_prefix={kind}-"]  # fmt: skip
        atheris.Setup([sys.argv[0], *flags, str(corpus)], look_at)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
