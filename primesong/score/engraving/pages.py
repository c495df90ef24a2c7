"""Score to paper: MusicXML set in pages by Verovio, bound with a title page by Typst, as PDF, SVG or PNG; and to rows,
an avartan each, for a screen.

Verovio breaks the song into A4 pages of SVG. Their text is left to Typst, which shapes every script and embeds what it
draws: its PDF, SVG and PNG look the same everywhere, and it dates nothing, so the same song is the same file.
"""

import json
import re
from collections.abc import Sequence
from itertools import count
from typing import Any, NamedTuple

from primesong.errors import MissingError, SongError
from primesong.score.qr import MOST_DIGITS, write_qr

#: Of a PNG.
_DOTS_PER_INCH = 150.0

#: How a page is set. Lengths are Verovio's: tenths of a millimeter on the page, before `scale` in percent.
_VEROVIO = {
    "pageWidth": 2100,
    "pageHeight": 2970,
    "pageMarginTop": 120,
    "pageMarginBottom": 120,
    "pageMarginLeft": 100,
    "pageMarginRight": 100,
    "scale": 42,
    "breaks": "auto",
    "header": "none",
    "footer": "none",
    "svgViewBox": True,
    "xmlIdChecksum": True,
    "spacingNonLinear": 0.55,
    "staffLineWidth": 0.2,
    "lyricHeightFactor": 1.35,
    "lyricTopMinMargin": 8.0,
    "lyricWordSpace": 2.0,
}

#: How a row is set, for a screen: a page a measure, as wide as its notes need, and as high.
_VEROVIO_ROWS = {
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

#: How Verovio marks a system that is drawn.
_SYSTEM = 'class="system"'

#: How Verovio marks a measure that is drawn.
_MEASURE = 'class="measure"'

#: How Verovio writes the metronome mark's note: in a music font of its own.
_SMUFL_QUARTER = "\ueca5"

#: The same note, as a text font has it.
_QUARTER = "♩"

_TEMPLATE = """
#let song = json("song.json")
#set document(title: song.title, date: none)
#set page(width: 210mm, height: 297mm, margin: 20mm)
#set text(font: ("Libertinus Serif", "Noto Sans", "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Gurmukhi"),
  size: 11pt, fallback: true)
#align(center)[
  #v(8mm) #text(28pt, song.title)

  #text(13pt, song.subtitle)
  #v(4mm)
  #table(columns: song.table.at(0).len(), stroke: 0.4pt + gray, inset: (x: 7pt, y: 5pt),
    ..song.table.flatten().map(cell => [#cell]))
  #v(3mm)
]
#for line in song.lines [#par(line)]
#if song.qr [#v(1fr) #align(center)[#image("qr.svg", width: 90mm) #text(9pt, song.caption)]]
#set page(margin: 0mm)
#for number in range(song.pages) {
  pagebreak()
  image("page" + str(number) + ".svg", width: 100%)
  if song.footer != "" { place(bottom + center, dy: -8mm, text(8pt, song.footer + " · " + str(number + 1))) }
}
"""


class TitlePage(NamedTuple):
    """What the first page says.

    Parameters
    ----------
    title, subtitle : str
    table : sequence of sequence of str
        Its first row holds the heads.
    lines : sequence of str
        Sentences below the table.
    digits : str
        The number's, for its QR code.
    """

    title: str
    subtitle: str
    table: Sequence[Sequence[str]]
    lines: Sequence[str]
    digits: str


def set_pages(musicxml: bytes) -> list[str]:
    """Set a score in A4 pages, an SVG each.

    Every system has as many avartans as fit into any, except the first, which has the part's name before it, and the
    last. Where Verovio puts sometimes one and sometimes two into a system, as their words allow, it is set again with
    breaks that make them alike.

    Raises
    ------
    SongError
        Verovio cannot read the score.
    MissingError
        Verovio is not installed.
    """
    pages = _set(musicxml, _VEROVIO)
    systems = [system.count(_MEASURE) for page in pages for system in page.split(_SYSTEM)[1:]]
    fitting = set(systems[1:-1])
    if len(fitting) > 1:
        each = min(fitting)
        broken = _break_systems(musicxml, min(systems[0], each), each)
        pages = _set(broken, _VEROVIO | {"breaks": "line"})
    return [page.replace(_SMUFL_QUARTER, _QUARTER) for page in pages]


def _break_systems(musicxml: bytes, first: int, each: int) -> bytes:
    """Break a score into systems of `each` measures after one of `first`."""
    places = count()
    return re.sub(
        rb"<measure\b[^>]*>",
        lambda tag: tag[0] + (b"" if (next(places) - first) % each else b'<print new-system="yes" />'),
        musicxml,
    )


def set_rows(musicxml: bytes) -> list[str]:
    """Set each measure of a score of one part as a row of its own, without the part's name: an SVG each, all equally
    wide. Raises what `set_pages` raises."""
    broken = re.sub(rb"(<measure\b[^>]*>)", rb'\1<print new-page="yes" />', musicxml)
    return _set(re.sub(rb"<part-(name|abbreviation)\b[^>]*>[^<]*</part-\1>", b"", broken), _VEROVIO_ROWS)


def _set(musicxml: bytes, layout: dict[str, Any]) -> list[str]:
    """Set a score by Verovio's options, an SVG a page."""
    try:
        import verovio
    except ImportError as error:
        raise MissingError("engraving needs Verovio", extra="engraving") from error
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(layout)
    if not toolkit.loadData(musicxml.decode("utf-8")):
        raise SongError("Verovio cannot read the score")
    return [toolkit.renderToSVG(number) for number in range(1, toolkit.getPageCount() + 1)]


def bind(pages: Sequence[str], title: TitlePage, kind: str) -> list[bytes]:
    """Bind pages behind a title page.

    Parameters
    ----------
    pages : sequence of str
        Those that `set_pages` returned.
    title : TitlePage
    kind : str
        "pdf", "svg" or "png".

    Returns
    -------
    list of bytes
        One PDF, or an SVG or PNG a page.

    Raises
    ------
    MissingError
        Typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingError("engraving needs Typst", extra="engraving") from error
    coded = len(title.digits) <= MOST_DIGITS
    song = title._asdict() | {
        "pages": len(pages),
        "qr": coded,
        "caption": "The number, in digits",
        "footer": title.title,
    }
    files: dict[str, bytes] = {"main": _TEMPLATE.encode(), "song.json": json.dumps(song).encode()}
    files |= {f"page{number}.svg": page.encode("utf-8") for number, page in enumerate(pages)}
    if coded:
        files["qr.svg"] = write_qr(title.digits, "svg")
    make: Any = typst.compile  # its stub does not know that it takes files by name
    bound = make(files, format=kind, ppi=_DOTS_PER_INCH, pdf_tags=False)
    return [bound] if isinstance(bound, bytes) else list(bound)
