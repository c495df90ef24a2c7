"""What can be said of a song for certain: its number, its prime, its payload, its program."""

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from primesong.errors import DamagedError, NoProgramError
from primesong.primes.primality import is_probable_prime
from primesong.repair.song import advice, correct
from primesong.sargam.tala import find_fitting
from primesong.song import Song

PRIMALITY = (
    "probable prime: passes a strong Baillie-PSW and a Miller-Rabin test; no composite is known to pass, but this is "
    "no proof"
)
SWARAS_OF = (
    "The ten pitches use the swaras of Nat Bhairav (Carnatic: Sarasangi, melakarta 27; Western: harmonic major). "
    "A number has no aroh, avaroh or pakad: it is not a performance of the raga."
)
NOT_PRIME = "composite, for certain: fails a strong Baillie-PSW or Miller-Rabin test"


@dataclass(frozen=True, slots=True)
class Report:
    """The checks of a song. What could not be found out, because an earlier check failed, is None. coda_wrong : how
    many wrong notes the coda tells, None if they are more than it can tell."""

    digits: int
    bits: int
    number_sha256: str
    record_agrees: bool | None
    probable_prime: bool
    mapping: dict[str, str]
    payload_bytes: int | None
    trailing_bytes: int | None
    crc32: str | None
    program_bytes: int | None
    program_sha256: str | None
    fault: str | None
    proof: str | None = None
    coda_notes: int = 0
    coda_wrong: int | None = 0

    @property
    def primality(self) -> str:
        """What is known of the number's primality, and how."""
        if self.proof is not None:
            return f"prime, for certain: {self.proof}"
        return PRIMALITY if self.probable_prime else NOT_PRIME

    @property
    def holds(self) -> bool:
        """Whether every check that applies holds."""
        return self.probable_prime and self.fault is None and self.record_agrees is not False and self.coda_wrong == 0

    @property
    def _coda_verdict(self) -> str:
        if self.coda_wrong is None:
            return "more notes are wrong than they can put right"
        if self.coda_wrong == 0:
            return "all notes agree with them"
        return f"they tell {self.coda_wrong:,} wrong notes, and put them right (decode does)"

    def to_json(self) -> dict[str, Any]:
        """Give the report as plain values for JSON."""
        return asdict(self) | {"primality": self.primality, "holds": self.holds}

    def lines(self) -> list[str]:
        """Give the report in words, a line a check."""
        mapping = ", ".join(f"{digit} {name}" for digit, name in self.mapping.items())
        lines = [
            f"number    {self.digits:,} digits, {self.bits:,} bits, SHA-256 {self.number_sha256}",
            f"mapping   {mapping}",
            f"prime     {self.primality}",
        ]
        if self.record_agrees is not None:
            verdict = "agrees with the notes" if self.record_agrees else "does not agree: a note was changed"
            lines.append(f"record    the song's own SHA-256 {verdict}")
        if self.coda_notes:
            lines.append(f"coda      {self.coda_notes:,} notes after the number's; {self._coda_verdict}")
        if self.fault is not None:
            return [*lines, f"program   {self.fault}", "Not all of it holds."]
        return [
            *lines,
            f"payload   gzip member of {self.payload_bytes:,} bytes, then {self.trailing_bytes} bytes; "
            f"CRC-32 {self.crc32} and length hold",
            f"program   {self.program_bytes:,} bytes, SHA-256 {self.program_sha256}",
            "All of it holds." if self.holds else "Not all of it holds.",
        ]


def examine(song: Song) -> Report:
    """Check a song: digits, primality, gzip member, CRC-32, length, and its own record if it has one."""
    number = song.number
    payload = program = fault = None
    try:
        payload, program = song.payload, song.program
    except NoProgramError as error:
        fault = advice(song, error)
    size = (number.bit_length() + 7) // 8
    wrong: int | None = 0
    if song.melody.coda_digits:
        try:
            wrong = len(correct(song)[1])
        except DamagedError:
            wrong = None
    return Report(
        digits=len(song.digits),
        bits=number.bit_length(),
        number_sha256=song.melody.record.sha256,
        record_agrees=song.record.fits(song.digits) if song.record else None,
        probable_prime=is_probable_prime(number),
        mapping={digit: song.mapping.pitch(digit).name for digit in song.mapping.ranking},
        payload_bytes=None if payload is None else len(payload),
        trailing_bytes=None if payload is None else size - len(payload),
        crc32=None if payload is None else payload[-8:-4][::-1].hex(),
        program_bytes=None if program is None else len(program),
        program_sha256=None if program is None else hashlib.sha256(program).hexdigest(),
        fault=fault,
        coda_notes=len(song.melody.coda_digits),
        coda_wrong=wrong,
    )


def table(song: Song) -> list[dict[str, Any]]:
    """Give the mapping table: rank, digit, swara, letter, semitones above Sa, staff note and count, from the most
    frequent digit down."""
    counts = Counter(song.digits)
    rows = []
    for rank, digit in enumerate(song.mapping.ranking, start=1):
        pitch = song.mapping.pitch(digit)
        rows.append({"rank": rank, "digit": digit, "swara": pitch.name, "letter": pitch.letter,
                     "semitones": pitch.semitones, "note": pitch.note(song.melody.setting.tonic),
                     "count": counts[digit]})  # fmt: skip
    return rows


def talas_that_fit(song: Song) -> str:
    """Say which talas the number fills exactly."""
    names = [f"{tala.name} ({len(song.digits) // tala.matras:,} avartans)" for tala in find_fitting(len(song.digits))]
    return f"{len(song.digits):,} notes fill " + (f"exactly: {', '.join(names)}." if names else "no tala exactly.")
