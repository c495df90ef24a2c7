"""What a small GPT says while it learns: its losses, step by step, then the names that it makes up.

Read from lines such as "step    7 /  500 | loss 2.9876" and "sample  3: anna", which the published GPT prints, and
its whole lineage.
"""

import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

_STEP = re.compile(r"\s*step\s+(\d{1,9})\s*/\s*(\d{1,9})\s*\|\s*loss\s+(\d{1,9}(?:\.\d{1,9})?)\s*", re.ASCII)
_SAMPLE = re.compile(r"\s*sample\s+\d{1,9}:\s?(.{0,100})", re.ASCII)

_MOST = 1_000_000


@dataclass(slots=True)
class Training:
    """The losses so far, one a step, in nats a letter; how many steps there will be; the names made up since; the
    last line that was not empty."""

    losses: list[float] = field(default_factory=list)
    steps: int = 0
    names: list[str] = field(default_factory=list)
    last_words: str = ""

    def read(self, line: str) -> bool:
        """Take in a line of output; tell whether it was a step."""
        self.last_words = line.strip()[:200] or self.last_words
        if (step := _STEP.fullmatch(line)) and len(self.losses) < _MOST:
            self.losses.append(float(step[3]))
            self.steps = int(step[2])
            return True
        if (sample := _SAMPLE.fullmatch(line)) and len(self.names) < _MOST:
            self.names.append(sample[1].strip())
        return False

    @property
    def recent(self) -> float:
        """The mean loss of the last 50 steps: one step is one name, so that a single loss says little."""
        last = self.losses[-50:]
        return sum(last) / len(last)

    def split(self, known: Collection[str]) -> tuple[list[str], list[str]]:
        """Part the names made up into those that stand in the list it learned from, and new ones, each once."""
        names = list(dict.fromkeys(filter(None, self.names)))
        return [name for name in names if name in known], [name for name in names if name not in known]

    def to_json(self, known: Collection[str]) -> dict[str, Any]:
        """Give the training as plain values for JSON."""
        existing, new = self.split(known)
        return {
            "steps": self.steps,
            "losses": self.losses,
            "names": self.names,
            "in_the_list": existing,
            "new": new,
        }

    def draw(self, kind: str) -> bytes:
        """Draw the losses as a picture, "png" or "svg" (matplotlib)."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.add_subplot(xlabel="step", ylabel="loss, nats a letter", title="What the song's program learned")
        steps = range(1, len(self.losses) + 1)
        axes.plot(steps, self.losses, color="0.75", linewidth=0.8, label="each step")
        means = [sum(self.losses[max(step - 50, 0) : step]) / min(step, 50) for step in steps]
        axes.plot(steps, means, color="#8c2d19", linewidth=2, label="mean of 50")
        axes.legend(frameon=False)
        picture = io.BytesIO()
        figure.savefig(picture, format=kind, dpi=120)
        return picture.getvalue()
