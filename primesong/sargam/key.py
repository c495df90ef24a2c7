"""The key in which a raga stands in staff notation: Sa's note name, and the signature.

Every swara is spelled by its scale degree. The signature is that of the church mode in which the fewest swaras need an
accidental, of two modes the one nearer to major. Sa takes the name with the fewest double accidentals, and of two such
names the one whose signature is shorter. A tonic is Sa's MIDI note number.
"""

from dataclasses import dataclass
from functools import cache

from primesong.sargam.swara import NATURALS, Pitch, Swara

#: The seven note names in the order of sharps; flats come the other way round.
FIFTHS = "FCGDAEB"

#: The most sharps or flats of a signature.
_MOST_FIFTHS = 7

#: The signatures of the church modes, in sharps more than major has: major first, then nearest to it.
_MODES = (0, -1, 1, -2, -3, -4, -5)

#: A scale degree's place in the circle of fifths, from Sa: Sa, Re, Ga, Ma, Pa, Dha, Ni.
_DEGREE_FIFTHS = (0, 2, 4, -1, 1, 3, 5)

#: The letters of the natural notes.
_NOTE_NAMES = "".join(NATURALS)


@dataclass(frozen=True, slots=True)
class Key:
    """How a raga's pitches are spelled on a tonic.

    Parameters
    ----------
    tonic : int
        Sa's MIDI note number.
    sa : int
        Sa's place in the circle of fifths: C is 0, G is 1, F is -1.
    fifths : int
        The sharps of the signature, flats if negative.
    """

    tonic: int
    sa: int
    fifths: int

    @property
    def major(self) -> str:
        """The name of the major key that has the same signature: D, C♯, E♭."""
        return _name(self.fifths)

    @property
    def signature(self) -> dict[str, int]:
        """The alteration, in semitones, of each note name that the signature alters."""
        return dict.fromkeys(FIFTHS[: max(self.fifths, 0)], 1) | dict.fromkeys(FIFTHS[7 + min(self.fifths, 0) :], -1)

    def spell(self, pitch: Pitch) -> tuple[str, int, int]:
        """Spell a pitch by its scale degree.

        Returns
        -------
        name : str
            C to B.
        alteration : int
            In semitones.
        octave : int
            MIDI note 60 is in octave 4.

        >>> find_key(50, tuple(Swara)).spell(Pitch(Swara.KOMAL_DHA, 0))
        ('B', -1, 3)
        """
        place = (_NOTE_NAMES.index(_name(self.sa)[0]) + pitch.swara.degree) % 7
        sounding = self.tonic + pitch.semitones
        octave, alteration = divmod(sounding - NATURALS[_NOTE_NAMES[place]] + 6, 12)
        return _NOTE_NAMES[place], alteration - 6, octave - 1

    def write(self, pitch: Pitch) -> str:
        """Write a pitch as people do: B♭3."""
        step, alteration, octave = self.spell(pitch)
        return f"{step}{'♭' * -alteration}{'♯' * alteration}{octave}"


@cache
def find_key(tonic: int, swaras: tuple[Swara, ...]) -> Key:
    """Find the key of swaras on a tonic."""
    mode = min(_MODES, key=lambda mode: sum(_is_altered(swara, mode) for swara in swaras))
    nearest = (7 * tonic + 5) % 12 - 5  # the place of this key between five flats and six sharps
    names = [sa for sa in (nearest - 12, nearest, nearest + 12) if abs(sa + mode) <= _MOST_FIFTHS]
    sa = min(names, key=lambda sa: (_count_double(sa, swaras), abs(sa + mode)))
    return Key(tonic, sa, sa + mode)


def _is_altered(swara: Swara, mode: int) -> bool:
    """Tell whether a swara has an accidental under the signature of a mode: seven places in a row have none."""
    return not mode - 1 <= _place(swara) <= mode + 5


def _count_double(sa: int, swaras: tuple[Swara, ...]) -> int:
    """Count the swaras that have a double accidental if Sa has this place in the circle of fifths."""
    return sum(abs(_alteration(sa + _place(swara))) > 1 for swara in swaras)


def _place(swara: Swara) -> int:
    """Return a swara's place in the circle of fifths, from Sa."""
    return _DEGREE_FIFTHS[swara.degree] + 7 * swara.alteration


def _alteration(place: int) -> int:
    """Return the alteration of the note name at a place in the circle of fifths, in semitones."""
    return (place + 1) // 7


def _name(place: int) -> str:
    """Name the note at a place in the circle of fifths: D, C♯, E♭."""
    alteration = _alteration(place)
    return FIFTHS[(place + 1) % 7] + "♭" * -alteration + "♯" * alteration
