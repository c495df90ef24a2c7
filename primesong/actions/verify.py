"""Check a song: what can be said for certain of its number, its prime, its payload and its program."""

import hashlib
from dataclasses import asdict, dataclass, replace
from operator import index
from pathlib import Path
from typing import Any, SupportsIndex

from primesong.actions.decode import load
from primesong.actions.progress import Progress, Stage, Step, ignore
from primesong.actions.prove import check_certificate
from primesong.errors import NoProgramError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.primes.primality import is_probable_prime
from primesong.primes.proof.certificate import Certificate
from primesong.repair.coda import count_wrong
from primesong.repair.song import can_repair
from primesong.song import Song, compose
from primesong.words import inflect

#: In bits: no composite below 2^64 passes Baillie-PSW (Feitsma and Galway, 2013).
_PROVED_BITS = 64

#: What is said of 0 and 1.
NEITHER = "neither prime nor composite: the number is 0 or 1"

#: What is said of a prime below 2^64.
PROVED_PRIME = "prime, for certain: passes a strong Baillie-PSW test, which no composite below 2^64 passes"

#: What is said of a larger number that passes.
PROBABLE_PRIME = (
    "probable prime: passes a strong Baillie-PSW and a Miller-Rabin test; no composite is known to pass, but this is "
    "not a proof"
)

#: What is said of a number that fails.
COMPOSITE = "composite, for certain: fails a strong Baillie-PSW or Miller-Rabin test"


@dataclass(frozen=True, slots=True)
class Report:
    """The checks of a song. What could not be found out, because an earlier check failed, is None.

    Parameters
    ----------
    digits, bits : int
        The number's length.
    number_sha256 : str
        SHA-256 of its decimal digits.
    record_agrees : bool or None
        Whether the song's own record is of these digits.
    probable_prime : bool
        Whether it passes the tests.
    mapping : dict of str to str
        The swara of each digit.
    payload_bytes, trailing_bytes : int or None
        The length of the gzip member, and of what follows it.
    crc32 : str or None
        The member's checksum, in hexadecimal.
    program_bytes : int or None
        The program's length.
    program_sha256 : str or None
        The program's SHA-256.
    fault : str or None
        Why there is no program.
    repairable : bool
        Whether `decode` may repair it.
    proof : str or None
        What a certificate proves it by.
    coda_notes : int
        How many notes the coda has.
    coda_wrong : int or None
        How many wrong notes the coda finds; None if they are too many for it.
    """

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
    repairable: bool = False
    proof: str | None = None
    coda_notes: int = 0
    coda_wrong: int | None = 0

    @property
    def primality(self) -> str:
        """What is known of the number's primality, and how."""
        if self.proof is not None:
            return f"prime, for certain: {self.proof}"
        if self.bits <= 1:
            return NEITHER
        if not self.probable_prime:
            return COMPOSITE
        return PROVED_PRIME if self.bits <= _PROVED_BITS else PROBABLE_PRIME

    @property
    def passes(self) -> bool:
        """Whether every check that applies passes."""
        return self.probable_prime and self.fault is None and self.record_agrees is not False and self.coda_wrong == 0

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values for JSON.

        Returns
        -------
        dict
            The fields of the report, with `primality`, and `holds`, which is `passes`.
        """
        return asdict(self) | {"primality": self.primality, "holds": self.passes}

    def facts(self) -> list[tuple[str, str]]:
        """Return the report in words.

        Returns
        -------
        list of (str, str)
            What was checked, and the result.
        """
        facts = [
            ("number", f"{self.digits:,} digits, {self.bits:,} bits, SHA-256 {self.number_sha256}"),
            ("mapping", ", ".join(f"{digit} {name}" for digit, name in self.mapping.items())),
            ("prime", self.primality),
        ]
        if self.record_agrees is not None:
            verdict = "agrees with the notes" if self.record_agrees else "does not agree: a note was changed"
            facts.append(("record", f"the song's own SHA-256 {verdict}"))
        if self.coda_notes:
            facts.append(("coda", f"{self.coda_notes:,} notes after the number's; {self._describe_coda()}"))
        if self.fault is not None:
            return [*facts, ("program", self.fault)]
        payload = (
            f"gzip member of {self.payload_bytes:,} bytes, then {self.trailing_bytes} bytes; "
            f"CRC-32 {self.crc32} and length hold"
        )
        program = f"{self.program_bytes:,} bytes, SHA-256 {self.program_sha256}"
        return [*facts, ("payload", payload), ("program", program)]

    def _describe_coda(self) -> str:
        if self.coda_wrong is None:
            return "more notes are wrong than it can correct"
        if self.coda_wrong == 0:
            return "all notes agree with it"
        return f"it finds {inflect(self.coda_wrong, '{} wrong note', '{} wrong notes')}, which decode corrects"


def verify(
    song: Song | int | str | Path,
    limits: Limits = DEFAULT_LIMITS,
    *,
    proof: Certificate | None = None,
    progress: Progress = ignore,
) -> Report:
    """Check a song: digits, primality, gzip member, CRC-32, length, and its own record and coda if it has them.

    Parameters
    ----------
    song : Song, int, str or Path
        The song, its number, or anything that `load` takes.
    limits : Limits
        The most that is read of anything.
    proof : Certificate, optional
        A certificate of its number, checked too.
    progress : callable
        Gets a `Step` now and then.

    Returns
    -------
    Report
        What each check found. A song that fails a check is reported, and raises nothing.

    Raises
    ------
    PrimesongError
        If the song cannot be read, or the certificate does not hold or is of another number.
    TypeError, ValueError
        If the call is wrong.
    """
    if isinstance(song, SupportsIndex):
        song = compose(index(song))
    elif not isinstance(song, Song):
        song = load(song, limits, progress=progress)
    progress(Step(Stage.TEST))
    number = song.number
    report = Report(
        digits=len(song.digits),
        bits=number.bit_length(),
        number_sha256=song.melody.record.sha256,
        record_agrees=song.record.fits(song.digits) if song.record else None,
        probable_prime=is_probable_prime(number),
        mapping={digit: song.mapping.pitch(digit).name for digit in song.mapping.ranking},
        coda_notes=len(song.melody.coda_digits),
        coda_wrong=count_wrong(song.melody.played_digits, len(song.digits), song.mapping.ending),
        **_check_program(song, limits),
    )
    if proof is None:
        return report
    return replace(report, proof=check_certificate(proof, number, progress=progress))


def _check_program(song: Song, limits: Limits) -> dict[str, Any]:
    """Return what the report says of payload and program."""
    try:
        program, payload = song.unpack(limits.program)
    except NoProgramError as error:
        nothing = ("payload_bytes", "trailing_bytes", "crc32", "program_bytes", "program_sha256")
        return dict.fromkeys(nothing) | {"fault": str(error), "repairable": can_repair(song, error)}
    return {
        "payload_bytes": len(payload),
        "trailing_bytes": (song.number.bit_length() + 7) // 8 - len(payload),
        "crc32": payload[-8:-4][::-1].hex(),
        "program_bytes": len(program),
        "program_sha256": hashlib.sha256(program).hexdigest(),
        "fault": None,
    }
