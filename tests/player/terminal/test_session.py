"""A session with a clock that is set by hand, and a screen that keeps what it is shown."""

import pytest

from primesong.player.terminal.session import SilentClock, describe_avartan, perform, press, recite, time_next
from primesong.player.terminal.timeline import View, make_timeline
from primesong.player.terminal.transport import Transport
from primesong.repair.coda import add_coda
from primesong.sargam.script import verse
from primesong.song import compose


class Hand:
    """Time, which passes as long as somebody waits for it; keys that are pressed at their times."""

    size = (80, 24)

    def __init__(self, *presses):
        self.time, self.presses, self.frames = 50.0, list(presses), []

    def draw(self, rows):
        self.frames.append((round(self.time - 50, 6), "".join(span.text for span in rows[1])))

    def wait_for_keys(self, seconds):
        next_key, key = self.presses[0]
        if seconds is not None and self.time + seconds < 50 + next_key:
            self.time += seconds
            return []
        self.time = 50 + next_key
        self.presses.pop(0)
        return [key]

    def sleep(self, seconds):
        self.time += seconds


@pytest.fixture
def view(melody):
    return View(make_timeline(melody), Transport(3_600, 16))


def play(view, *presses):
    hand = Hand(*presses)
    perform(view, SilentClock(0.25, lambda: hand.time), hand, 0.25, 4)
    return [(at, int(row.rpartition("digit ")[2].split(" ")[0].replace(",", ""))) for at, row in hand.frames]


def test_every_note_is_shown_when_it_begins(view):
    shown = dict(reversed(play(view, (2.6, "q"))))
    assert shown == {0.0: 1, 0.25: 2, 0.5: 3, 0.75: 4, 1.0: 5, 1.25: 6, 1.5: 7, 1.75: 8, 2.0: 9, 2.25: 10, 2.5: 11}


def test_keys_move_the_song(view):
    shown = play(view, (0.6, " "), (9.0, "right"), (9.1, "right"), (9.2, "left"), (9.3, " "), (9.6, "end"), (9.7, "q"))
    assert shown[-1] == (9.6, 3_585)
    assert (9.0, 17) in shown
    assert (9.1, 33) in shown
    assert (9.2, 17) in shown
    assert (9.55, 18) in shown


def test_speed_changes_how_long_a_note_lasts(view):
    shown = play(view, (0.0, "up"), (0.0, "+"), (0.0, "="), (1.1, "down"), (1.1, "-"), (1.1, "-"), (1.7, "q"))
    assert [at for at, _ in shown if 0 < at < 1.1] == pytest.approx([0.125 * k for k in range(1, 9)])
    assert [at for at, _ in shown if at > 1.1] == pytest.approx([1.15, 1.4, 1.65])


def test_speed_has_the_songs_own_bounds(view):
    assert press(view, "up", 0.25, 1.0) == view
    assert press(view, "x", 0.25, 4.0) == view
    assert press(press(view, "?", 0.25, 4.0), "?", 0.25, 4.0) == view


def test_a_minute_of_silence_does_not_drift(view):
    """Every hundredth of a second counts: the position is taken from the clock, not added up."""
    hand = Hand()
    clock = SilentClock(0.25, lambda: hand.time)
    assert not clock.started
    clock.start(view.transport)
    assert clock.started
    for _ in range(600):
        hand.time += 0.1
        clock.now()
    assert clock.now().position * 0.25 == pytest.approx(60, abs=1e-6)


def test_waiting_ends_with_the_note():
    playing = Transport(3_600, 16, position=10.75)
    assert time_next(playing, 0.25) == pytest.approx(0.0625)
    assert time_next(playing.speed_up(), 0.25) == pytest.approx(0.05)
    assert time_next(playing, 12.0) == 1
    assert time_next(playing.toggle(), 0.25) is None


def test_avartans_are_said_as_they_begin(melody):
    part = make_timeline(melody)
    hand = Hand()
    said = []
    view = View(part, Transport(3_600, 16, position=3_560.0, speed=2.0))
    recite(view, SilentClock(0.25, lambda: hand.time), hand.sleep, lambda row: said.append((hand.time - 50, row)))
    assert [at for at, _ in said] == pytest.approx([0, 1, 3])
    assert [row.split()[0] for _, row in said] == ["223", "224", "225"]
    assert hand.time - 50 == pytest.approx(5)


def test_avartans_are_said_though_the_sleeper_wakes_late(melody):
    hand = Hand()
    said = []
    view = View(make_timeline(melody), Transport(3_600, 16, position=3_500.0))
    recite(view, SilentClock(0.25, lambda: hand.time), lambda left: hand.sleep(left + 9), said.append)
    assert [row.split()[0] for row in said] == ["219", "220", "221", "222", "223", "224", "225"]


def test_no_avartan_is_said_twice_by_a_clock_that_goes_back_a_little(melody):
    class Clock:
        positions = iter((3_567.0, 3_568.01, 3_567.99, 3_568.02, 3_584.0, 3_600.0))

        def start(self, transport, seek=True):
            pass

        def now(self):
            return Transport(3_600, 16, position=next(self.positions))

    said = []
    recite(View(make_timeline(melody), Transport(3_600, 16, position=3_567.0)), Clock(), lambda left: None, said.append)
    assert [row.split()[0] for row in said] == ["223", "224", "225"]


def test_a_line_holds_an_avartan(melody):
    words = describe_avartan(make_timeline(melody), 176, "digit")
    time, _, rest = words.partition("  | ")
    notes, _, program = rest.partition("  program: ")
    assert time == "12  0:44"
    groups = [melody.played_digits[start : start + 4] for start in range(176, 192, 4)]
    assert notes == " | ".join(f"{mark} {' '.join(group)}" for mark, group in zip("×203", groups, strict=True))
    assert program.startswith("'s=")


def test_where_the_coda_begins_is_said():
    melody = add_coda(compose(10**50 + 3), 0.5).melody
    said = [describe_avartan(make_timeline(melody), start, "letters") for start in (32, 48, 64)]
    assert [words.count("coda:") for words in said] == [0, 1, 0]
    names = verse(melody.setting.mapping, "letters")
    assert f"{names['3']} coda: {names[melody.played_digits[51]]}" in said[1]
