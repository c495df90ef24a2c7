"""What a score's title page and the command `notes` say of a song: its swaras, its talas, its sums."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from primesong.errors import NoProgramError
from primesong.sargam.raga import describe_raga
from primesong.sargam.setting import MATRAS_PER_BEAT
from primesong.sargam.swara import tonic_name
from primesong.sargam.tala import describe_fitting
from primesong.song import Song

#: Whose work a score is.
CREDIT = "Made from a number by primesong"


class TitlePage(NamedTuple):
    """What the first page says.

    Parameters
    ----------
    title, subtitle : str
    credit : str
        Whose work it is.
    cycle : str
        What one of the song's cycles is called.
    table : sequence of sequence of str
        Its first row holds the heads.
    lines : sequence of str
        Sentences below the table.
    """

    title: str
    subtitle: str
    credit: str
    cycle: str
    table: Sequence[Sequence[str]]
    lines: Sequence[str]


def tabulate_notes(song: Song) -> list[dict[str, Any]]:
    """Return the mapping as rows, from the most frequent digit down: rank, digit, swara, letter, semitones above Sa,
    note in staff notation, count."""
    counts = Counter(song.digits)
    key = song.melody.setting.key
    return [
        {
            "rank": rank,
            "digit": digit,
            "swara": pitch.name,
            "letter": pitch.letter,
            "semitones": pitch.semitones,
            "note": key.write(pitch),
            "count": counts[digit],
        }
        for rank, digit in enumerate(song.mapping.ranking, start=1)
        for pitch in [song.mapping.pitch(digit)]
    ]


def make_title_page(song: Song) -> TitlePage:
    """Return what the title page of a song's score says."""
    melody, setting, rows = song.melody, song.melody.setting, tabulate_notes(song)
    coda = f", then a coda of {len(melody.coda_digits):,} notes" if melody.coda_digits else ""
    tala = f"{setting.tala.name}, " if any(setting.tala.marks) else ""
    return TitlePage(
        title=setting.title,
        subtitle=f"{len(song.digits):,} digits, a note each{coda}; {tala}Sa = {tonic_name(setting.tonic)}, "
        f"{setting.laya}",
        credit=CREDIT,
        cycle=setting.tala.cycle,
        table=[tuple(rows[0]), *([str(value) for value in row.values()] for row in rows)],
        lines=[_explain(song), *_describe_extent(song), _describe_program(song)],
    )


def _explain(song: Song) -> str:
    """Say in plain words what a musician reads here."""
    setting, tala = song.melody.setting, song.melody.setting.tala
    written = "komal has a line below, tivra one above, mandra a dot below, taar a dot above"
    cycle = f"; {tala.matras} matras are an avartan of {tala.name}, counted {' '.join(tala.marks)}" * any(tala.marks)
    return (
        "This song is a number, written as it is played: each of its decimal digits is a swara, the most frequent one "
        f"Sa, the others as in the table ({written}). Every swara lasts one matra, "
        f"{setting.tempo * MATRAS_PER_BEAT:,.4g} of them a minute{cycle}. What the number's bytes hold, a program, can "
        "be read back from the song."
    )


def _describe_extent(song: Song) -> list[str]:
    """Say what the number fills, or which part of a song an excerpt is; and the SHA-256 of the whole number."""
    excerpt, tala = song.melody.excerpt, song.melody.setting.tala
    if excerpt is None:
        sums = song.melody.record.sha256
        return [
            describe_raga(song.mapping.raga),
            describe_fitting(len(song.digits)),
            f"SHA-256 of the number's digits: {sums}",
        ]
    return [
        f"An excerpt, from {tala.cycle} {excerpt.start:,} on, of a song of {excerpt.notes:,} notes.",
        f"SHA-256 of the number's digits: {excerpt.sha256}",
    ]


def _describe_program(song: Song) -> str:
    try:
        return f"SHA-256 of the program: {hashlib.sha256(song.program).hexdigest()}"
    except NoProgramError as error:
        return f"Program: {error}."
