"""Tuning: how high each of the twelve swaras lies, in cents above Sa; and Scala files (.scl), read and written.

12-tone equal temperament is the reference: a tuning is what it adds to that. The ratios of just intonation are those of
five-limit tuning in general use (Ramanathan's and Wilson's lists of shrutis). Gandhar tuning, as harmonium makers call
it, lowers Ga of an equal-tempered instrument to 5/4. The .scl format is that of
huygens-fokker.org/scala/scl_format.html: cents have a point, ratios do not, the last note is the interval of
repetition.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from primesong.errors import PrimesongError
from primesong.sargam.key import Key
from primesong.sargam.swara import Pitch, Swara

#: In cents: half an octave, less than any interval at which scales repeat.
SMALLEST_OCTAVE = 600.0

#: In cents: two octaves, more than any interval at which scales repeat.
LARGEST_OCTAVE = 2400.0

#: In cents: how far a swara may lie from its place in equal temperament; two octaves.
FARTHEST_SWARA = 2400.0

#: The ratios of the twelve swaras to Sa, in order of semitones.
JUST_RATIOS = ((1, 1), (16, 15), (9, 8), (6, 5), (5, 4), (4, 3), (45, 32), (3, 2), (8, 5), (5, 3), (9, 5), (15, 8))

#: In semitones: the swara that gandhar tuning lowers.
_GA = 4

#: How MusicXML, and so Verovio, names alterations in semitones.
_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "", 1: "sharp", 2: "double-sharp"}

#: In semitones: the swaras of the song's ten pitches, which a scale of seven notes tunes.
_SEVEN = (0, 2, 4, 5, 7, 8, 11)

#: The repetitions of a scale, in octaves, that come near the twelve swaras even if it repeats at `SMALLEST_OCTAVE`.
_TURNS = range(-1, 3)

#: A pitch of a Scala file, in cents or as a ratio, and a comment.
_PITCH = re.compile(r"\s*(-?[0-9]+\.[0-9]*|-?\.[0-9]+|[0-9]+\s*/\s*[0-9]+|[0-9]+)(?:[\s!].*)?$")

#: How many notes a Scala file has.
_COUNT = re.compile("[0-9]{1,9}")

#: In digits: how much of a number in a ratio is read; a float holds no larger one.
_LONGEST_NUMBER = 300

#: In notes: more than any scale has.
_LARGEST_SCALE = 1200

#: In Hz, and as a MIDI note: A4.
_CONCERT_PITCH = (440.0, 69)


@dataclass(frozen=True, slots=True)
class Tuning:
    """How high each swara lies above Sa.

    Parameters
    ----------
    name : str
    swaras : tuple of float
        The cents above Sa of the twelve swaras, in order of semitones; each at most `FARTHEST_SWARA` from its place.
    octave : float
        The cents of an octave, `SMALLEST_OCTAVE` to `LARGEST_OCTAVE`.

    Raises
    ------
    ValueError
        If there are not twelve swaras, or one or the octave is out of range.
    """

    name: str
    swaras: tuple[float, ...]
    octave: float = 1200.0

    def __post_init__(self) -> None:
        if len(self.swaras) != 12:
            raise ValueError(f"a tuning has twelve swaras, got {len(self.swaras)}")
        if not SMALLEST_OCTAVE <= self.octave <= LARGEST_OCTAVE:
            raise ValueError(f"an octave has {SMALLEST_OCTAVE:g} to {LARGEST_OCTAVE:g} cents, got {self.octave:g}")
        for semitones, cents in enumerate(self.swaras):
            if not abs(cents - 100 * semitones) <= FARTHEST_SWARA:  # false for nan as well
                raise ValueError(
                    f"a swara lies at most {FARTHEST_SWARA:g} cents from its place, {100 * semitones} cents above Sa, "
                    f"got {cents:g}"
                )

    def cents(self, semitones: int) -> float:
        """Return how high a pitch lies, in cents above Sa, whose equal-tempered height is `semitones`."""
        saptak, swara = divmod(semitones, 12)
        return saptak * self.octave + self.swaras[swara]

    def offset(self, semitones: int) -> float:
        """Return how far a pitch lies from 12-tone equal temperament, in cents."""
        return self.cents(semitones) - 100 * semitones


#: 12-tone equal temperament.
EQUAL = Tuning("equal", tuple(100.0 * semitone for semitone in range(12)))

#: Just intonation, by `JUST_RATIOS`.
JUST = Tuning("just", tuple(1200 * math.log2(over / under) for over, under in JUST_RATIOS))

#: Equal temperament with a just Ga, which a tanpura sounds by itself.
GANDHAR = Tuning("gandhar", tuple(JUST.swaras[swara] if swara == _GA else 100.0 * swara for swara in range(12)))

#: The tunings by name.
TUNINGS = {tuning.name: tuning for tuning in (EQUAL, JUST, GANDHAR)}


def write_scala(tuning: Tuning) -> str:
    """Write a tuning as a Scala file of twelve notes. The reverse of `read_scala`."""
    return _write_scale(tuning.name, (*tuning.swaras[1:], tuning.octave))


def _write_scale(name: str, pitches: Sequence[float]) -> str:
    name = name.encode("ascii", "replace").decode()
    return f"! {name}.scl\n!\n{name}, twelve swaras\n 12\n!\n" + "".join(f" {cents:.5f}\n" for cents in pitches)


def write_ascl(tuning: Tuning, key: Key) -> str:
    """Write a tuning as Ableton's extension of a Scala file, which names the notes, as a key does, and their height
    (ableton.com, "ASCL specification").

    The scale begins on C, as octaves are counted in staff notation: Verovio takes the note's octave for the scale's.
    """
    spelled = [key.spell(Pitch(swara, 0)) for swara in Swara]
    first = next(place for place, (step, _, _) in enumerate(spelled) if step == "C")
    order = [*range(first, 12), *range(first)]
    names = " ".join(spelled[place][0] + _ACCIDENTALS[spelled[place][1]] for place in order)
    below = tuning.swaras[first] - (tuning.octave if first else 0)  # cents of that C, the nearest below Sa
    heights = [tuning.swaras[place] - (tuning.octave if place >= first and first else 0) - below for place in order]
    _, _, octave = key.spell(Pitch(list(Swara)[first], -1 if first else 0))
    hertz, note = _CONCERT_PITCH
    hertz *= 2 ** ((key.tonic - note) / 12 + below / 1200)
    return (
        _write_scale(tuning.name, (*heights[1:], tuning.octave))
        + f"!\n! @ABL NOTE_NAMES {names}\n! @ABL REFERENCE_PITCH {octave} 0 {hertz:.6f}\n"
    )


def read_scala(text: str, name: str) -> Tuning:
    """Read a Scala file. The reverse of `write_scala`.

    Parameters
    ----------
    text : str
        Of twelve notes, a swara each; of seven, Sa Re Ga Ma Pa komal Dha Ni; of any other number, each swara takes the
        note nearest to it.
    name : str
        The tuning's.

    Raises
    ------
    PrimesongError
        If the text is not a Scala file, or its scale is out of range.
    """
    lines = [line for line in text.splitlines() if not line.startswith("!")]
    try:
        pitches = [_read_pitch(line) for line in lines[2 : 2 + _read_count(lines)]]
        return Tuning(name, _choose_swaras([0.0, *pitches[:-1]], pitches[-1]), pitches[-1])
    except ValueError as error:
        raise PrimesongError(f"{name} is not a Scala file of a tuning: {error}") from error


def _read_count(lines: Sequence[str]) -> int:
    """Read how many notes a Scala file has. Raises ValueError if it does not have them."""
    words = lines[1].split() if len(lines) > 1 else []
    count = int(words[0]) if words and _COUNT.fullmatch(words[0]) else 0
    if not 1 <= count <= _LARGEST_SCALE or len(lines) < 2 + count:
        raise ValueError(f"expected 1 to {_LARGEST_SCALE:,} notes, a line each, got {count:,} and {len(lines):,} lines")
    return count


def _read_pitch(line: str) -> float:
    """Read a pitch of a Scala file: cents with a point, a ratio without. Raises ValueError."""
    matched = _PITCH.match(line)
    if matched is None:
        raise ValueError(f"“{line.strip()[:40]}” is not a pitch")
    pitch = matched[1]
    if "." in pitch:
        return float(pitch)
    over, under = (int(number[:_LONGEST_NUMBER]) for number in (*pitch.split("/"), "1")[:2])
    if not over or not under:
        raise ValueError(f"“{pitch[:40]}” is not a ratio above 0")
    return 1200 * math.log2(over / under)


def _choose_swaras(notes: Sequence[float], octave: float) -> tuple[float, ...]:
    """Choose the twelve swaras' notes from a scale's."""
    if len(notes) == 12:
        return tuple(notes)
    if len(notes) == len(_SEVEN):
        known = dict(zip(_SEVEN, sorted(notes), strict=True))
        return tuple(known.get(swara, 100.0 * swara) for swara in range(12))
    repeated = [note + turn * octave for turn in _TURNS for note in notes]
    return tuple(min(repeated, key=lambda note: abs(note - 100 * swara)) for swara in range(12))
