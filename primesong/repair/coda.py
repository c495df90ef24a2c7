"""The coda of a song: error-correction notes that follow the number's, and how they are found and used.

A coda is Reed-Solomon parity (`reed_solomon`), written in the song's own ten digits, three to a symbol. It stands
between two tihais, a phrase of three notes played three times, by which an ear hears an ending and a reader finds it:

    number | tihai, 9 notes | parity, 3 notes a symbol | a pause on Sa | tihai, 9 notes

The pause lets the last note fall on sam; it is shorter than one symbol for each of the code's blocks, so that a coda's
length tells how much of it is parity. Codas without a pause are read alike.

Six notes of parity correct one wrong note wherever it stands, or two that are known to be doubtful. A missing note
shifts all that follow: where notes are missing in one place or two, these places count as lost (`refill`).

Input, output: digits as text, or the song that gets a coda; where a coda is sought, any things that can be compared.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from primesong.errors import DamagedError, PrimesongError
from primesong.repair import reed_solomon
from primesong.repair.gaps import generate_fillings
from primesong.repair.reed_solomon import SYMBOL_DIGITS, Alternative, read_symbols, write_symbols
from primesong.sargam.melody import Melody
from primesong.song import Song

#: The smallest coda, as a share of the number's notes.
MIN_SHARE = 0.005

#: The largest coda, as a share of the number's notes.
MAX_SHARE = 0.5

#: Notes of a tihai's phrase.
PHRASE = 3

#: Notes of a tihai, which plays its phrase three times.
TIHAI = 3 * PHRASE

#: The fewest parity symbols of a block: one wrong symbol is then corrected unless five of the six are ambiguous, which
#: happens to one block in 600,000.
_MIN_PARITY = 6

#: How many notes of the two tihais may be wrong when they are sought.
_WRONG = 3


class Rival(NamedTuple):
    """The second best reading of a note."""

    #: How much less likely it is than the best, in nats; 0 says that nothing was heard.
    margin: float
    #: The digit.
    digit: str


def choose_length(notes: int, share: float, matras: int = 1) -> int:
    """Choose how many notes a coda has, about `share` of the number's, so that the last falls on the first matra of an
    avartan of `matras`.

    Short songs get the shortest coda, though that is a larger share. Raises `PrimesongError` for a share outside
    `MIN_SHARE` to `MAX_SHARE`.
    """
    if not MIN_SHARE <= share <= MAX_SHARE:
        raise PrimesongError(
            f"a coda takes {100 * MIN_SHARE:g} to {100 * MAX_SHARE:g} % of the number's notes, not {100 * share:g} %"
        )
    symbols = -(-notes // SYMBOL_DIGITS)
    parity = (round(share * notes) - 2 * TIHAI) // SYMBOL_DIGITS
    while True:
        blocks = reed_solomon.count_blocks(symbols, parity)
        whole = max(parity // blocks, _MIN_PARITY) * blocks
        length = 2 * TIHAI + SYMBOL_DIGITS * whole
        pause = (1 - notes - length) % matras
        if whole == parity and pause < SYMBOL_DIGITS * blocks:
            return length + pause
        parity = whole if whole != parity else parity + blocks


def make(digits: str, length: int, phrase: str) -> str:
    """Return a number's coda of `length` notes. The tihais repeat `phrase`, three digits that end on Sa.

    Raises `DamagedError` if no coda of the number has that many notes.

    >>> coda = make("31415926535897932384", 38, "430")
    >>> coda[:9], len(coda[9:-11]), coda[-11:]
    ('430430430', 18, '00430430430')
    """
    parity = count_parity(len(digits), length)
    check = reed_solomon.encode(read_symbols(digits), parity)
    tihai = phrase * (TIHAI // PHRASE)
    return (tihai + write_symbols(check, SYMBOL_DIGITS * parity)).ljust(length - TIHAI, phrase[-1]) + tihai


def count_parity(notes: int, length: int) -> int:
    """Count the parity symbols in a coda of `length` notes, after a number of `notes`. Raises `DamagedError` if no coda
    has that many."""
    symbols = -(-notes // SYMBOL_DIGITS)
    for parity in range((length - 2 * TIHAI) // SYMBOL_DIGITS, _MIN_PARITY - 1, -1):
        if parity % reed_solomon.count_blocks(symbols, parity) == 0:
            return parity
    raise DamagedError(f"{length:,} notes are not a coda of {notes:,}, or not a whole one")


def add_coda(song: Song, share: float) -> Song:
    """Return the song with a coda, error-correction notes after those of the number, which stay the same. Its last note
    falls on sam.

    Parameters
    ----------
    song : Song
        A whole song.
    share : float
        About how long the coda is, as a share of the number's notes.

    Raises
    ------
    PrimesongError
        If the song is an excerpt, or no coda has this share.
    """
    if song.melody.excerpt is not None:
        raise PrimesongError("an excerpt has no coda: it belongs to the whole number")
    tala = song.melody.setting.tala
    length = choose_length(len(song.digits), share, tala.matras if any(tala.marks) else 1)
    made = make(song.digits, length, song.mapping.ending)
    return replace(song, melody=replace(song.melody, coda_digits=made))


def list_parts(melody: Melody) -> dict[int, str]:
    """List the places in a melody at which the parts of its coda begin, and what they are called."""
    notes, length = len(melody.number_digits), len(melody.coda_digits)
    if length < 2 * TIHAI:
        return {notes: "coda"} if length else {}
    return {notes: "tihai", notes + TIHAI: "coda", notes + length - TIHAI: "tihai"}


def find(notes: Sequence[Hashable], slack: int = 0) -> tuple[int, int] | None:
    """Find a coda in notes, though up to three notes of its tihais are wrong.

    Parameters
    ----------
    notes : sequence of hashable
        The notes, whatever stands for them.
    slack : int
        How many notes may follow the coda.

    Returns
    -------
    tuple of int, or None
        Where the coda starts, and where it stops.
    """
    best: tuple[int, int, int] | None = None
    for place in _list_codas(notes, slack):
        if best is None or place[0] < best[0]:
            best = place
        if not best[0]:
            break
    return best and best[1:]


def _list_codas(notes: Sequence[Hashable], slack: int) -> Iterator[tuple[int, int, int]]:
    """List where codas may be: how many notes of the tihais are wrong, start, stop."""
    places: dict[tuple[Hashable, ...], list[int]] = {}
    for place in range(len(notes) - PHRASE):
        places.setdefault(tuple(notes[place : place + PHRASE]), []).append(place)
    for stop in range(len(notes), max(len(notes) - slack, 2 * TIHAI) - 1, -1):
        last = notes[stop - TIHAI : stop]
        votes = [Counter(last[place::PHRASE]).most_common(1)[0] for place in range(PHRASE)]
        wrong = TIHAI - sum(count for _, count in votes)
        phrase = tuple(note for note, _ in votes)
        if wrong > _WRONG or len(set(phrase)) < PHRASE:
            continue
        starts: Sequence[int] = range(stop - 2 * TIHAI - SYMBOL_DIGITS * _MIN_PARITY, 0, -1)
        if wrong:  # then as many of the first tihai's phrases must be right
            right = Counter(place - offset for place in places.get(phrase, ()) for offset in range(0, TIHAI, PHRASE))
            starts = sorted((start for start in right if right[start] >= wrong and start in starts), reverse=True)
        tihai = phrase * (TIHAI // PHRASE)
        for start in starts:
            both = wrong + sum(one != other for one, other in zip(notes[start : start + TIHAI], tihai, strict=True))
            if both <= _WRONG:
                yield both, start, stop


def correct(digits: str, length: int, phrase: str, rivals: Sequence[Rival] | None = None) -> str:
    """Return the right digits, number and coda. A wrong answer is unlikely but possible: check its CRC-32.

    Parameters
    ----------
    digits : str
        Number and coda as they were heard.
    length : int
        The number's digits.
    phrase : str
        The three digits that the tihais repeat.
    rivals : sequence of Rival, optional
        The second best reading of each digit. More and more of the most doubtful symbols are then taken for lost, or
        exchanged for the second best.

    Raises
    ------
    DamagedError
        If more is wrong than the coda can correct.
    """
    parity = count_parity(length, len(digits) - length)
    start, stop = length + TIHAI, length + TIHAI + SYMBOL_DIGITS * parity
    body, check = digits[:length], read_symbols(digits[start:stop])
    if digits == body + make(body, len(digits) - length, phrase):
        return digits
    doubts: list[list[Alternative]] = []
    if rivals is not None:
        doubts += _list_alternatives(body, rivals[:length])
        doubts += _list_alternatives(digits[start:stop], rivals[start:stop])
    right = write_symbols(reed_solomon.decode(read_symbols(body), check, doubts), length)
    return right + make(right, len(digits) - length, phrase)


def count_wrong(digits: str, length: int, phrase: str) -> int | None:
    """Count the digits, number and coda, that a coda finds wrong; None if they are too many for it.

    The parameters are those of `correct`; a song without a coda has no wrong digits.
    """
    if len(digits) == length:
        return 0
    try:
        right = correct(digits, length, phrase)
    except DamagedError:
        return None
    return sum(heard != digit for heard, digit in zip(digits, right, strict=True))


def refill(body: str, ending: str, length: int, phrase: str, places: int = 1) -> str | None:
    """Return the right digits, number and coda, where some of the number's are missing, or too many.

    Parameters
    ----------
    body, ending : str
        What was heard of the number's digits, and the whole coda.
    length : int
        The number's digits.
    phrase : str
        The three digits that the coda's tihais repeat.
    places : {1, 2}
        In how many places digits are missing, or too many.

    Returns
    -------
    str or None
        None if nothing was missing in one place, or the coda cannot tell what was.
    """
    parity = count_parity(length, len(ending))
    check = read_symbols(ending[TIHAI : TIHAI + SYMBOL_DIGITS * parity])
    if places == 1 and len(body) == length:
        return None
    for digits, lost in generate_fillings(body, length, check, places):
        found = reed_solomon.fill(read_symbols(digits), check, lost)
        if found is not None:
            right = write_symbols(found, length)
            return right + make(right, len(ending), phrase)
    return None


def _list_alternatives(digits: str, rivals: Sequence[Rival]) -> list[list[Alternative]]:
    """List for each symbol what it is if one of its digits is the second best reading, the likeliest first."""
    found = []
    for start in range(0, len(digits), SYMBOL_DIGITS):
        symbol = digits[start : start + SYMBOL_DIGITS]
        alternatives = []
        for place, (margin, digit) in enumerate(rivals[start : start + SYMBOL_DIGITS]):
            changed = symbol[:place] + digit + symbol[place + 1 :]
            alternatives.append(Alternative(margin, int(changed.ljust(SYMBOL_DIGITS, "0"))))
        found.append(sorted(alternatives))
    return found
