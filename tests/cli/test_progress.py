"""What C libraries print by themselves is not seen."""

import random
import subprocess
import sys

import numpy as np
import pytest

from primesong.sound.file import write_mp3


@pytest.mark.parametrize("words", [["decode"], ["notes"], ["compose", "--format", "mid"]], ids=lambda words: words[0])
def test_what_the_mp3_reader_prints_by_itself_is_not_seen(tmp_path, words):
    chance = random.Random(2)
    data = bytearray(write_mp3(0.1 * np.random.default_rng(1).standard_normal((44_100, 1), np.float32), 44_100, 0.5))
    for _ in range(40):
        data[chance.randrange(1000, len(data))] = chance.randrange(256)
    (tmp_path / "song.mp3").write_bytes(data)
    read = "import sys, soundfile; soundfile.SoundFile(sys.argv[1]).read()"
    hear = f"import sys; from primesong.cli.main import main; sys.exit(main({words} + sys.argv[1:]))"
    plain, ours = (
        subprocess.run([sys.executable, "-c", code, tmp_path / "song.mp3"], capture_output=True, text=True, check=False)
        for code in (read, hear)
    )
    assert "error" in plain.stderr or "Note:" in plain.stderr
    assert ours.stderr.startswith("primesong: ")
    assert ours.stderr.count("\n") == 1
