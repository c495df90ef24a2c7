"""A moment of a song as a screen: a pure function of what is shown and of the size of the screen.

From top to bottom: what is played and where it is; this avartan with its tala marks; the swara that sounds, large,
between those before and after it, and the harmonium's keys; the number's bytes as they become certain; the program as
far as they give it; the keys of the player. A large screen has the program on the right.
"""

from collections.abc import Sequence

from primesong.player.terminal import letters
from primesong.player.terminal.canvas import Box, Canvas, Span, count_cells
from primesong.player.terminal.colors import GREEN
from primesong.player.terminal.music import draw_avartan, draw_sounding
from primesong.player.terminal.number import draw_bytes, draw_program
from primesong.player.terminal.timeline import View
from primesong.player.terminal.transport import Transport
from primesong.sargam.setting import MATRAS_PER_BEAT
from primesong.sargam.swara import tonic_name
from primesong.words import describe_clock

#: In cells: the narrowest screen that is drawn on; the box of keys takes 41 of them.
COLUMNS = 44

#: In cells: the lowest screen that is drawn on; head, avartan, large swara and foot leave 3 rows to the program.
ROWS = 18

#: From this many columns on, the program is on the right of a screen: half of them hold the music.
_WIDE = 124

#: The most columns that the music takes: more would only spread it out.
_WIDEST_LEFT = 84

#: From this many rows on, there are empty rows around the avartan and below the large swara.
_HIGH = 28

#: In rows: from how many on that are left for both, how many the number's bytes take above the program.
_BYTES_ROWS = ((20, 5), (9, 3), (5, 2), (0, 0))

#: The rows above the avartan: the title, the counters, the progress bar.
_HEAD_ROWS = 3

#: The shortest that a title is cut, in cells.
_SHORTEST_TITLE = 8

#: The cells between the parts of the first row, all together.
_HEAD_GAPS = 6

#: What separates hints and counters.
_SEPARATOR = "   "

#: The keys and what they do, as the box of keys lists them.
_KEYS = (
    ("space", "pause, resume"),
    ("← →", "back, forward one avartan"),
    ("↑ ↓", "faster, slower"),
    ("home end", "first, last avartan"),
    ("l", "repeat avartan, or stop"),
    ("a b", "repeat from here, to here"),
    ("?", "show or hide these keys"),
    ("q", "quit"),
)

#: The most important first: those that do not fit are left out.
_HINTS = ("q quit", "? keys", "space pause", "←→ avartan", "↑↓ speed", "l loop", "a b from, to")

#: In cells: the column of the explanations in the box of keys, to the right of the longest key's name.
_EXPLAINED = 13

#: In cells: what the box of keys has beside its explanations: the columns before them, two spaces and the right border.
_KEYS_MARGINS = 16


