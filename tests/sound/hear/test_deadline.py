"""One deadline for all phases: the effort bounds the whole."""

import time

import numpy as np
import pytest
from support import channel

from primesong.errors import DamagedError
from primesong.sound.hear import retrieval
from primesong.sound.hear.deadline import Deadline


def test_a_deadline_is_shared():
    deadline = Deadline.after(100)
    assert deadline.left == pytest.approx(100, abs=1)
    assert deadline.share(0.25).left == pytest.approx(25, abs=1)
    assert deadline.before(30).left == pytest.approx(70, abs=1)


def test_what_is_past_stays_past():
    assert Deadline.after(-1).left == 0
    assert Deadline.after(-1).share(0.5).left == 0


@pytest.mark.parametrize("effort", [0, 3])
def test_no_repair_lasts_longer_than_the_effort(effort, sound, monkeypatch):
    """All the time that repairs are allowed, once a view is heard, with every fifth second of the song silenced."""
    asked = []

    def read(candidate, seconds, title):
        began = time.monotonic()
        time.sleep(seconds)
        asked.append(time.monotonic() - began)
        return 0

    monkeypatch.setattr(retrieval, "read", read)
    silenced = sound.copy()
    for second in range(15, 100, 5):
        silenced[second * channel.RATE : (second + 1) * channel.RATE] = 0
    with pytest.raises(DamagedError):
        retrieval.retrieve([(iter(np.array_split(silenced, 7)), channel.RATE)], effort)
    assert sum(asked) <= effort + 0.5
