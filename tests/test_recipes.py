"""The recipes of docs/architecture.md, each followed to the letter in a copy of the package, which is then used."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

ROOT = Path(__file__).parent.parent
RECIPES = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## Recipes")[2]

STEPS = '''
"""Melody to steps above Sa, one a line, and back."""

from primesong.limits import Limits
from primesong.sargam.melody import Melody
from primesong.sargam.record import Notes


def write_steps(melody: Melody) -> bytes:
    return "".join(f"{note - melody.setting.tonic}\\n" for note in melody.midi_notes).encode()


def read_steps(data: bytes, limits: Limits) -> list[Notes]:
    return [Notes([50 + int(line) for line in data.split()], "the steps")]
'''

COUNT = '''
"""`count`: how many notes a song has."""

import argparse

from primesong.actions.decode import load
from primesong.cli.options import SONGS

EXAMPLES = ("femtogpt",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("song", help=SONGS)


def run(options: argparse.Namespace) -> int:
    print(len(load(options.song).digits))
    return 0
'''


FLUTE = '''
"""A flute: a sine."""

import numpy as np

from primesong.sound.render.instrument import Instrument


def play_flute(rate: int) -> Instrument:
    return lambda hertz, frames: np.sin(2 * np.pi * hertz * np.arange(frames) / rate, dtype=np.float32) / 4
'''


@pytest.fixture
def package(tmp_path):
    """A copy of the package, in a folder of its own, and what can be done with it."""

    class Package:
        folder = tmp_path / "copy" / "primesong"

        def add(self, path: str, after: str, text: str) -> None:
            """Add text behind the first line of a module that contains some words."""
            module = self.folder / path
            before = module.read_text("utf-8")
            assert after in before
            end = before.index("\n", before.index(after)) + 1
            module.write_text(before[:end] + text + before[end:], "utf-8")

        def run(self, *words: str) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "primesong", *words], cwd=tmp_path, capture_output=True, text=True, check=False,
                env=os.environ | {"PYTHONPATH": str(self.folder.parent)},
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            return done.stdout

    for name in ("primesong", "assets", "soundfonts"):
        (tmp_path / "copy").mkdir(exist_ok=True)
        if name == "primesong":
            shutil.copytree(ROOT / name, Package.folder)
        else:
            (tmp_path / "copy" / name).symlink_to(ROOT / name)
    return Package()


def recipe(name: str) -> str:
    """Return the code that a recipe shows."""
    return re.search(rf"\*\*{name}\.\*\*.*?```text\n(.*?)```", RECIPES, re.DOTALL)[1]


def test_a_tala(package):
    package.add("sargam/tala.py", "_CYCLES = {", recipe("A tala"))
    package.run("compose", "3141592653589", "--tala", "savari", "-o", "song.sargam")
    assert "pancham" in package.run("compose", "--help")
    lines = Path(package.folder.parent.parent / "song.sargam").read_text().splitlines()
    assert [line.count("|") for line in lines if re.match(r" +\d", line)] == [3, 3]


def test_a_raga(package):
    package.add("sargam/raga.py", "_ROWS = {", recipe("A raga"))
    package.run("compose", "3141592653589793", "--raga", "Bihag", "-o", "song.mid")
    assert "bihag" in package.run("notes", "song.mid").lower()


def test_a_script(package):
    package.add("sargam/script.py", 'Script("full"', recipe("A script"))
    package.run("compose", "3141592653589793", "--script", "western", "-o", "song.sargam")
    assert "| d " in Path(package.folder.parent.parent / "song.sargam").read_text()
    assert package.run("notes", "song.sargam").startswith("rank")


def test_a_format(package):
    (package.folder / "score" / "steps.py").write_text(STEPS.lstrip())
    package.add("files/kinds.py", 'CSV = Kind("CSV"', recipe("A format"))
    package.run("compose", "femtogpt", "-o", "song.steps")
    assert package.run("decode", "song.steps").startswith("s=isinstance;")


def test_a_command(package):
    (package.folder / "cli" / "commands" / "songs" / "count.py").write_text(COUNT.lstrip())
    package.add("cli/table.py", '"notes":', recipe("A command"))
    assert package.run("count", "femtogpt") == "3600\n"
    assert "count the notes of a song" in package.run("--help")
    assert "count" in package.run("completion", "bash")


def test_an_instrument(package):
    (package.folder / "sound" / "render" / "flute.py").write_text(FLUTE.lstrip())
    module = "sound/render/rendering.py"
    package.add(module, "INSTRUMENTS: dict", recipe("An instrument"))
    package.add(module, "from primesong.sound.render import", "from primesong.sound.render.flute import play_flute\n")
    package.run("render", "3141592653", "-o", "song.wav", "--synth", "flute", "--sample-rate", "8000")
    samples, rate = soundfile.read(package.folder.parent.parent / "song.wav")
    first = np.abs(np.fft.rfft(samples[: rate // 4, 0]))
    assert first.argmax() * 4 == pytest.approx(146.8, abs=4)  # the most frequent digit is Sa, D3
    assert first[72:75].max() < first.max() / 20  # and a sine has no octave


def test_a_limit(package):
    package.add("limits.py", "pixels: int", recipe("A limit"))
    package.add("limits.py", '"pixels":', '    "verses": "verses",\n')
    assert re.search(r"  verses +12  verses", package.run("help", "limits"))
    assert package.run("decode", "femtogpt", "--limit", "verses=3")
