"""The options of the public functions, as types: what may be passed on by name, so that a type checker knows them.

Values may be given as people name them: "C#3" for a tonic, "jhaptal" for a tala, "tanpura,tabla=-6" for who plays.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from primesong.limits import Limits
from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.raga import Raga
from primesong.sargam.tala import Tala
from primesong.sargam.tuning import Tuning


class MelodyOptions(TypedDict, total=False):
    """How a melody is set; see `arrange`."""

    raga: Raga | str | Path | None
    tonic: int | str | None
    tempo: float | str | None
    tala: Tala | str | None
    tuning: Tuning | str | Path | None
    title: str | None


class ArrangingOptions(MelodyOptions, total=False):
    """What `arrange` takes."""

    start: int | None
    end: int | None
    limits: Limits


class SoundOptions(TypedDict, total=False):
    """How a song sounds; see `actions.save.choose_sound`."""

    synth: str
    soundfont: str | Path | None
    sample: str | Path | None
    sample_pitch: float | str | None
    expression: str | None
    dry: bool
    legato: bool
    bellows: float | None
    accompany: Accompaniment | str | None
    sample_rate: int | None
    depth: int | str | None
    limits: Limits


class RenderingOptions(SoundOptions, total=False):
    """What `render` takes."""

    progress: Callable[[Any], None]


class SavingOptions(RenderingOptions, total=False):
    """What `save` takes."""

    script: str | Iterable[str]
    headings: str
    staves: str | Iterable[int | str]
    force: bool


def refuse_unknown(given: Mapping[str, object], known: type) -> None:
    """Raise `TypeError` for a name that is not one of a kind of options."""
    for name in given:
        if name not in known.__annotations__:
            raise TypeError(f"unknown option {name!r}; expected one of {', '.join(known.__annotations__)}")
