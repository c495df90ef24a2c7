"""Digits to the coda that follows them, and, with the coda, damaged digits to the right ones.

A coda is Reed-Solomon parity over GF(2^10), written in the song's own ten digits: three digits are a symbol. It stands
between two tihais, a phrase of three notes played three times, by which an ear hears an ending and a reader finds it:

    number | tihai, 9 notes | parity, 3 notes a symbol | tihai, 9 notes

Two parity symbols, six notes, put one wrong symbol right wherever it stands, or two of which it is known that they are
doubtful (erasures). A field of 1,024 has 24 values more than three digits: 1000 to 1023 are written as 000 to 023, and
parity that reads as one of these 48 values is an erasure, 4.7 % of it. A block has at most 1,023 symbols; a longer song
has several, interleaved symbol by symbol. A missing note shifts all after it: where notes
are missing in one place, that place counts as lost (`refill`).

References: I. S. Reed, G. Solomon, "Polynomial codes over certain finite fields", 1960; G. D. Forney, "Generalized
minimum distance decoding", 1966, for the order in which doubtful symbols become erasures; then `chase`.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from primesong.errors import DamagedError, PrimesongError

if TYPE_CHECKING:
    from primesong.repair.chase import Exchange, Field

#: How much of a song a coda may be, as a share of the number's notes.
SMALLEST, LARGEST = 0.005, 0.5

#: Notes of a tihai's phrase, of a tihai, of a symbol.
PHRASE, TIHAI, DIGITS = 3, 9, 3

#: The field: its exponent, and its polynomial, x^10 + x^3 + 1, of which 2 is a primitive root; the code's roots are 2^0
#: and its next powers. The symbols of a block at most; the values that three digits hold.
_EXPONENT, _POLYNOMIAL, _BLOCK, _VALUES = 10, 0x409, 1023, 1000

#: Parity symbols that a block has at least: one wrong symbol is then put right but where five of the six are erasures,
#: in one block of 600,000.
_FEWEST = 6

#: Parity symbols that are never spent on erasures; that must be left where doubts are followed, so that a wrong answer
#: is told from a right one, but for one in 2^20; how many sets of erasures are tried.
_SPARE, _SURE, _TRIALS = 4, 2, 8

#: How far a place where digits are missing, or too many, may lie from where it is said to be.
_ABOUT = 6

#: How many notes of the two tihais may be wrong when they are sought.
_WRONG = 3


class Rival(NamedTuple):
    """What a digit was heard as second best: how much less likely that was, in nats, and the digit. A margin of 0 says
    that nothing was heard."""

    margin: float
    digit: str


def add(digits: str, share: float, phrase: str) -> str:
    """Give the coda of a number's digits: about `share` of their count, but as long as the shortest coda at least.

    phrase : the three digits that the tihais repeat. Raises `PrimesongError` for a share that no coda has.
    """
    if not SMALLEST <= share <= LARGEST:
        raise PrimesongError(
            f"a coda takes {100 * SMALLEST:g} to {100 * LARGEST:g} % of the number's notes, not {100 * share:g} %"
        )
    symbols = -(-len(digits) // DIGITS)
    parity = (round(share * len(digits)) - 2 * TIHAI) // DIGITS
    while True:
        blocks = _blocks(symbols, parity)
        whole = max(parity // blocks, _FEWEST) * blocks
        if whole == parity:
            return make(digits, parity, phrase)
        parity = whole


def make(digits: str, parity: int, phrase: str) -> str:
    """Give the coda of so many parity symbols. Raises `ValueError` if they do not go round the blocks.

    >>> coda = make("31415926535897932384", 4, "430")
    >>> coda[:9], len(coda[9:-9]), coda[-9:]
    ('430430430', 12, '430430430')
    """
    symbols = _symbols(digits)
    blocks = _blocks(len(symbols), parity)
    if parity < blocks or parity % blocks:
        raise ValueError(f"{len(symbols):,} symbols in {blocks} blocks cannot have {parity} parity symbols")
    made = [0] * parity
    for block in range(blocks):
        data = symbols[block::blocks]
        made[block::blocks] = list(_codec(parity // blocks).encode(data))[len(data) :]
    tihai = phrase * (TIHAI // PHRASE)
    return tihai + "".join(f"{symbol % _VALUES:03}" for symbol in made) + tihai


def parity_symbols(notes: int) -> int:
    """Tell how many parity symbols a coda of so many notes has. Raises `DamagedError` if there is no such coda."""
    parity, rest = divmod(notes - 2 * TIHAI, DIGITS)
    if parity < _FEWEST or rest:
        raise DamagedError(f"a coda of {notes:,} notes is none, or not all of one")
    return parity


def find(notes: Sequence[Hashable], slack: int = 0) -> tuple[int, int] | None:
    """Find a coda in notes, whatever stands for a note: where it begins, and where it ends, at most `slack` notes
    before the last. None if there is none. Up to three notes of its tihais may be wrong."""
    best: tuple[int, int, int] | None = None
    places: dict[tuple[Hashable, ...], list[int]] = {}
    for place in range(len(notes) - PHRASE):
        places.setdefault(tuple(notes[place : place + PHRASE]), []).append(place)
    for stop in range(len(notes), max(len(notes) - slack, 2 * TIHAI) - 1, -1):
        last = notes[stop - TIHAI : stop]
        phrase = [Counter(last[place::PHRASE]).most_common(1)[0] for place in range(PHRASE)]
        wrong = TIHAI - sum(count for _, count in phrase)
        if wrong > _WRONG or len({note for note, _ in phrase}) < PHRASE:
            continue
        heard = tuple(note for note, _ in phrase)
        tihai = heard * (TIHAI // PHRASE)
        starts: Sequence[int] = range(stop - 2 * TIHAI - DIGITS * _FEWEST, 0, -DIGITS)
        if wrong:  # then one of the first tihai's phrases must be right
            right = {place - offset for place in places.get(heard, ()) for offset in range(0, TIHAI, PHRASE)}
            starts = sorted((start for start in right if start in starts), reverse=True)
        for start in starts:
            both = wrong + sum(one != other for one, other in zip(notes[start : start + TIHAI], tihai, strict=True))
            if not both:
                return start, stop
            if both <= _WRONG and (best is None or both < best[0]):
                best = both, start, stop
    return best and best[1:]


def correct(digits: str, length: int, phrase: str, rivals: Sequence[Rival] | None = None) -> str:
    """Give the right digits, number and coda, from those that were heard.

    length : how many of the digits are the number's. rivals : what each digit was heard as second best; the most
    doubtful symbols then become erasures, more and more of them until the rest can be corrected, or are exchanged for
    the second best. Raises `DamagedError` if more is wrong than the coda can put right. Much less is put right wrongly,
    but it may be: hold it against CRC-32.
    """
    parity = parity_symbols(len(digits) - length)
    symbols, heard = _symbols(digits[:length]), _symbols(digits[length + TIHAI : len(digits) - TIHAI])
    blocks = _blocks(len(symbols), parity)
    if parity % blocks:
        raise DamagedError(f"{length:,} notes have no coda of {len(digits) - length:,}")
    if digits == digits[:length] + make(digits[:length], parity, phrase):
        return digits
    second: list[list[Exchange]] = []
    if rivals is not None:
        second = _exchanges(digits[:length], rivals[:length])
        second += _exchanges(digits[length + TIHAI : len(digits) - TIHAI], rivals[length + TIHAI : -TIHAI])
    right = list(symbols)
    for block in range(blocks):
        data, check = symbols[block::blocks], heard[block::blocks]
        doubts = second[: len(symbols)][block::blocks] + second[len(symbols) :][block::blocks]
        right[block::blocks] = _corrected(data, check, doubts)
    body = _as_digits(right, length)
    return body + make(body, parity, phrase)


def refill(body: str, ending: str, length: int, phrase: str, near: Sequence[int] = ()) -> str | None:
    """Give the right digits, number and coda, where in one place some of the number's are missing, or too many.

    body, ending : what was heard of the number's `length` digits, and the whole coda. Where that was is sought in
    windows, which count as lost: first those about the places `near`, then all that are as wide as the parity can
    fill. None if nothing was missing, or the coda cannot tell.
    """
    parity = parity_symbols(len(ending))
    check = _symbols(ending[TIHAI : len(ending) - TIHAI])
    symbols, lacking = -(-length // DIGITS), length - len(body)
    blocks = _blocks(symbols, parity)
    lost = max(sum(map(_unreadable, check[block::blocks])) for block in range(blocks))
    widest = DIGITS * (blocks * (parity // blocks - _SURE - lost) - 1)
    step = widest - max(lacking, 0)
    if parity % blocks or not lacking or step < 1:
        return None
    windows = [(place - min(step // 2, _ABOUT), lacking + 2 * min(step // 2, _ABOUT)) for place in near]
    windows += [(start, widest) for start in range(0, length, step)]
    for first, width in windows:
        start = min(max(first, 0), length)
        stop = min(start + max(width, 0), length)
        digits = body[:start] + "0" * (stop - start) + body[len(body) - length + stop :]
        unknown = {place // DIGITS for place in range(start, stop)}
        right = _refilled(_symbols(digits), check, blocks, unknown)
        if right is not None:
            found = _as_digits(right, length)
            return found + make(found, parity, phrase)
    return None


def _refilled(data: Sequence[int], check: Sequence[int], blocks: int, unknown: set[int]) -> list[int] | None:
    """Correct all blocks where it is known which symbols are lost; None if one of them cannot be."""
    right = list(data)
    for block in range(blocks):
        here, parity = data[block::blocks], check[block::blocks]
        lost = [place for place in range(len(here)) if block + place * blocks in unknown]
        lost += [len(here) + place for place, value in enumerate(parity) if _unreadable(value)]
        found = _decoded([*here, *parity], len(parity), lost, _SURE)
        if found is None:
            return None
        right[block::blocks] = found
    return right


def _corrected(data: Sequence[int], check: Sequence[int], doubts: "Sequence[Sequence[Exchange]]") -> list[int]:
    """Correct a block: with the erasures that there are, then, in the order of their doubts, with more and more, then
    with what was heard second best. doubts : for each symbol its exchanges; none if nothing is known of them."""
    from primesong.repair import chase

    whole, parity = [*data, *check], len(check)
    erased = [len(data) + place for place, value in enumerate(check) if _unreadable(value)]
    order = sorted(set(range(len(doubts))) - set(erased), key=lambda place: doubts[place][0].cost)
    unheard = [*erased, *(place for place in order if not doubts[place][0].cost)]
    exchanges = [one._replace(place=place) for place in order if doubts[place][0].cost for one in doubts[place]]
    ways: list[Iterator[tuple[list[int], list[int], int]]] = []
    if order:
        ways.append(iter([(whole, unheard, _SURE)]))
        ways.append((whole, [*erased, *order[:more]], _SURE) for more in _erasures(len(erased), parity))
        ways.append((guessed, unheard, _SURE) for guessed in chase.guesses(_field(), whole, parity, unheard, exchanges))
    ways.append(iter([(whole, erased, 0)]))
    for symbols, lost, spare in chain.from_iterable(ways):
        found = _decoded(symbols, parity, lost, spare)
        if found is not None:
            return found
    raise DamagedError("more notes are wrong than the coda can put right")


def _decoded(symbols: list[int], parity: int, erased: list[int], spare: int) -> list[int] | None:
    """Decode a block; None if it cannot be, or not with so many parity symbols to spare."""
    from reedsolo import ReedSolomonError

    try:
        found, _, wrong = _codec(parity).decode(symbols, erase_pos=erased)
    except (ReedSolomonError, ZeroDivisionError):  # the latter where the locator has no roots
        return None
    errors = len(set(wrong) - set(erased))
    return list(found) if max(found) < _VALUES and 2 * errors + len(erased) <= parity - spare else None


def _erasures(erased: int, parity: int) -> Iterator[int]:
    """How many symbols are erased besides those that must be, the fewest first."""
    most = parity - _SPARE - erased
    yield from range(0, max(most, 0) + 1, max(1, most // _TRIALS))


def _exchanges(digits: str, rivals: Sequence[Rival]) -> "list[list[Exchange]]":
    """For each symbol, those that it becomes if one of its digits is what was heard second best, the likeliest first;
    their places are not told yet."""
    from primesong.repair.chase import Exchange

    found = []
    for start in range(0, len(digits), DIGITS):
        symbol = digits[start : start + DIGITS]
        ways = []
        for place, rival in enumerate(rivals[start : start + DIGITS]):
            changed = symbol[:place] + rival.digit + symbol[place + 1 :]
            ways.append(Exchange(rival.margin, 0, int(changed.ljust(DIGITS, "0"))))
        found.append(sorted(ways))
    return found


def _unreadable(value: int) -> bool:
    """Whether three digits of parity may stand for two symbols."""
    return value < (1 << _EXPONENT) - _VALUES


def _as_digits(symbols: Sequence[int], length: int) -> str:
    """Write symbols as so many digits. The reverse of `_symbols`."""
    text = "".join(f"{symbol:03}" for symbol in symbols[:-1])
    return text + f"{symbols[-1]:03}"[: length - len(text)]


def _symbols(digits: str) -> list[int]:
    """Read three digits as a symbol; the last is filled up with zeros."""
    triples = zip_longest(*[iter(digits)] * DIGITS, fillvalue="0")
    return [int("".join(triple)) for triple in triples]


def _blocks(symbols: int, parity: int) -> int:
    """Among how many blocks symbols and parity are dealt out in turn."""
    return max(1, -(-(symbols + parity) // _BLOCK))


def _codec(parity: int) -> Any:
    from reedsolo import RSCodec

    return RSCodec(parity, nsize=_BLOCK, c_exp=_EXPONENT, prim=_POLYNOMIAL, generator=2, fcr=0)


@lru_cache(1)
def _field() -> "Field":
    from primesong.repair.chase import Field

    return Field(_EXPONENT, _POLYNOMIAL)
