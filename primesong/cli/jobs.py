"""Long computations on the command line: their state is kept in a file until they are done."""

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path

from primesong.cli.terminal import remark, show_path
from primesong.files.state import StateFile

#: A search that is expected to take longer, in seconds, is not begun without --yes, which only `encode` has.
LONGEST_SEARCH = 1_800.0


@contextlib.contextmanager
def keep_state(path: Path, options: argparse.Namespace) -> Iterator[StateFile]:
    """Yield the state's file, by the command's --resume and --force; delete it once the computation is done.

    Ctrl-C says where the state is kept. Raises `PrimesongError` if the file is another computation's.
    """
    state = StateFile(path, options.resume, options.force, remark, options.limits)
    if options.state:
        state.check_writable()
    try:
        yield state
    except KeyboardInterrupt:
        if not state.saved:
            raise
        raise KeyboardInterrupt(f"interrupted; {show_path(path)} keeps the progress, and --resume goes on") from None
    state.remove()
