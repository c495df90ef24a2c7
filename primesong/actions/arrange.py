"""The same song on another tonic, at another tempo, in another tala, or a part of it.

Values may be given as people name them: "C#3", "vilambit", "jhaptal", "just", "tanpura,tabla=-6".
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from primesong.errors import PrimesongError
from primesong.files.load import load_tuning
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.melody import cut
from primesong.sargam.setting import parse_tempo
from primesong.sargam.swara import parse_tonic
from primesong.sargam.tala import FIT, Tala, find_fitting, find_tala
from primesong.sargam.tuning import Tuning
from primesong.score.engraving.title_page import describe_talas
from primesong.song import Song


def arrange(
    song: Song,
    *,
    tonic: int | str | None = None,
    tempo: float | str | None = None,
    tala: Tala | str | None = None,
    tuning: Tuning | str | Path | None = None,
    title: str | None = None,
    start: int | None = None,
    end: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Song:
    """Return a song as it sounds otherwise; its number stays the same. What is None stays as it is.

    Parameters
    ----------
    song : Song
        The song.
    tonic : int or str, optional
        Sa, as a MIDI note, a note's name, or a harmonium's key: 49, "C#3", "kali 1".
    tempo : float or str, optional
        Beats of four matras a minute, or a laya: 90, "vilambit".
    tala : Tala or str, optional
        A tala or its name; "fit" is the first that the number fills exactly.
    tuning : Tuning, str or Path, optional
        A tuning, its name, or a Scala file.
    title : str, optional
        The title.
    start, end : int, optional
        The first and the last avartan of an excerpt, counted from 1.
    limits : Limits
        How much of a Scala file is read.

    Raises
    ------
    PrimesongError
        If a name is unknown, or the song has no such avartans.
    """
    chosen: dict[str, Any] = {
        "tonic": parse_tonic(tonic) if isinstance(tonic, str) else tonic,
        "tempo": parse_tempo(tempo) if isinstance(tempo, str) else tempo,
        "tala": _find_tala(song, tala) if isinstance(tala, str) else tala,
        "tuning": load_tuning(tuning, limits) if isinstance(tuning, str | Path) else tuning,
        "title": title,
    }
    melody = song.melody.arrange(**{name: value for name, value in chosen.items() if value is not None})
    if start is not None or end is not None:
        melody = cut(melody, start or 1, end)
    return replace(song, melody=melody)


def _find_tala(song: Song, name: str) -> Tala:
    """Return the tala with a name, or the first that the song fills."""
    if name != FIT:
        return find_tala(name)
    fits = find_fitting(len(song.digits))
    if not fits:
        raise PrimesongError(f"{describe_talas(song)} Choose a tala by name")
    return fits[0]
