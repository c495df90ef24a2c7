"""Accompaniment: what a tanpura and a tabla play to a melody, as events on its grid of matras.

Levels are in decibels relative to the melody, pitches in semitones above Sa. The tanpura's four strings are plucked in
turn: mandra Pa, Sa, Sa, mandra Sa, with Ma for Pa if the melody has a Ma and no Pa, or Ni if it has neither; always in
just intonation, whatever the melody's tuning. The tabla plays the tala's theka: each bol is a stroke of the right hand
(dayan), of the left (bayan), or of both.
"""

import math
from dataclasses import dataclass

from primesong.errors import PrimesongError
from primesong.sargam.melody import Melody
from primesong.sargam.swara import Swara
from primesong.sargam.tala import TALAS
from primesong.sargam.tuning import JUST

#: In decibels.
TANPURA_LEVEL = -14.0

#: In decibels.
TABLA_LEVEL = -8.0

#: In decibels; below, nothing is heard beside the melody.
LOWEST_LEVEL = -60.0

#: In decibels; above, the melody is not heard beside it.
HIGHEST_LEVEL = 12.0

#: How many strings a tanpura has.
STRINGS = 4

#: What the first string is tuned to: the first of these that the melody has.
_FIRST_STRING = (Swara.PA, Swara.MA, Swara.NI)

#: A tanpura is plucked at a walking pace, however fast the melody.
_SECONDS_PER_PLUCK = 0.9

#: What each hand does for a bol: (right, left), None for nothing. Right: "na" the rim, "tin" softly, "tu" open,
#: "ti" damped. Left: "ge" open, "ka" damped.
_HANDS: dict[str, tuple[str | None, str | None]] = {
    "dha": ("na", "ge"),
    "dhin": ("tin", "ge"),
    "dhi": ("tin", "ge"),
    "na": ("na", None),
    "ta": ("na", None),
    "tin": ("tin", None),
    "ti": ("ti", None),
    "te": ("ti", None),
    "tu": ("tu", None),
    "din": ("tu", None),
    "di": ("tu", None),
    "ra": ("ti", None),
    "ge": (None, "ge"),
    "ga": (None, "ge"),
    "ka": (None, "ka"),
    "ki": (None, "ka"),
    "kat": (None, "ka"),
    "": (None, None),
}


#: Bols that are open alone, and damped in a quick row such as ti-ra-ki-ta.
_CLOSED = {"ta": "te"}


@dataclass(frozen=True, slots=True)
class Accompaniment:
    """Who plays along.

    Parameters
    ----------
    tanpura, tabla : float, optional
        The level in decibels, `LOWEST_LEVEL` to `HIGHEST_LEVEL`; None for silence.

    Raises
    ------
    ValueError
        If a level is out of range.
    """

    tanpura: float | None = None
    tabla: float | None = None

    def __post_init__(self) -> None:
        for level in (self.tanpura, self.tabla):
            if level is not None and not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
                raise ValueError(f"a level must be {LOWEST_LEVEL:g} to {HIGHEST_LEVEL:g} dB, got {level:g}")


#: Nobody plays along.
SOLO = Accompaniment()


@dataclass(frozen=True, slots=True)
class Stroke:
    """A stroke of the tabla: where in the avartan, in matras, and which hands do what, as (hand, stroke)."""

    matra: float
    hands: tuple[tuple[str, str], ...]


def strings(melody: Melody) -> tuple[int, int, int, int]:
    """Return the four strings' pitches in semitones above Sa, in the order of plucking."""
    swaras = {melody.setting.mapping.pitch(digit).swara for digit in set(melody.played_digits)}
    first = next((swara for swara in _FIRST_STRING if swara in swaras), Swara.PA)
    return (first.semitones - 12, 0, 0, -12)


def string_cents(semitones: int) -> float:
    """Return a string's pitch in cents above Sa."""
    return JUST.cents(semitones)


def matras_per_pluck(melody: Melody) -> int:
    """Count the matras from one pluck to the next."""
    return max(1, math.ceil(_SECONDS_PER_PLUCK / melody.setting.matra_seconds))


def strokes(melody: Melody) -> tuple[Stroke, ...]:
    """Return the strokes of one avartan. Raises `PrimesongError` if the tala has no theka."""
    tala = melody.setting.tala
    if not tala.theka:
        known = ", ".join(name for name, other in TALAS.items() if other.theka)
        raise PrimesongError(f"a tabla plays a tala's theka, and {tala.name} has none; talas with a theka: {known}")
    return tuple(
        Stroke(matra + place / len(bols), _assign_hands(_CLOSED.get(bol, bol) if len(bols) > 1 else bol))
        for matra, bols in enumerate(tala.theka)
        for place, bol in enumerate(bols)
    )


def _assign_hands(bol: str) -> tuple[tuple[str, str], ...]:
    """Return which hand does what for a bol."""
    return tuple((hand, stroke) for hand, stroke in zip(("right", "left"), _HANDS[bol], strict=True) if stroke)


def parse_accompaniment(text: str) -> Accompaniment:
    """Read who accompanies, and at which level in decibels relative to the melody. Raises `ValueError`.

    >>> parse_accompaniment("tanpura,tabla=-6")
    Accompaniment(tanpura=-14.0, tabla=-6.0)
    """
    levels = {"tanpura": TANPURA_LEVEL, "tabla": TABLA_LEVEL}
    chosen = {}
    for part in text.split(","):
        name, given, level = part.strip().partition("=")
        if name not in levels:
            raise ValueError(f"“{name}” is not an accompaniment; expected {', '.join(levels)}")
        try:
            chosen[name] = float(level) if given else levels[name]
        except ValueError:
            raise ValueError(f"expected a level in decibels, such as {name}=-10, got “{part.strip()}”") from None
    return Accompaniment(**chosen)
