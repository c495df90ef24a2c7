"""Digits or payload to a QR code (segno), and a picture of one back (zxing-cpp).

A number is written in numeric mode, ten bits for three digits, up to 7,089 of them; a payload in byte mode, up to 2,953
bytes (ISO/IEC 18004, version 40, level L). Error correction is L: a screen or a page is a clean channel.
"""

import contextlib
import io
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from primesong.errors import MissingError, PrimesongError, SongError
from primesong.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from PIL import Image

MOST_DIGITS, MOST_BYTES = 7_089, 2_953

_BORDER = 4  # modules of quiet zone that the standard asks for
_KINDS = ("PNG", "JPEG", "GIF", "BMP")  # whatever else Pillow reads is no picture of ours


def write_qr(content: str | bytes, kind: str, scale: int = 4) -> bytes:
    """Draw decimal digits (str) or a payload (bytes) as a QR code, a "png" or "svg" file with `scale` pixels a module.

    Raises `PrimesongError` if they are too many. The reverse of `read_qr`.
    """
    import segno

    if isinstance(content, str):
        if len(content) > MOST_DIGITS:
            raise PrimesongError(f"a QR code holds {MOST_DIGITS:,} digits; the number has {len(content):,}")
        code = segno.make(content, error="L", mode="numeric", boost_error=False, micro=False)
    else:
        if len(content) > MOST_BYTES:
            raise PrimesongError(f"a QR code holds {MOST_BYTES:,} bytes; the payload has {len(content):,}")
        code = segno.make(content, error="L", mode="byte", boost_error=False, micro=False)
    out = io.BytesIO()
    code.save(out, kind=kind, scale=scale, border=_BORDER, **({"light": "white"} if kind == "svg" else {}))
    return out.getvalue()


def read_qr(picture: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Read the one QR code in a PNG, JPEG, GIF or BMP picture: its bytes, which are ASCII digits or a payload.

    Raises `SongError`, or `MissingError` without zxing-cpp. The reverse of `write_qr`.
    """
    try:
        import zxingcpp
    except ImportError as error:
        raise MissingError("reading a QR code needs zxing-cpp: pip install 'primesong[engraving]'") from error
    codes = zxingcpp.read_barcodes(_grey(picture, limits), formats=zxingcpp.barcode_formats_from_str("QRCode"))
    if len(codes) != 1:
        raise SongError(f"the picture shows {len(codes)} QR codes; a song is read from one")
    return bytes(codes[0].bytes)


def _grey(picture: bytes, limits: Limits) -> "Image.Image":
    """Decode a picture to shades of grey, after a look at the size in its header."""
    from PIL import Image

    try:
        with _unbounded(), Image.open(io.BytesIO(picture), formats=_KINDS) as image:
            limits.check("pixels", image.width * image.height, "the picture")
            return image.convert("L")
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError,
            OverflowError, struct.error, zlib.error) as error:  # fmt: skip
        raise SongError(f"the picture is damaged: {error}") from error


@contextlib.contextmanager
def _unbounded() -> Iterator[None]:
    """Let Pillow open pictures of any size: what it would do about large ones is a warning, and our limit is read from
    the same header."""
    from PIL import Image

    usual = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = usual
