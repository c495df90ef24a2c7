"""`transcribe`: what a person played, at the times at which it was played, and drawn."""

import mido
import numpy as np
import pytest
import soundfile
from support import channel, players

from primesong.cli.main import main


@pytest.fixture(scope="module")
def recording(strokes, tmp_path_factory):
    path = tmp_path_factory.mktemp("played") / "played.wav"
    soundfile.write(path, players.sound_harmonium(strokes), channel.RATE)
    return path


def test_a_performance_is_written_with_its_times_and_drawn(recording, strokes, tmp_path, capsys):
    target, plot = tmp_path / "played.mid", tmp_path / "played.png"
    command = ["transcribe", str(recording), "-o", str(target), "--timing", "performed", "--plot", str(plot)]
    assert main(command) == 0
    assert "notes, Sa 146." in capsys.readouterr().out
    file = mido.MidiFile(target)
    times = np.cumsum([message.time for message in file])
    onsets = np.array([time for time, message in zip(times, file, strict=True) if message.type == "note_on"])
    true = np.array([one.onset - strokes[0].onset for one in strokes])
    nearest = np.abs(true[:, None] - onsets).min(axis=1)
    assert (nearest < 0.05).mean() > 0.95
    assert plot.read_bytes().startswith(b"\x89PNG")
