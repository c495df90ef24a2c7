"""Melody to a Bhatkhande page, one HTML file that needs nothing else, and back.

An avartan is a numbered row, a vibhag a box under its mark, a note a column with one line a script; on paper no row is
broken. Notes stand in <b>, the further verses in <i>, and the song's record in a JSON block that is not run.

Read: the text of every <b>, in any one script or in digits.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape

from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes, Record
from primesong.sargam.script import verse
from primesong.sargam.swara import tonic_name
from primesong.score.text import decode_utf8, read_digits, read_words, split_avartans

#: The default verses of a page.
DEFAULT_PAGE = ("devanagari", "roman")

#: The id of the element that holds the song's record.
_RECORD_ID = "primesong"

_RECORD = re.compile(rf"""\bid\s*=\s*["']?{_RECORD_ID}\b""", re.IGNORECASE)

#: A tag, its attributes, and the text up to the next; possessive, so that nothing is read twice.
_TAG = re.compile(r"<([a-z][a-z0-9]*+)([^<>]*+)>([^<]*+)", re.IGNORECASE)

_STYLE = """
body{margin:1em auto;padding:0 .6em;max-width:62em;color:#111;background:#fff;
font:1.15em/1.5 "Noto Sans","Noto Sans Devanagari","Noto Sans Bengali","Noto Sans Gurmukhi",sans-serif}
h1{margin:0;font-size:1.6em}
section{display:flex;flex-wrap:wrap;margin:.5em 0;break-inside:avoid}
h2{width:2.6em;margin:0;padding-top:1.9em;font-size:.7em;font-weight:normal;color:#666}
div{position:relative;display:flex;padding:1em .3em 0;border-right:1px solid #555}
div.sam{border-left:1px solid #555}
div::before{content:attr(data-mark);position:absolute;top:-.2em;left:.75em;font-size:.75em;color:#a03000}
span{display:flex;flex-direction:column;align-items:center;min-width:2.1em}
b{font-weight:normal}
i{font-style:normal;font-size:.7em;color:#555}
@media print{body{font-size:10pt;max-width:none}}
"""


def write_page(melody: Melody, scripts: Sequence[str] = DEFAULT_PAGE) -> bytes:
    """Write a melody as an HTML page. The reverse of `read_page`.

    Parameters
    ----------
    melody : Melody
    scripts : sequence of str
        Names in `SCRIPT_NAMES`, a verse each, the first larger than the others.
    """
    first, *others = [verse(melody.setting.mapping, script) for script in scripts]
    notes = {
        digit: f"<span><b>{first[digit]}</b>" + "".join(f"<i>{words[digit]}</i>" for words in others) + "</span>"
        for digit in first
    }
    parts = [_write_head(melody)]
    for number, vibhags in split_avartans(melody):
        parts.append(f"<section><h2>{number}</h2>")
        for place, (vibhag, mark) in enumerate(zip(vibhags, melody.setting.tala.marks, strict=False)):
            parts.append(f'<div{"" if place else " class=sam"} data-mark="{mark}">')
            parts += [notes[digit] for digit in vibhag]
            parts.append("</div>")
        parts.append("</section>\n")
    parts.append("</body>\n</html>\n")
    return "".join(parts).encode("utf-8")


def _write_head(melody: Melody) -> str:
    """Write what stands before the first avartan."""
    setting = melody.setting
    tala = f"{setting.tala.name}, " if any(setting.tala.marks) else ""
    title = escape(setting.title)
    record = melody.record.to_text().replace("<", "\\u003c")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<title>{title}</title>\n<style>{_STYLE}</style>\n<script type="application/json" id="{_RECORD_ID}">'
        f"{record}</script>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<p>{tala}Sa = {tonic_name(setting.tonic)}, {setting.tempo:g} beats of four matras a minute, "
        f"{len(melody.played_digits):,} notes</p>\n"
    )


def read_page(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Notes]:
    """Read the lines of notes of a page. Raises `SongError` naming what is not a swara. The reverse of `write_page`."""
    limits.check("text", len(data), "the page")
    record = None
    words: list[str] = []
    for tag, attributes, content in _find_elements(decode_utf8(data, "the page")):
        if tag == "b":
            words += unescape(content).split()
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
