"""One deadline for all phases: the effort bounds the whole."""

from types import SimpleNamespace

import pytest
from support import channel
from support.minute import hear

from primesong import deadline
from primesong.deadline import Deadline
from primesong.errors import DamagedError
from primesong.sound.hear import performances


def test_a_deadline_is_shared():
    whole = Deadline.after(100)
    assert whole.left == pytest.approx(100, abs=1)
    assert whole.share(0.25).left == pytest.approx(25, abs=1)
    assert whole.before(30).left == pytest.approx(70, abs=1)


def test_what_is_past_stays_past():
    assert Deadline.after(-1).left == 0
    assert Deadline.after(-1).share(0.5).left == 0


@pytest.mark.parametrize("effort", [0, 3])
def test_no_repair_lasts_longer_than_the_effort(effort, sound, monkeypatch):
    """All the time that repairs are allowed, once a view is heard, with every fifth second of the song silenced."""
    now, asked = [0.0], []

    def read(candidate, seconds):
        now[0] += seconds
        asked.append(seconds)
        return 0

    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(performances, "read", read)
    silenced = sound.copy()
    for second in range(15, 100, 5):
        silenced[second * channel.RATE : (second + 1) * channel.RATE] = 0
    with pytest.raises(DamagedError):
        hear(silenced, effort=effort)
    assert asked
    assert sum(asked) <= effort
