"""The raga: ten pitches, ranked by how much they matter, for a number's ten digits.

A raga of the table has a row: its swaras by weight, and from them the ten pitches. Ten steps of its scale around the
middle saptak are sounded: all of its own swaras, then as many above the upper Sa, that Sa included, as below the middle
one, or one more. They are ranked Sa, vadi, samvadi, upper Sa, the other swaras of the middle saptak by weight, then
those of the outer saptaks by weight. The default is older than this rule and ranked by itself.

Digits know neither aroh nor avaroh, neither pakad nor nyas: a song uses a raga's swaras, and is not a performance of
it. Heights are in semitones above Sa.

References: vadi, samvadi and time after V. N. Bhatkhande, "Kramik Pustak Malika", 1920 to 1937, and J. Bor, S. Rao,
W. van der Meer, J. Harvey, "The Raga Guide", 1999; those of ragas from the south after tanarang.com. Schools differ.
"""

from dataclasses import dataclass, field

from primesong.errors import PrimesongError
from primesong.sargam.swara import Pitch, Swara
from primesong.words import fold_spelling

#: How many pitches a raga gives: one for each digit.
PITCHES = 10

#: In characters: more than any name has.
LONGEST_NAME = 60

#: Sa of the middle saptak.
_SA = Pitch(Swara.SA, 0)


@dataclass(frozen=True, slots=True)
class Raga:
    """Ten pitches for the ten digits.

    Parameters
    ----------
    name : str
    pitches : tuple of Pitch
        From the most frequent digit's, which is Sa, to the rarest's.
    about : str
        What a person is told of it: vadi, samvadi and time, or its other names. Ragas that differ in nothing else are
        equal.

    Attributes
    ----------
    heights : tuple of int
        The heights of the ten pitches, ascending.

    Raises
    ------
    ValueError
        If the pitches are not ten, not different, do not begin with Sa, or have fewer than two above it.
    """

    name: str
    pitches: tuple[Pitch, ...]
    about: str = field(default="", compare=False)
    heights: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.pitches) != PITCHES or len(set(self.pitches)) != PITCHES:
            raise ValueError(f"a raga has {PITCHES} different pitches, got {self.letters or 'none'}")
        if self.pitches[0] != _SA:
            raise ValueError(f"the first pitch of a raga is Sa, got {self.pitches[0].name}")
        if len(self._above) < 2:
            raise ValueError(f"at least two pitches lie above Sa, got {self.letters}")
        object.__setattr__(self, "heights", tuple(sorted(pitch.semitones for pitch in self.pitches)))

    @property
    def swaras(self) -> tuple[Swara, ...]:
        """The swaras that occur, ascending."""
        return tuple(sorted({pitch.swara for pitch in self.pitches}, key=lambda swara: swara.semitones))

    @property
    def letters(self) -> str:
        """The ten pitches in ASCII letters. The reverse of `parse_pitches`."""
        return " ".join(pitch.letter for pitch in self.pitches)

    @property
    def cadence(self) -> tuple[Pitch, Pitch, Pitch]:
        """Three pitches that come down to Sa, by which a song can end."""
        return (self._above[1], self._above[0], _SA)

    @property
    def _above(self) -> list[Pitch]:
        above = [pitch for pitch in self.pitches if pitch.semitones > 0]
        return sorted(above, key=lambda pitch: pitch.semitones)


def parse_pitches(text: str) -> tuple[Pitch, ...]:
    """Read pitches in ASCII letters, between blanks. The reverse of `Raga.letters`. Raises ValueError."""
    return tuple(map(Pitch.from_letter, text.split()))


