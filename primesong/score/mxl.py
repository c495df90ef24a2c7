"""MusicXML to compressed MusicXML (.mxl), and back: a zip file whose container names the score in it (MusicXML 4.0,
"Compressed files"). Entries are dated 1980, so that the same score is the same file.
"""

import io
import lzma
import struct
import zipfile
import zlib

from primesong.errors import SongError
from primesong.limits import Limits
from primesong.sargam.setting import printable
from primesong.score.xml import Reader, parse_xml

#: In bytes: what may unpack at any ratio.
SMALL_ENTRY = 1 << 20

_MIMETYPE = "application/vnd.recordare.musicxml"

_ROOTFILE = "score.musicxml"

_CONTAINER_NAME = "META-INF/container.xml"

_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles>'
    f'<rootfile full-path="{_ROOTFILE}" media-type="{_MIMETYPE}+xml"/></rootfiles></container>\n'
)

#: The first moment that a zip file can name.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

#: How an entry of the central directory begins (APPNOTE.TXT 4.3.12).
_ZIP_ENTRY = b"PK\x01\x02"

#: What zipfile raises on bytes that are not what they should be.
_ZIP_ERRORS = (zipfile.BadZipFile, KeyError, EOFError, ValueError, OSError, OverflowError, NotImplementedError,
               RuntimeError, struct.error, zlib.error, lzma.LZMAError)  # fmt: skip


def compress_musicxml(xml: bytes) -> bytes:
    """Pack MusicXML into an .mxl, whose first entry, stored, names its type. The reverse of `unpack_musicxml`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _ZIP_EPOCH), _MIMETYPE)
        for name, content in ((_CONTAINER_NAME, _CONTAINER.encode()), (_ROOTFILE, xml)):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack_musicxml(data: bytes, limits: Limits) -> bytes:
    """Unpack the MusicXML of an .mxl. The reverse of `compress_musicxml`.

    Raises
    ------
    SongError
        The file is damaged, names no score, or exceeds the limits.
    """
    limits.check("entries", data.count(_ZIP_ENTRY), "the .mxl file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            container = _Container()
            parse_xml(_read_entry(archive, _CONTAINER_NAME, limits), container, limits)
            if container.rootfile is None:
                raise SongError("the .mxl file's container names no score")
            return _read_entry(archive, container.rootfile, limits)
    except _ZIP_ERRORS as error:
        raise SongError(f"the .mxl file is damaged: {error}") from error


def _read_entry(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """Read one entry into memory, and no more of it than the limits allow."""
    shown = f"the .mxl file's “{printable(name[:80])}”"
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise SongError(f"{shown} lies outside it")
    info = archive.getinfo(name)
    if info.file_size > SMALL_ENTRY:
        limits.check("ratio", info.file_size / max(info.compress_size, 1), shown)
    with archive.open(name) as entry:
        content = entry.read(limits.xml + 1)
    limits.check("xml", len(content), shown)
    return content


class _Container(Reader):
    """Finds the score's name in an .mxl's container."""

    rootfile: str | None = None

    def enter(self, tag: str, attributes: dict[str, str]) -> None:
        """Keep the first rootfile's name."""
        if tag.rpartition("}")[2] == "rootfile" and self.rootfile is None:
            self.rootfile = attributes.get("full-path", "")
