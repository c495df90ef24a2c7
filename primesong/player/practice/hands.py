"""Where notes are played: on ten of the computer's keys, and on a MIDI keyboard (mido, by python-rtmidi).

Output: MIDI note numbers.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import mido

from primesong.errors import MissingError, PrimesongError
from primesong.sargam.melody import Melody

#: The computer's keys for the ten notes, from the lowest: the row on which the hands rest.
KEYS = "asdfghjkl;"


class Port(Protocol):
    """A MIDI keyboard."""

    def iter_pending(self) -> Iterable[Any]:
        """Yield the messages that have come."""


def list_notes(melody: Melody) -> list[int]:
    """Return the MIDI notes of a song's ten pitches, from the lowest."""
    mapping = melody.setting.mapping
    return sorted(melody.setting.tonic + mapping.pitch(digit).semitones for digit in mapping.ranking)


def read_hands(keys: Sequence[str], notes: Sequence[int], port: Port | None = None) -> list[int]:
    """Return the notes that were played: by keys, for the ten notes of a song, and on a MIDI keyboard."""
    typed = [notes[KEYS.index(key)] for key in keys if key in KEYS]
    messages = port.iter_pending() if port is not None else ()
    return typed + [message.note for message in messages if message.type == "note_on" and message.velocity > 0]


@contextlib.contextmanager
def open_port(name: str) -> Iterator[Port]:
    """Open the first MIDI keyboard whose name holds a text. Raises `PrimesongError`, `MissingError` without
    python-rtmidi."""
    try:
        names = mido.get_input_names()
    except ImportError as error:
        raise MissingError("a MIDI keyboard needs python-rtmidi", extra="midi") from error
    except Exception as error:  # whatever the system's MIDI says, by a library that has classes of its own for it
        raise PrimesongError(f"this system has no MIDI: {error}") from error
    found = next((one for one in names if name.lower() in one.lower()), None)
    if found is None:
        connected = f"connected are {', '.join(names)}" if names else "none is connected"
        raise PrimesongError(f"no MIDI keyboard “{name}” was found; {connected}")
    with mido.open_input(found) as port:
        yield port