def draw_frame(view: View, columns: int, rows: int) -> list[list[Span]]:
    """Draw a view on a screen of a size; return the spans of each row."""
    canvas = Canvas(columns, rows)
    if columns < COLUMNS or rows < ROWS:
        canvas.put(0, 0, f"needs {COLUMNS} × {ROWS} cells,")
        canvas.put(1, 0, f"has {columns} × {rows}")
        return canvas.to_spans()
    wide, high = columns >= _WIDE, rows >= _HIGH
    left = min(columns // 2, _WIDEST_LEFT) if wide else columns
    _draw_head(canvas, view)
    row = draw_avartan(canvas, view, Box(_HEAD_ROWS + high, 1, rows, left - 2)) + high
    row = draw_sounding(canvas, view, Box(row, 1, letters.HEIGHT + 1, left - 2)) + high
    below = rows - 1 - row
    if wide:
        draw_bytes(canvas, view, Box(row, 1, below, left - 2))
        draw_program(canvas, view, Box(_HEAD_ROWS, left + 1, rows - _HEAD_ROWS - 1, columns - left - 2))
    else:
        taken = next(taken for least, taken in _BYTES_ROWS if below >= least)
        draw_bytes(canvas, view, Box(row, 1, taken, left - 2))
        draw_program(canvas, view, Box(row + taken, 1, below - taken, left - 2))
    _draw_foot(canvas, view)
    if view.help:
        _draw_keys(canvas)
    return canvas.to_spans()


def _draw_head(canvas: Canvas, view: View) -> None:
    setting, transport = view.timeline.melody.setting, view.transport
    state = _describe_state(view)
    title = setting.title[: max(_SHORTEST_TITLE, canvas.columns - count_cells(state) - _HEAD_GAPS)]
    after = canvas.put(0, 1, title, "bold")
    laya = f"{setting.tempo * MATRAS_PER_BEAT:g} a minute"
    about = f"{setting.tala.name}, Sa {tonic_name(setting.tonic)}, {laya}, {view.heard}"
    if after + count_cells(about) + count_cells(state) + _HEAD_GAPS <= canvas.columns:
        canvas.put(0, after + 2, about, "dim")
    canvas.put_right(0, state, "" if transport.playing else "reverse")
    canvas.put(1, 1, _fit(_describe_place(view), canvas.columns - 2))
    _draw_progress(canvas, view, 2)


def _describe_state(view: View) -> str:
    timeline, transport = view.timeline, view.transport
    state = "ended" if transport.ended else "playing" if transport.playing else "paused"
    now, end = (describe_clock(seconds) for seconds in (timeline.seconds(transport.position), timeline.melody.seconds))
    return f"{state}  {transport.speed:g}×  {now} of {end}"


def _describe_place(view: View) -> list[str]:
    """Say where the song is: the most important first."""
    timeline, moment, melody = view.timeline, view.moment, view.timeline.melody
    tala, first = melody.setting.tala, melody.first_avartan
    where = (
        f"coda, note {moment.coda:,} of {len(melody.coda_digits):,}"
        if moment.coda
        else f"digit {moment.place + 1:,} of {len(melody.number_digits):,}"
    )
    return [
        f"{tala.cycle} {moment.avartan:,} of {first + timeline.avartans - 1:,}",
        *_describe_loop(view.transport, first),
        f"matra {moment.matra} of {tala.matras}",
        where,
    ]


def _describe_loop(transport: Transport, first: int) -> list[str]:
    """Say which avartans are repeated, or marked; `first` is the number of the song's first avartan."""
    if transport.loop is not None:
        start, last = (first + place // transport.matras for place in (transport.loop[0], transport.loop[1] - 1))
        return [f"repeats {start:,}" + (f" to {last:,}" if start != last else "")]
    return [f"from {first + transport.mark:,} …"] if transport.mark is not None else []


def _draw_progress(canvas: Canvas, view: View, row: int) -> None:
    """Draw how far the song is, where the coda begins, and what is repeated."""
    notes, width = view.timeline.notes, canvas.columns - 2

    def find_column(place: int) -> int:
        return 1 + round((width - 1) * place / notes)

    done = round(width * view.transport.position / notes)
    canvas.put(row, 1, "━" * done, GREEN)
    canvas.put(row, 1 + done, "─" * (width - done), "dim")
    if view.timeline.melody.coda_digits:
        canvas.put(row, find_column(len(view.timeline.melody.number_digits)), "╫", "bold")
    for place, bracket in zip(view.transport.loop or (), "[]", strict=False):
        canvas.put(row, find_column(place), bracket, "bold")


def _draw_foot(canvas: Canvas, view: View) -> None:
    if view.transport.ended:
        canvas.put(canvas.rows - 1, 1, "The song has ended.  space: again   q: quit", "bold")
    else:
        canvas.put(canvas.rows - 1, 1, _fit(view.hints or _HINTS, canvas.columns - 2), "dim")


def _fit(texts: Sequence[str], columns: int) -> str:
    """Join as many texts as fit, the first ones."""
    joined = (_SEPARATOR.join(texts[:count]) for count in range(len(texts), -1, -1))
    return next(text for text in joined if count_cells(text) <= columns)


def _draw_keys(canvas: Canvas) -> None:
    width = max(count_cells(explained) for _, explained in _KEYS) + _KEYS_MARGINS
    row, column = (canvas.rows - len(_KEYS) - 2) // 2, (canvas.columns - width) // 2
    canvas.put(row, column, "┌" + "─ keys ".ljust(width - 2, "─") + "┐")
    for place, (key, explained) in enumerate(_KEYS, start=row + 1):
        canvas.put(place, column, "│" + " " * (width - 2) + "│")
        canvas.put(place, column + 2, key, "bold")
        canvas.put(place, column + _EXPLAINED, explained)
    canvas.put(row + len(_KEYS) + 1, column, "└" + "─" * (width - 2) + "┘")
