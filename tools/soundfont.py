"""An instrument of looped zones to a soundfont file, as SoundFont 2.04, which `primesong.sound.render.soundfont` reads.

RIFF form `sfbk` with the chunks in the specification's order (E-mu, "SoundFont Technical Specification" 2.04, sections
5 to 8; their numbers stand in parentheses), one instrument, and a preset for each program wanted.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from primesong.sound.render.soundfont import HEADER, Zone

#: In frames: kept before a loop and after it, as they are when it repeats, for interpolation (7.10).
GUARD = 8

#: In frames: zeros after each sample (7.10).
_TAIL = 46

#: In bytes: what a text of the INFO list may have, with its ending zero (5).
_LONGEST_TEXT = 256

#: Generators (8.1.2): the lowest and the highest key of a zone; must come first.
_KEY_RANGE = 43

#: The volume envelope's attack, in timecents (8.1.2).
_ATTACK = 34

#: The volume envelope's release, in timecents (8.1.2).
_RELEASE = 38

#: The instrument of a preset's zone; must come last (8.1.2).
_INSTRUMENT = 41

#: The sample of an instrument's zone; must come last (8.1.2).
_SAMPLE = 53

#: Whether a sample repeats (8.1.2).
_LOOP_MODE = 54

#: The key at which a sample sounds as it was recorded (8.1.2).
_ROOT_KEY = 58

#: Of `_LOOP_MODE`: it repeats as long as the key is held.
_LOOPED = 1

#: The type of a sample that is not half of a pair (7.10).
_MONO = 1

#: A header of phdr: name, program, bank, first bag, and three numbers that are 0 (7.2).
_PRESET = struct.Struct("<20sHHHIII")


@dataclass(frozen=True, slots=True)
class Soundfont:
    """An instrument.

    Parameters
    ----------
    name : str
    credit : str
        Whose recordings they are, and their license.
    zones : tuple of Zone
        By rising root.
    attack, release : float
        In seconds: how long a note takes to rise and to die away.
    """

    name: str
    credit: str
    zones: tuple[Zone, ...]
    attack: float
    release: float


def write_soundfont(font: Soundfont, programs: Sequence[int]) -> bytes:
    """Write an instrument as a soundfont file. The reverse of `read_soundfont`.

    Parameters
    ----------
    font : Soundfont
    programs : sequence of int
        Those of bank 0 under which the file offers it.
    """
    info = [
        _chunk(b"ifil", struct.pack("<HH", 2, 4)),
        _chunk(b"isng", _text("EMU8000")),
        _chunk(b"INAM", _text(font.name)),
        _chunk(b"ICOP", _text(font.credit)),
        _chunk(b"ISFT", _text("primesong")),
    ]
    tail = np.zeros(_TAIL, np.int16)
    samples = np.concatenate([part for zone in font.zones for part in (zone.samples, tail)])
    return _chunk(
        b"RIFF",
        b"sfbk"
        + _list(b"INFO", info)
        + _list(b"sdta", [_chunk(b"smpl", samples.astype("<i2").tobytes())])
        + _list(b"pdta", [*_presets(font, programs), *_instrument(font), _headers(font.zones)]),
    )


def _presets(font: Soundfont, programs: Sequence[int]) -> list[bytes]:
    """Write phdr, pbag, pmod and pgen (7.2 to 7.5): each preset has one zone, which names the instrument."""
    count = len(programs)
    name = _name(font.name)
    headers = [_PRESET.pack(name, program, 0, place, 0, 0, 0) for place, program in enumerate(sorted(programs))]
    headers.append(_PRESET.pack(b"EOP", 0, 0, count, 0, 0, 0))
    bags = b"".join(struct.pack("<HH", place, 0) for place in range(count + 1))
    generators = struct.pack("<HH", _INSTRUMENT, 0) * count + bytes(4)
    return [_chunk(b"phdr", b"".join(headers)), _chunk(b"pbag", bags), _chunk(b"pmod", bytes(10)),
            _chunk(b"pgen", generators)]  # fmt: skip


def _instrument(font: Soundfont) -> list[bytes]:
    """Write inst, ibag, imod and igen (7.6 to 7.9): a zone for each recording, which share all keys."""
    roots = [zone.root for zone in font.zones]
    highest = [(low + high) // 2 for low, high in pairwise(roots)] + [127]
    lowest = [0] + [key + 1 for key in highest[:-1]]
    zones = [
        struct.pack("<HBB", _KEY_RANGE, low, high)
        + struct.pack("<Hh", _ATTACK, _timecents(font.attack))
        + struct.pack("<Hh", _RELEASE, _timecents(font.release))
        + struct.pack("<HH", _LOOP_MODE, _LOOPED)
        + struct.pack("<HH", _ROOT_KEY, zone.root)
        + struct.pack("<HH", _SAMPLE, place)
        for place, (zone, low, high) in enumerate(zip(font.zones, lowest, highest, strict=True))
    ]
    generators = len(zones[0]) // 4
    bags = b"".join(struct.pack("<HH", place * generators, 0) for place in range(len(zones) + 1))
    names = struct.pack("<20sH", _name(font.name), 0) + struct.pack("<20sH", b"EOI", len(zones))
    return [_chunk(b"inst", names), _chunk(b"ibag", bags), _chunk(b"imod", bytes(10)),
            _chunk(b"igen", b"".join(zones) + bytes(4))]  # fmt: skip


def _headers(zones: Sequence[Zone]) -> bytes:
    """Write shdr (7.10): where each sample lies, and its loop, counted in frames from the first of all."""
    records, at = [], 0
    for zone in zones:
        ends = (at, at + len(zone.samples), at + zone.start, at + zone.end)
        records.append(HEADER.pack(_name(zone.name), *ends, zone.sample_rate, zone.root, 0, 0, _MONO))
        at = ends[1] + _TAIL
    records.append(HEADER.pack(b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0))
    return _chunk(b"shdr", b"".join(records))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _list(name: bytes, chunks: Sequence[bytes]) -> bytes:
    return _chunk(b"LIST", name + b"".join(chunks))


def _text(text: str) -> bytes:
    """Write a text of the INFO list, ended by one zero or two, so that the number of bytes is even."""
    encoded = text.encode("ascii")[: _LONGEST_TEXT - 2]
    return encoded + bytes(2 - len(encoded) % 2)


def _name(text: str) -> bytes:
    return text.encode("ascii")[:19]


def _timecents(seconds: float) -> int:
    """Return a length of time as the envelope generators count it: 1200 a doubling, 0 one second (8.1.3)."""
    return round(1200 * math.log2(seconds))
