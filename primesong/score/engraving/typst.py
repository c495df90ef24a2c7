"""Documents set by Typst, which shapes every script and embeds what it draws.

Its PDF, SVG and PNG look the same everywhere, and it dates nothing, so the same document is the same file.
"""

import json
from collections.abc import Mapping
from typing import Any

from primesong.errors import MissingError

#: What every document is set in: the first font that has a letter draws it.
_FONTS = """
#set text(font: ("Libertinus Serif", "Noto Serif", "Noto Sans", "Noto Sans Devanagari", "Noto Sans Bengali",
  "Noto Sans Gurmukhi", "Noto Sans Tamil"), fallback: true)
"""

#: How a swara is set: its letter, and the marks that `split_marks` names, which most fonts lack or misplace.
SWARA = """
#let swara(letter, marks, color: black) = box(letter + for mark in marks {
  if mark == "dot" { place(bottom + center, dy: 0.26em, circle(radius: 0.06em, fill: color)) }
  if mark == "line" { place(bottom + center, dy: 0.2em, line(length: 0.6em, stroke: 0.06em + color)) }
  if mark == "upright" { place(top + center, dy: -0.3em, line(length: 0.3em, angle: 90deg, stroke: 0.06em + color)) }
})
"""

#: Of a PNG.
_DOTS_PER_INCH = 150.0


def typeset(
    template: str, song: Mapping[str, Any], drawings: Mapping[str, str], kind: str, dots: float = _DOTS_PER_INCH
) -> list[bytes]:
    """Set a document.

    Parameters
    ----------
    template : str
        In Typst; it reads "song.json" and the drawings.
    song : mapping
        What "song.json" holds.
    drawings : mapping of str to str
        SVGs by their names.
    kind : str
        "pdf", "svg" or "png".
    dots : float
        Of a PNG, to an inch.

    Returns
    -------
    list of bytes
        One PDF, or an SVG or PNG a page.

    Raises
    ------
    MissingError
        If Typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingError("engraving needs Typst", extra="engraving") from error
    files = {"main": (_FONTS + template).encode(), "song.json": json.dumps(song).encode()}
    files |= {name: drawing.encode("utf-8") for name, drawing in drawings.items()}
    make: Any = typst.compile  # its stub does not know that it takes files by name
    made = make(files, format=kind, ppi=dots)
    return [made] if isinstance(made, bytes) else list(made)
