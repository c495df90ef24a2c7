"""Hear a song live: what is known of it grows with every note."""

import os
from collections.abc import Callable, Iterator
from typing import IO

from primesong.errors import PrimesongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.song import Song
from primesong.sound.blocks import Block, check_rate, limit_length
from primesong.sound.capture import Ear, Readable, read_microphone, read_stream
from primesong.sound.hear.live import Kept
from primesong.sound.hear.retrieval import EFFORT, retrieve
from primesong.sound.transcribe.signal import RATE


def open_ear(
    pipe: IO[bytes] | None,
    rate: int,
    limits: Limits = DEFAULT_LIMITS,
    lose: Callable[[], None] = lambda: None,
) -> tuple[Ear, int]:
    """Begin to listen, in a thread of its own.

    Parameters
    ----------
    pipe : file object or None
        WAV or raw 16-bit samples, one channel; None for the microphone.
    rate : int
        Sample rate of the microphone and of raw samples, in Hz.
    limits : Limits
        How much is heard at most.
    lose : callable
        Called where some of the microphone's sound was lost.

    Returns
    -------
    Ear, int
        What yields blocks of sound, shape (frames,), and their sample rate in Hz.
    """
    if pipe is None:
        blocks = limit_length(read_microphone(rate, lose), rate, limits)
    else:
        # a thread that waits with the buffer of a standard stream would keep Python from ending
        blocks, rate = open_stream(os.fdopen(pipe.fileno(), "rb", closefd=False), rate, limits)
    return Ear(blocks, rate), rate


def open_stream(stream: Readable, rate: int, limits: Limits = DEFAULT_LIMITS) -> tuple[Iterator[Block], int]:
    """Read blocks of sound from a stream of WAV or raw 16-bit samples, as they come; return them and their rate in
    Hz."""
    check_rate(rate)
    blocks, rate = read_stream(stream, rate, limits)
    return limit_length(blocks, rate, limits), rate


def hear_kept(kept: Kept, effort: float | None = None) -> Song:
    """Return the song in all that `follow` kept: what it heard while it listened, if that is all that is found. Raises
    `PrimesongError`."""
    if kept.heard is not None:
        effort = 0.0
    try:
        heard = retrieve([(kept.blocks, RATE)], EFFORT if effort is None else effort)
    except PrimesongError:
        if kept.heard is None:
            raise
        heard = kept.heard
    return heard.song
