"""The tala: how matras are grouped.

An avartan is one cycle of the tala; its vibhags are groups of matras, each with the mark that Bhatkhande gives it:
× the first clap (sam), 2 3 4 the later claps, 0 the wave (khali). Matras and marks follow swarganga.org and the
sources in Wikipedia's articles on each tala; rupak begins on its khali. Without a tala, "none", the notes stand in
lines of sixteen, with no vibhag, no mark and no bar.
"""

from itertools import accumulate
from typing import NamedTuple


class Tala(NamedTuple):
    """A name, the vibhags' lengths in matras, and one mark a vibhag.

    A named tuple, because `--help` needs the names: importing dataclasses costs it a quarter of its time.
    """

    name: str
    vibhags: tuple[int, ...]
    marks: tuple[str, ...]

    @property
    def matras(self) -> int:
        """Matras in one avartan."""
        return sum(self.vibhags)

    @property
    def cycle(self) -> str:
        """What one round of it is called."""
        return "avartan" if any(self.marks) else "line"

    @property
    def starts(self) -> tuple[int, ...]:
        """The matra, counted from 0, on which each vibhag begins."""
        return tuple(accumulate(self.vibhags[:-1], initial=0))

    @property
    def time_signature(self) -> tuple[int, int]:
        """The time signature of an avartan, a matra being a sixteenth: in quarters where they come out even."""
        return (self.matras // 4, 4) if self.matras % 4 == 0 else (self.matras, 16)


TINTAL = Tala("tintal", (4, 4, 4, 4), ("×", "2", "0", "3"))
NO_TALA = Tala("none", (16,), ("",))

TALAS = {
    tala.name: tala
    for tala in (
        TINTAL,
        Tala("jhaptal", (2, 3, 2, 3), ("×", "2", "0", "3")),
        Tala("ektal", (2, 2, 2, 2, 2, 2), ("×", "0", "2", "0", "3", "4")),
        Tala("rupak", (3, 2, 2), ("0", "1", "2")),
        Tala("keherwa", (4, 4), ("×", "0")),
        Tala("dadra", (3, 3), ("×", "0")),
        NO_TALA,
    )
}

#: What `--tala` takes for the first tala that the notes fill.
FIT = "fit"


def name_place(index: int, tala: Tala) -> str:
    """Name a note by its place, counted from 1.

    >>> name_place(56, TINTAL), name_place(3599, TINTAL)
    ('note 57 (avartan 4, matra 9)', 'note 3,600 (avartan 225, matra 16)')
    """
    avartan, matra = divmod(index, tala.matras)
    return f"note {index + 1:,} ({tala.cycle} {avartan + 1}, matra {matra + 1})"


def fitting(notes: int) -> list[Tala]:
    """Give the talas of which so many notes are whole avartans, the first in the table first.

    >>> [tala.name for tala in fitting(3600)]
    ['tintal', 'jhaptal', 'ektal', 'keherwa', 'dadra']
    """
    return [tala for tala in TALAS.values() if tala is not NO_TALA and notes % tala.matras == 0]
