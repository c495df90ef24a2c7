"""Score to rows: some avartans each, drawings of the same size, their notes named by their place.

Verovio sets each row as a page of its own. What a page writes better itself, in the script and at the size that its
reader wants, is left out: the metronome mark, measure numbers, the tala's marks. All rows share one table of glyphs and
one frame. Lengths are in Verovio's units; x grows to the right, y downward, y = 0 is the staff's top line.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import defusedxml.ElementTree

from primesong.errors import SongError
from primesong.sargam.melody import Melody
from primesong.score.engraving.verovio import SCREEN, set_rows
from primesong.score.musicxml import write_musicxml

#: SVG's namespace, as ElementTree writes it before a tag.
_SVG = "{http://www.w3.org/2000/svg}"

#: Verovio's classes of what is left out: page breaks, measure numbers, tempo, marks.
_LEFT_OUT = {"pb", "mNum", "tempo", "dir"}

#: Of noteheadBlack in SMuFL, 1.18 staff spaces wide.
_HALF_NOTEHEAD = 106

#: How far a clef reaches above the staff.
_CLEF = 330

#: Where a glyph stands, and its scale.
_PLACE = re.compile(r"translate\((-?\d+), (-?\d+)\) scale\(([\d.]+)")

#: What a straight path is written with.
_STRAIGHT = set("ML 0123456789-")

#: A point of a line or polygon.
_POINT = re.compile(r"(-?\d+)[ ,](-?\d+)")


class Rows(NamedTuple):
    """A song's rows.

    Parameters
    ----------
    drawings : list of str
        Each the inside of an SVG element, in which note i, counted from 0, is the element with the id "n" and i.
    places : list of int
        The x of the middle of each note.
    glyphs : dict of str to str
        The outlines of the glyphs that the rows use, by their ids.
    width : int
        Of every row.
    above, below : int
        How far rows reach above the staff's top line, and below it.
    """

    drawings: list[str]
    places: list[int]
    glyphs: dict[str, str]
    width: int
    above: int
    below: int


def set_in_rows(melody: Melody, avartans: int = 1, layout: dict[str, Any] = SCREEN) -> Rows:
    """Set a melody in rows.

    Parameters
    ----------
    melody : Melody
    avartans : int
        Of each row.
    layout : dict
        `SCREEN` or `PAPER`.

    Raises
    ------
    SongError
        If Verovio draws the score in an unknown way.
    MissingError
        If Verovio is not installed.
    """
    drawings: list[str] = []
    places: list[int] = []
    glyphs: dict[str, str] = {}
    below, above = 0, _CLEF
    for page in set_rows(write_musicxml(melody, ()), avartans, layout):
        root = defusedxml.ElementTree.fromstring(page)
        for glyph in root.iterfind(f"{_SVG}defs/{_SVG}g"):
            glyphs[_glyph(glyph.get("id", ""))] = glyph[0].get("d", "")
        [canvas] = root.iterfind(f"{_SVG}svg")
        height = int(canvas.get("viewBox", "").split()[3])
        top = next(height for element in _find_class(canvas, "staff") for _, height in _read_points(element[0]))
        highest = min(height for element in canvas.iter() for _, height in _read_points(element))
        above, below = max(above, top - highest), max(below, height - top)
        first = len(places)
        notes = _find_class(canvas, "note")
        for place, note in enumerate(notes, start=first):
            note.set("id", f"n{place}")
            places.append(_read_position(next(note.iter(f"{_SVG}use")))[0] + _HALF_NOTEHEAD)
        drawings.append(f'<g transform="translate(0 {-top})">{"".join(_write_markup(canvas))}</g>')
    return Rows(drawings, places, glyphs, 10 * layout["pageWidth"], above, below)


def _find_class(element: Element, name: str) -> list[Element]:
    return [group for group in element.iter(f"{_SVG}g") if group.get("class") == name]


def _glyph(name: str) -> str:
    """Remove from a glyph's id what Verovio adds to tell one drawing from another."""
    return name.partition("-")[0]


def _read_position(use: Element) -> tuple[int, int, str]:
    """Return where a glyph stands, and its scale."""
    found = _PLACE.match(use.get("transform", ""))
    if found is None:
        raise SongError(f"Verovio places a glyph in an unknown way: {use.get('transform')}")
    return int(found[1]), int(found[2]), found[3]


def _read_points(element: Element) -> list[tuple[int, int]]:
    """Return the points of a line or polygon."""
    return [(int(x), int(y)) for x, y in _POINT.findall(element.get("d", "") + element.get("points", ""))]


def _write_markup(element: Element, origin: tuple[int, int] = (0, 0)) -> Iterator[str]:
    """Write what is drawn, each note in a group of its own, nothing else in any. A note stands at its head, lines go on
    from point to point: so equal shapes are written the same, and compress well."""
    shape = element.tag.removeprefix(_SVG)
    if shape == "use":
        x, y, scale = _read_position(element)
        glyph = _glyph(element.get("href", "").removeprefix("#"))
        yield f'<use href="#{glyph}" transform="translate({x - origin[0]} {y - origin[1]})scale({scale})"/>'
    elif shape == "path":
        yield f'<path d="{_trace(element, origin)}" stroke-width="{element.get("stroke-width")}"/>'
    elif shape == "polygon":
        yield f'<path d="{_trace(element, origin)}z"/>'
    elif element.get("class") == "note":
        x, y, _ = _read_position(next(element.iter(f"{_SVG}use")))
        yield f'<g id="{element.get("id")}" transform="translate({x} {y})">'
        for child in element:
            yield from _write_markup(child, (x, y))
        yield "</g>"
    elif not _LEFT_OUT.intersection(element.get("class", "").split()):
        for child in _join_beams(element):
            yield from _write_markup(child, origin)


def _join_beams(element: Element) -> list[Element]:
    """Return what an element holds, the pieces of a beam, which Verovio draws from note to note, joined."""
    kept: list[Element] = []
    for child in element:
        if kept and child.tag == kept[-1].tag == f"{_SVG}polygon":
            before, after = _read_points(kept[-1]), _read_points(child)
            if before[1:3] == [after[0], after[3]]:
                joined = (before[0], *after[1:3], before[3])
                kept[-1].set("points", " ".join(f"{x},{y}" for x, y in joined))
                continue
        kept.append(child)
    return kept


def _trace(element: Element, origin: tuple[int, int]) -> str:
    """Trace a line or polygon from point to point, the first one counted from an origin.

    Raises
    ------
    SongError
        If it is curved.
    """
    if not set(element.get("d", "")) <= _STRAIGHT:
        raise SongError(f"Verovio draws a line in an unknown way: {element.get('d')}")
    steps = [(x - before[0], y - before[1]) for before, (x, y) in pairwise((origin, *_read_points(element)))]
    (x, y), *others = steps
    return f"M{x} {y}l{' '.join(f'{right} {down}' for right, down in others)}"
