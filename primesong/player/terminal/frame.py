"""A moment of a song as a screen: a pure function of what is shown and how large the screen is.

From top to bottom: what is played and how far it has come; this avartan with its tala marks; the swara that sounds,
large, between those that were and those that come, and the harmonium's keys; the number's bytes as they become
certain; the program as far as they tell it; the keys of the player. A large screen has the program on its right.
"""

import textwrap
from dataclasses import dataclass
from typing import NamedTuple

from primesong.player.terminal import keyboard, letters
from primesong.player.terminal.canvas import Canvas, Span, cells
from primesong.player.terminal.colors import GREEN, colour
from primesong.player.terminal.highlight import last_lines
from primesong.player.terminal.timeline import Moment, Timeline
from primesong.player.terminal.transport import Transport
from primesong.sargam.script import verse
from primesong.sargam.swara import Pitch, tonic_name

#: The smallest screen on which all of it is shown.
COLUMNS, ROWS = 44, 18

#: From so many columns on, the program stands on the right.
_WIDE = 124
_WIDEST_LEFT = 84

_NEIGHBOURS = 3
_GAP = 2

KEYS = (
    ("space", "pause, go on"),
    ("← →", "an avartan back, forward"),
    ("↑ ↓", "faster, slower"),
    ("home end", "first, last avartan"),
    ("l", "repeat this avartan; again: no more"),
    ("a b", "repeat from here, to here"),
    ("?", "these keys"),
    ("q", "quit"),
)


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: the song, where it is, the script of its swaras, what is heard of it, and whether help is asked
    for."""

    timeline: Timeline
    transport: Transport
    script: str = "letters"
    heard: str = "silent"
    help: bool = False

    @property
    def moment(self) -> Moment:
        """The note that sounds."""
        return self.timeline.moment(self.transport.place)


class Box(NamedTuple):
    """A part of the screen."""

    row: int
    column: int
    rows: int
    columns: int


def frame(view: View, columns: int, rows: int) -> list[list[Span]]:
    """Draw a view: a list of spans for each row."""
    canvas = Canvas(columns, rows)
    if columns < COLUMNS or rows < ROWS:
        canvas.put(0, 0, f"{COLUMNS} × {ROWS} cells are needed,")
        canvas.put(1, 0, f"here are {columns} × {rows}.")
        return canvas.spans()
    wide = columns >= _WIDE
    left = min(columns // 2, _WIDEST_LEFT) if wide else columns
    row = _head(canvas, view)
    row = _avartan(canvas, view, Box(row, 1, rows, left - 2), spacious=rows >= 28)
    row = _sounding(canvas, view, Box(row, 1, letters.HEIGHT + 1, left - 2)) + (rows >= 28)
    below = rows - 1 - row
    if wide:
        _bytes(canvas, view, Box(row, 1, below, left - 2))
        _program(canvas, view, Box(3, left + 1, rows - 4, columns - left - 2))
    else:
        hexed = 0 if below < 5 else 2 if below < 9 else 3 if below < 20 else 5
        _bytes(canvas, view, Box(row, 1, hexed, left - 2))
        _program(canvas, view, Box(row + hexed, 1, below - hexed, left - 2))
    _foot(canvas, view)
    if view.help:
        _help(canvas)
    return canvas.spans()


def clock(seconds: float) -> str:
    """Write a time as minutes and seconds: 0:45."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _head(canvas: Canvas, view: View) -> int:
    melody, transport, moment = view.timeline.melody, view.transport, view.moment
    ended = f"{clock(view.timeline.seconds(transport.position))} of {clock(melody.seconds)}"
    state = "the end" if transport.ended else "plays" if transport.playing else "paused"
    state = f"{state}  {transport.speed:g}×  {ended}"
    title = melody.setting.title[: max(8, canvas.columns - cells(state) - 6)]
    after = canvas.put(0, 1, title, "bold")
    about = (
        f"{melody.setting.tala.name}, Sa {tonic_name(melody.setting.tonic)}, ♩ {melody.setting.tempo:g}, {view.heard}"
    )
    if after + cells(about) + cells(state) + 6 <= canvas.columns:
        canvas.put(0, after + 2, about, "dim")
    canvas.right(0, state, "" if transport.playing else "reverse")
    cycle, first = melody.setting.tala.cycle, melody.first_avartan
    counters = [
        f"{cycle} {moment.avartan:,} of {first + view.timeline.avartans - 1:,}",
        f"matra {moment.matra} of {melody.setting.tala.matras}",
        f"coda, note {moment.coda:,} of {len(melody.coda_digits):,}"
        if moment.coda
        else f"digit {moment.place + 1:,} of {len(melody.number_digits):,}",
    ]
    if transport.loop is not None:
        one, other = (
            transport.loop[0] // melody.setting.tala.matras,
            (transport.loop[1] - 1) // melody.setting.tala.matras,
        )
        counters.insert(1, f"repeats {first + one:,}" + (f" to {first + other:,}" if one != other else ""))
    elif transport.mark is not None:
        counters.insert(1, f"from {first + transport.mark:,} …")
    while cells("   ".join(counters)) > canvas.columns - 2:
        counters.pop()
    canvas.put(1, 1, "   ".join(counters))
    width = canvas.columns - 2
    done = round(width * transport.position / view.timeline.notes)
    canvas.put(2, 1, "━" * done, GREEN)
    canvas.put(2, 1 + done, "─" * (width - done), "dim")
    if melody.coda_digits:
        canvas.put(2, 1 + round((width - 1) * len(melody.number_digits) / view.timeline.notes), "╫", "bold")
    if transport.loop is not None:
        ends = [round((width - 1) * place / view.timeline.notes) for place in transport.loop]
        canvas.put(2, 1 + ends[0], "[", "bold")
        canvas.put(2, 1 + ends[1], "]", "bold")
    return 3


