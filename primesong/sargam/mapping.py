"""Digit to pitch by frequency rank, and back.

The digits are ranked by how often each occurs, the most frequent first; of two with the same count, the one that
occurs first in the number; digits that never occur come last, in ascending order. The first rank sounds the first of
the raga's pitches, which is Sa, the second the second, and so on. Heights are in semitones above the tonic.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from primesong.sargam.raga import NAT_BHAIRAV, Raga
from primesong.sargam.swara import Pitch


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which digit sounds which pitch.

    Parameters
    ----------
    ranking : str
        The ten digits in the order of the raga's pitches, such as "3092854716".
    raga : Raga
        The ten pitches.

    Raises
    ------
    TypeError
        If the raga is not a Raga.
    ValueError
        If the ranking does not hold each of the ten digits once.
    """

    ranking: str
    raga: Raga = NAT_BHAIRAV

    def __post_init__(self) -> None:
        if not isinstance(self.raga, Raga):
            raise TypeError(f"raga must be a Raga, got {self.raga!r}")
        if sorted(self.ranking) != list("0123456789"):
            raise ValueError(f"ranking must hold each of the ten digits once, got {self.ranking!r}")

    @staticmethod
    def by_frequency(digits: str) -> "Mapping":
        """Rank the digits of a number, for the default raga.

        Parameters
        ----------
        digits : str
            Decimal digits.

        Returns
        -------
        Mapping
            The most frequent digit first.

        >>> Mapping.by_frequency("7").ranking, Mapping.by_frequency("2112").ranking
        ('7012345689', '2103456789')
        """
        counts = Counter(digits)  # keeps first occurrence order, and sorting is stable
        occurring = sorted(counts, key=lambda digit: -counts[digit])
        return Mapping("".join(occurring) + "".join(digit for digit in "0123456789" if digit not in counts))

    @property
    def ending(self) -> str:
        """The digits that come down to Sa: Ga Re Sa by default. A tihai plays them three times, to end the song."""
        return "".join(map(self.digit, self.raga.cadence))

    def pitch(self, digit: str) -> Pitch:
        """Return the pitch of a digit. The reverse of `digit`.

        Parameters
        ----------
        digit : str
            One of "0" to "9".

        Returns
        -------
        Pitch
            A swara in its saptak, `semitones` above the tonic.

        Raises
        ------
        ValueError
            If it is not a digit.
        """
        return self.raga.pitches[self.ranking.index(digit)]

    def digit(self, pitch: Pitch) -> str:
        """Return the digit of a pitch. The reverse of `pitch`.

        Parameters
        ----------
        pitch : Pitch
            One of the raga's ten pitches.

        Returns
        -------
        str
            One of "0" to "9".

        Raises
        ------
        ValueError
            If it is not one of the ten pitches.
        """
        return self.ranking[self.raga.pitches.index(pitch)]

    def to_semitones(self, digits: str) -> list[int]:
        """Translate digits to heights. The reverse of `to_digits`.

        Parameters
        ----------
        digits : str
            Decimal digits.

        Returns
        -------
        list of int
            The height of each, in semitones above the tonic.

        Raises
        ------
        KeyError
            If something is not a digit.
        """
        heights = {digit: self.pitch(digit).semitones for digit in self.ranking}
        return [heights[digit] for digit in digits]

    def to_digits(self, semitones: Sequence[int]) -> str | None:
        """Translate heights to digits. The reverse of `to_semitones`.

        Parameters
        ----------
        semitones : sequence of int
            Heights in semitones above the tonic.

        Returns
        -------
        str or None
            The digits; None if a height is not one of the ten pitches'.
        """
        digits = {self.pitch(digit).semitones: digit for digit in self.ranking}
        try:
            return "".join([digits[height] for height in semitones])
        except KeyError:
            return None
