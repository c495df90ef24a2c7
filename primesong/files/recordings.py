"""Songs to recordings, and back: with `files` and `formats`, the only door to the disk.

One table says which suffix is which kind of sound file, and what it can hold; what is a recording is told by its first
bytes. Sampling rates are in Hz. What is not used is not loaded.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from primesong.errors import PrimesongError
from primesong.files import atomic
from primesong.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from primesong.sargam.melody import Melody
    from primesong.sound.hear.reading import Heard
    from primesong.sound.recording import Recording
    from primesong.sound.render.rendering import RenderOptions
    from primesong.sound.transcribe.signal import Signal
    from primesong.sound.transcribe.transcription import Transcription


class Sound(NamedTuple):
    """A kind of sound file: libsndfile's name of its container, its subtype for each depth it can have (the usual one
    first), and the sample rates it can have (any if there are none named; the usual one first)."""

    suffix: str
    name: str
    container: str
    subtypes: dict[str, str]
    sample_rates: tuple[int, ...] = ()


SOUNDS = (
    Sound(".wav", "WAV", "WAV", {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}),
    Sound(".flac", "FLAC", "FLAC", {"16": "PCM_16", "24": "PCM_24"}),
    Sound(".ogg", "Ogg Vorbis", "OGG", {"float": "VORBIS"}),
    Sound(".opus", "Opus", "OGG", {"float": "OPUS"}, (48_000, 24_000, 16_000, 12_000, 8_000)),
    Sound(".mp3", "MP3", "MP3", {"float": "MPEG_LAYER_III"},
          (44_100, 48_000, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)),
)  # fmt: skip
SOUND_SUFFIXES = tuple(sound.suffix for sound in SOUNDS)
DEPTHS = tuple(SOUNDS[0].subtypes)

#: What is heard in a recording, written by `transcribe`.
TRANSCRIPTION_SUFFIXES = (".mid", ".csv")

_MPEG_FIRST_BYTES = tuple(bytes((0xFF, version)) for version in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2))
_AUDIO_FIRST_BYTES = (b"RIFF", b"RF64", b"fLaC", b"OggS", b"ID3", b"FORM", *_MPEG_FIRST_BYTES)


def is_sound(data: bytes) -> bool:
    """Tell whether bytes are those of a recording, by the first of them."""
    return data.startswith(_AUDIO_FIRST_BYTES)


class Held(NamedTuple):
    """A file that is in memory, and the name that it goes by."""

    name: str | Path
    data: bytes


def is_recording(source: str | Path | Held) -> bool:
    """Tell whether a file is a recording, by its first bytes. Raises `PrimesongError`."""
    if isinstance(source, Held):
        return is_sound(source.data)
    try:
        with Path(source).open("rb") as file:
            return is_sound(file.read(4))
    except OSError as error:
        raise PrimesongError(f"{source} cannot be read: {atomic.reason(error)}") from error


def held(source: str | Path | Held, limits: Limits = DEFAULT_LIMITS) -> str | Path | Held:
    """Read a source that can be read only once; a file on the disk is left there. Raises `PrimesongError`."""
    if isinstance(source, Held) or not atomic.read_once(source):
        return source
    return Held(source, atomic.read_bytes(source, limits))


def hear(
    sources: Sequence[str | Path | Held],
    effort: float | None = None,
    progress: Callable[[float], None] = lambda done: None,
    limits: Limits = DEFAULT_LIMITS,
) -> "Heard":
    """Find the song in a recording, or in several of the same song, and show how it was found.

    effort : seconds that a repair of doubtful notes may take; `progress` gets 0 to 1. Raises `PrimesongError`.
    """
    from primesong.sound.file import stream_recording
    from primesong.sound.hear.retrieval import EFFORT, retrieve

    names = [source.name if isinstance(source, Held) else source for source in sources]
    try:
        opened = [stream_recording(_opened(source, limits), limits) for source in sources]
        return retrieve(opened, EFFORT if effort is None else effort, atomic.stem(names[0]), progress)
    except PrimesongError as error:
        raise error.within(", ".join(map(atomic.describe, names))) from error


def _opened(source: str | Path | Held, limits: Limits) -> Path | io.BytesIO:
    """Give what a recording is read from."""
    source = held(source, limits)
    return io.BytesIO(source.data) if isinstance(source, Held) else Path(source)


def transcribe(
    source: str | Path,
    target: Path,
    force: bool = False,
    progress: Callable[[float], None] = lambda done: None,
    limits: Limits = DEFAULT_LIMITS,
) -> "Transcription":
    """Hear the notes of a recording, whether there is a program in them or not, and write them: to .mid one a matra,
    to .csv their times and probabilities. `progress` gets 0 to 1. Raises `PrimesongError`."""
    from primesong.score.midi import write_notes
    from primesong.sound.file import stream_recording
    from primesong.sound.transcribe import views

    suffix = target.suffix.lower()
    if suffix not in TRANSCRIPTION_SUFFIXES:
        raise PrimesongError(f"{target}: transcriptions are written as {' or '.join(TRANSCRIPTION_SUFFIXES)}")
    opened = held(source, limits)
    if not is_recording(opened):
        raise PrimesongError(f"{atomic.describe(source)} is no recording ({', '.join(SOUND_SUFFIXES)})")
    with atomic.whole_files([target], force) as [temporary]:
        try:
            heard = views.transcribe(*stream_recording(_opened(opened, limits), limits), progress)
        except PrimesongError as error:
            raise error.within(atomic.describe(source)) from error
        content = write_notes(heard.midi_notes, heard.tempo) if suffix == ".mid" else heard.to_csv().encode()
        temporary.write_bytes(content)
    return heard


def opening_bars(source: str | Path | Held, limits: Limits = DEFAULT_LIMITS) -> "Signal":
    """Read a recording's first minute as it is transcribed, for a picture."""
    from primesong.sound.file import stream_recording
    from primesong.sound.transcribe.signal import condition

    blocks, rate = stream_recording(_opened(source, limits), limits)
    most = 60 * rate
    pieces, frames = [], 0
    for block in blocks:
        pieces.append(block)
        frames += len(block)
        if frames >= most:
            break
    return condition(pieces, rate)


