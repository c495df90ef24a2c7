"""Melody to captions: an avartan a caption, its swaras and, below them, the end of the program so far.

Three formats: SubRip (.srt), WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format") and LRC, the lyrics of music
players, which has only beginnings. Times are in seconds from the beginning of the sound.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from primesong.number.unfolding import Unfolding, unfold
from primesong.sargam.melody import Melody
from primesong.sargam.script import DEFAULT_VERSES, verse
from primesong.sargam.setting import printable
from primesong.sargam.tala import Tala

#: How much of the program so far a caption shows, in characters: a line.
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption: what is sung from `begin` to `end`, and the end of the program that is known by then."""

    begin: float
    end: float
    sargam: str
    program: str

    @property
    def lines(self) -> list[str]:
        """The lines that are shown."""
        return [self.sargam, self.program] if self.program else [self.sargam]


def caption_melody(melody: Melody, scripts: Sequence[str] = DEFAULT_VERSES) -> list[Caption]:
    """Caption a melody at its tempo, swaras in the first of some scripts of `SCRIPT_NAMES`."""
    words = verse(melody.setting.mapping, scripts[0])
    notes = len(melody.played_digits)
    edges = [note * melody.setting.matra_seconds for note in range(notes + 1)]
    known = None if melody.excerpt else unfold(melody.number_digits).extend(len(melody.coda_digits))
    return caption_notes([words[digit] for digit in melody.played_digits], edges, melody.setting.tala, known)


def caption_notes(
    words: Sequence[str], edges: Sequence[float], tala: Tala, known: Unfolding | None = None
) -> list[Caption]:
    """Caption notes.

    Parameters
    ----------
    words : sequence of str
        Each note as it is written.
    edges : sequence of float
        When each note begins, and when the last one ends, in seconds.
    tala : Tala
        What groups the notes.
    known : Unfolding, optional
        What the first notes give of the program.
    """
    captions = []
    for first in range(0, len(words), tala.matras):
        last = min(first + tala.matras, len(words))
        vibhags = [words[first + start : min(first + start + size, last)]
                   for start, size in zip(tala.starts, tala.vibhags, strict=True)]  # fmt: skip
        sargam = " | ".join(" ".join(vibhag) for vibhag in vibhags if vibhag)
        program = _shorten(known.text(last)) if known else ""
        captions.append(Caption(float(edges[first]), float(edges[last]), sargam, program))
    return captions


def _shorten(text: str) -> str:
    """Return the end of a text, in one line that can be printed."""
    line = printable(re.sub(r"\s+", " ", text)).strip()
    return line if len(line) <= _MOST_SHOWN else f"…{line[1 - _MOST_SHOWN :]}"


def write_srt(captions: Iterable[Caption]) -> bytes:
    """Write captions as SubRip."""
    parts = (
        "\n".join((str(number), f"{_write_time(one.begin, ',')} --> {_write_time(one.end, ',')}", *one.lines, ""))
        for number, one in enumerate(captions, start=1)
    )
    return "\n".join(parts).encode()


def write_vtt(captions: Iterable[Caption]) -> bytes:
    """Write captions as WebVTT."""
    parts = (
        "\n".join(
            (
                f"{_write_time(one.begin, '.')} --> {_write_time(one.end, '.')}",
                *(escape(line, quote=False) for line in one.lines),
                "",
            )
        )
        for one in captions
    )
    return "\n".join(("WEBVTT\n", *parts)).encode()


def write_lrc(captions: Iterable[Caption]) -> bytes:
    """Write captions as LRC: a line has a time, and two lines with the same time are shown together."""
    return "".join(_write_lyrics(captions)).encode()


def _write_lyrics(captions: Iterable[Caption]) -> Iterator[str]:
    for one in captions:
        minutes, hundredths = divmod(round(one.begin * 100), 6000)
        for line in one.lines:
            yield f"[{minutes:02}:{hundredths / 100:05.2f}] {line}\n"


def _write_time(seconds: float, point: str) -> str:
    """Write hours, minutes, seconds and milliseconds."""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{milliseconds:03}"