#: Each raga's names, that of the record first; its swaras by weight, Sa, vadi and samvadi first; vadi, samvadi, time.
_ROWS = {
    "bhupali bhoop bhup": ("S G D P R", "Ga", "Dha", "first quarter of the night"),
    "durga": ("S m D R P", "Ma", "Sa", "second quarter of the night"),
    "malkauns malkosh": ("S m g d n", "Ma", "Sa", "third quarter of the night"),
    "hamsadhwani hansadhwani": ("S P G N R", "Sa", "Pa", "first quarter of the night"),
    "yaman kalyan": ("S G N R P D M", "Ga", "Ni", "first quarter of the night"),
    "bhairavi": ("S m g P d r n", "Ma", "Sa", "late morning"),
    "bhairav": ("S d r m P G N", "komal Dha", "komal Re", "daybreak"),
    "kafi": ("S P g R m n D", "Pa", "Sa", "midnight"),
    "todi": ("S d g r N M P", "komal Dha", "komal Ga", "late morning"),
    "marwa": ("S r D N G M", "komal Re", "Dha", "sunset"),
    "charukeshi": ("S P d m R G n", "Pa", "Sa", "morning"),
    "kirwani keeravani": ("S P g R m d N", "Pa", "Sa", "midnight"),
}

#: The seed's: the most frequent digit's pitch first.
NAT_BHAIRAV = Raga(
    "nat-bhairav",
    parse_pitches("S P S' R G m d N G' 'N"),
    "Carnatic: Sarasangi, melakarta 27; Western: harmonic major",
)


def _rank(swaras: list[str]) -> tuple[Pitch, ...]:
    """Rank ten pitches of a scale whose swaras are given by weight."""
    outer = PITCHES - len(swaras)
    by_height = sorted(map(Pitch.from_letter, swaras), key=lambda pitch: pitch.semitones)
    below = {pitch.swara: Pitch(pitch.swara, -1) for pitch in by_height[len(swaras) - outer // 2 :]}
    above = {pitch.swara: Pitch(pitch.swara, 1) for pitch in by_height[: outer - outer // 2]}
    middle = [Pitch.from_letter(letter) for letter in swaras]
    upper_sa = above.pop(Swara.SA)
    rest = [saptak[pitch.swara] for pitch in middle for saptak in (above, below) if pitch.swara in saptak]
    return (*middle[:3], upper_sa, *middle[3:], *rest)


def _read_row(name: str, swaras: str, vadi: str, samvadi: str, time: str) -> Raga:
    return Raga(name, _rank(swaras.split()), f"vadi {vadi}, samvadi {samvadi}; {time}")


#: The ragas by their first names; the default one first.
RAGAS = {NAT_BHAIRAV.name: NAT_BHAIRAV} | {
    name: _read_row(name, *row) for names, row in _ROWS.items() for name in names.split()[:1]
}

#: Every spelling, folded, and the table's own.
_SPELLINGS = {fold_spelling(name): name for name in RAGAS} | {
    fold_spelling(spelling): names.split()[0] for names in _ROWS for spelling in names.split()
}


def find_raga(name: str) -> Raga | None:
    """Return the raga of the table with a name, in any spelling; None if none is found.

    >>> find_raga("Bhoopali").letters
    "S G D S' P R G' 'D 'P R'"
    """
    return RAGAS.get(_SPELLINGS.get(fold_spelling(name), ""))


def read_raga(text: str, name: str) -> Raga:
    """Read a raga of one's own: ten pitches in ASCII letters, Sa first, the most frequent digit's to the rarest's.

    Parameters
    ----------
    text : str
        The pitches between blanks; lines that begin with # are remarks.
    name : str
        The raga's.

    Raises
    ------
    PrimesongError
        If the text does not hold ten different pitches.
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    try:
        return Raga(name[:LONGEST_NAME], parse_pitches(" ".join(lines)))
    except ValueError as error:
        raise PrimesongError(
            f"{name} is not a raga: {error}; the pitches are S r R g G m M P d D n N, with ' before for mandra (the "
            "low octave) and after for taar (the high one)"
        ) from error


def describe_raga(raga: Raga) -> str:
    """Say whose swaras a song uses, and that it is not a performance of the raga."""
    named = raga.name.replace("-", " ").title()
    swaras = f"use the swaras of {named} ({raga.about})" if raga.about else f"are {raga.letters}"
    return f"The ten pitches {swaras}. A number has no aroh, avaroh or pakad: it is not a performance of the raga."
