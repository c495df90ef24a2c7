"""The screen, read as text: what stands on it at a moment of the published song, at every size and in every script."""

from dataclasses import replace

import pytest

from primesong.actions.arrange import arrange
from primesong.player.terminal import keyboard, letters
from primesong.player.terminal.canvas import Canvas, count_cells
from primesong.player.terminal.frame import COLUMNS, ROWS, draw_frame
from primesong.player.terminal.highlight import fold_end
from primesong.player.terminal.timeline import View, make_timeline
from primesong.player.terminal.transport import Transport
from primesong.repair.coda import add_coda
from primesong.sargam.melody import Melody, cut
from primesong.sargam.script import SCRIPT_NAMES, SCRIPTS
from primesong.sargam.swara import Pitch, Swara
from primesong.sargam.tala import TALAS
from primesong.song import compose

SIZES = [(80, 24), (60, 20), (200, 50), (COLUMNS, ROWS), (124, 30), (300, 90)]


@pytest.fixture(scope="module")
def line(melody):
    return make_timeline(melody)


def view(line, place, **options):
    tala = line.melody.setting.tala
    return View(line, Transport(line.notes, tala.matras, position=float(place)), **options)


def text(rows):
    shown = []
    for spans in rows:
        row = ""
        for span in spans:
            row += " " * (span.column - count_cells(row)) + span.text
        shown.append(row)
    return shown


def test_a_moment_at_80_by_24(line):
    rows = text(draw_frame(view(line, 180), 80, 24))
    assert len(rows) == 24
    assert rows[0].startswith(" femtoGPT  tintal, Sa D3, 240 a minute, silent")
    assert rows[0].endswith("playing  1×  0:45 of 15:00")
    assert rows[1] == " avartan 12 of 225   matra 5 of 16   digit 181 of 3,600"
    assert [mark for mark in rows[3] if mark != " "] == ["×", "2", "0", "3"]
    digits = line.melody.played_digits[176:192]
    assert [word for word in rows[5].split() if word != "│"] == list(digits)
    assert [word for word in rows[4].split() if word != "│"] == [
        line.melody.setting.mapping.pitch(digit).letter for digit in digits
    ]
    whole = "\n".join(rows)
    pitch = line.melody.pitches[180]
    assert f"{digits[4]} = {pitch.letter}  {pitch.name}" in whole
    for row in letters.draw_letter(pitch):
        assert row.rstrip() in whole
    assert "bytes certain: 75 of 1,495" in whole
    assert "program: 1 of 2,750 bytes" in whole
    assert "0000  1f 8b 08" not in whole  # 75 bytes need four rows, and the last one is shown
    assert " s▌" in rows
    assert rows[23].startswith(" q quit   ? keys   space pause")


def test_what_sounds_and_what_is_new_is_marked(line):
    spans = [span for row in draw_frame(view(line, 180), 80, 24) for span in row]
    marked = [span.text.strip() for span in spans if "reverse" in span.style]
    pitch, digit = line.melody.pitches[180], line.melody.played_digits[180]
    newest = line.data[line.moment(179).certain : line.moment(180).certain]
    assert {pitch.letter, digit, "s", *(f"{byte:02x}" for byte in newest)} <= {*marked}
    assert len(newest) == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("script", SCRIPT_NAMES)
def test_every_size_and_script_is_filled_and_not_overflown(line, size, script):
    columns, rows = size
    for place in (0, 8, 1_000, 3_599):
        drawn = draw_frame(view(line, place, script=script), columns, rows)
        assert len(drawn) == rows
        shown = text(drawn)
        assert max(map(count_cells, shown)) <= columns
        whole = "\n".join(shown)
        written = (
            line.melody.played_digits[place] if script == "digit" else SCRIPTS[script].write(line.melody.pitches[place])
        )
        assert written in whole
        assert line.melody.pitches[place].name in whole
        assert "program" in whole
        if place == 3_599:
            assert "print" in whole or "L(" in whole


@pytest.mark.parametrize("tala", TALAS.values(), ids=lambda tala: tala.name)
def test_every_tala_has_its_marks(melody, tala):
    rows = text(
        draw_frame(view(make_timeline(arrange(compose(int(melody.played_digits)), tala=tala).melody), 40), 80, 24)
    )
    assert [mark for mark in rows[3].split() if mark] == [mark for mark in tala.marks if mark]
    assert rows[4].count("│") == len(tala.vibhags)


def test_a_large_screen_has_the_program_beside_the_music(line):
    rows = text(draw_frame(view(line, 3_599), 200, 50))
    assert any("bytes certain: 1,495 of 1,495" in row for row in rows[:20])
    assert "program: 2,750 of 2,750 bytes" in rows[3]
    assert sum("def " in row for row in rows) > 5


def test_too_small_a_screen_says_so(line):
    assert text(draw_frame(view(line, 0), 43, 24))[:2] == ["needs 44 × 18 cells,", "has 43 × 24"]
    assert text(draw_frame(view(line, 0), 12, 1)) == ["needs 44 × 1"]


def test_the_state_is_told_in_words(line):
    begun = view(line, 32)
    paused = replace(begun, transport=replace(begun.transport, playing=False, speed=0.5).toggle_loop())
    rows = text(draw_frame(paused, 80, 24))
    assert "paused  0.5×" in rows[0]
    assert "repeats 3" in rows[1]
    assert "from 3 …" in text(draw_frame(replace(begun, transport=begun.transport.set_mark()), 80, 24))[1]
    ended = replace(begun, transport=begun.transport.advance(4_000))
    rows = text(draw_frame(ended, 80, 24))
    assert "ended" in rows[0]
    assert "15:00 of 15:00" in rows[0]
    assert rows[23] == " The song has ended.  space: again   q: quit"
    assert any("repeat avartan, or stop" in row for row in text(draw_frame(replace(begun, help=True), 80, 24)))


