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
from primesong.score.reading.xml import LONGEST_NAME, Reader, parse_xml

#: In bytes: what may unpack at any ratio.
SMALL_ENTRY = 1 << 20

#: The media type of the container, which its first entry holds.
_MIMETYPE = "application/vnd.recordare.musicxml"

#: The media type of a score in a container.
_SCORE_TYPE = f"{_MIMETYPE}+xml"

#: How a score's name ends.
_SUFFIXES = (".musicxml", ".xml")

#: Folders in which no score stands, in small letters.
_HIDDEN = frozenset(("meta-inf", "__macosx"))

#: The name of the score in a container that is written.
_ROOTFILE = "score.musicxml"

#: The entry that says where the score is.
_CONTAINER_NAME = "META-INF/container.xml"

#: What that entry says in a container that is written.
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles>'
    f'<rootfile full-path="{_ROOTFILE}" media-type="{_SCORE_TYPE}"/></rootfiles></container>\n'
)

#: What other zip files are, by an entry that they have.
_OTHERS = {
    "word/document.xml": "a Word document",
    "xl/workbook.xml": "an Excel workbook",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file",
    "META-INF/MANIFEST.MF": "a Java archive",
}

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
        If the file is damaged, names no score, or exceeds the limits.
    """
    limits.check("entries", data.count(_ZIP_ENTRY), "the .mxl file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_entry(archive, _find_score(archive, limits), limits)
    except _ZIP_ERRORS as error:
        raise SongError(f"the .mxl file is damaged: {error}") from error


def _find_score(archive: zipfile.ZipFile, limits: Limits) -> str:
    """Find the entry that is the score: the first score that the container names; if it names none that is there, the
    only one that is called a score. The container may stand in a folder, with all else. Capitals do not matter."""
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    inside = _CONTAINER_NAME.lower()
    for name, entry in names.items():
        if name == inside or name.endswith("/" + inside):
            container = _Container()
            parse_xml(_read_entry(archive, entry, limits), container, limits)
            folder = name.removesuffix(inside)
            for rootfile in container.scores:
                _check_inside(rootfile)
                if (path := folder + rootfile.lower()) in names:
                    return names[path]
    other = next((what for name, what in _OTHERS.items() if name.lower() in names), None)
    scores = [name for name in names if name.endswith(_SUFFIXES) and not _HIDDEN.intersection(name.split("/"))]
    if other or not scores:
        raise SongError(
            f"this is {other or 'a zip archive'}, not a score; expected MusicXML in it, or a number or a program as "
            "plain text"
        )
    if len(scores) != 1:
        raise SongError(f"the .mxl file holds {len(scores)} scores, and {_CONTAINER_NAME} does not name one of them")
    return names[scores[0]]


def _read_entry(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """Read one entry into memory, and no more of it than the limits allow."""
    shown = _show(name)
    info = archive.getinfo(name)
    if info.file_size > SMALL_ENTRY:
        limits.check("ratio", info.file_size / max(info.compress_size, 1), shown)
    with archive.open(name) as entry:
        content = entry.read(limits.xml + 1)
    limits.check("xml", len(content), shown)
    return content


def _check_inside(name: str) -> None:
    """Raise `SongError` for a path that leads out of the archive."""
    if name.startswith("/") or ".." in name.split("/"):
        raise SongError(f"{_show(name)} lies outside it")


def _show(name: str) -> str:
    return f"the .mxl file's “{printable(name[:LONGEST_NAME])}”"


class _Container(Reader):
    """Finds the scores' names in an .mxl's container: a rootfile may also be a page or a sound."""

    def __init__(self) -> None:
        super().__init__()
        self.scores: list[str] = []

    def enter(self, tag: str, attributes: dict[str, str]) -> None:
        """Keep a rootfile's name if it is a score's."""
        path, media_type = attributes.get("full-path", ""), attributes.get("media-type", _SCORE_TYPE)
        if tag == "rootfile" and (media_type == _SCORE_TYPE or path.lower().endswith(_SUFFIXES)):
            self.scores.append(path.replace("\\", "/").removeprefix("./"))
