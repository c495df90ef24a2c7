"""Read mutants in a process of its own, and watch it: `python fuzzing.py KIND COUNT [FIRST]` prints figures as JSON.

A mutant must give a song or a `PrimesongError`, within five seconds of processor time, the process staying below a
gibibyte, and nothing left in the folder of the file or for temporary files. Whatever else happens is a fault: it is
printed with the mutant's index, and the exit code is 1.
"""

import faulthandler
import json
import os
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

SECONDS, MIB = 5, 1024

#: How long doubtful notes of a recording are puzzled over, in seconds: as long as `--effort` says, so it is no hang.
EFFORT = 0.05

#: The longest number whose primality is tested, in digits: that takes as long as it takes, and `verify` says so.
MOST_TESTED = 3_000

#: How often the folders are looked into, in mutants.
BATCH = 100


class Hang(BaseException):
    """More processor time was taken than `SECONDS`."""


def main(kind: str, count: int, first: int = 0) -> int:
    """Read mutants from `first` on; print figures, or the first fault."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # its threads wait by turning round, which counts as processor time
    from support.mutation import good, mutant

    from primesong.errors import PrimesongError

    good(kind)
    signal.signal(signal.SIGPROF, hung)
    figures = {"kind": kind, "inputs": count, "songs": 0, "refused": 0, "worst_seconds": 0.0, "worst": 0}
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder, "scratch")
        scratch.mkdir()
        tempfile.tempdir = os.environ["TMPDIR"] = str(scratch)
        path = Path(folder, f"song.{kind}")
        began = time.process_time()
        for index in range(first, first + count):
            path.write_bytes(mutant(kind, index))
            faulthandler.dump_traceback_later(120, exit=True)  # for what Python's signals cannot interrupt
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            started = time.process_time()
            try:
                look_at(path)
                figures["songs"] += 1
            except PrimesongError:
                figures["refused"] += 1
            except (Exception, Hang):
                traceback.print_exc()
                print(f"{kind} {index}", file=sys.stderr)
                return 1
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            taken = time.process_time() - started
            if taken > figures["worst_seconds"]:
                figures["worst_seconds"], figures["worst"] = round(taken, 3), index
            if peak() > MIB:
                print(f"{kind} {index}: {peak():,.0f} MiB", file=sys.stderr)
                return 1
            if index % BATCH == 0 and (
                left := sorted(scratch.iterdir()) + sorted({*Path(folder).iterdir()} - {path, scratch})
            ):
                print(f"{kind} {index}: left behind {left}", file=sys.stderr)
                return 1
        faulthandler.cancel_dump_traceback_later()
        figures |= {"seconds": round(time.process_time() - began, 1), "peak_mib": round(peak())}
        figures["left"] = len(list(scratch.iterdir())) + len(list(Path(folder).iterdir())) - 2
    print(json.dumps(figures))
    return 0


def look_at(path: Path) -> None:
    """Read a file as `decode`, `verify` and `notes` do."""
    from support.songs import read_or_skip

    from primesong.actions.verify import verify
    from primesong.cli.terminal import show_program
    from primesong.score.engraving.title_page import tabulate_notes

    song = read_or_skip(path, EFFORT)
    if song is None:
        return
    assert song.melody.setting.title.isprintable()
    if len(song.digits) <= MOST_TESTED:
        assert all(text.isprintable() for fact in verify(song).facts() for text in fact)
    assert len(tabulate_notes(song)) == 10
    show_program(song.program)


def hung(number: int, frame: object) -> None:
    """Interrupt a mutant that takes too long."""
    raise Hang


def peak() -> float:
    """Give the most memory that this process has taken, in MiB. (On Linux `getrusage` counts what the parent took.)"""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text("ascii"))[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
