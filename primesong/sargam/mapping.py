"""Digit to pitch by frequency rank, and back.

The digits are ranked by how often each occurs, the most frequent first; of two with the same count, the one that
occurs first in the number; digits that never occur come last, in ascending order. The first rank sounds Sa, the
second Pa, and so on down `RANKED_PITCHES`. Heights are in semitones above the tonic.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from primesong.sargam.swara import Pitch, Swara

#: The song's ten pitches, from the most frequent digit's to the rarest's.
RANKED_PITCHES = (
    Pitch(Swara.SA, 0),
    Pitch(Swara.PA, 0),
    Pitch(Swara.SA, 1),
    Pitch(Swara.RE, 0),
    Pitch(Swara.GA, 0),
    Pitch(Swara.MA, 0),
    Pitch(Swara.KOMAL_DHA, 0),
    Pitch(Swara.NI, 0),
    Pitch(Swara.GA, 1),
    Pitch(Swara.NI, -1),
)

_RANK_OF_SEMITONES = {pitch.semitones: rank for rank, pitch in enumerate(RANKED_PITCHES)}


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which digit sounds which pitch.

    Parameters
    ----------
    ranking : str
        The ten digits in the order of `RANKED_PITCHES`, such as "3092854716".

    Raises
    ------
    ValueError
        A digit is missing.
    """

    ranking: str

    def __post_init__(self) -> None:
        if sorted(self.ranking) != list("0123456789"):
            raise ValueError(f"a ranking holds each of the ten digits once, got {self.ranking!r}")

    @staticmethod
    def by_frequency(digits: str) -> "Mapping":
        """Rank the digits of a number.

        >>> Mapping.by_frequency("7").ranking, Mapping.by_frequency("2112").ranking
        ('7012345689', '2103456789')
        """
        counts = Counter(digits)  # keeps first occurrence order, and sorting is stable
        occurring = sorted(counts, key=lambda digit: -counts[digit])
        return Mapping("".join(occurring) + "".join(digit for digit in "0123456789" if digit not in counts))

    @property
    def ending(self) -> str:
        """The digits that sound Ga Re Sa: played three times, a tihai, they tell a listener that the song ends."""
        return "".join(self.digit(Pitch(swara, 0)) for swara in (Swara.GA, Swara.RE, Swara.SA))

    def pitch(self, digit: str) -> Pitch:
        """Return the pitch of a digit. The reverse of `digit`."""
        return RANKED_PITCHES[self.ranking.index(digit)]

    def digit(self, pitch: Pitch) -> str:
        """Return the digit of a pitch. The reverse of `pitch`."""
        return self.ranking[RANKED_PITCHES.index(pitch)]

    def to_semitones(self, digits: str) -> list[int]:
        """Translate digits to heights in semitones above the tonic. The reverse of `to_digits`."""
        heights = {digit: self.pitch(digit).semitones for digit in self.ranking}
        return [heights[digit] for digit in digits]

    def to_digits(self, semitones: Sequence[int]) -> str | None:
        """Translate heights to digits; return None if one is not among the ten pitches. The reverse of
        `to_semitones`."""
        try:
            return "".join([self.ranking[_RANK_OF_SEMITONES[height]] for height in semitones])
        except KeyError:
            return None
