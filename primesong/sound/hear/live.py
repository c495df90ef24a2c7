"""Sound as it comes, to a song as it becomes known.

gzip's header gives the song away within its first notes: after some twenty, key, tempo, mapping and length are known,
and the program's text follows note by note. What was heard so far is read anew at every report; reports come ever more
rarely, so that all of them together cost no more than five readings of the whole. Meanwhile an `Ear` goes on listening:
neither a microphone nor a pipe waits. Who joins late hears the end first: where that belongs is known once the song has
come round, and what is heard twice shows how the two meet.

Comes in: a stream of bytes, WAV or raw 16-bit samples, or blocks from a microphone. Goes out: `Report`s, and at the end
what `retrieval.retrieve` makes of the whole.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import IO

import numpy as np
from numpy.typing import NDArray

from primesong.errors import MissingError, SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sound.blocks import check_rate
from primesong.sound.hear.diagnosis import cut_at, missing_bars, program_heard
from primesong.sound.hear.joining import together
from primesong.sound.hear.opening import find_openings_anywhere
from primesong.sound.transcribe.signal import condition
from primesong.sound.transcribe.views import views

#: How often a report is made, in seconds of sound, and the first one.
REPORT_SECONDS = 15

#: The first bytes of a WAV's format, which say all that is needed; and how much of other chunks is passed over at once.
_FORMAT_BYTES, _PASSED_BYTES = 16, 1 << 16

#: By what share of what was heard so far more must be heard before the next report: all that is read is then a
#: geometric series.
_MORE = 0.25

#: A slot is counted as a note if one of the ten is likelier than this; fewer than so many say nothing of their place.
_SURE, _SHARED = 0.5, 24

#: The first bytes of files that are read whole, not as they come. (An MP3 file without tags begins as samples may.)
_FILES = {b"fLaC": "FLAC", b"OggS": "Ogg", b"ID3": "MP3"}

Block = NDArray[np.float32]


class Ear:
    """Takes in blocks in a thread that does nothing else, so that none is lost while those before are being read.

    What it holds has the bounds of the blocks that it is given: see `blocks.limit_length`.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._heard: SimpleQueue[Block | Exception | None] = SimpleQueue()
        self._ended = False
        Thread(target=self._listen, args=(blocks,), daemon=True).start()

    def __iter__(self) -> Iterator[Block]:
        """Give the blocks in their order, waiting for those that are still to come. Raises what they raise."""
        while (heard := self._heard.get()) is not None:
            if isinstance(heard, Exception):
                raise heard
            yield heard

    def end(self) -> None:
        """Listen no more; what was taken in is still given. A signal's handler may call this."""
        self._ended = True
        self._heard.put(None)

    def _listen(self, blocks: Iterable[Block]) -> None:
        try:
            for block in blocks:
                if self._ended:
                    return
                self._heard.put(block)
            self._heard.put(None)
        except Exception as error:  # raised where the blocks are waited for
            self._heard.put(error)


@dataclass(frozen=True, slots=True)
class Report:
    """What is known so far: seconds heard, Sa in Hz, beats a minute, notes of the song heard, notes in all (0: not yet
    known), the program's beginning, what is missing of the song in words, and notes heard of which it is not known yet
    where they belong."""

    seconds: float
    tonic_hertz: float = 0.0
    tempo: float = 0.0
    heard: int = 0
    length: int = 0
    program: bytes = b""
    missing: str = ""
    loose: int = 0

    def __str__(self) -> str:
        if not self.tempo:
            return f"{self.seconds:5.0f} s  no steady beat yet"
        key = f"{self.seconds:5.0f} s  Sa {self.tonic_hertz:.1f} Hz, {self.tempo:.1f} beats a minute"
        if not self.length:
            return (
                f"{key}; {self.loose:,} notes, but the song's beginning is not among them: joined late, it is not "
                "known yet how many came before; when the song is played again, the rest is heard"
            )
        missing = f"; missing: {self.missing}" if self.missing else ""
        loose = f"; {self.loose:,} notes before the beginning belong to the end, or to another hearing"
        return (
            f"{key}; {self.heard:,} of {self.length:,} notes, {len(self.program):,} bytes of program{missing}"
            f"{loose if self.loose else ''}"
        )


def follow(blocks: Iterable[Block], rate: int) -> Iterator[tuple[Report, list[Block]]]:
    """Report every `REPORT_SECONDS` of sound, or a quarter of all so far if that is more, and once more at its end;
    beside each report, all blocks so far."""
    kept: list[Block] = []
    frames = reported = 0
    for block in blocks:
        kept.append(block)
        frames += len(block)
        if frames - reported >= max(REPORT_SECONDS * rate, _MORE * reported):
            reported = frames
            yield report(kept, rate), kept
    yield report(kept, rate), kept


