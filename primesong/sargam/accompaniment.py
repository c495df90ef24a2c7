"""Accompaniment: what a tanpura and a tabla play to a melody, as events on its grid of matras.

Levels are in decibels relative to the melody. The tanpura's four strings are plucked in turn: mandra Pa, Sa, Sa, mandra
Sa, with Ma for Pa if the melody has a Ma and no Pa; always in just intonation, whatever the melody's tuning. The
tabla plays the tala's theka.
"""

import math
from dataclasses import dataclass

from primesong.errors import PrimesongError
from primesong.sargam.melody import Melody
from primesong.sargam.swara import Swara
from primesong.sargam.theka import HANDS, THEKAS
from primesong.sargam.tuning import JUST

TANPURA_LEVEL, TABLA_LEVEL = -14.0, -8.0
LOWEST_LEVEL, HIGHEST_LEVEL = -60.0, 12.0

_SECONDS_A_PLUCK = 0.9  # a tanpura is plucked at a walking pace, however fast the melody


@dataclass(frozen=True, slots=True)
class Accompaniment:
    """Which accompany, each at its level in decibels, or None for silence."""

    tanpura: float | None = None
    tabla: float | None = None

    def __post_init__(self) -> None:
        for level in (self.tanpura, self.tabla):
            if level is not None and not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
                raise ValueError(f"a level lies between {LOWEST_LEVEL:g} and {HIGHEST_LEVEL:g} dB, got {level:g}")


SOLO = Accompaniment()


@dataclass(frozen=True, slots=True)
class Stroke:
    """A stroke of the tabla: where in the avartan, in matras; what each hand does, as `theka` names it, or None."""

    matra: float
    right: str | None
    left: str | None


def strings(melody: Melody) -> tuple[int, int, int, int]:
    """Give the four strings' pitches in semitones above Sa, in the order of plucking."""
    swaras = {melody.setting.mapping.pitch(digit).swara for digit in set(melody.played_digits)}
    first = Swara.MA if Swara.MA in swaras and Swara.PA not in swaras else Swara.PA
    return (first.semitones - 12, 0, 0, -12)


def string_cents(semitones: int) -> float:
    """Give a string's pitch in cents above Sa."""
    return JUST.cents(semitones)


def matras_a_pluck(melody: Melody) -> int:
    """Count the matras from one pluck to the next."""
    return max(1, math.ceil(_SECONDS_A_PLUCK / melody.setting.matra_seconds))


def strokes(melody: Melody) -> tuple[Stroke, ...]:
    """Give the strokes of one avartan. Raises `PrimesongError` if the tala has no theka."""
    theka = THEKAS.get(melody.setting.tala.name)
    if theka is None:
        raise PrimesongError(
            f"the tabla plays a tala's theka, and {melody.setting.tala.name} has none: {', '.join(THEKAS)} have"
        )
    return tuple(
        Stroke(matra + place / len(bols), *HANDS[bol])
        for matra, bols in enumerate(theka)
        for place, bol in enumerate(bols)
    )
