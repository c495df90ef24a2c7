"""The same song in another raga, on another tonic, at another tempo, in another tala, or a part of it.

Values may be given as people name them: "C#3", "vilambit", "jhaptal", "just", "tanpura,tabla=-6".
"""

from dataclasses import replace
from pathlib import Path
from typing import Unpack, cast

from primesong.errors import PrimesongError
from primesong.files.source import read_bytes
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.options import ArrangingOptions, MelodyOptions, refuse_unknown
from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import cut
from primesong.sargam.raga import RAGAS, Raga, find_raga, read_raga
from primesong.sargam.setting import ChosenOptions, Setting, parse_tempo
from primesong.sargam.swara import parse_tonic
from primesong.sargam.tala import FIT, Tala, describe_fitting, find_fitting, find_tala
from primesong.sargam.tuning import TUNINGS, Tuning, read_scala
from primesong.song import Song, check_song
from primesong.words import decode_text

#: What stands for a song's mapping where only the other values are checked.
_ANY_MAPPING = Mapping("0123456789")

#: The suffixes of Scala files, plain and as Ableton extends them.
_SCALA_SUFFIXES = (".scl", ".ascl")


def arrange(
    song: Song,
    *,
    start: int | None = None,
    end: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
    **setting: Unpack[MelodyOptions],
) -> Song:
    """Return a song as it sounds otherwise; its number stays the same. What is None stays as it is.

    Parameters
    ----------
    song : Song
        The song.
    raga : Raga, str or Path, optional
        A raga, its name, or a file of ten pitches.
    tonic : int or str, optional
        Sa, as a MIDI note, a note's name, or a harmonium's key: 49, "C#3", "kali 1".
    tempo : float or str, optional
        A laya, matras a minute or a note's length, in words: "vilambit", "240", "0.25s"; or, as a number, beats of
        four matras a minute, as `Setting` has it.
    tala : Tala or str, optional
        A tala or its name; "fit" is the first that the number fills exactly.
    tuning : Tuning, str or Path, optional
        A tuning, its name, or a Scala file.
    title : str, optional
        The title.
    start, end : int, optional
        The first and the last avartan of an excerpt, counted from 1.
    limits : Limits
        How much of a file is read.

    Returns
    -------
    Song
        The song with the same number, in the new setting, or an excerpt of it.

    Raises
    ------
    TypeError, ValueError
        If a value is of the wrong type or out of range, or a tonic, tempo or tala has an unknown name.
    PrimesongError
        If a raga or tuning is unknown or its file cannot be read, no tala fits, or the song has no such avartans.
    """
    check_song(song)
    refuse_unknown(setting, ArrangingOptions)
    chosen = choose_setting(limits, **setting)
    if setting.get("tala") == FIT:
        chosen["tala"] = _find_fitting(song)
    melody = song.melody.arrange(**chosen)
    if start is not None or end is not None:
        melody = cut(melody, start or 1, end)
    return replace(song, melody=melody, heard=None)


def choose_setting(
    limits: Limits = DEFAULT_LIMITS,
    *,
    raga: Raga | str | Path | None = None,
    tonic: int | str | None = None,
    tempo: float | str | None = None,
    tala: Tala | str | None = None,
    tuning: Tuning | str | Path | None = None,
    title: str | None = None,
    **unknown: object,
) -> ChosenOptions:
    """Return the fields of a setting that were chosen, each as its value; "fit" for a tala waits for the song.

    Raises
    ------
    TypeError, ValueError
        If a value or a name is wrong.
    PrimesongError
        If there is no such raga or tuning, or its file cannot be read.
    """
    refuse_unknown(unknown, MelodyOptions)
    given: dict[str, object] = {
        "raga": load_raga(raga, limits) if isinstance(raga, str | Path) else raga,
        "tonic": parse_tonic(tonic) if isinstance(tonic, str) else tonic,
        "tempo": parse_tempo(tempo) if isinstance(tempo, str) else tempo,
        "tala": None if tala == FIT else find_tala(tala) if isinstance(tala, str) else tala,
        "tuning": load_tuning(tuning, limits) if isinstance(tuning, str | Path) else tuning,
        "title": title,
    }
    chosen = cast(ChosenOptions, {name: value for name, value in given.items() if value is not None})
    Setting(_ANY_MAPPING).change(**chosen)  # raises where something is wrong
    return chosen


def _find_fitting(song: Song) -> Tala:
    """Return the first tala whose avartans the song fills."""
    fits = find_fitting(len(song.digits))
    if not fits:
        raise PrimesongError(f"{describe_fitting(len(song.digits))} Choose a tala by name")
    return fits[0]


def load_tuning(name: str | Path, limits: Limits = DEFAULT_LIMITS) -> Tuning:
    """Return the tuning with a name in `TUNINGS`, or the tuning in a Scala file. Raises `PrimesongError`."""
    if (known := TUNINGS.get(str(name).lower())) is not None:
        return known
    if Path(name).suffix.lower() not in _SCALA_SUFFIXES:
        raise PrimesongError(f"“{name}” is not a tuning; expected {', '.join(TUNINGS)} or a Scala file (.scl)")
    data = read_bytes(name, limits)
    return read_scala(decode_text(data) or data.decode("latin-1"), Path(name).stem)


def load_raga(name: str | Path, limits: Limits = DEFAULT_LIMITS) -> Raga:
    """Return the raga with a name in `RAGAS`, in any spelling, or the one in a file. Raises `PrimesongError`."""
    known = find_raga(str(name))
    if known is not None:
        return known
    if not Path(name).exists():
        raise PrimesongError(f"“{name}” is not a raga; expected {', '.join(RAGAS)} or a file of ten pitches")
    return read_raga(decode_text(read_bytes(name, limits)), Path(name).stem)
