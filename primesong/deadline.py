"""When to stop: one deadline that all phases of a search share, so that its effort bounds the whole.

All times are in seconds, by a clock that never goes back.
"""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment, as `time.monotonic` counts."""

    end: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the moment that is this far from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """How long it is until then, at least 0."""
        return max(0.0, self.end - time.monotonic())

    def before(self, seconds: float) -> "Deadline":
        """Return the moment that is this much earlier."""
        return Deadline(self.end - seconds)

    def share(self, ratio: float) -> "Deadline":
        """Return the moment at which this ratio of what is left will have passed."""
        return Deadline.after(ratio * self.left)
