"""Song to paper: pages with a title page, as PDF, SVG or PNG."""

import hashlib
from collections.abc import Sequence

from primesong.actions.report import SWARAS_OF, table, talas_that_fit
from primesong.errors import NoProgramError
from primesong.files.formats import MUSICXML
from primesong.sargam.swara import tonic_name
from primesong.score.engraving import TitlePage, bind, set_pages
from primesong.song import Song


def engrave(song: "Song", suffixes: Sequence[str], scripts: Sequence[str] = ()) -> dict[str, bytes]:
    """Engrave a song with a title page, in one pass for several of `ENGRAVED_SUFFIXES`: what to add to a file's name,
    and the file. A PDF holds all pages; SVG and PNG are a file a page: "-01.svg" is the title page.

    Raises `PrimesongError`.
    """
    pages = set_pages(MUSICXML.write(song.melody, scripts))
    title = title_page(song)
    made = {}
    for suffix in suffixes:
        bound = bind(pages, title, suffix.removeprefix("."))
        for number, content in enumerate(bound, start=1):
            made[suffix if suffix == ".pdf" else f"-{number:0{len(str(len(bound)))}}{suffix}"] = content
    return made


def title_page(song: Song) -> TitlePage:
    """Give what the title page of the score says."""
    melody, rows = song.melody, table(song)
    excerpt = melody.excerpt
    tala = f"{melody.setting.tala.name}, " if any(melody.setting.tala.marks) else ""
    coda = f", then a coda of {len(melody.coda_digits):,} notes" if melody.coda_digits else ""
    lines = [SWARAS_OF, talas_that_fit(song)]
    if excerpt is not None:
        lines = [
            f"An excerpt, from {melody.setting.tala.cycle} {excerpt.start:,} on, of a song of {excerpt.notes:,} notes."
        ]
    lines.append(f"SHA-256 of the number's digits: {excerpt.sha256 if excerpt else melody.record.sha256}")
    try:
        lines.append(f"SHA-256 of the program: {hashlib.sha256(song.program).hexdigest()}")
    except NoProgramError as error:
        lines.append(f"Program: {error}.")
    return TitlePage(
        title=melody.setting.title,
        subtitle=f"{len(song.digits):,} digits, a note each{coda}; {tala}Sa = {tonic_name(melody.setting.tonic)}, "
        f"{melody.setting.tempo:g} beats of four matras a minute",
        table=[tuple(rows[0]), *([str(value) for value in row.values()] for row in rows)],
        lines=lines,
        digits=song.digits,
    )
