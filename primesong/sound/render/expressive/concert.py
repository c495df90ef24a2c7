"""A melody as a line in concert: slow and free at first, then faster by steps, ornamented, closing on Sa at sam.

An opening like an alap plays the first avartans slowly, without a beat, and dwells on the last note of each. Then the
laya grows by steps, each at a sam: barabar at half the song's own, dedhi at three quarters, dugun at its own. A note
that is repeated is touched from the next higher swara (kan), and a step to a neighboring swara is joined by a slide
(meend). Ornaments are shorter than notes, so that a listener takes them for a part of theirs. After the last note Sa is
held from the next sam on, unless the song itself ends so.

It is a rendering: the notes are the number's, and know nothing of a raga's phrases. Times are in frames.
"""

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from primesong.sargam.mapping import Mapping
from primesong.sargam.melody import Melody
from primesong.sound.render.expressive.line import BELLOWS, SEED, Line, choose_levels, choose_onsets, find_ends


class Section(NamedTuple):
    """A part of the form.

    Parameters
    ----------
    begins : float
        The share of the song before it.
    slowness : float
        How many times as long as the song's own a matra lasts.
    decibels : float
        How loud it is.
    """

    begins: float
    slowness: float
    decibels: float


#: The opening, barabar, dedhi, dugun.
_FORM = (Section(0.0, 3.0, -2.0), Section(1 / 12, 2.0, -1.0), Section(1 / 6, 4 / 3, -0.5), Section(1 / 3, 1.0, 0.0))

#: How many avartans the opening has at most.
_LONGEST_OPENING = 4

#: In seconds: no matra is slowed down beyond this, so that a listener does not take the end of a note for a rest.
_SLOWEST_SECONDS = 0.75

#: The standard deviation of the logarithm of a note's length in the opening: about 10 %, so that no beat is heard.
_FREEDOM = 0.1

#: As a factor: how many times as long the last note of an avartan is in the opening, which dwells on it.
_DWELLING = 1.3

#: In seconds: how long a kan lasts, so short that it is heard as a part of its note.
_KAN_SECONDS = 0.055

#: As a share of its matra: a kan lasts no longer, so that it stays short beside a fast note, too.
_KAN_SHARE = 0.2

#: As a factor, 3 dB: how much softer than its note.
_KAN_LEVEL = 0.7

#: In seconds: how long a slide takes; as long as a kan, so short that most of the note has its own pitch.
_SLIDE_SECONDS = 0.055

#: In seconds: a longer matra is slow, and its slide takes longer.
_SLOW_SECONDS = 0.4

#: In seconds: how long a slide takes in a slow matra, twice the other: about a quarter of the shortest such matra.
_SLOW_SLIDE_SECONDS = 0.11

#: In seconds: how long the last Sa is held.
_CLOSING_SECONDS = 2.5


def play_in_concert(melody: Melody, sample_rate: int, begin: int = 0, bellows: float | None = None) -> Line:
    """Play a melody in concert from frame `begin` on; the bellows swell gently, or by this many decibels."""
    tala, digits = melody.setting.tala, melody.played_digits
    closing = find_closing(melody)
    matras = np.arange(len(digits))
    if closing >= len(digits):
        digits, matras = digits + _find_sa(melody.setting.mapping), np.append(matras, closing)
    sections = _find_sections(melody, closing + 1)
    times = begin + np.append(0, np.cumsum(_choose_lengths(melody, sections))) * sample_rate
    decibels = np.array([section.decibels for section in _FORM], np.float32)[sections]
    levels = choose_levels(closing + 1, tala, BELLOWS if bellows is None else bellows) * 10 ** (decibels / 20)
    lifted = find_ends(closing + 1, tala)[matras] | np.append(np.diff(matras) > 1, False)
    slow = np.diff(times)[matras] > _SLOW_SECONDS * sample_rate
    slides = np.where(slow, _SLOW_SLIDE_SECONDS, _SLIDE_SECONDS) * sample_rate
    near = np.append(False, ~lifted[:-1] & (_measure_steps(digits, melody.setting.mapping) == 1))
    line = Line(
        digits,
        choose_onsets(times, sample_rate)[matras],
        levels[matras].astype(np.float32),
        lifted,
        (slides * near).astype(np.intp),
        times,
    )
    return _add_kan(line, melody.setting.mapping, sample_rate)


