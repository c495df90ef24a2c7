"""Melody to sound file: what a kind of sound can have, and the writer of every kind that has a `SoundFormat`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from primesong.errors import PrimesongError
from primesong.files.kind import Kind, SoundFormat
from primesong.sargam.melody import Melody
from primesong.sound.file import Encoding, Tags, write_audio
from primesong.sound.recording import DEFAULT_SAMPLE_RATE, Recording, Rendering
from primesong.sound.render.rendering import RenderOptions, render


def write_sound(
    target: Path,
    melody: Melody,
    kind: Kind,
    options: RenderOptions,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Render a melody to a sound file, tagged with its title and its record.

    Raises
    ------
    PrimesongError
        If the kind cannot have this depth or sample rate, or something the instrument needs is missing.
    """
    sound, depth, rate = check_sound(kind, options.depth, options.sample_rate)
    rendering = render(melody, replace(options, depth=depth, sample_rate=rate), progress)
    tags = Tags(melody.setting.title, melody.record.to_text(), options.credit)
    encoding = Encoding(sound.container, sound.subtypes[depth])
    write_audio(target, rendering, encoding, tags)


def write_recording(target: Path, recording: Recording, kind: Kind, depth: str | None, title: str) -> None:
    """Write a recording to a sound file, tagged with a title. Raises `PrimesongError` if the kind cannot have this
    depth, or the recording's sample rate."""
    sound, depth, _ = check_sound(kind, depth, recording.sample_rate)
    write_audio(target, Rendering.play(recording), Encoding(sound.container, sound.subtypes[depth]), Tags(title, ""))


def check_sound(kind: Kind, depth: str | None, sample_rate: int | None) -> tuple[SoundFormat, str, int]:
    """Return a kind of sound's format, depth and sample rate in Hz, the default where None is asked for. Raises
    `PrimesongError` if the kind cannot have them."""
    sound = kind.sound
    if sound is None:
        raise ValueError(f"{kind.name} is not sound")
    if depth is None or not sound.has_depths:
        depth = next(iter(sound.subtypes))
    if depth not in sound.subtypes:
        raise PrimesongError(f"{kind.name} has samples of {' or '.join(sound.subtypes)} bits, not {depth}")
    if sample_rate is None:
        sample_rate = sound.sample_rates[0] if sound.sample_rates else DEFAULT_SAMPLE_RATE
    if sound.sample_rates and sample_rate not in sound.sample_rates:
        rates = ", ".join(f"{rate}" for rate in sorted(sound.sample_rates))
        raise PrimesongError(f"{kind.name} has sample rates of {rates} Hz, not {sample_rate}")
    return sound, depth, sample_rate
