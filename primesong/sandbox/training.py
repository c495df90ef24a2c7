"""What a small GPT prints while it learns: its losses, step by step, then the names that it makes up.

Input: lines such as "step    7 /  500 | loss 2.9876" and "sample  3: anna", which the published GPT prints, and the
programs that it descends from. Losses are in nats a letter.
"""

import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from primesong.score.plot import make_figure

#: A line about a step: its number, how many there are, its loss.
_STEP = re.compile(r"\s*step\s+(\d{1,9})\s*/\s*(\d{1,9})\s*\|\s*loss\s+(\d{1,9}(?:\.\d{1,9})?)\s*", re.ASCII)

#: A line with a name that was made up.
_SAMPLE = re.compile(r"\s*sample\s+\d{1,9}:\s?(.{0,100})", re.ASCII)

#: How many losses and how many names are kept.
_MOST_KEPT = 1_000_000

#: How much of a line is kept as the last words, in characters.
_LONGEST_WORDS = 200

#: How many steps a mean is taken over: one step is one name, so that a single loss says little.
_MEAN_OF = 50


@dataclass(slots=True)
class Training:
    """What a program has printed of its training so far.

    Attributes
    ----------
    losses : list of float
        One for each step.
    steps : int
        How many steps there will be.
    names : list of str
        The names that it has made up.
    last_words : str
        The last line that was not empty.
    """

    losses: list[float] = field(default_factory=list)
    steps: int = 0
    names: list[str] = field(default_factory=list)
    last_words: str = ""

    def read(self, line: str) -> bool:
        """Read a line of output; return whether it was a step."""
        self.last_words = line.strip()[:_LONGEST_WORDS] or self.last_words
        if (step := _STEP.fullmatch(line)) and len(self.losses) < _MOST_KEPT:
            self.losses.append(float(step[3]))
            self.steps = int(step[2])
            return True
        if (sample := _SAMPLE.fullmatch(line)) and len(self.names) < _MOST_KEPT:
            self.names.append(sample[1].strip())
        return False

    @property
    def recent(self) -> float:
        """The mean loss of the last 50 steps."""
        last = self.losses[-_MEAN_OF:]
        return sum(last) / len(last)

    def split(self, known: Collection[str]) -> tuple[list[str], list[str]]:
        """Split the names, each once, into those that it learned from and new ones."""
        names = list(dict.fromkeys(filter(None, self.names)))
        return [name for name in names if name in known], [name for name in names if name not in known]

    def to_json(self, known: Collection[str]) -> dict[str, Any]:
        """Return the training as plain values for JSON."""
        existing, new = self.split(known)
        return {
            "steps": self.steps,
            "losses": self.losses,
            "names": self.names,
            "in_the_list": existing,
            "new": new,
        }

    def draw(self, kind: str) -> bytes:
        """Draw the losses as a picture, "png" or "svg"."""
        figure = make_figure(8, 4.5)
        axes = figure.add_subplot(xlabel="step", ylabel="loss, nats a letter", title="What the song's program learned")
        steps = range(1, len(self.losses) + 1)
        axes.plot(steps, self.losses, color="0.75", linewidth=0.8, label="each step")
        axes.plot(steps, self._means(), color="#8c2d19", linewidth=2, label=f"mean of {_MEAN_OF}")
        axes.legend(frameon=False)
        picture = io.BytesIO()
        figure.savefig(picture, format=kind, dpi=120)
        return picture.getvalue()

    def _means(self) -> list[float]:
        """Return the mean loss of the last 50 steps after each step."""
        recent = (self.losses[max(end - _MEAN_OF, 0) : end] for end in range(1, len(self.losses) + 1))
        return [sum(losses) / len(losses) for losses in recent]
