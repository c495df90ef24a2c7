"""Score to rows of staff notation by Verovio, each an SVG: for a screen and for paper."""

import re
from importlib.resources import files
from itertools import count
from typing import Any

from primesong.errors import MissingError, SongError

#: How a row is set for a screen: as a page of its own, as wide as its notes need, and as high. Lengths are a tenth of
#: those in the drawing.
SCREEN: dict[str, Any] = {
    "pageWidth": 1050,
    "pageHeight": 1000,
    "pageMarginTop": 0,
    "pageMarginBottom": 0,
    "pageMarginLeft": 0,
    "pageMarginRight": 0,
    "scale": 100,
    "breaks": "encoded",
    "adjustPageHeight": True,
    "minLastJustification": 0.0,
    "header": "none",
    "footer": "none",
    "svgViewBox": True,
    "svgRemoveXlink": True,
    "xmlIdChecksum": True,
    "staffLineWidth": 0.1,
    "stemWidth": 0.15,
}

#: How a row is set for paper: as wide as a page, with notes as far apart as two avartans of tintal need that fill it,
#: so that a shorter last row, which is not stretched, has them as far apart.
PAPER: dict[str, Any] = SCREEN | {
    "pageWidth": 3300,
    "spacingLinear": 0.78,
    "spacingNonLinear": 0.6,
    "minLastJustification": 0.8,
}


def set_rows(musicxml: bytes, measures: int, layout: dict[str, Any]) -> list[str]:
    """Set a score of one part in rows of some measures each, without the part's name: an SVG each, all equally wide.

    Raises
    ------
    SongError
        If Verovio cannot read the score.
    MissingError
        If Verovio is not installed.
    """
    try:
        import verovio
    except ImportError as error:
        raise MissingError("engraving needs Verovio", extra="engraving") from error
    verovio.setDefaultResourcePath(str(files("verovio") / "data"))  # each thread has its own
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(layout)
    if not toolkit.loadData(_break_rows(musicxml, measures).decode("utf-8")):
        raise SongError("Verovio cannot read the score")
    return [toolkit.renderToSVG(number) for number in range(1, toolkit.getPageCount() + 1)]


def _break_rows(musicxml: bytes, measures: int) -> bytes:
    """Break a score after every `measures` measures, and leave out its part's name."""
    unnamed = re.sub(rb"<part-(name|abbreviation)\b[^>]*>[^<]*</part-\1>", b"", musicxml)
    places = count()
    return re.sub(
        rb"<measure\s[^>]*>",
        lambda tag: tag[0] + (b"" if next(places) % measures else b'<print new-page="yes" />'),
        unnamed,
    )
