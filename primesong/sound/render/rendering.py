"""Melody to sound: which instrument plays it, how, and with whom.

Input: a melody and `RenderOptions`. Output: a `Rendering`, whose blocks are made as they are asked for, or, for playing
from anywhere, an instrument for `stream`. No file is opened except FluidSynth's soundfont, which its library reads.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from primesong.resources import default_soundfont
from primesong.sargam.accompaniment import SOLO, Accompaniment
from primesong.sargam.melody import Melody
from primesong.sound.recording import DEFAULT_SAMPLE_RATE, Recording, Rendering, Samples
from primesong.sound.render import fluidsynth, harmonium, mix
from primesong.sound.render.expressive.performance import Manner, Performance, perform
from primesong.sound.render.instrument import Instrument, default_zones, play_recording, play_zones
from primesong.sound.render.loudness import PEAK_CEILING, to_ratio

#: What sounds the keys of each instrument of ours, by its name, for a sample rate in Hz.
INSTRUMENTS: dict[str, Callable[[int], Instrument]] = {
    "harmonium": lambda rate: play_zones(default_zones(), rate),
}

#: What can play a melody, the default first.
SYNTHS = (*INSTRUMENTS, "fluidsynth")

#: Every note alike.
PLAIN = "plain"

#: How a melody can be played, the default first: as a hand plays it, gently (`expressive.line`), plainly, or in concert
#: (`expressive.concert`).
EXPRESSIONS = ("gentle", PLAIN, "concert")

#: Those in which the notes keep to one beat.
STEADY_EXPRESSIONS = EXPRESSIONS[:2]

#: Who plays along in concert, if nobody is chosen, a tabla only if the tala has a theka: softer than beside a steady
#: beat, so that notes of any length are told from them.
_CONCERT = Accompaniment(tanpura=-20.0, tabla=-14.0)

#: Whose recordings the harmonium and the project's soundfont are made of, in the words of their license.
CREDIT = "Harmonium recorded by Donya Quick, CC BY 3.0, https://creativecommons.org/licenses/by/3.0/, changed"

#: Is given how much is done, 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How a melody is rendered.

    Parameters
    ----------
    synth : str
        One of `SYNTHS`.
    sample_rate : int, optional
        In Hz; by default what the kind of file has, or 44,100.
    depth : str, optional
        Bits a sample: "16", "24" or "float"; by default what the kind of file has, or "float".
    sample : Recording, optional
        One note, played by the harmonium in place of its own reeds.
    sample_pitch : float, optional
        The sample's pitch in Hz; found by default.
    soundfont : Path, optional
        An .sf2 or .sf3 file for FluidSynth; the project's own by default.
    expression : str
        One of `EXPRESSIONS`; whoever asks a person for it takes the first by default.
    dry : bool
        Whether a hand on the harmonium is heard without a room.
    legato : bool
        Whether each note of the harmonium lasts into the next; a hand joins them anyway.
    bellows : float, optional
        By how many decibels the level falls and rises in every avartan, 0 to `mix.DEEPEST_BELLOWS`.
    accompaniment : Accompaniment, optional
        Who plays along; in concert a tanpura and a tabla by default.
    alone : bool
        Whether a tanpura that accompanies a hand is heard for a turn before the song, and rings out after it.

    Raises
    ------
    ValueError
        If a value is out of range, or belongs to another synth.
    """

    synth: str = SYNTHS[0]
    sample_rate: int | None = None
    depth: str | None = None
    sample: Recording | None = None
    sample_pitch: float | None = None
    soundfont: Path | None = None
    expression: str = PLAIN
    dry: bool = False
    legato: bool = False
    bellows: float | None = None
    accompaniment: Accompaniment | None = None
    alone: bool = True

    def __post_init__(self) -> None:
        if self.synth not in SYNTHS:
            raise ValueError(f"synth must be {' or '.join(SYNTHS)}, got {self.synth!r}")
        if self.expression not in EXPRESSIONS:
            raise ValueError(f"expression must be one of {', '.join(EXPRESSIONS)}, got {self.expression!r}")
        if self.is_by_hand and self.legato:
            raise ValueError("legato goes only with the plain expression; the others join the notes themselves")
        if self.dry and not (self.is_by_hand and self.synth in INSTRUMENTS):
            raise ValueError("dry goes only with the harmonium and the gentle or concert expression, which add a room")
        if self.expression == "concert" and self.synth not in INSTRUMENTS:
            raise ValueError("the concert expression needs the harmonium")
        if self.synth == "fluidsynth" and (self.sample is not None or self.legato):
            raise ValueError("sample and legato go only with the harmonium")
        if self.synth != "fluidsynth" and self.soundfont is not None:
            raise ValueError("soundfont goes only with fluidsynth")
        if self.sample_pitch is not None and self.sample is None:
            raise ValueError("sample_pitch goes only with sample")
        if self.bellows is not None and not 0 <= self.bellows <= mix.DEEPEST_BELLOWS:
            raise ValueError(f"bellows must be 0 to {mix.DEEPEST_BELLOWS:g} dB, got {self.bellows:g}")

    @property
    def credit(self) -> str:
        """Whose recordings are heard, unless they are the user's own."""
        return CREDIT if self.sample is None and self.soundfont is None else ""

    @property
    def rate(self) -> int:
        """The sample rate of what is rendered, in Hz."""
        return self.sample_rate or DEFAULT_SAMPLE_RATE

    @property
    def is_by_hand(self) -> bool:
        """Whether a hand plays, gently or in concert."""
        return self.expression != PLAIN

    @property
    def is_steady(self) -> bool:
        """Whether the notes keep to one beat."""
        return self.expression in STEADY_EXPRESSIONS

    @property
    def exact(self) -> bool:
        """Whether notes are made in float32: to be mixed, or written with more than 16 bits."""
        return self.depth != "16" or self.bellows is not None or self.accompaniment is not None


