"""What a command writes: its result, and, until a long computation is done, how far it is."""

import argparse
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from primesong.cli.terminal import print_bytes, print_path, remark, show_path
from primesong.files.atomic import write_all
from primesong.files.source import STANDARD_STREAM
from primesong.files.state import StateFile

#: A search that is expected to take longer, in seconds, is not begun without --yes, which only `encode` has.
LONGEST_SEARCH = 1_800.0


def write_output(
    content: bytes, output: Path | None, force: bool, beside: Mapping[Path, bytes] = MappingProxyType({})
) -> None:
    """Write a file and print its name; without one, or for -, print the content.

    The files `beside` are written with it, all or none. Raises `PrimesongError`.
    """
    if output is None or str(output) == STANDARD_STREAM:
        write_all(beside, force)
        print_bytes(content)
    else:
        write_all({output: content, **beside}, force)
        print_path(output)


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
        raise KeyboardInterrupt(f"interrupted; {show_path(path)} keeps the progress, and --resume continues") from None
    state.remove()
