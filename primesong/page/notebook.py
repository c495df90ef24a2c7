"""A song as a notebook shows it: a table, the first line of the score, an audio player."""

from html import escape

import primesong
from primesong.errors import MissingError
from primesong.sargam.melody import cut
from primesong.score.engraving.rows import set_in_rows
from primesong.song import Song
from primesong.sound.recording import Recording

#: How much of the song a notebook plays, in seconds.
_SECONDS = 30


def show_song(song: Song) -> str:
    """Return HTML: what digit sounds which swara, the first line of the score, and the first half minute as sound."""
    melody, mapping = song.melody, song.mapping
    rows = "".join(
        f"<tr><td>{digit}</td><td>{mapping.pitch(digit).name}</td><td>{song.digits.count(digit):,}</td></tr>"
        for digit in mapping.ranking
    )
    title = f"{melody.setting.title}: {len(song.digits):,} digits, {melody.seconds:,.0f} s"
    header = "<tr><th>digit</th><th>swara</th><th>count</th></tr>"
    return (
        f"<table><caption>{escape(title)}</caption>{header}{rows}</table>"
        + _show_first_line(song)
        + _render_beginning(song)._repr_html_()
    )


def _show_first_line(song: Song) -> str:
    """Draw the first avartan on a staff; without Verovio, write its swaras."""
    first = song.melody if song.melody.excerpt else cut(song.melody, 1, 1)
    try:
        rows = set_in_rows(first)
    except MissingError:
        return f"<pre>{escape(' '.join(pitch.letter for pitch in first.pitches))}</pre>"
    glyphs = "".join(f'<path id="{name}" d="{outline}"/>' for name, outline in rows.glyphs.items())
    frame = f"0 {-rows.above} {rows.width} {rows.above + rows.below}"
    return (
        f'<svg viewBox="{frame}" style="max-width: 60em" fill="currentColor" stroke="currentColor">'
        f"<defs>{glyphs}</defs>{''.join(rows.drawings)}</svg>"
    )


def _render_beginning(song: Song) -> Recording:
    """Render the avartans of the first half minute."""
    setting = song.melody.setting
    avartans = -(-len(song.digits) // setting.tala.matras)
    last = min(avartans, max(1, round(_SECONDS / (setting.tala.matras * setting.matra_seconds))))
    return primesong.render(song if song.melody.excerpt else Song(cut(song.melody, 1, last)))
