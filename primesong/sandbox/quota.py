"""What a program may use before it is stopped, and which of it ended a program."""

import sys
from dataclasses import astuple, dataclass

#: In bytes: a mebibyte, in which quotas are given.
MIB = 1 << 20

#: The largest limit that the system's calls take.
HIGHEST = (1 << 63) - 1

#: How long after the soft limit of processor time, which a program may ignore, the hard one kills it, in seconds.
_GRACE = 1


@dataclass(frozen=True, slots=True)
class Quota:
    """What a program may use.

    Attributes
    ----------
    cpu, time : int
        Seconds of processor time, and on the clock.
    memory, disk, output : int
        Bytes of memory, of files (each, and all together) and of what it prints.
    """

    cpu: int = 1_800
    time: int = 3_600
    memory: int = 1_024 * MIB
    disk: int = 64 * MIB
    output: int = 16 * MIB

    def __post_init__(self) -> None:
        if min(astuple(self)) <= 0:
            raise ValueError("each limit must be above 0")

    def process_limits(self) -> dict[str, tuple[int, int]]:
        """Return the limits that the system itself holds, soft and hard, by their names in `resource`."""
        limits = {
            "RLIMIT_CPU": (self.cpu, self.cpu + _GRACE),
            "RLIMIT_FSIZE": (self.disk, self.disk),
            "RLIMIT_NOFILE": (64, 64),
            "RLIMIT_CORE": (0, 0),
        }
        if sys.platform == "linux":  # macOS refuses a limit of memory that is below what its libraries reserve
            limits["RLIMIT_AS"] = (self.memory, self.memory)
        return {name: (min(soft, HIGHEST), min(hard, HIGHEST)) for name, (soft, hard) in limits.items()}
