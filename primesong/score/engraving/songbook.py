"""Melody to an A4 songbook in Bhatkhande's notation: a PDF, an avartan a row, set by Typst.

The tala's marks and its theka stand at the head of every page, a line between vibhags; the first script is larger than
the others.
"""

from collections.abc import Sequence
from typing import Any

from primesong.sargam.melody import Melody
from primesong.sargam.script import language, split_marks, verse
from primesong.score.bhatkhande.headings import write_headings
from primesong.score.engraving.typst import SWARA, typeset
from primesong.score.text import split_avartans

#: The default verses.
DEFAULT_BOOK = ("devanagari", "roman")

#: The book, in Typst.
_TEMPLATE = (
    SWARA
    + """
#let song = json("song.json")
#let sing(verse, digit) = {
  let (letter, marks) = verse.words.at(digit)
  swara(text(lang: verse.language, letter), marks)
}
#set document(title: song.title, author: "primesong", date: none)
#set text(size: 10pt, lang: song.language)
#set par(leading: 0.85em)
#set page(width: 210mm, height: 297mm, margin: (x: 12mm, top: 14mm, bottom: 16mm),
  footer: context align(center, text(8pt)[#song.title · page #here().page() of #counter(page).final().first()]))
#show heading: it => align(center, text(22pt, weight: "regular", it.body))
#heading(song.title)
#align(center, text(11pt, song.subtitle))
#align(center, text(9pt, fill: luma(25%), song.raga))
#align(center, song.digits.map(digit => [#text(fill: luma(35%), digit) #sing(song.verses.at(0), digit)]).join([ · ]))
#v(3mm)
#let rule = (x, y) => if x > 0 and (x - 1 in song.starts or x == song.matras + 1) { (left: 0.5pt + luma(40%)) }
#let last = song.matras + 1
#table(columns: (9mm, ..(1fr,) * song.matras, 0pt), align: center + horizon, inset: (x: 0pt, y: 3.2pt), stroke: rule,
  table.header(
    [], ..song.marks.map(mark => text(9pt, fill: rgb("#a03000"), mark)), [],
    ..if song.theka.len() > 0 { ([], ..song.theka.map(bols => text(7pt, fill: luma(25%), bols)), []) },
  ),
  ..song.rows.map(row => (
    text(7pt, fill: luma(35%), row.number),
    ..row.notes.map(digit => if digit != none {
      for (place, verse) in song.verses.enumerate() {
        if place == 0 { text(12pt, sing(verse, digit)) }
        else { linebreak(); text(7.5pt, fill: luma(30%), sing(verse, digit)) }
      }
    }),
    [],
  )).flatten())
"""
)


def write_songbook(melody: Melody, scripts: Sequence[str] = DEFAULT_BOOK, headings: str = "english") -> bytes:
    """Write a melody as a songbook.

    Parameters
    ----------
    melody : Melody
    scripts : sequence of str
        Names in `SCRIPT_NAMES`, a line each.
    headings : str
        The language of what stands above the notes, one of `headings.LANGUAGES`.

    Raises
    ------
    MissingError
        If Typst is not installed.
    """
    setting, tala = melody.setting, melody.setting.tala
    head = write_headings(melody, headings)
    marks = dict(zip(tala.starts, tala.marks, strict=True))
    song: dict[str, Any] = {
        "title": setting.title,
        "language": head.language,
        "subtitle": head.setting,
        "raga": head.raga,
        "digits": list(setting.mapping.ranking),
        "verses": [
            {
                "language": language(script).partition("-")[0],
                "words": {digit: split_marks(word) for digit, word in verse(setting.mapping, script).items()},
            }
            for script in scripts
        ],
        "matras": tala.matras,
        "starts": tala.starts,
        "marks": [marks.get(matra, "") for matra in range(tala.matras)],
        "theka": head.theka,
        "rows": [
            {"number": str(number), "notes": [*digits, *[None] * (tala.matras - len(digits))]}
            for number, vibhags in split_avartans(melody)
            for digits in ["".join(vibhags)]
        ],
    }
    [book] = typeset(_TEMPLATE, song, {}, "pdf")
    return book
