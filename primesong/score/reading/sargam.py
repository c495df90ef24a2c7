"""Sargam text to lines of notes. The reverse is `score.text`.

Read first as primesong writes it: swaras of any one script between blanks, or digits behind upright lines; numbers,
upright lines, the tala's marks and remarks are ignored. Any other text is read as people write (`sargam.spelling`), by
every convention that makes swaras of all of it; which is right is for `repair.identify` to say.
"""

import io
import re
from collections.abc import Iterable, Iterator

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.raga import RAGAS
from primesong.sargam.record import Notes, Record
from primesong.sargam.remarks import Fact, Remark
from primesong.sargam.setting import DEFAULT_TONIC
from primesong.sargam.spelling import CONVENTIONS, PATTERN, Convention, normalize, read_written
from primesong.score.reading.signs import Heights, Reading, Swara, read_heights, settle
from primesong.score.reading.words import complain_of_word, decode_words, read_digits, read_words

#: What a complaint calls the text.
_SOURCE = "sargam text"

#: In characters: the longest text that is read as people write, some hundred thousand notes.
_LONGEST_TEXT = 1 << 20

#: The fewest swaras by which a text is taken for sargam as people write it, whatever its name: no number that holds a
#: program has fewer digits.
_FEWEST = 50

#: The fewest lines of swaras by which a text with headings, or words under the lines, is taken for sargam.
_FEWEST_LINES = 4

#: The share of a line's letters that must be swaras; of less, it is a heading.
_SWARA_SHARE = 0.5

#: A line of a tala's marks, without swaras.
_MARKS = re.compile(r"[\s|xX×+*0-9]+")


def read_sargam(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of notes of sargam text as primesong writes it. The reverse of `write_sargam`.

    Returns
    -------
    list of Notes
        One for each different reading; none if people have written it.

    Raises
    ------
    SongError
        If something is not a swara; the message names the first such thing.
    """
    text = _decode(data, limits)
    try:
        lines = read_words(_split_words(text), _SOURCE, _find_record(text), "line")
    except SongError:
        if not _read_swaras(text):
            raise
        return []
    words = (word for _, line in _split_lines(text) if line[:1] != "#" for word in line.partition("|")[2].split())
    digits = "".join(words).replace("|", "")
    if not lines and digits.isascii() and digits.isdecimal():
        return [read_digits(digits, _SOURCE, _find_record(text))]
    return lines


def reread_sargam(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Notes]:
    """Read sargam text by every convention by which people write it, the likeliest first.

    Raises
    ------
    SongError
        If something is not a swara; the message names the first such thing.
    """
    text = _decode(data, limits)
    record = _find_record(text)
    swaras = _read_swaras(text) if len(text) <= _LONGEST_TEXT else []
    found: dict[Reading, Convention] = {}
    for convention in _choose_conventions(swaras) if swaras else ():
        for reading in read_heights(swaras, convention):
            found.setdefault(reading, convention)
    common = set(Fact).intersection(*(convention.facts for convention in found.values()))
    on_scale_first = sorted(found.items(), key=lambda one: _rank_raga(one[0].heights))
    facts = {heights: [fact for fact in convention.facts if fact not in common]
             for (heights, _), convention in reversed(on_scale_first)}  # fmt: skip
    for heights in dict.fromkeys(reading.heights for reading, _ in on_scale_first):
        yield _make_notes(heights, record, facts[heights])
    for reading, _ in on_scale_first:
        for settled in settle(*reading):
            yield _make_notes(settled, record, [*facts[reading.heights], Fact.SETTLED])


def _choose_conventions(swaras: list[Swara]) -> Iterable[Convention]:
    """Return the conventions that differ in the signs of a text, the likeliest first."""
    signs = sorted(set("".join(swara.before + swara.after for swara in swaras)))
    different: dict[tuple[object, ...], Convention] = {}
    for convention in CONVENTIONS:
        meanings = [(convention.before.get(sign), convention.after.get(sign)) for sign in signs]
        different.setdefault((*meanings, str(convention.small), str(convention.capital)), convention)
    return different.values()


def _rank_raga(heights: Heights) -> int:
    """Return the place in the table of the first raga that has all these heights."""
    return next((place for place, raga in enumerate(RAGAS.values()) if set(heights) <= set(raga.heights)), len(RAGAS))


def _make_notes(heights: Heights, record: Record | None, facts: list[Fact]) -> Notes:
    """Return a reading as a line of notes."""
    tonic = record.setting.tonic if record else DEFAULT_TONIC
    return Notes([tonic + height for height in heights], _SOURCE, record, tuple(map(Remark, facts)))


def looks_like_sargam(text: str) -> bool:
    """Tell whether a text is nothing but swaras, numbers, upright lines and remarks, and has a swara; or, as people
    write, more than a few swaras and what may stand between them."""
    try:
        return bool(read_words(_split_words(text), "text", None, "line"))
    except SongError:
        pass
    try:
        lines = list(_read_lines(text)) if len(text) <= _LONGEST_TEXT else []
    except SongError:
        return False
    sung = [line for line in lines if line]
    headings = lines.count(None)
    is_sargam = not headings or max(headings, _FEWEST_LINES) <= len(sung)
    return is_sargam and sum(map(len, sung)) >= _FEWEST


def _decode(data: bytes, limits: Limits) -> str:
    """Decode sargam text."""
    limits.check("text", len(data), "the sargam text")
    return decode_words(data, "the sargam text")


def _find_record(text: str) -> Record | None:
    """Find the song's record among the remarks."""
    remarks = (line.lstrip("# \t").rstrip() for _, line in _split_lines(text) if line.startswith("#"))
    return next(filter(None, map(Record.from_text, remarks)), None)


def _split_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line's number, and the line without the blanks at its left."""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        yield number, line.lstrip()


def _split_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words that are not remarks, numbers or upright lines, each with the number of its line."""
    for number, line in _split_lines(text):
        if not line.startswith("#"):
            for word in line.replace("|", " ").split():
                if not word.isdecimal():
                    yield number, word


def _read_swaras(text: str) -> list[Swara]:
    """Read the swaras of a text as people write it. Raises `SongError` as `_read_lines` does."""
    return [swara for line in _read_lines(text) for swara in line or ()]


def _read_lines(text: str) -> Iterator[list[Swara] | None]:
    """Yield the swaras of each line of a text as people write it, or None for a heading, which has few. Raises
    `SongError` naming the first thing elsewhere that is not a swara."""
    for number, line in _split_lines(normalize(text)):
        if line.startswith("#") or _MARKS.fullmatch(line):
            continue
        try:
            yield list(_read_line(line, number))
        except SongError:
            if not _is_heading(line):
                raise
            yield None


def _read_line(line: str, number: int) -> Iterator[Swara]:
    """Yield the swaras of a line."""
    place = 0
    for found in PATTERN.finditer(line):
        if found.start() > place:
            break
        place = found.end()
        if found["name"]:
            follower = PATTERN.match(line, place)
            is_joined = follower is not None and follower["name"] is not None
            yield Swara(read_written(found), found["before"], found["after"], is_joined)
    if place < len(line):
        start = max(line.rfind(" ", 0, place + 1), line.rfind("|", 0, place + 1)) + 1
        raise complain_of_word("line", number, (line[start:].split() or [""])[0])


def _is_heading(line: str) -> bool:
    """Tell whether few of a line's signs belong to swaras."""
    read = sum(found.end() - found.start() for found in PATTERN.finditer(line) if found["name"])
    return read < _SWARA_SHARE * len("".join(line.split())) and line.rstrip("\n").isprintable()