def write_sound(
    melody: "Melody",
    target: Path,
    suffix: str = ".wav",
    options: "RenderOptions | None" = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Render a melody to a sound file of the kind of `suffix`. `progress` is given frames done, frames in all. Raises
    `PrimesongError`."""
    from primesong.sound.file import Encoding, write_audio
    from primesong.sound.recording import DEFAULT_SAMPLE_RATE
    from primesong.sound.render.rendering import RenderOptions, render

    kind, options = SOUNDS[SOUND_SUFFIXES.index(suffix)], options or RenderOptions()
    rate = options.sample_rate or (kind.sample_rates or (DEFAULT_SAMPLE_RATE,))[0]
    depth = options.depth if options.depth and len(kind.subtypes) > 1 else next(iter(kind.subtypes))
    check_sound(suffix, depth, rate)
    rendering = render(melody, replace(options, depth=depth, sample_rate=rate), progress)
    tags = melody.setting.title, melody.record.to_text()
    write_audio(target, rendering, Encoding(kind.container, kind.subtypes[depth]), tags)


def check_soundfont(soundfont: Path | None) -> Path | None:
    """Check that a soundfont is there. Raises `PrimesongError`."""
    if soundfont is not None and not soundfont.is_file():
        raise PrimesongError(f"there is no soundfont {soundfont}")
    return soundfont


def read_sample(sample: Path | None, limits: Limits = DEFAULT_LIMITS) -> "Recording | None":
    """Read a recording of one note, if there is one. Raises `PrimesongError`."""
    from primesong.sound.file import read_recording

    return read_recording(sample, limits) if sample else None


def check_sound(suffix: str, depth: str | None, sample_rate: int | None) -> None:
    """See whether a kind of sound file can have a depth and a sample rate. Raises `PrimesongError`."""
    kind = SOUNDS[SOUND_SUFFIXES.index(suffix)]
    if depth is not None and depth not in kind.subtypes and len(kind.subtypes) > 1:
        raise PrimesongError(f"{kind.name} has samples of {' or '.join(kind.subtypes)} bits, not {depth}")
    if sample_rate is not None and kind.sample_rates and sample_rate not in kind.sample_rates:
        rates = ", ".join(f"{rate}" for rate in sorted(kind.sample_rates))
        raise PrimesongError(f"{kind.name} has sample rates of {rates} Hz, not {sample_rate}")
