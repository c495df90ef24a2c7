"""Source to song, read or heard, and song to program, repaired where it must be. Decoding never executes a program.

The reverse of `compose` and `save`, and of `encode`.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from operator import index
from pathlib import Path
from typing import SupportsIndex

from primesong.actions.progress import Progress, Stage, ignore, report_share
from primesong.errors import DamagedError, NoProgramError, PrimesongError, TooLongError
from primesong.files.kind import Group
from primesong.files.load import read_song
from primesong.files.source import Source, use_source
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.number.correction import Correction
from primesong.repair.coda import count_wrong
from primesong.repair.song import repair_song
from primesong.sargam.record import Record
from primesong.sargam.remarks import Fact, Remark, list_remarks
from primesong.sargam.tala import name_place
from primesong.song import Song, compose
from primesong.sound.file import stream_recording
from primesong.sound.hear.retrieval import EFFORT, retrieve
from primesong.words import inflect

#: How long damaged notes are worked on by default, in seconds.
DEFAULT_EFFORT = 60.0

#: By what share a heard tempo may differ from a record's and be the same: a tape's speed is off by as much.
_SAME_TEMPO = 0.01

#: How many corrections are told one by one.
_MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class Decoded:
    """What was inside a song.

    Parameters
    ----------
    program : bytes
        The program, whose CRC-32 and length hold.
    song : Song
        The song, corrected.
    """

    program: bytes = field(repr=False)
    song: Song

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What was corrected in the song."""
        return self.song.corrections

    @property
    def remarks(self) -> tuple[str, ...]:
        """What else is worth knowing: how the notes of a file were made one line, what of a recording was left out."""
        return tuple(map(str, self.song.remarks))


def load(
    source: str | Path | Source | Sequence[str | Path | Source],
    limits: Limits = DEFAULT_LIMITS,
    *,
    effort: float | None = None,
    progress: Progress = ignore,
) -> Song:
    """Load a song of any kind: digits, notes, a recording, a page, a picture of a QR code. The reverse of `save`.

    Parameters
    ----------
    source : str, Path, Source, or a sequence of them
        A path, - for standard input, femtogpt for the published number, or as a str a number itself; or several
        recordings of one song.
    limits : Limits
        The most that is read of anything.
    effort : float, optional
        How long to go on after a recording was heard once, in seconds, at least 0; by default 180.
    progress : callable
        Gets a `Step` now and then.

    Returns
    -------
    Song
        The song as it was read. The notes of a recording are corrected; those of other files are not (`decode` does).

    Raises
    ------
    PrimesongError
        If the source cannot be read, holds no song, or holds more of anything than the limits allow.
    TypeError
        If the source is neither a path, a name nor a sequence of them.
    """
    several = list(source) if isinstance(source, Sequence) and not isinstance(source, str) else [source]
    with ExitStack() as stack:
        opened = [stack.enter_context(use_source(one, limits)) for one in several]
        if all(one.kind.group is Group.SOUND for one in opened):
            return _hear(opened, EFFORT if effort is None else effort, progress)
        if len(opened) > 1:
            raise PrimesongError("several songs are given; only recordings of one song can be read together")
        return read_song(opened[0])


def _hear(sources: Sequence[Source], effort: float, progress: Progress) -> Song:
    """Hear the song in a recording, or in several of the same song."""
    names = [source.name for source in sources]
    try:
        recordings = [stream_recording(source.stream(), source.limits) for source in sources]
        heard = [(recording.blocks, recording.sample_rate) for recording in recordings]
        song = retrieve(heard, effort, names, report_share(progress, Stage.LISTEN)).song
    except PrimesongError as error:
        raise error.within(", ".join(names)) from error
    song = replace(song, melody=song.melody.arrange(title=sources[0].title))
    records = (Record.from_text(recording.comment) for recording in recordings)
    return next((_use_record(song, record) for record in records if record and record.fits(song.digits)), song)


def _use_record(song: Song, record: Record) -> Song:
    """Take from a heard song's record what cannot be heard, such as the tala; and the tempo, if it is the one heard."""
    heard = song.melody.setting
    is_same_tempo = abs(heard.tempo / record.setting.tempo - 1) < _SAME_TEMPO
    tempo = record.setting.tempo if is_same_tempo else heard.tempo
    setting = replace(record.setting, mapping=heard.mapping, tonic=heard.tonic, tempo=tempo)
    return replace(song, melody=replace(song.melody, setting=setting), record=record)


