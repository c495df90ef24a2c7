"""A score's systems to pages: bound with a title page by Typst, as PDF, SVG or PNG.

The PDF is tagged and has an outline; what stands in a system can be read aloud.
"""

from collections.abc import Sequence
from typing import Any

from primesong.score.engraving.systems import System
from primesong.score.engraving.title_page import make_title_page
from primesong.score.engraving.typst import typeset
from primesong.score.qr.code import MOST_DIGITS, write_qr
from primesong.song import Song

#: How many avartans a part of the outline has.
_PART = 25

#: The title page and the outline, in Typst.
_TEMPLATE = """
#let song = json("song.json")
#set document(title: song.title, author: "primesong", date: none)
#set page(width: 210mm, height: 297mm, margin: 20mm)
#set text(size: 11pt)
#show heading.where(level: 1): it => text(28pt, weight: "regular", it.body)
#show heading.where(level: 2): it => block(below: 2mm, text(9pt, weight: "regular", style: "italic", it.body))
#align(center)[
  #heading(level: 1, song.title)

  #text(13pt, song.subtitle)

  #text(10pt, fill: luma(30%), song.credit)
  #v(4mm)
  #table(columns: song.table.at(0).len(), stroke: 0.4pt + gray, inset: (x: 7pt, y: 4pt),
    table.header(..song.table.at(0).map(cell => [#cell])), ..song.table.slice(1).flatten().map(cell => [#cell]))
  #v(3mm)
]
#for line in song.lines [#par(line)]
#if song.qr [#v(1fr) #align(center)[#image("qr.svg", width: 80mm, alt: song.caption) #text(9pt, song.caption)]]
#let footer = context {
  let number = here().page()
  let shown = query(<system>).filter(it => it.location().page() == number).map(it => it.value)
  if shown.len() > 0 {
    let (first, last) = (shown.first().first, shown.last().last)
    let range = if first < last [#(song.cycle)s #first–#last] else [#song.cycle #first]
    align(center, text(8pt)[#song.title · #range · page #number of #counter(page).final().first()])
  }
}
#set page(margin: (x: 12mm, top: 11mm, bottom: 14mm), footer: footer, footer-descent: 4mm)
#for (number, system) in song.systems.enumerate() {
  let drawing = image("system" + str(number) + ".svg", width: 100%, alt: system.words)
  block(breakable: false, spacing: 1.5mm)[
    #metadata((first: system.first, last: system.last))<system>
    #if system.part != none { heading(level: 2, system.part) }
    #text(lang: system.language.split("-").first(), drawing)
  ]
}
"""


def bind(systems: Sequence[System], song: Song, kind: str) -> list[bytes]:
    """Bind systems in A4 pages behind their song's title page.

    Parameters
    ----------
    systems : sequence of System
        Those that `draw_systems` returned.
    song : Song
        The song that they are of.
    kind : str
        "pdf", "svg" or "png"; returns and raises what `typeset` does.
    """
    title, coded = make_title_page(song), len(song.digits) <= MOST_DIGITS
    page = title._asdict() | {
        "systems": [_describe(system, title.cycle, systems[-1].last) for system in systems],
        "qr": coded,
        "caption": "The number, in digits",
    }
    drawings = {f"system{number}.svg": system.drawing for number, system in enumerate(systems)}
    if coded:
        drawings["qr.svg"] = write_qr(song.digits, "svg").decode()
    return typeset(_TEMPLATE, page, drawings, kind)


def _describe(system: System, cycle: str, last: int) -> dict[str, Any]:
    """Return what the template needs of a system, and of the first of a part, its name; `last` is the last avartan."""
    starts = [avartan for avartan in range(system.first, system.last + 1) if avartan % _PART == 1]
    part = f"{cycle.capitalize()}s {starts[0]}–{min(starts[0] + _PART - 1, last)}" if starts else None
    return {**system._asdict(), "drawing": None, "part": part}