def _avartan(canvas: Canvas, view: View, box: Box, *, spacious: bool) -> int:
    """Draw this avartan: the tala's marks, its swaras, their digits; as much of it as fits. A coda's notes have no
    digits, for they are none of the number's."""
    timeline, now = view.timeline, view.moment
    tala = timeline.melody.setting.tala
    names = verse(timeline.melody.setting.mapping, view.script)
    bars = len(tala.starts)
    widest = max(map(cells, names.values()))
    cell = max(widest + 1, min(5, (box.columns - 2 * bars) // tala.matras))
    shown = min(tala.matras, max(1, (box.columns - 2 * bars) // cell))
    start = now.place - (now.matra - 1)
    first = 0 if shown == tala.matras else min(max(0, now.matra - 1 - shown // 2), tala.matras - shown)
    row, column = box.row + spacious, box.column
    for matra in range(first, first + shown):
        if matra in tala.starts:
            mark = tala.marks[tala.starts.index(matra)]
            style = "bold" if mark == "×" else ""
            canvas.put(row + 1, column, "│", "dim")
            canvas.put(row + 2, column, "│", "dim")
            column += 2
            canvas.put(row, column, mark, style)
        place = start + matra
        if place < timeline.notes:
            moment = timeline.moment(place)
            style = colour(moment.pitch)
            style = f"bold {style} reverse" if place == now.place else style if place < now.place else "dim"
            canvas.put(row + 1, column, names[moment.digit], style)
            if not moment.coda:
                canvas.put(row + 2, column, moment.digit, "bold reverse" if place == now.place else "dim")
            elif moment.coda == 1 or matra == first:
                canvas.put(row + 2, column, "coda", "bold")
        column += cell
    return row + 3 + spacious


def _sounding(canvas: Canvas, view: View, box: Box) -> int:
    """Draw the swara that sounds, its neighbours, and the keys of the harmonium."""
    melody, now = view.timeline.melody, view.moment
    names = verse(melody.setting.mapping, view.script)
    pitches = {
        melody.setting.tonic + melody.setting.mapping.pitch(digit).semitones: melody.setting.mapping.pitch(digit)
        for digit in "0123456789"
    }
    laid = keyboard.keys(min(pitches), max(pitches))
    beside = box.columns >= keyboard.width(laid) + 30
    columns = box.columns - (keyboard.width(laid) + 2 if beside else 0)
    cell = max(map(cells, names.values())) + 1
    middle = box.column + (columns - letters.WIDTH) // 2
    shade = colour(now.pitch)
    for row, line in enumerate(letters.large(now.pitch)):
        for column, block in enumerate(line, start=middle):
            # a block stands on its own colour: some fonts leave a gap between two rows of them
            canvas.put(box.row + row, column, block, {" ": "", "█": f"{shade} on {shade}"}.get(block, shade))
    row = box.row + letters.HEIGHT // 2
    for away in range(1, _NEIGHBOURS + 1):
        for place, column in (
            (now.place - away, middle - _GAP - away * cell + 1),
            (now.place + away, middle + letters.WIDTH + _GAP + (away - 1) * cell),
        ):
            if 0 <= place < view.timeline.notes and box.column <= column <= box.column + columns - cell:
                neighbour = view.timeline.moment(place)
                canvas.put(row, column, names[neighbour.digit], colour(neighbour.pitch) if away == 1 else "dim")
    written = names[now.digit] if view.script not in ("digit", "letters") else now.pitch.letter
    said = dict.fromkeys((written, now.pitch.name, now.pitch.note(melody.setting.tonic)))
    label = f"{'coda:' if now.coda else f'{now.digit} ='} {'  '.join(said)}"
    canvas.centre(box.row + letters.HEIGHT, box.column, columns, label, "bold")
    if beside:
        held = melody.setting.tonic + now.pitch.semitones
        _keyboard(canvas, Box(box.row, box.column + columns + 2, letters.HEIGHT, 0), laid, pitches, held)
    return box.row + letters.HEIGHT + 1


def _keyboard(canvas: Canvas, box: Box, laid: list[keyboard.Key], pitches: dict[int, Pitch], held: int) -> None:
    names = {note: pitch.letter for note, pitch in pitches.items()}
    black = {key.note for key in laid if key.black}
    lit = f"bold {colour(pitches[held])} reverse"
    for row, runs in enumerate(keyboard.rows(laid, names, box.rows)):
        for run in runs:
            text, style = run.text, "black on bright_white"
            if run.note == held:
                text, style = text.replace(keyboard.BLACK, " " * len(keyboard.BLACK)), lit
            elif row == box.rows - 1:
                style = "dim"
            elif run.note in black and text != keyboard.BLACK:
                style = "white on black"
            for column, character in enumerate(text, start=box.column + run.column):
                canvas.put(box.row + row, column, character, "black on black" if character == "█" else style)
    key = next(key for key in laid if key.note == held)
    canvas.put(box.row + box.rows - 1, box.column + key.column + 1, "▲", colour(pitches[held]))


def _bytes(canvas: Canvas, view: View, box: Box) -> None:
    """Draw the last bytes that are certain, those that this note settled marked."""
    timeline, now = view.timeline, view.moment
    if box.rows < 2:
        return
    _rule(canvas, box, f"bytes certain: {now.certain:,} of {timeline.unfolding.certain[-1]:,}")
    each = max(1, (box.columns - 6) // 3 // 8) * 8
    before = timeline.unfolding.certain[now.place]
    last = max(0, now.certain - 1) // each
    first = max(0, last - (box.rows - 2))
    for row, line in enumerate(range(first, last + 1)):
        canvas.put(box.row + 1 + row, box.column, f"{line * each:04x}", "dim")
        for place in range(line * each, (line + 1) * each):
            column = box.column + 6 + 3 * (place - line * each)
            if place < now.certain:
                style = f"bold {GREEN} reverse" if place >= before else ""
                style = GREEN if not style and place == now.certain - 1 else style
                canvas.put(box.row + 1 + row, column, f"{timeline.data[place]:02x}", style)
            elif place < timeline.unfolding.certain[-1]:
                canvas.put(box.row + 1 + row, column, "··", "dim")


def _program(canvas: Canvas, view: View, box: Box) -> None:
    """Draw the end of the program's text so far."""
    timeline, now = view.timeline, view.moment
    program = timeline.unfolding.program
    if box.rows < 2:
        return
    _rule(canvas, box, f"program: {now.unpacked:,} of {len(program):,} bytes" if program else "program")
    text = timeline.text(now.place)
    if not text:
        for row, line in enumerate(textwrap.wrap(_waiting(timeline), box.columns)[: box.rows - 1]):
            canvas.put(box.row + 1 + row, box.column, line, "dim")
        return
    fresh = len(text) - len(timeline.text(now.place - 1)) if now.place else len(text)
    row = column = 0
    for row, pieces in enumerate(last_lines(text, box.columns - 1, box.rows - 1, fresh), start=box.row + 1):
        column = box.column
        for piece in pieces:
            column = canvas.put(row, column, piece.text, piece.style)
    if now.unpacked < len(program):
        canvas.put(row, column, "▌", GREEN)


def _waiting(timeline: Timeline) -> str:
    """Say why there is no text yet."""
    unpacked = timeline.unfolding.unpacked
    first = next((k for k, count in enumerate(unpacked) if count), None)
    if first is None:
        if timeline.melody.excerpt is not None:
            return "This excerpt tells nothing of a program: gzip's beginning is not in it."
        return "This number holds no program: it does not begin with a gzip member."
    at = clock(timeline.seconds(first - 1))
    return f"gzip's header and its code tables come first; the program begins with digit {first:,}, at {at}."


def _foot(canvas: Canvas, view: View) -> None:
    if view.transport.ended:
        canvas.put(canvas.rows - 1, 1, "The end.  space: again   q: quit", "bold")
        return
    hints = ["q quit", "? keys", "space pause", "←→ avartan", "↑↓ speed", "l loop", "a b from, to"]
    while cells("   ".join(hints)) > canvas.columns - 2:
        hints.pop()
    canvas.put(canvas.rows - 1, 1, "   ".join(hints), "dim")


def _help(canvas: Canvas) -> None:
    width = max(cells(what) for _, what in KEYS) + 16
    row, column = (canvas.rows - len(KEYS) - 2) // 2, (canvas.columns - width) // 2
    canvas.put(row, column, "┌" + "─ keys ".ljust(width - 2, "─") + "┐")
    for place, (key, what) in enumerate(KEYS, start=1):
        canvas.put(row + place, column, "│" + " " * (width - 2) + "│")
        canvas.put(row + place, column + 2, key, "bold")
        canvas.put(row + place, column + 13, what)
    canvas.put(row + len(KEYS) + 1, column, "└" + "─" * (width - 2) + "┘")


def _rule(canvas: Canvas, box: Box, text: str) -> None:
    canvas.put(box.row, box.column, "─" * box.columns, "dim")
    canvas.put(box.row, box.column + 2, f" {text} ")
