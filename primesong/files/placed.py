"""Which files this process has put in their places: what may be said of them when it is interrupted.

A module of its own, so that the command line's start does not import all that writing needs.
"""

from pathlib import Path

#: The places, whether or not what was put there still is.
PLACED: set[Path] = set()
