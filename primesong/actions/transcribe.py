"""Recording to notes, whether they hold a program or not."""

from pathlib import Path

from primesong.actions.progress import Progress, Stage, ignore, report_share
from primesong.errors import PrimesongError
from primesong.files.atomic import whole_files
from primesong.files.kind import Group
from primesong.files.kinds import CAPTIONS, CSV, HEARD, TRANSCRIPTIONS, kind_of_suffix, list_suffixes
from primesong.files.source import Source, use_source
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.score.midi import write_notes
from primesong.sound.file import stream_recording
from primesong.sound.hear.captions import caption_heard
from primesong.sound.hear.plot import draw
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

    Raises
    ------
    PrimesongError
        If it is not a recording, or no notes are heard in it.
    """
    with use_source(source, limits) as opened:
        if opened.kind.group is not Group.SOUND:
            raise PrimesongError(f"{opened.name} is not a recording ({list_suffixes(HEARD)})")
        try:
            blocks, rate = stream_recording(opened.stream(), limits)
            return transcribe_blocks(blocks, rate, report_share(progress, Stage.LISTEN))
        except PrimesongError as error:
            raise error.within(opened.name) from error


def save_transcription(transcription: Transcription, path: Path, *, force: bool = False) -> None:
    """Write what was heard: as MIDI, a note a matra; as CSV, with times and probabilities; or as captions. Raises
    `PrimesongError`."""
    kind = kind_of_suffix(path, TRANSCRIPTIONS)
    if kind is CSV:
        content = transcription.to_csv().encode()
    elif kind in CAPTIONS:
        content = kind.write(caption_heard(transcription))
    else:
        content = write_notes(transcription.midi_notes, transcription.tempo)
    with whole_files([path], force) as [temporary]:
        temporary.write_bytes(content)


def draw_heard(heard: Heard, source: Source, kind: str, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Draw what was heard in the first minute of a recording, as "png" or "svg"."""
    blocks, rate = stream_recording(source.stream(), limits)
    frames = 0
    first = []
    for block in blocks:
        first.append(block)
        frames += len(block)
        if frames >= _DRAWN_SECONDS * rate:
            break
    return draw(condition(first, rate), heard, kind)