def report(blocks: list[Block], rate: int) -> Report:
    """Say what is known from these blocks."""
    seconds = sum(map(len, blocks)) / rate
    try:
        view = next(views(condition(blocks, rate)))
    except SongError:
        return Report(seconds)
    openings = find_openings_anywhere(view.log_probabilities)
    if not openings:
        notes = view.count_notes(view.first, view.last)
        return Report(seconds, view.tonic_hertz, view.tempo, loose=notes)
    first = openings[0]
    # once the song has come round, the later beginning may be the longer one
    same = [opening for opening in openings if (opening.length, opening.known) == (first.length, first.known)]
    opening = max(same, key=lambda one: min(one.length, view.last - one.start))
    rows, placed = together(view, opening)
    sure = rows[: min([opening.length, *cut_at(view, opening)])]
    program = max((program_heard(sure, opening, reading) for reading in opening.readings()), key=len)
    heard = int((np.ptp(rows, axis=1) > 0).sum())
    loose = 0 if 0 in placed else view.count_notes(view.first, opening.start)
    # at first the end is still to come, and is not missing
    ended = opening.start + opening.length <= view.last
    came_late = loose >= _SHARED or placed
    missing = missing_bars(rows) if ended or came_late else ""
    return Report(seconds, view.tonic_hertz, view.tempo, heard, opening.length, program, missing, loose)


def read_stream(stream: IO[bytes], rate: int = 44100, limits: Limits = DEFAULT_LIMITS) -> tuple[Iterator[Block], int]:
    """Open a pipe: WAV of 16 bits if it begins as such, else raw 16-bit little-endian samples, one channel, at `rate`.

    Returns blocks of a second and the sample rate. Raises `SongError` for other kinds of WAV and of sound files. Chunks
    that are not needed are passed over in pieces, whatever size they claim.
    """
    start = stream.read(12)
    for first_bytes, kind in _FILES.items():
        if start.startswith(first_bytes):
            raise SongError(f"standard input is {kind}, not WAV or raw samples; primesong decode - reads it")
    if start[:4] != b"RIFF":
        return _seconds(stream, rate, 1, start), rate
    channels = 1
    while True:
        head = stream.read(8)
        if len(head) < 8:
            raise SongError("the WAV on standard input ends before its samples")
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            return _seconds(stream, rate, channels, b""), rate
        body = stream.read(min(size, _FORMAT_BYTES))
        rest = size + size % 2 - len(body)
        while rest > 0 and (passed := stream.read(min(rest, _PASSED_BYTES))):
            rest -= len(passed)
        if name == b"fmt ":
            if len(body) < _FORMAT_BYTES:
                raise SongError("the WAV on standard input is damaged: its format is cut short")
            _, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body)
            if bits != 16:
                raise SongError(f"samples on standard input have {bits} bits; 16 are read")
            if not channels:
                raise SongError("the WAV on standard input has no channels")
            limits.check("channels", channels, "the WAV on standard input")
            check_rate(rate)


def _seconds(stream: IO[bytes], rate: int, channels: int, start: bytes) -> Iterator[Block]:
    """Blocks of a second, one channel, until the stream ends."""
    size = 2 * channels
    rest = start
    while data := stream.read(rate * size):
        rest += data
        whole = len(rest) // size * size
        samples = np.frombuffer(rest[:whole], "<i2").astype(np.float32) / 32768
        rest = rest[whole:]
        yield samples.reshape(-1, channels).mean(axis=1)


def microphone(rate: int = 44100, overflowed: Callable[[], None] = lambda: None) -> Iterator[Block]:
    """Blocks of a second from the microphone, without end; `overflowed` is called where some of its sound was lost.

    Raises `MissingError` without sounddevice, `SongError` without a microphone.
    """
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise MissingError(
            "the microphone needs sounddevice and PortAudio: pip install 'primesong[audio]', or pipe sound in: "
            "arecord -f S16_LE -r 44100 | primesong listen -"
        ) from error
    try:
        with sounddevice.InputStream(rate, channels=1, dtype="float32") as stream:
            while True:
                samples, lost = stream.read(rate)
                if lost:
                    overflowed()
                yield samples[:, 0].copy()
    except sounddevice.PortAudioError as error:
        raise SongError(f"the microphone cannot be opened: {error}") from error
