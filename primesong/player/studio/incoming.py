"""Sound that the page records, on its way to the job that hears it.

The samples, 16 bits each, little-endian, one channel, are added to a file, which the job reads while it grows; a second
file says that nothing more comes. So nothing is lost while the job is busy hearing what came before.
"""

import secrets
import time
from pathlib import Path

from primesong.errors import PrimesongError

#: The most that is recorded, in bytes: an hour at 48,000 Hz, which is three hearings of a song of 15 minutes and more.
MOST_RECORDED = 350 << 20

#: How often the job looks whether more has come, in seconds.
_LOOK_SECONDS = 0.1

#: The name of the file to which samples are added.
_SAMPLES = "samples"

#: The name of the file that says that no more will come.
_ENDED = "ended"


class Incoming:
    """The recordings that are being made, each in a folder of its own, by random tokens."""

    def __init__(self) -> None:
        self.folders: dict[str, Path] = {}

    def begin(self, folder: Path) -> str:
        """Begin a recording in a folder; return its token."""
        (folder / _SAMPLES).touch()
        token = secrets.token_urlsafe(16)
        self.folders[token] = folder
        return token

    def add(self, token: str, samples: bytes) -> None:
        """Add samples to a recording. Raises `PrimesongError`."""
        with (self._find(token) / _SAMPLES).open("ab") as file:
            if file.tell() + len(samples) > MOST_RECORDED:
                raise PrimesongError(f"the recording is longer than {MOST_RECORDED >> 20:,} MiB, the limit here")
            file.write(samples)

    def end(self, token: str) -> None:
        """Mark a recording as complete. Raises `PrimesongError`."""
        (self._find(token) / _ENDED).touch()

    def forget(self, token: str) -> None:
        """Let no more be added."""
        self.folders.pop(token, None)

    def _find(self, token: str) -> Path:
        if token not in self.folders:
            raise PrimesongError("the studio no longer listens to this recording")
        return self.folders[token]


class Growing:
    """The samples of a recording as a stream, which waits for what is still to come. The job's end of `Incoming`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / _SAMPLES).open("rb")

    def read(self, size: int, /) -> bytes:
        """Read this many bytes; fewer only at the recording's end."""
        data = b""
        while True:
            ended = (self._folder / _ENDED).exists()  # before the last look at the samples
            data += self._file.read(size - len(data))
            if ended or len(data) == size:
                return data
            time.sleep(_LOOK_SECONDS)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
