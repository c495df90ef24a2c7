"""Recording to notes, whether they hold a program or not."""

from pathlib import Path

from primesong.actions.progress import Progress, Stage, ignore, report_share
from primesong.errors import PrimesongError
from primesong.files.atomic import write_all
from primesong.files.kind import Group, list_suffixes
from primesong.files.kinds import CAPTIONS, CSV, DRAWINGS, HEARD, TRANSCRIPTIONS, kind_of_suffix
from primesong.files.source import Source, use_source
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.score.midi import write_notes, write_performance
from primesong.sound.file import stream_recording
from primesong.sound.hear.captions import caption_heard
from primesong.sound.hear.plot import draw, draw_transcription
from primesong.sound.hear.reading import Heard
from primesong.sound.transcribe.signal import condition
from primesong.sound.transcribe.transcription import Transcription
from primesong.sound.transcribe.views import transcribe as transcribe_blocks

#: How much of a recording is drawn, in seconds.
_DRAWN_SECONDS = 60


def transcribe(
    source: str | Path | Source, limits: Limits = DEFAULT_LIMITS, *, progress: Progress = ignore
) -> Transcription:
    """Hear the notes of a recording, of any song in our ten pitches or a part of one.

    Parameters
    ----------
    source : str, Path or Source
        A recording; - for standard input.
    limits : Limits
        The most that is read.
    progress : callable
        Gets a `Step` now and then.

    Returns
    -------
    Transcription
        The notes, with their times in seconds and the probabilities of the ten pitches, shape (slots, 10).

    Raises
    ------
    PrimesongError
        If the source is not a recording, or no notes are heard in it.
    """
    with use_source(source, limits) as opened:
        if opened.kind.group is not Group.SOUND:
            raise PrimesongError(f"{opened.name} is not a recording ({list_suffixes(HEARD)})")
        try:
            recording = stream_recording(opened.stream(), opened.limits)
            report = report_share(progress, Stage.LISTEN)
            return transcribe_blocks(recording.blocks, recording.sample_rate, report)
        except PrimesongError as error:
            raise error.within(opened.name) from error


def save_transcription(
    transcription: Transcription, path: Path, *, force: bool = False, performed: bool = False, plot: Path | None = None
) -> None:
    """Write what was heard: as MIDI, as CSV with times and probabilities, or as captions.

    Parameters
    ----------
    transcription : Transcription
    path : Path
        Its suffix tells the kind.
    force : bool
        Whether to overwrite.
    performed : bool
        Whether MIDI gets the times that were heard, or a note a matra.
    plot : Path, optional
        Where notes, pace and confidence are drawn.

    Raises
    ------
    PrimesongError
        If a file cannot be written, or its suffix is unknown.
    """
    kind = kind_of_suffix(path, TRANSCRIPTIONS)
    if kind is CSV:
        content = transcription.to_csv().encode()
    elif kind in CAPTIONS:
        content = kind.pack(caption_heard(transcription))
    elif performed:
        times = transcription.times[transcription.extent].tolist()
        content = write_performance(list(zip(transcription.midi_notes, times, strict=True)))
    else:
        content = write_notes(transcription.midi_notes, transcription.tempo)
    contents = {path: content}
    if plot is not None:
        contents[plot] = draw_transcription(transcription, kind_of_suffix(plot, DRAWINGS).suffix.removeprefix("."))
    write_all(contents, force)


def draw_heard(heard: Heard, source: Source, kind: str) -> bytes:
    """Draw what was heard in the first minute of a recording, as "png" or "svg"."""
    recording = stream_recording(source.stream(), source.limits)
    frames = 0
    first = []
    for block in recording.blocks:
        first.append(block)
        frames += len(block)
        if frames >= _DRAWN_SECONDS * recording.sample_rate:
            break
    return draw(condition(first, recording.sample_rate), heard, kind)
