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
from primesong.score.qr.modules import BORDER, draw_modules

if TYPE_CHECKING:
    from PIL import Image
    from segno import QRCode

#: In numeric mode, version 40, level L.
MOST_DIGITS = 7_089

#: In byte mode, version 40, level L.
MOST_BYTES = 2_953

#: By the names of Pillow, which reads many more, each a risk.
_KINDS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")

#: In pixels: what zxing-cpp takes.
_LONGEST_SIDE = 65_535


def write_qr(content: str | bytes, kind: str, scale: int = 4) -> bytes:
    """Draw a QR code. The reverse of `read_qr`.

    Parameters
    ----------
    content : str or bytes
        Decimal digits, or a payload.
    kind : str
        "png" or "svg".
    scale : int
        Pixels a module.

    Raises
    ------
    PrimesongError
        If there are more than `MOST_DIGITS` or `MOST_BYTES`.
    """
    code = make_code(content)
    out = io.BytesIO()
    code.save(out, kind=kind, scale=scale, border=BORDER, **({"light": "white"} if kind == "svg" else {}))
    return out.getvalue()


def make_code(content: str | bytes) -> "QRCode":
    """Make the QR code of decimal digits, or of a payload. Raises what `write_qr` does."""
    try:
        import segno
    except ImportError as error:
        raise MissingError("drawing a QR code needs segno", extra="qr") from error
    if isinstance(content, str):
        mode, most, unit = "numeric", MOST_DIGITS, "digits; the number"
    else:
        mode, most, unit = "byte", MOST_BYTES, "bytes; the payload"
    if len(content) > most:
        raise PrimesongError(f"a QR code holds {most:,} {unit} has {len(content):,}")
    return segno.make(content, error="L", mode=mode, boost_error=False, micro=False)


def read_qr(picture: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Read the one QR code in a picture, which may show it several times. The reverse of `write_qr`.

    Parameters
    ----------
    picture : bytes
        A PNG, JPEG, GIF, BMP or WebP file, or an SVG as `write_qr` draws it.
    limits : Limits

    Returns
    -------
    bytes
        ASCII digits, or a payload.

    Raises
    ------
    SongError
        If the picture is damaged, too large, or does not show one QR code only.
    MissingError
        If zxing-cpp is not installed.
    """
    try:
        import zxingcpp
    except ImportError as error:
        raise MissingError("reading a QR code needs zxing-cpp", extra="qr") from error
    pixels = draw_modules(picture, limits) if picture.lstrip()[:1] == b"<" else _read_gray(picture, limits)
    codes = zxingcpp.read_barcodes(pixels, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    contents = {bytes(code.bytes) for code in codes}
    if len(contents) != 1:
        shown = f"{len(contents)} different QR codes" if contents else "no QR code"
        raise SongError(f"the picture shows {shown}; a song is read from one")
    return contents.pop()


def _read_gray(picture: bytes, limits: Limits) -> "Image.Image":
    """Decode a picture to shades of gray, after a look at the size in its header."""
    from PIL import Image

    try:
        with _lift_size_limit(), Image.open(io.BytesIO(picture), formats=_KINDS) as image:
            limits.check("pixels", image.width * image.height, "the picture")
            if max(image.size) > _LONGEST_SIDE:
                raise SongError(
                    f"the picture is {image.width:,} x {image.height:,} pixels; sides have up to {_LONGEST_SIDE:,}"
                )
            return _lay_on_white(image)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError,
            OverflowError, struct.error, zlib.error) as error:  # fmt: skip
        raise SongError(f"the picture is damaged: {error}") from error


def _lay_on_white(image: "Image.Image") -> "Image.Image":
    """Return a picture in shades of gray, what is transparent in it white."""
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("L")
    colors = image.convert("RGBA")
    page = Image.new("L", image.size, "white")
    page.paste(colors.convert("L"), mask=colors.getchannel("A"))
    return page


@contextlib.contextmanager
def _lift_size_limit() -> Iterator[None]:
    """Let Pillow open pictures of any size: it would only warn of large ones, and our limit is read from the same
    header."""
    from PIL import Image

    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before
