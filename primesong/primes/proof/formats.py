"""The formats of certificates: our own JSON, Primo's format 4, PARI's rows.

Input and output are text; what is read may be packed by xz. Each format has a name, by which it is written, and an
opening, by which it is recognized.
"""

import lzma
import math
from collections.abc import Callable

from primesong.errors import PrimesongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.primes.proof.certificate import Certificate
from primesong.primes.proof.pari import read_pari, write_pari
from primesong.primes.proof.primo import TITLE, read_primo, write_primo

#: What writes each format, by its name; the first is the default.
FORMATS: dict[str, Callable[[Certificate], str]] = {
    "primesong": Certificate.to_text,
    "primo": write_primo,
    "pari": write_pari,
}

#: What reads each format but our own, by its opening.
_OPENINGS: dict[str | tuple[str, ...], Callable[[str], Certificate]] = {
    TITLE: read_primo,
    ("[[", *"0123456789"): read_pari,
}

#: How an xz file begins.
_XZ = b"\xfd7zXZ\0"

#: The memory that unpacking a certificate may take, in bytes; xz at its strongest takes 65 MiB.
_XZ_MEMORY = 128 << 20


def write_certificate(certificate: Certificate, form: str = "primesong") -> str:
    """Write a certificate in one of `FORMATS`. The reverse of `read_certificate`.

    Raises `PrimesongError` if the format cannot hold it.
    """
    if form not in FORMATS:
        raise ValueError(f"a certificate's format must be one of {', '.join(FORMATS)}, got {form!r}")
    return FORMATS[form](certificate)


def read_certificate(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Certificate:
    """Read a certificate in any of the formats, packed by xz or plain.

    Raises `PrimesongError` if it is not one, or too long. The reverse of `write_certificate`.
    """
    if data.startswith(_XZ):
        data = _unpack(data, limits)
    limits.check("text", len(data), "the certificate")
    certificate = _parse(data.decode("utf-8", "replace"))
    limits.check("proof", certificate.number.bit_length() * math.log10(2), "the certificate")
    return certificate


def _parse(text: str) -> Certificate:
    """Read a certificate's text in the format that its opening tells."""
    for sign, read in _OPENINGS.items():
        if text.lstrip().startswith(sign):
            return read(text)
    return Certificate.from_text(text)


def _unpack(data: bytes, limits: Limits) -> bytes:
    """Unpack an xz file, one byte more than the limit at most."""
    try:
        xz = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        text = xz.decompress(data, limits.text + 1)
    except lzma.LZMAError as error:
        raise PrimesongError("the xz file is damaged") from error
    if not xz.eof and len(text) <= limits.text:
        raise PrimesongError("the xz file is cut short")
    return text