def find_closing(melody: Melody) -> int:
    """Find the matra of the last Sa: the song's own last note if that is Sa at sam; else the first sam after it."""
    digits, matras = melody.played_digits, melody.setting.tala.matras
    last = len(digits) - 1
    return (
        last
        if last % matras == 0 and digits[-1] == _find_sa(melody.setting.mapping)
        else -(-len(digits) // matras) * matras
    )


def find_entry(melody: Melody) -> int:
    """Find the matra at which a tabla enters: an avartan after the beat begins."""
    return (_find_starts(melody)[1] + 1) * melody.setting.tala.matras


def _find_starts(melody: Melody) -> list[int]:
    """Find the avartan, counted from 0, with which each section begins; each has one at least."""
    avartans = -(-len(melody.played_digits) // melody.setting.tala.matras)
    starts = [0, min(max(1, round(_FORM[1].begins * avartans)), _LONGEST_OPENING)]
    for section in _FORM[2:]:
        starts.append(max(starts[-1] + 1, round(section.begins * avartans)))
    return starts


def _find_sections(melody: Melody, matras: int) -> NDArray[np.intp]:
    """Find the section of each matra."""
    avartans = np.arange(matras) // melody.setting.tala.matras
    sections: NDArray[np.intp] = np.searchsorted(_find_starts(melody), avartans, "right") - 1
    return sections


def _choose_lengths(melody: Melody, sections: NDArray[np.intp]) -> NDArray[np.float64]:
    """Choose how long each matra lasts, in seconds."""
    seconds, matras = melody.setting.matra_seconds, len(sections)
    slowest = max(1.0, _SLOWEST_SECONDS / seconds)
    slowness = np.array([min(section.slowness, slowest) for section in _FORM])[sections]
    free = np.exp(np.random.default_rng(SEED + 3).normal(0, _FREEDOM, matras))
    free[find_ends(matras, melody.setting.tala) & (np.roll(sections, -1) == 0)] = _DWELLING
    lengths = seconds * slowness * np.where(sections == 0, free, 1)
    lengths[-1] = _CLOSING_SECONDS
    return np.asarray(lengths, dtype=np.float64)


def _order(mapping: Mapping) -> str:
    """Return the ten digits by rising pitch."""
    return "".join(sorted(mapping.ranking, key=lambda digit: mapping.pitch(digit).semitones))


def _find_sa(mapping: Mapping) -> str:
    """Find the digit of Sa."""
    return next(digit for digit in mapping.ranking if mapping.pitch(digit).semitones == 0)


def _measure_steps(digits: str, mapping: Mapping) -> NDArray[np.intp]:
    """Measure how many swaras apart each two notes are."""
    order = _order(mapping)
    return np.asarray(np.abs(np.diff([order.index(digit) for digit in digits])), dtype=np.intp)


def _add_kan(line: Line, mapping: Mapping, sample_rate: int) -> Line:
    """Touch each repeated note from the next higher swara, or the highest from the one below."""
    order = _order(mapping)
    touched = np.array([place for place, (one, two) in enumerate(pairwise(line.digits), 1) if one == two], np.intp)
    lengths = np.diff(np.append(line.onsets, line.stop))[touched]
    kan = np.minimum(_KAN_SECONDS * sample_rate, _KAN_SHARE * lengths).astype(np.intp)
    onsets, pieces = line.onsets.copy(), list(line.digits)
    onsets[touched] += kan
    for place in touched:
        height = order.index(line.digits[place])
        pieces[place] = order[height + 1 if height + 1 < len(order) else height - 1] + line.digits[place]
    return replace(
        line,
        digits="".join(pieces),
        onsets=np.insert(onsets, touched, line.onsets[touched]),
        levels=np.insert(line.levels, touched, line.levels[touched] * np.float32(_KAN_LEVEL)),
        lifted=np.insert(line.lifted, touched, False),
        slides=np.insert(line.slides, touched, 0),
    )
