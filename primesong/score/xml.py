"""XML to the text of the elements that are wanted, by defusedxml: no tree is built, so that a long score takes no more
memory than its notes; nothing is fetched, no entity is defined, and XML nested deeper than any score is refused.
"""

from xml.etree.ElementTree import ParseError

import defusedxml
import defusedxml.ElementTree

from primesong.errors import SongError
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.setting import printable

#: In characters: how much of a name is shown to people.
_LONGEST_NAME = 80


class Reader:
    """Takes in an XML text, element by element. It knows the names of those that it is in, and the text of the last
    that it wanted."""

    #: The elements whose text is wanted.
    wanted: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.limits = DEFAULT_LIMITS
        self.path: list[str] = []
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        self.path.append(tag)
        self.limits.check("depth", len(self.path), "the XML")
        self._text = [] if tag in self.wanted else None
        self.enter(tag, attributes)

    def data(self, text: str) -> None:
        """Take in text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Leave an element."""
        self.path.pop()
        self.leave(tag, "".join(self._text or ()))
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
        The text is not well-formed, defines entities, or exceeds the limits.
    """
    limits.check("xml", len(data), "the XML")
    reader.limits = limits
    try:
        parser = defusedxml.ElementTree.DefusedXMLParser(target=reader)
        parser.feed(data)
        parser.close()
    except defusedxml.DefusedXmlException as error:
        raise SongError("the XML defines entities or loads others, which no score needs; it was not read") from error
    except (ParseError, ValueError, LookupError) as error:
        raise SongError(f"the file is not well-formed XML: {error}") from error


def local_name(tag: str) -> str:
    """Return a name without its namespace, for people."""
    return printable(tag.rpartition("}")[2][:_LONGEST_NAME])
