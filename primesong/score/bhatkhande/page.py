"""Melody to a Bhatkhande page, one HTML file that needs nothing else, and back.

An avartan is a numbered row, a vibhag a box under its mark, a note a column with one line a script; on paper no row is
broken. A coda begins after a double line. Notes stand in <b>, the further verses in <i>, and the song's record in a
JSON block that is not run.

Read: the text of every <b>, in any one script or in digits.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from itertools import count

from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.repair.coda import list_parts
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.script import language, split_marks, verse
from primesong.sargam.tala import Tala
from primesong.score.bhatkhande.headings import Headings, translate, write_headings
from primesong.score.reading.words import decode_words, read_digits, read_words
from primesong.score.text import split_avartans

#: The default verses of a page.
DEFAULT_PAGE = ("devanagari", "roman")

#: The id of the element that holds the song's record.
_RECORD_ID = "primesong"

#: The tag of the element that holds the record.
_RECORD = re.compile(rf"""\bid\s*=\s*["']?{_RECORD_ID}\b""", re.IGNORECASE)

#: A tag, its attributes, and the text up to the next; possessive, so that nothing is read twice.
_TAG = re.compile(r"<([a-z][a-z0-9]*+)([^<>]*+)>([^<]*+)", re.IGNORECASE)

#: The style sheet of a page.
_STYLE = """
:root{color-scheme:light dark;--ink:#111;--paper:#fff;--line:#777;--faint:#5f5f5f;--mark:#a03000}
body{margin:1em auto;padding:0 .6em;max-width:62em;color:var(--ink);background:var(--paper);
font:1.15em/1.5 "Noto Sans","Noto Sans Devanagari","Noto Sans Bengali","Noto Sans Gurmukhi","Noto Sans Tamil",
sans-serif}
h1{margin:0;font-size:1.6em;line-height:1.3}
header p,dl{margin:.3em 0;font-size:.85em;color:var(--faint)}
dl{display:flex;flex-wrap:wrap;gap:.1em 1.1em}
dl div{display:flex;gap:.35em}
dt{color:var(--ink)}
dd{margin:0}
section{display:grid;grid-template-columns:2.4em 1fr;margin:.4em 0;break-inside:avoid}
section:target{outline:2px solid var(--mark)}
h2{margin:0;padding-top:1.9em;font-size:.7em;font-weight:normal;color:var(--faint)}
section>div{display:grid;grid-template-columns:repeat(var(--matras),minmax(0,1fr))}
@media screen and (max-width:42em){section>div{grid-template-columns:repeat(var(--half),minmax(0,1fr))}}
section p{position:relative;display:flex;margin:0;padding:1em .3em .2em;border-right:1px solid var(--line);
box-sizing:border-box}
section p:first-child{border-left:1px solid var(--line)}
section p::before{content:attr(data-mark);position:absolute;top:-.2em;left:.75em;font-size:.75em;color:var(--mark)}
span{flex:1;display:flex;flex-direction:column;align-items:center}
span[data-part]{position:relative;border-left:3px double var(--mark)}
span[data-part]::before{content:attr(data-part);position:absolute;top:-1.6em;left:.1em;font-size:.7em;color:var(--mark)}
b,dd{position:relative;font-weight:normal}
i{font-style:normal;font-size:.7em;color:var(--faint)}
em{font-style:normal;font-size:.7em}
u{font-size:0;text-decoration:none}
u::after{content:"";position:absolute;left:15%;right:15%;font-size:1rem}
u.line::after{bottom:0;border-bottom:.1rem solid}
u.upright::after{left:45%;right:auto;top:-.1em;height:.35em;border-left:.1rem solid}
u.dot::after{left:calc(50% - .1rem);right:auto;bottom:-.05em;border:.1rem solid;border-radius:50%}
@media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#16130f;--line:#8a8a8a;--faint:#aaa;--mark:#ff9a5c}}
@page{size:A4;margin:12mm}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--faint:#444}
body{margin:0;padding:0;max-width:none;font-size:11pt}}
@media print and (orientation:landscape){main{columns:2;column-gap:8mm}body{font-size:7.5pt}}
"""


