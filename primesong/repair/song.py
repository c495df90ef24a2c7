"""A damaged song to the right one: wrong, missing and doubled notes put right, and told.

The coda is believed first: it puts wrong notes right, and fills a place where some are lost. Without one, or where that
is not enough, what the program inside looks like tells the rest. Where the song has no record, its first notes may not
tell what every note stands for, and each way that they leave open is tried.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, permutations

from primesong.errors import DamagedError, NoProgramError, PrimesongError, TooLongError
from primesong.number.correction import Correction, compare
from primesong.number.payload import PROGRAM_LIMIT
from primesong.repair import coda, sequential
from primesong.repair.alignment import Alignment, alignments
from primesong.repair.plausibility.reader import TEXT_LIMIT
from primesong.sargam.mapping import Mapping
from primesong.sargam.tala import name_place
from primesong.song import Song, check_complete

#: In how many ways the notes of a damaged song are placed in the number.
_WAYS = 2

#: How many digits may be open, of a song without its record, to be tried in every order.
_OPEN = 4

#: How many digits must stand twice in a row to be taken for a part that is there twice.
_TWICE = 4

Mended = tuple[Song, tuple[Correction, ...]]


def add_coda(song: Song, share: float) -> Song:
    """Give the song a coda of about `share` of the number's notes, by which wrong notes can be put right; what comes
    before it stays the same. Raises `PrimesongError` for an excerpt, and for a share that no coda has."""
    if song.melody.excerpt is not None:
        raise PrimesongError("an excerpt has no coda: it belongs to the whole number")
    made = coda.make(song.digits, coda.choose_parity(len(song.digits), share), song.mapping.ending)
    return replace(song, melody=replace(song.melody, coda_digits=made))


def correct(song: Song) -> Mended:
    """Put wrong notes right by the song's coda, and tell which. Raises `DamagedError` if more are wrong than it can
    put right, or there is none."""
    heard = song.melody.played_digits
    right = coda.correct(heard, len(song.digits), song.mapping.ending)
    return _with(song, right[: len(song.digits)], right[len(song.digits) :]), compare(heard, right)


def mend(
    song: Song,
    seconds: float,
    progress: Callable[[float], None] = lambda done: None,
    limit: int = PROGRAM_LIMIT,
) -> Mended:
    """Put wrong, missing and doubled notes of a song right, by its coda, or, if it has none or that is not enough, by
    what the program inside looks like; and tell which.

    seconds : how long to try; `progress` gets 0 to 1; limit : how many bytes the program may have. Raises
    `DamagedError`, with the beginning of the program as far as it is known, `NoProgramError` where the notes are not
    those of a gzip member.
    """
    check_complete(song)
    ways = [
        (way, reading)
        for way in islice(alignments(song.digits), _WAYS)
        for reading in ([song] if song.record is not None else _readings(song, way))
    ]
    for right, changes in _whole(song, ways):
        try:
            right.unpack(limit)
        except TooLongError:
            raise
        except NoProgramError:
            continue
        return right, changes
    if len(song.digits) > sequential.MAX_DIGITS:
        raise NoProgramError(f"numbers of more than {sequential.MAX_DIGITS:,} digits are not repaired")
    if not ways:
        song.unpack(limit)
        raise NoProgramError("the song's first notes are those of no gzip member")
    faults = []
    for way, reading in ways:
        digits, first = _begun(reading, way)
        # where as many notes are missing as are too many, they are as many as they should be
        lengths = [way.length] if len(digits) != way.length else [None, way.length]
        for length in lengths:
            try:
                found = sequential.search(
                    sequential.blind_costs(digits),
                    seconds / len(ways) / len(lengths),
                    length=length,
                    known=way.known,
                    progress=progress,
                )
            except DamagedError as fault:
                faults.append((fault, way))
            else:
                return _with(reading, found.digits), (*first, *found.corrections)
    best, way = max(faults, key=lambda one: len(one[0].beginning))
    longer = f"; programs of more than {TEXT_LIMIT:,} bytes are not repaired" if limit > TEXT_LIMIT else ""
    raise DamagedError(f"{_lacking(song, way, best)}{best}{longer}", best.beginning, best.reached) from best


def can_repair(song: Song, fault: NoProgramError) -> bool:
    """Tell whether a song that gives no program begins like one that holds one."""
    return song.melody.excerpt is None and not isinstance(fault, TooLongError) and any(alignments(song.digits))


def _whole(song: Song, ways: Sequence[tuple[Alignment, Song]]) -> Iterator[Mended]:
    """Give what the song may have been, as its coda says, or if a part that is there twice is left out."""
    for reading in (song, *(reading for _, reading in ways)):
        with contextlib.suppress(DamagedError):
            yield correct(reading)
    for way, reading in ways:
        body, first = _begun(reading, way)
        after = reading.melody.coda_digits
        right = coda.refill(body, after, way.length, _phrase(reading, after)) if after else None
        if right is not None:
            changes = (*first, *compare(body, right[: way.length]), *_after(after, right, way.length))
            yield _with(reading, right[: way.length], right[way.length :]), changes
        for start in _twice(body, len(body) - way.length):
            once = body[:start] + body[start + len(body) - way.length :]
            yield _with(reading, once, after), (*first, *compare(body, once))


def _readings(song: Song, way: Alignment) -> Iterator[Song]:
    """Give the song in every way that its first digits leave open."""
    heard = song.digits[: len(way.known) - len(way.missing)]
    told = {one for one, other in zip(way.known[len(way.missing) :], heard, strict=False) if one == other}
    free = sorted(set("0123456789") - told)
    if len(free) > _OPEN:
        free = []
    for order in permutations(free):
        table = str.maketrans("".join(free), "".join(order))
        reading = _with(song, song.digits.translate(table), song.melody.coda_digits.translate(table))
        mapping = Mapping(song.mapping.ranking.translate(table))
        yield replace(reading, melody=reading.melody.arrange(mapping=mapping))


def _begun(song: Song, way: Alignment) -> tuple[str, tuple[Correction, ...]]:
    """Put the first digits right, which are known, and tell what was changed."""
    return way.known + song.digits[len(way.known) - len(way.missing) :], way.changes(song.digits)


def _twice(digits: str, extra: int) -> Iterator[int]:
    """Where so many digits stand twice, one after the other."""
    same = 0
    for here in range(len(digits) - extra if extra >= _TWICE else 0):
        same = same + 1 if digits[here] == digits[here + extra] else 0
        if same >= extra:
            yield here - extra + 1


def _with(song: Song, digits: str, after: str | None = None) -> Song:
    """Give the song other digits, and another coda."""
    after = song.melody.coda_digits if after is None else after
    return replace(song, melody=replace(song.melody, number_digits=digits, coda_digits=after))


def _phrase(song: Song, after: str) -> str:
    """The digits of the coda's tihais: by the song's mapping, or, without a record, as they are heard."""
    return song.mapping.ending if song.record is not None else after[: coda.PHRASE]


def _after(after: str, right: str, length: int) -> tuple[Correction, ...]:
    """What was put right in the coda."""
    changes = compare(after, right[length:])
    return tuple(replace(change, place=length + change.place) for change in changes)


def _lacking(song: Song, way: Alignment, fault: DamagedError) -> str:
    """Say how many notes are missing, or too many, and where the first of them may be."""
    extra = len(song.digits) - way.length
    if not extra:
        return ""
    lacking = f"{-extra:,} of the song's {way.length:,} notes are missing"
    many = lacking if extra < 0 else f"{extra:,} notes are too many"
    return f"{many}, the first about {name_place(fault.reached, song.melody.setting.tala)} or before; "
