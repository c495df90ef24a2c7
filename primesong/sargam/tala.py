"""The tala: how matras are grouped, and what a tabla plays to them.

An avartan is one cycle of the tala; its vibhags are groups of matras, each with the mark that Bhatkhande gives it:
× the first clap (sam), 2 3 4 the later claps, 0 the wave (khali). The theka is what a tabla plays through an avartan,
one or more bols a matra. Without a tala, "none", the notes stand in lines of sixteen, without vibhags, marks and bars.
"""

import re
from itertools import accumulate
from typing import NamedTuple

from primesong.words import fold_spelling


class Accent(NamedTuple):
    """How a matra is accented: how much louder than most it is played, in decibels, and its MIDI velocity."""

    decibels: float
    velocity: int


#: The sam is played loudest, the khali softest.
_ACCENTS = {"×": Accent(1.5, 96), "0": Accent(-1.0, 72)}

#: The later claps.
_CLAP = Accent(0.5, 84)

#: All other matras.
_UNACCENTED = Accent(0.0, 80)

#: As a share of a matra: how long an accented note is held in MIDI.
GATE = 0.95


class Tala(NamedTuple):
    """A cycle of matras.

    A named tuple, because `--help` needs the names: importing dataclasses costs it a quarter of its time.

    Parameters
    ----------
    name : str
    vibhags : tuple of int
        Their lengths in matras.
    marks : tuple of str
        One a vibhag.
    theka : tuple of tuple of str
        The bols of each matra, which share its time; a bol that is "" is silent. Empty if the tala has no theka.
    """

    name: str
    vibhags: tuple[int, ...]
    marks: tuple[str, ...]
    theka: tuple[tuple[str, ...], ...] = ()

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
    def accents(self) -> tuple[Accent, ...]:
        """How each matra of an avartan is accented: those that begin a vibhag by its mark, the others not at all."""
        return tuple(
            _ACCENTS.get(mark, _CLAP) if place == 0 and mark else _UNACCENTED
            for length, mark in zip(self.vibhags, self.marks, strict=True)
            for place in range(length)
        )

    @property
    def time_signature(self) -> tuple[int, int]:
        """The time signature of an avartan, a matra being a sixteenth: in quarters where they come out even."""
        return (self.matras // 4, 4) if self.matras % 4 == 0 else (self.matras, 16)


#: Each tala's names, that of the record first, and its cycle: vibhags between bars, each its mark and its matras;
#: hyphens join the bols of a matra. Marks, vibhags and bols after Wikipedia's articles on each tala, swarganga.org,
#: chandrakantha.com, raagsagar.com and tablatheka.com. Rupak begins on its khali.
_CYCLES = {
    "tintal trital": "× dha dhin dhin dha | 2 dha dhin dhin dha | 0 dha tin tin ta | 3 ta dhin dhin dha",
    "jhaptal": "× dhi na | 2 dhi dhi na | 0 tin na | 3 dhi dhi na",
    "ektal": "× dhin dhin | 0 dha-ge ti-ra-ki-ta | 2 tu na | 0 kat ta | 3 dha-ge ti-ra-ki-ta | 4 dhin na",
    "rupak": "0 tin tin na | 1 dhi na | 2 dhi na",
    "keherwa kaherva kaharva kahrva": "× dha ge na ti | 0 na ka dhi na",
    "dadra dadara": "× dha dhi na | 0 dha tu na",
    "dhamar": "× ka dhi te dhi te | 2 dha - | 0 ga ti te | 3 ti te ta -",
    "chautal chartal chovtal": "× dha dha | 0 din ta | 2 ki-te dha | 0 din ta | 3 ti-te ka-ta | 4 ga-di ga-na",
    "adachautal adachartal": "× dhin ti-ra-ki-ta | 2 dhin na | 0 tu na | 3 kat ta | 0 ti-ra-ki-ta dhin | 4 na dhin "
    "| 0 dhin na",
    "deepchandi chanchar": "× dha dhin - | 2 dha dha tin - | 0 ta tin - | 3 dha dha dhin -",
    "tilwada tilwara": "× dha ti-ra-ki-ta dhin dhin | 2 dha dha tin tin | 0 ta ti-ra-ki-ta dhin dhin "
    "| 3 dha dha dhin dhin",
    "sulfakta sultal sulfaktal": "× dha dha | 0 din ta | 2 ki-te dha | 3 ti-te ka-ta | 0 ga-di ga-na",
    "matta": "× dhin ti-ra-ki-ta | 2 dhin na | 0 tu na | 3 dhin-dhin na-dhin dhin-na",
}


def _read_cycle(name: str, cycle: str) -> Tala:
    """Read a tala's row."""
    vibhags = [vibhag.split() for vibhag in cycle.split("|")]
    theka = tuple(tuple(matra.split("-")) for _, *matras in vibhags for matra in matras)
    return Tala(name, tuple(len(vibhag) - 1 for vibhag in vibhags), tuple(vibhag[0] for vibhag in vibhags), theka)


def _fold(name: str) -> str:
    """Return what is common to the ways in which a tala's name is spelled in Latin letters."""
    return re.sub(r"(?<=.)tala?$", "", fold_spelling(name))


#: No tala: rows of 16 matras without marks.
NO_TALA = Tala("none", (16,), ("",))

#: The names of each tala, its own first.
_NAMES = [names.split() for names in _CYCLES]

#: The talas by name.
TALAS = {names[0]: _read_cycle(names[0], cycle) for names, cycle in zip(_NAMES, _CYCLES.values(), strict=True)}
TALAS[NO_TALA.name] = NO_TALA

#: Every spelling, folded, and the table's own.
_SPELLINGS = {_fold(spelling): names[0] for names in _NAMES for spelling in names}

#: The default tala.
TINTAL = TALAS["tintal"]

#: The word that asks for the first tala that the notes fill.
FIT = "fit"


def name_place(index: int, tala: Tala) -> str:
    """Name a note by its place, counted from 1.

    >>> name_place(56, TINTAL), name_place(3599, TINTAL)
    ('note 57 (avartan 4, matra 9)', 'note 3,600 (avartan 225, matra 16)')
    """
    avartan, matra = divmod(index, tala.matras)
    return f"note {index + 1:,} ({tala.cycle} {avartan + 1}, matra {matra + 1})"


def spell_tala(name: str) -> str:
    """Return the name that the table has for a tala, whatever its spelling; the same text if it has none.

    >>> spell_tala("Teen Taal"), spell_tala("kaharwa"), spell_tala("waltz")
    ('tintal', 'keherwa', 'waltz')
    """
    return _SPELLINGS.get(_fold(name), name)


def find_tala(name: str) -> Tala:
    """Return the tala with a name, in any spelling. Raises `ValueError`."""
    try:
        return TALAS[spell_tala(name)]
    except KeyError:
        raise ValueError(f"“{name}” is not a tala; expected {', '.join(TALAS)}") from None


def find_fitting(notes: int) -> list[Tala]:
    """Find the talas whose avartans a number of notes fills exactly, in the order of the table.

    >>> [tala.name for tala in find_fitting(3600)]
    ['tintal', 'jhaptal', 'ektal', 'keherwa', 'dadra', 'chautal', 'tilwada', 'sulfakta', 'matta']
    """
    return [tala for tala in TALAS.values() if tala is not NO_TALA and notes % tala.matras == 0]


def describe_fitting(notes: int) -> str:
    """Say which talas a number of notes fills exactly."""
    names = [f"{tala.name} ({notes // tala.matras:,} avartans)" for tala in find_fitting(notes)]
    return f"{notes:,} notes fill " + (f"exactly: {', '.join(names)}." if names else "no tala exactly.")