def write_page(melody: Melody, scripts: Sequence[str] = DEFAULT_PAGE, headings: str = "english") -> bytes:
    """Write a melody as an HTML page. The reverse of `read_page`.

    Parameters
    ----------
    melody : Melody
    scripts : sequence of str
        Names in `SCRIPT_NAMES`, a verse each, the first larger than the others.
    headings : str
        The language of what stands above the notes, one of `headings.LANGUAGES`.
    """
    head = write_headings(melody, headings)
    tala = melody.setting.tala
    first, *others = [verse(melody.setting.mapping, script) for script in scripts]
    further = [(words, language(script)) for words, script in zip(others, scripts[1:], strict=True)]
    notes = {
        digit: f"<b>{draw_marks(first[digit])}</b>"
        + "".join(f"<i lang={tongue}>{words[digit]}</i>" for words, tongue in further)
        + "</span>"
        for digit in first
    }
    frame = f"--matras:{tala.matras};--half:{_halve(tala)}"
    parts = [_write_head(melody, head, first), f'<main lang="{language(scripts[0])}" style="{frame}">\n']
    if tala.theka:
        bols = [f"<span><em>{matra}</em></span>" for matra in head.theka]
        theka = [bols[start : start + length] for start, length in zip(tala.starts, tala.vibhags, strict=True)]
        parts.append(_write_row("theka", "", theka, tala))
    parts_of_coda = list_parts(melody)
    named, here = {place: translate(name, headings) for place, name in parts_of_coda.items()}, count()
    for number, vibhags in split_avartans(melody):
        row = [[_begin_note(named.get(next(here))) + notes[digit] for digit in vibhag] for vibhag in vibhags]
        parts.append(_write_row(f"{tala.cycle}-{number}", str(number), row, tala))
    parts.append("</main>\n</body>\n</html>\n")
    return "".join(parts).encode("utf-8")


def _begin_note(part: str | None) -> str:
    """Begin a note; one with which a part of the coda begins is marked."""
    return f'<span data-part="{part}">' if part else "<span>"


def _halve(tala: Tala) -> int:
    """Return the matras of the longer half where an avartan is broken into two lines between vibhags."""
    return min(max(start, tala.matras - start) for start in (*tala.starts[1:], tala.matras))


def _write_row(name: str, number: str, vibhags: Sequence[Sequence[str]], tala: Tala) -> str:
    """Write a row of vibhags, each a box as wide as its matras."""
    boxes = [
        f'<p style="grid-column:span {length}" data-mark="{mark}">{"".join(vibhag)}'
        + "<span></span>" * (length - len(vibhag))
        + "</p>"
        for vibhag, mark, length in zip(vibhags, tala.marks, tala.vibhags, strict=False)
    ]
    return f'<section id="{name}"><h2>{number}</h2><div>{"".join(boxes)}</div></section>\n'


def draw_marks(word: str) -> str:
    """Put the marks after a letter, which the page draws, into elements of their own; their code points stay."""
    letter, marks = split_marks(word)
    return letter + "".join(
        f"<u class={name}>{mark}</u>" for name, mark in zip(marks, word[len(letter) :], strict=True)
    )


def _write_head(melody: Melody, head: Headings, words: Mapping[str, str]) -> str:
    """Write what stands before the first avartan."""
    title = escape(melody.setting.title)
    record = melody.record.to_text().replace("<", "\\u003c")
    mapping = "".join(f"<div><dt>{digit}</dt><dd>{draw_marks(words[digit])}</dd></div>" for digit in words)
    return (
        f'<!DOCTYPE html>\n<html lang="{head.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<title>{title}</title>\n<style>{_STYLE}</style>\n<script type="application/json" id="{_RECORD_ID}">'
        f"{record}</script>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
        f"<p>{head.setting}</p>\n<p>{escape(head.raga)}</p>\n"
        f"<dl>{mapping}</dl>\n<p>{head.legend}</p>\n</header>\n"
    )


def read_page(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of notes of a page. Raises `SongError` naming what is not a swara. The reverse of `write_page`."""
    limits.check("text", len(data), "the page")
    record = None
    words: list[str] = []
    for tag, attributes, content in _find_elements(decode_words(data, "the page")):
        if tag == "b":
            words += unescape(content).split()
        elif tag == "u" and words:
            words[-1] += unescape(content).strip()
        elif tag == "script" and _RECORD.search(attributes):
            record = record or Record.from_text(content)
    digits = "".join(words)
    if digits.isascii() and digits.isdecimal():
        return [read_digits(digits, "page", record)]
    return read_words(enumerate(words, start=1), "page", record, "note")


def _find_elements(text: str) -> Iterator[tuple[str, str, str]]:
    """Return each tag that begins an element, its attributes, and the text up to the next tag.

    Comments are left out; one that does not end hides the rest. The time is proportional to the text, which html.parser
    does not promise: after each "<!--" without an end it reads the rest again.
    """
    head, *comments = text.split("<!--")
    for part in (head, *(comment.partition("-->")[2] for comment in comments)):
        for tag in _TAG.finditer(part):
            yield tag[1].lower(), tag[2], tag[3]