#: A rendering for which nothing else was chosen.
DEFAULT_OPTIONS = RenderOptions()


def render(
    melody: Melody,
    options: RenderOptions = DEFAULT_OPTIONS,
    progress: Progress = lambda share: None,
) -> Rendering:
    """Render a melody from its first note to its last.

    Parameters
    ----------
    melody : Melody
    options : RenderOptions
    progress : callable
        Is given the share of the blocks that is used up, 0 to 1.

    Returns
    -------
    Rendering
        In stereo, at the level of `loudness`.

    Raises
    ------
    PrimesongError
        If the sample has no pitch, the soundfont cannot be loaded, or the tala has no theka for a tabla to play.
    MissingError
        If FluidSynth is not installed.
    """
    if options.is_by_hand and options.synth in INSTRUMENTS:
        performance = perform_by(melody, make_instrument(options), options)
        blocks = _report(performance.read_in_blocks(), performance.frames, progress)
        return Rendering(blocks, performance.frames, harmonium.CHANNELS, options.rate, to_ratio(PEAK_CEILING))
    if options.synth == "fluidsynth":
        soundfont = options.soundfont or default_soundfont()
        rendering = fluidsynth.render(melody, soundfont, options.rate, gentle=options.is_by_hand)
    else:
        instrument = make_instrument(options)
        rendering = harmonium.render(melody, instrument, options.rate, legato=options.legato, exact=options.exact)
    if options.bellows is not None:
        rendering = mix.swell(rendering, melody, options.bellows)
    if options.accompaniment is not None:
        rendering = mix.accompany(rendering, melody, options.accompaniment)
    return replace(rendering, blocks=_report(rendering.blocks, rendering.frames, progress))


def perform_by(melody: Melody, instrument: Instrument, options: RenderOptions) -> Performance:
    """Perform a melody by hand. Raises `PrimesongError` if a tabla is to play and the tala has no theka."""
    along = options.accompaniment or (SOLO if options.is_steady else _CONCERT)
    if options.accompaniment is None and not melody.setting.tala.theka:
        along = replace(along, tabla=None)
    manner = Manner(not options.is_steady, options.bellows, along, options.alone, options.dry)
    return perform(melody, instrument, options.rate, manner)


def make_instrument(options: RenderOptions) -> Instrument:
    """Make what sounds a key: an instrument of ours, or a recording of one note. Raises `SongError`."""
    if options.sample is None:
        return INSTRUMENTS[options.synth](options.rate)
    return play_recording(options.sample, options.sample_pitch, options.rate)


def _report(blocks: Iterator[Samples], frames: int, progress: Progress) -> Iterator[Samples]:
    """Pass blocks on, and report each that is used up."""
    done = 0
    for block in blocks:
        yield block
        done += len(block)
        progress(done / frames)
