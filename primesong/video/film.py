"""A song, or a part of it, to a video file: a card, the song, and a card with its number as a QR code.

Times are in seconds. The sound is a whole song's or an excerpt's, between silences, so that a song is heard in it as in
any recording.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np

from primesong.errors import PrimesongError
from primesong.sargam.melody import Melody
from primesong.score.captions import Caption, caption_melody
from primesong.song import Song
from primesong.sound.recording import Samples
from primesong.sound.render.rendering import DEFAULT_OPTIONS, RenderOptions, render
from primesong.video.cards import draw_cards
from primesong.video.layout import Picture
from primesong.video.look import Look
from primesong.video.mux import CONTAINERS, SAMPLE_RATE, Film, check_codecs, write_film
from primesong.video.options import DEFAULT_VIDEO, VideoOptions
from primesong.video.scene import Scene

#: How long the title is seen.
TITLE_SECONDS = 3.0

#: How long the QR code is seen: long enough to be scanned.
ENDING_SECONDS = 6.0

#: How many avartans a chapter has.
CHAPTER = 25

#: The most notes that a video has: an hour and a half at the usual tempo.
MOST_NOTES = 20_000


def write_video(
    path: Path,
    song: Song,
    suffix: str,
    options: VideoOptions = DEFAULT_VIDEO,
    *,
    sound: RenderOptions = DEFAULT_OPTIONS,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Write a song's video. It is heard as any recording of the song: the reverse of `sound.file.read_recording`.

    Parameters
    ----------
    path : Path
    song : Song
        The whole song.
    suffix : str
        One of `mux.CONTAINERS`.
    options : VideoOptions
    sound : RenderOptions
        How it sounds.
    progress : callable
        Gets the share that is written, 0 to 1.

    Raises
    ------
    PrimesongError
        If the song is too long, has no such avartans, or is to be played in concert.
    MissingError
        If PyAV, Typst or Verovio is not installed.
    """
    check_codecs()
    if not sound.is_steady:
        raise PrimesongError("a video needs a steady beat, which the concert expression lacks; use gentle or plain")
    melody, look = options.cut(song), options.look
    if len(melody.played_digits) > MOST_NOTES:
        notes = len(melody.played_digits)
        raise PrimesongError(f"a video can show at most {MOST_NOTES:,} notes; this one would show {notes:,}")
    first = 0 if song.melody.excerpt else (melody.first_avartan - 1) * melody.setting.tala.matras
    film = Film(
        look.layout.width,
        look.layout.height,
        TITLE_SECONDS + melody.seconds + ENDING_SECONDS,
        _show(song, melody, first, look),
        _play(melody, sound),
        _shift(caption_melody(song.melody, (look.script,)), melody, first),
        list_chapters(melody),
        {"title": melody.setting.title, "comment": melody.record.to_text(), "copyright": sound.credit},
    )
    write_film(path, film, CONTAINERS[suffix], progress)


def list_chapters(melody: Melody) -> list[tuple[float, str]]:
    """List the chapters: their beginnings, and the names of their first avartans. The first has the title before it."""
    tala, first = melody.setting.tala, melody.first_avartan
    avartans = range(first, first - -len(melody.played_digits) // tala.matras)
    starts = [avartan for avartan in avartans if avartan == first or avartan % CHAPTER == 1]
    seconds = tala.matras * melody.setting.matra_seconds
    return [
        (
            TITLE_SECONDS + (avartan - first) * seconds if avartan > first else 0.0,
            f"{tala.cycle} {avartan}".capitalize(),
        )
        for avartan in starts
    ]


def _show(song: Song, melody: Melody, first: int, look: Look) -> Iterator[tuple[float, Picture]]:
    """Yield each picture, and until when it is seen."""
    title, ending = draw_cards(song, look)
    yield TITLE_SECONDS, title
    scene = Scene(song, melody, first, look)
    for note in range(len(melody.played_digits)):
        yield TITLE_SECONDS + (note + 1) * melody.setting.matra_seconds, scene.show(note)
    yield TITLE_SECONDS + melody.seconds + ENDING_SECONDS, ending


def _play(melody: Melody, options: RenderOptions) -> Iterator[Samples]:
    """Return the sound, block by block, between silences; what rings out after the last note is heard in the second."""
    rendering = render(melody, replace(options, sample_rate=SAMPLE_RATE, depth="float", alone=False))
    ringing = rendering.frames / SAMPLE_RATE - melody.seconds
    title, ending = (
        np.zeros((round(seconds * SAMPLE_RATE), rendering.channels), np.float32)
        for seconds in (TITLE_SECONDS, ENDING_SECONDS - ringing)
    )
    return chain([title], rendering.blocks, [ending])


def _shift(captions: list[Caption], melody: Melody, first: int) -> list[Caption]:
    """Return the captions of a part of a song at the times that it has in the video."""
    matras = melody.setting.tala.matras
    shift = TITLE_SECONDS - first * melody.setting.matra_seconds
    begin, end = first // matras, (first + len(melody.played_digits) - 1) // matras + 1
    return [replace(one, begin=one.begin + shift, end=one.end + shift) for one in captions[begin:end]]
