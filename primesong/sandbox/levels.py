"""The levels of isolation, strongest first: what each is made of, and what it promises.

A *seccomp* filter allows the system calls that a Python program needs by itself and refuses all others: sockets, new
processes, other processes, rights on files. *Landlock* refuses files and TCP ports. *bubblewrap* shows a program
nothing but the system's own programs and libraries, read-only.
"""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """A way to isolate a program.

    Attributes
    ----------
    name : str
        Its name, for people and for consent.
    bubblewrap, landlock, seccomp : bool
        What it is made of.
    promise : str
        What it keeps away from the program, for people.
    """

    name: str
    bubblewrap: bool
    landlock: bool
    seccomp: bool
    promise: str


#: What the system limits where there is nothing but limits; macOS does not hold the limit of memory.
_LIMITED = "time, memory and the size of files are" if sys.platform == "linux" else "time and the size of files are"

#: The levels of isolation, the strongest first.
LEVELS = (
    Level(
        "bubblewrap", True, False, True,
        "no network, none of your files, a read-only system, one process",
    ),
    Level(
        "Landlock and seccomp", False, True, True,
        "no network; reads the system's and Python's files, writes only to a temporary folder; one process",
    ),
    Level(
        "seccomp", False, False, True,
        "no connections of its own, one process; BUT IT CAN READ AND CHANGE YOUR FILES, AND THROUGH THEM YOUR PROGRAMS",
    ),
    Level(
        "limits only", False, False, False,
        f"{_LIMITED} limited; BUT IT CAN REACH YOUR FILES AND THE NETWORK",
    ),
)  # fmt: skip
