"""The Python that runs a program: where it is, and which paths it must be able to read."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from primesong.errors import MissingError

#: Isolated, without site-packages, without writing bytecode.
ISOLATED = ("-I", "-S", "-B")

#: What every program needs to read, as far as it exists.
_SYSTEM = tuple(map(Path, ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache")))

#: How long a Python may take to say where its library is, in seconds.
_PATIENCE = 60

#: The program by which a Python says where it and its library are.
_QUESTION = (
    "import sys, sysconfig\nprint(sys.base_prefix, *map(sysconfig.get_path, ('stdlib', 'platstdlib')), sep='\\n')"
)


class Python(NamedTuple):
    """A Python that runs programs.

    Attributes
    ----------
    executable : Path
        The program itself.
    needs : tuple of Path
        The files and folders of its own that it reads.
    """

    executable: Path
    needs: tuple[Path, ...]

    @property
    def readable(self) -> list[Path]:
        """The paths that a program must be able to read: the system's programs and libraries, and its Python."""
        return [path for path in (*_SYSTEM, *self.needs) if path.exists()]


def find_python(name: str | None = None) -> Python:
    """Find a Python by its name or path; by default the one that runs now.

    Raises
    ------
    MissingError
        If it does not run.
    """
    found = (shutil.which(name) or name) if name else os.path.realpath(sys.executable)
    try:
        answer = subprocess.run(
            [found, *ISOLATED, "-c", _QUESTION],
            capture_output=True, text=True, check=True, timeout=_PATIENCE, env={},
        )  # fmt: skip
        prefix, *libraries = map(Path, answer.stdout.splitlines())
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise MissingError(f"{found} does not run as a Python", option="python") from error
    executable = Path(found).resolve()
    beside = sorted([*executable.parent.glob("lib*.so*"), *prefix.glob("lib/libpython*.so*")])
    return Python(executable, (executable, *dict.fromkeys(libraries), *beside))
