"""What the system gives a new file."""

import os


def umask() -> int:
    """Return the permissions that a new file does not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
