"""XML to the text of the elements that are wanted, by defusedxml: no tree is built, so that a long score takes no more
memory than its notes; nothing is fetched, no entity is defined, and XML that is nested deeper or has more different
names than any score is refused.

Names are without their namespaces. What the text is encoded in is told by its bytes if its declaration is wrong.
"""

import codecs
import re
from xml.etree.ElementTree import ParseError

import defusedxml
import defusedxml.ElementTree

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.setting import printable

#: In characters: how much of a name is shown to people.
LONGEST_NAME = 80

#: How many different names elements, attributes and namespaces may have: the parser keeps each. MusicXML has some 600.
_MOST_NAMES = 10_000

#: In bytes: how much is parsed at a time; what a reader refuses ends the parsing at the next block.
_BLOCK = 1 << 16

#: What an XML text may begin with, in encodings of more than one byte a character.
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16", b"<\0\0\0": "utf-32-le", b"\0\0\0<": "utf-32-be", b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}  # fmt: skip

#: What may stand before an XML text that should not.
_BLANKS = b" \t\r\n"

#: The encoding that an XML text declares.
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)""")

#: Encodings of a byte a character, of which the parser knows each.
_NARROW = re.compile(rb"(?i)iso[-_]?8859|latin|windows-|cp\d|mac|koi8|us-?ascii")


class Reader:
    """Takes in an XML text, element by element. It knows the names of those that it is in, and the text of the last
    that it wanted."""

    #: The elements whose text is wanted.
    wanted: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.limits = DEFAULT_LIMITS
        self.path: list[str] = []
        self._names: dict[str, str] = {}
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        if tag not in self._names or (attributes and not self._names.keys() >= attributes.keys()):
            self._count(tag, *attributes)
        tag = self._names[tag]
        self.path.append(tag)
        self.limits.check("depth", len(self.path), "the XML")
        self._text = [] if tag in self.wanted else None
        self.enter(tag, attributes)

    def start_ns(self, prefix: str, uri: str) -> None:
        """Enter a namespace."""
        self._count(prefix, uri)

    def _count(self, *names: str) -> None:
        """Count different names; each is kept with what it is without its namespace."""
        self._names.update((name, name.rpartition("}")[2]) for name in names)
        if len(self._names) > _MOST_NAMES:
            raise SongError(f"the XML has more than {_MOST_NAMES:,} different names; it is not a score")

    def data(self, text: str) -> None:
        """Take in text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Leave an element."""
        self.leave(self.path.pop(), "".join(self._text or ()))
        self._text = None

    def close(self) -> None:
        """End the text."""

    def enter(self, tag: str, attributes: dict[str, str]) -> None:
        """Do what is to be done where an element begins."""

    def leave(self, tag: str, text: str) -> None:
        """Do what is to be done where an element ends; text is that of a wanted one."""


def parse_xml(data: bytes, reader: Reader, limits: Limits) -> None:
    """Pass an XML text to a reader, element by element.

    Raises
    ------
    SongError
        If the text is not well-formed, defines entities, or exceeds the limits.
    """
    limits.check("xml", len(data), "the XML")
    reader.limits = limits
    try:
        text, encoding = _decode(data.removeprefix(codecs.BOM_UTF8).lstrip(_BLANKS))
        parser = defusedxml.ElementTree.DefusedXMLParser(target=reader, encoding=encoding)
        for start in range(0, len(text), _BLOCK):
            parser.feed(text[start : start + _BLOCK])
        parser.close()
    except defusedxml.DefusedXmlException as error:
        raise SongError("the XML defines entities or loads others, which no score needs; it was not read") from error
    except (ParseError, ValueError, LookupError) as error:
        raise SongError(f"the file is not well-formed XML: {error}") from error


def _decode(data: bytes) -> tuple[bytes, str | None]:
    """Return an XML text in an encoding that the parser knows, and its name, or None if the text declares the right
    one. Names and numbers are ASCII; of a text of which no more is known, they alone are right."""
    wide = next((encoding for mark, encoding in _WIDE.items() if data.startswith(mark)), None)
    if wide:
        return data.decode(wide, "replace").lstrip("\ufeff").encode("utf-8", "replace"), "utf-8"
    declared = _DECLARED.match(data)
    if declared and _NARROW.match(declared[1]):
        return data, None
    return data, "utf-8" if _is_utf8(data) else "iso-8859-1"


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK], start + _BLOCK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def shorten_name(name: str) -> str:
    """Return a name for people."""
    return printable(name[:LONGEST_NAME])
