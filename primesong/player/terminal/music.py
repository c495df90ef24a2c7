"""The music on the screen: this avartan with its tala marks, the swara that sounds, and the harmonium's keys."""

from primesong.player.terminal import keyboard, letters
from primesong.player.terminal.canvas import Box, Canvas, count_cells
from primesong.player.terminal.colors import color_of
from primesong.player.terminal.timeline import View
from primesong.sargam.script import spread_verse
from primesong.sargam.swara import Pitch

#: The most cells that a matra takes: more would only spread the avartan out.
_WIDEST_MATRA = 5

#: The cells of a vibhag's bar line and the space after it.
_BAR = 2

#: How many swaras are shown before and after the large one.
_NEIGHBORS = 3

#: The cells between the large swara and its neighbors.
_GAP = 2

#: How many columns must be left beside the harmonium's keys for the large swara and its neighbors.
_BESIDE_KEYS = 30

#: The scripts that write a swara as its letter, or not as a swara: below the large swara its letter is written.
_LETTER_SCRIPTS = ("digit", "letters")


def draw_avartan(canvas: Canvas, view: View, box: Box) -> int:
    """Draw this avartan in three rows: the tala's marks, its swaras, their digits; as much of it as fits. The coda's
    notes have no digits, since they are none of the number's. Return the row below."""
    timeline, now = view.timeline, view.moment
    tala = timeline.melody.setting.tala
    names = spread_verse(timeline.melody.setting.mapping, view.script)
    bars = _BAR * len(tala.starts)
    cell = max(max(map(count_cells, names.values())) + 1, min(_WIDEST_MATRA, (box.columns - bars) // tala.matras))
    shown = min(tala.matras, max(1, (box.columns - bars) // cell))
    first = min(max(0, now.matra - 1 - shown // 2), tala.matras - shown)
    start, column = now.place - (now.matra - 1), box.column
    for matra in range(first, first + shown):
        if matra in tala.starts:
            column = _draw_bar(canvas, box.row, column, tala.marks[tala.starts.index(matra)])
        if start + matra < timeline.notes:
            for row, written in enumerate(_write_note(view, start + matra, names, matra == first), start=box.row + 1):
                canvas.put(row, column, *written)
        column += cell
    return box.row + 3


def _draw_bar(canvas: Canvas, row: int, column: int, mark: str) -> int:
    """Draw a bar line, and the mark of the vibhag that begins there; return the column after it."""
    for below in (1, 2):
        canvas.put(row + below, column, "│", "dim")
    canvas.put(row, column + _BAR, mark, "bold" if mark == "×" else "")
    return column + _BAR


def _write_note(view: View, place: int, names: dict[str, str], first: bool) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return a note's swara and what is below it, its digit, each with its style; `first` is the first note that is
    shown of its avartan."""
    now, moment = view.moment.place, view.timeline.moment(place)
    color = color_of(moment.pitch)
    style = f"bold {color} reverse" if place == now else color if place < now else "dim"
    label = (moment.digit, "bold reverse" if place == now else "dim")
    if moment.coda:
        label = ("coda" if moment.coda == 1 or first else "", "bold")
    return (names[moment.digit], style), label


def draw_sounding(canvas: Canvas, view: View, box: Box) -> int:
    """Draw the swara that sounds, its neighbors, and the harmonium's keys if they fit. Return the row below."""
    setting = view.timeline.melody.setting
    pitches = {setting.tonic + pitch.semitones: pitch for pitch in map(setting.mapping.pitch, "0123456789")}
    keys = keyboard.lay_out(min(pitches), max(pitches))
    width = keyboard.count_columns(keys)
    beside = box.columns >= width + _BESIDE_KEYS
    columns = box.columns - (width + _GAP if beside else 0)
    _draw_swaras(canvas, view, box._replace(columns=columns))
    canvas.put_centered(box.row + letters.HEIGHT, box.column, columns, _describe_note(view), "bold")
    if beside:
        held = setting.tonic + view.moment.pitch.semitones
        _draw_keyboard(canvas, Box(box.row, box.column + columns + _GAP, letters.HEIGHT, width), keys, pitches, held)
    return box.row + letters.HEIGHT + 1


def _draw_swaras(canvas: Canvas, view: View, box: Box) -> None:
    """Draw the swara that sounds, large, and some of those before and after it."""
    timeline, now = view.timeline, view.moment
    middle, color = box.column + (box.columns - letters.WIDTH) // 2, color_of(now.pitch)
    for row, line in enumerate(letters.draw_letter(now.pitch), start=box.row):
        for column, block in enumerate(line, start=middle):
            # a block stands on its own color: some fonts leave a gap between two rows of them
            canvas.put(row, column, block, {" ": "", "█": f"{color} on {color}"}.get(block, color))
    names = spread_verse(timeline.melody.setting.mapping, view.script)
    cell = max(map(count_cells, names.values())) + 1
    for away in range(1, _NEIGHBORS + 1):
        before, after = middle - _GAP - away * cell + 1, middle + letters.WIDTH + _GAP + (away - 1) * cell
        for place, column in ((now.place - away, before), (now.place + away, after)):
            if 0 <= place < timeline.notes and box.column <= column <= box.column + box.columns - cell:
                neighbor = timeline.moment(place)
                style = color_of(neighbor.pitch) if away == 1 else "dim"
                canvas.put(box.row + letters.HEIGHT // 2, column, names[neighbor.digit], style)


def _describe_note(view: View) -> str:
    """Say what sounds: the digit, the swara as it is written and in full, and the note."""
    setting, now = view.timeline.melody.setting, view.moment
    written = spread_verse(setting.mapping, view.script)[now.digit]
    if view.script in _LETTER_SCRIPTS:
        written = now.pitch.letter
    names = dict.fromkeys((written, now.pitch.name, setting.key.write(now.pitch)))
    return f"{'coda:' if now.coda else f'{now.digit} ='} {'  '.join(names)}"


def _draw_keyboard(canvas: Canvas, box: Box, keys: list[keyboard.Key], pitches: dict[int, Pitch], held: int) -> None:
    names = {note: pitch.letter for note, pitch in pitches.items()}
    black = {key.note for key in keys if key.black}
    for row, runs in enumerate(keyboard.draw_keys(keys, names, box.rows), start=box.row):
        last = row == box.row + box.rows - 1
        for run in runs:
            text, style = run.text, "dim" if last else "black on bright_white"
            if run.note == held:
                text = text.replace(keyboard.BLACK, " " * len(keyboard.BLACK))
                style = f"bold {color_of(pitches[held])} reverse"
            elif run.note in black and text != keyboard.BLACK:
                style = "white on black"
            for column, character in enumerate(text, start=box.column + run.column):
                canvas.put(row, column, character, "black on black" if character == "█" else style)
    key = next(key for key in keys if key.note == held)
    canvas.put(box.row + box.rows - 1, box.column + key.column + 1, "▲", color_of(pitches[held]))