def test_the_keys_fit_on_the_smallest_screen(line):
    rows = text(draw_frame(view(line, 0, help=True), COLUMNS, ROWS))
    box = [row for row in rows if "│" in row and row.rstrip().endswith("│") and row.count("│") == 2]
    assert len(box) == 8
    assert all(count_cells(row) <= COLUMNS for row in rows)
    for words in ("space", "pause, resume", "home end", "first, last avartan", "a b", "repeat from here, to here"):
        assert any(words in row for row in box), words


def test_songs_without_a_program_say_so(melody):
    assert "holds no program" in "\n".join(text(draw_frame(view(make_timeline(compose(123456789).melody), 3), 80, 24)))
    middle = make_timeline(cut(melody, 20, 21))
    shown = text(draw_frame(view(middle, 3), 80, 24))
    assert "avartan 20 of 21" in shown[1]
    assert "excerpt gives nothing" in "\n".join(shown)
    begins = " ".join(" ".join(text(draw_frame(view(make_timeline(melody), 3), 80, 24))).split())
    assert "The program begins at 0:45, with digit 181;" in begins


def test_nothing_that_steers_a_terminal_gets_through():
    import gzip

    hostile = "\x1b]0;gone\x07\x1b[2J\u202eabc\x9b\ttab\r\nend " * 3
    number = int.from_bytes(gzip.compress(hostile.encode(), mtime=0) + bytes(4), "big")
    line = make_timeline(compose(number, title="\x1b[31mred").melody)
    rows = draw_frame(view(line, line.notes - 1), 80, 24)
    shown = "".join(span.text for row in rows for span in row)
    assert shown.isprintable()
    assert "\ufffd[2J\ufffdabc\ufffd    tab" in shown


def test_the_held_key_is_the_notes(line):
    melody = line.melody
    for digit in "0123456789":
        place = melody.played_digits.index(digit)
        rows = draw_frame(view(line, place), 80, 24)
        lit = {span.column for row in rows[6:12] for span in row if span.column > 41 and "reverse" in span.style}
        laid = keyboard.lay_out(49, 66)
        key = next(key for key in laid if key.note == melody.setting.tonic + melody.pitches[place].semitones)
        assert min(lit) == 42 + key.column + (not key.black)
        assert rows[12][-1].text.endswith("┘")


def test_a_keyboard_begins_and_ends_with_white_keys():
    laid = keyboard.lay_out(49, 66)
    assert (laid[0].note, laid[-1].note) == (48, 67)
    assert keyboard.count_columns(laid) == 3 * 12 + 1
    assert [key.note for key in laid if key.black] == [49, 51, 54, 56, 58, 61, 63, 66]


def test_marks_of_large_letters():
    assert letters.draw_letter(Pitch(Swara.KOMAL_DHA, 0))[-1] == "▄" * 10
    assert letters.draw_letter(Pitch(Swara.TIVRA_MA, 0))[0] == "▀" * 10
    assert letters.draw_letter(Pitch(Swara.SA, 1))[0].strip() == "▀▀"
    assert letters.draw_letter(Pitch(Swara.NI, -1))[-1].strip() == "▄▄"
    drawings = {tuple(letters.draw_letter(Pitch(swara, saptak))) for swara in Swara for saptak in (-1, 1)}
    assert len(drawings) >= 2 * 7
    assert all(len(row) == letters.WIDTH for rows in drawings for row in rows)


def test_a_canvas_keeps_marks_with_their_letters_and_wide_signs_whole():
    canvas = Canvas(8, 1)
    assert canvas.put(0, 0, "नि़x") == 3
    canvas.put(0, 4, "漢字字", "bold")
    [row] = canvas.to_spans()
    assert [(span.column, span.text) for span in row][:3] == [(0, "न"), (1, "ि़"), (2, "x ")]
    assert "".join(span.text for span in row if span.column >= 4) == "漢字"


def test_the_end_of_a_text_is_shown_folded_and_its_news_reversed():
    lines = fold_end("a = 1\nprint('hello world')\n", 10, 3, fresh=4)
    assert ["".join(piece.text for piece in row) for row in lines] == ["print('hel", "lo world')", ""]
    assert "".join(piece.text for row in lines for piece in row if "reverse" in piece.style) == "d')"
    assert len(fold_end("x" * 100_000, 80, 9)) == 9


def test_a_short_song_is_shown(line):
    tiny = make_timeline(Melody("7", line.melody.setting))
    assert "digit 1 of 1" in text(draw_frame(view(tiny, 0), 80, 24))[1]


def test_a_coda_is_an_ending_that_is_not_the_number():
    song = compose(10**50 + 3)
    line = make_timeline(add_coda(song, 0.5).melody)
    coda = line.notes - 51
    before = text(draw_frame(view(line, 50), 80, 24))
    assert before[1].endswith("matra 3 of 16   digit 51 of 51")
    rows = text(draw_frame(view(line, 54), 80, 24))
    assert rows[1] == f" avartan 4 of {line.avartans}   matra 7 of 16   coda, note 4 of {coda}"
    assert rows[5].replace("│", "").split() == ["0", "0", "3", "coda"]
    assert len(rows[4].replace("│", "").split()) == 16
    assert "  coda: " in "\n".join(rows)
    assert rows[2].index("╫") == 1 + round(77 * 51 / line.notes)
    assert text(draw_frame(view(line, 64), 80, 24))[5].replace("│", "").split() == ["coda"]