def decode(
    source: "int | Song | str | Path | Source | Sequence[str | Path | Source]",
    limits: Limits = DEFAULT_LIMITS,
    *,
    effort: float | None = None,
    progress: Progress = ignore,
) -> Decoded:
    """Return the program inside a song, with the song as it was corrected. The reverse of `encode` and `compose`.

    Parameters
    ----------
    source : int, Song, str, Path, Source, or a sequence of sources
        A number, a song, anything that `load` takes, or several recordings of one song.
    limits : Limits
        The most that is read of anything.
    effort : float, optional
        How long damaged or doubtful notes may be worked on, in seconds, at least 0; by default 60, in recordings 180.
    progress : callable
        Gets a `Step` now and then.

    Returns
    -------
    Decoded
        The program as bytes, and the song as it was corrected.

    Raises
    ------
    NoProgramError
        If the song holds no program.
    DamagedError
        If the song held a program that cannot be recovered.
    PrimesongError
        If the source cannot be read, as for `load`. The two errors above are kinds of it.
    """
    if isinstance(source, SupportsIndex):
        source = compose(index(source))
    song = source if isinstance(source, Song) else load(source, limits, effort=effort, progress=progress)
    if song.heard is not None:
        return Decoded(song.heard.program, song)
    try:
        program = song.unpack(limits.program)[0]
    except TooLongError:
        raise
    except NoProgramError as fault:
        song = _repair(song, limits, fault, DEFAULT_EFFORT if effort is None else effort, progress)
        program = song.unpack(limits.program)[0]
    return Decoded(program, replace(song, remarks=(*song.remarks, *_find_contradictions(song))))


def _find_contradictions(song: Song) -> tuple[Remark, ...]:
    """Find what in a song contradicts its notes: its record, or its coda."""
    facts = {
        Fact.OTHER_RECORD: song.record is not None and not song.record.fits(song.digits),
        Fact.OTHER_CODA: count_wrong(song.melody.played_digits, len(song.digits), song.mapping.ending) != 0,
    }
    return list_remarks(facts)


def _repair(song: Song, limits: Limits, fault: NoProgramError, effort: float, progress: Progress) -> Song:
    """Repair a song whose program is damaged; raise its fault again where the notes are not to blame."""
    agrees = song.record is not None and song.record.fits(song.digits)
    if (agrees and not song.melody.coda_digits) or song.melody.excerpt is not None:
        raise fault
    try:
        return repair_song(song, effort, report_share(progress, Stage.REPAIR), limits.program)
    except DamagedError as error:
        plausible = f"the first {len(error.beginning):,} bytes of the program are plausible"
        raise DamagedError(f"{fault}; {error}; {plausible}", error.beginning, option="partial") from error
    except NoProgramError:
        raise fault from None


def repair(
    song: Song, limits: Limits = DEFAULT_LIMITS, *, effort: float | None = None, progress: Progress = ignore
) -> Song:
    """Return a song as `decode` corrects it; as it is if it holds no program that can be recovered.

    Parameters
    ----------
    song : Song
        The song.
    limits : Limits
        How long its program may be.
    effort : float, optional
        How long damaged notes may be worked on, in seconds; by default 60.
    progress : callable
        Gets a `Step` now and then.
    """
    try:
        return decode(song, limits, effort=effort, progress=progress).song
    except NoProgramError:
        return song


def describe_corrections(song: Song) -> str:
    """Say which notes of a song were corrected: a song is never changed in silence."""
    corrections, tala = song.corrections, song.melody.setting.tala
    told = [f"{name_place(one.place, tala)} {_describe(one)}" for one in corrections[:_MOST_TOLD]]
    more = f", and {len(corrections) - _MOST_TOLD:,} more" if len(corrections) > _MOST_TOLD else ""
    corrected = inflect(len(corrections), "{} note was corrected", "{} notes were corrected")
    return f"{corrected}: {', '.join(told)}{more}"


def _describe(correction: Correction) -> str:
    if not correction.heard:
        return f"was missing and is {correction.digit}"
    if not correction.digit:
        return f"was one {correction.heard} too many"
    return f"was {correction.heard} and is {correction.digit}"
