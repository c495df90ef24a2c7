"""What the README and the pages in docs/ show is what happens: each page's commands run in order, in one folder, and
their output is compared."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from support import channel
from support.minute import PROGRAM
from support.warm import write_command

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")

#: Pages that `make docs` makes from something else.
MADE = {"changelog.md", "commands.md", "contributing.md", "interface.md", "security.md", "tour.md"}
WRITTEN_BY_HAND = [path for path in sorted((ROOT / "docs").glob("*.md")) if path.name not in MADE]
PAGES = {path.name: path.read_text("utf-8") for path in (ROOT / "README.md", *WRITTEN_BY_HAND)}

#: Commands that take long for the whole song, which others render and engrave: they are given its beginning.
SHORTENED = (
    "primesong render femtogpt -o mine.wav --sample my-harmonium.wav",
    "primesong render femtogpt -o organ.wav --synth fluidsynth",
    "primesong compose femtogpt -o slow --tonic C#3 --tempo drut --tala jhaptal",
    "primesong compose --format pdf --script devanagari,digit -o verses",
    "primesong compose --format pdf",
    "primesong export femtogpt -o song.html",
)

#: What stands in for a command that needs the network, a loudspeaker, a person or hours. `arecord`, which needs a
#: microphone, is a program of ours in the folder where the commands are looked for.
STAND_INS = {command: f"{command} --end 20" for command in SHORTENED} | {
    "make song": "primesong compose femtogpt -o song --force",  # without the installation that comes before it
    "make test": "true",  # this test is part of it
    ". .venv/bin/activate": "true",
    'pip install ".[all]"': "true",
    "primesong play": "primesong play --silent --speed 4 | head -1 | grep -q '^1 '",
    "primesong practice": "primesong practice 2>&1 | grep -q 'needs a terminal'",
    # one that opens with a song of ten notes, and is stopped as soon as it says where it is
    "primesong studio": f"{shlex.quote(sys.executable)} -m primesong studio 3928547160 --no-browser > address & "
    "until grep -q ^http address; do sleep 0.05; done; kill $!; wait $!; test $? = 143",
    # a song of ten notes in place of 3,600, whose encoding takes half a minute
    "primesong render femtogpt -o song.opus --tuning just --accompany tanpura,tabla=-10": (
        "echo 3928547160 > ten.txt; primesong render ten.txt -o song.opus --tuning just --accompany tanpura,tabla=-10"
    ),
    # the same of videos
    "primesong export video femtogpt -o femtogpt.mp4": (
        "echo 3928547160 > digits.txt; primesong export video digits.txt -o femtogpt.mp4"
    ),
    "primesong export video femtogpt -o song.mp4": (
        "echo 3928547160 > digits.txt; primesong export video digits.txt -o song.mp4"
    ),
    "primesong export video femtogpt -o short.mp4 --highlight 40 --aspect 9:16 --theme dark --script devanagari": (
        "primesong export video digits.txt -o short.mp4 --highlight 40 --aspect 9:16 --theme dark --script devanagari"
    ),
    "primesong export video femtogpt -o part.webm --aspect 1:1 --start 40 --end 60 --accompany tanpura,tabla": (
        "primesong export video digits.txt -o part.webm --aspect 1:1 --start 1 --end 1 --accompany tanpura,tabla"
    ),
    # a program of a line, whose prime is found at once
    "primesong encode --minify assets/gpt.py > gpt.txt": (
        "echo 'for number in range(9): print(number)' > line.py; primesong encode --minify line.py > gpt.txt"
    ),
    "primesong run femtogpt": "primesong run femtogpt 2>&1 | grep -q 'terminal'",  # nobody is asked, and nothing runs
}

#: The commands that print the files they write.
WRITERS = ("compose", "export", "qr", "render")


def read_steps(text):
    """Yield each command of a page, with what it shows, or with None where it is only to be run."""
    for kind, block in re.findall(r"```(console|sh)\n(.*?)```", text, re.DOTALL):
        if kind == "sh":
            yield from ((line.partition("  #")[0].strip(), None) for line in block.splitlines())
        else:
            yield from re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


STEPS = {name: list(read_steps(text)) for name, text in PAGES.items()}


@pytest.fixture(scope="session")
def found(sound, tmp_path_factory):
    """What a reader has: recordings, a note of a harmonium, a microphone, and primesong in bin/."""
    folder = tmp_path_factory.mktemp("found")
    (folder / "bin").mkdir()
    (folder / "bin" / "arecord").write_text(f"#!/bin/sh\nexec cat {folder}/microphone.raw\n")
    (folder / "bin" / "arecord").chmod(0o755)
    (folder / "assets").symlink_to(ROOT / "assets")
    (folder / "microphone.raw").write_bytes((sound * 32767).astype("<i2").tobytes())
    middle, rate = len(sound) // 2, channel.RATE
    for name, samples in (
        ("song.mp3", sound),
        ("played.wav", sound),
        ("first-half.mp3", sound[: middle + 9 * rate]),
        ("second-half.mp3", sound[middle - 9 * rate :]),
        ("my-harmonium.wav", 0.5 * np.sin(2 * np.pi * 155 * np.arange(2 * rate) / rate)),
    ):
        soundfile.write(folder / name, samples, rate)
    write_command(folder / "bin" / "primesong")
    return folder


@pytest.fixture
def folder(found, tmp_path):
    """A folder with what a reader has."""
    for path in found.iterdir():
        (tmp_path / path.name).symlink_to(path)
    return tmp_path


@pytest.mark.parametrize("page", [name for name, steps in STEPS.items() if steps])
def test_every_command_does_what_the_page_shows(page, folder):
    environment = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    wrong = []
    for command, shown in STEPS[page]:
        done = subprocess.run(
            STAND_INS.get(command, command),
            shell=True,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if shown is None and done.returncode:
            wrong.append((command, done.returncode, done.stderr))
        if shown is not None and done.stdout + done.stderr != shown:
            wrong.append((command, shown, done.stdout + done.stderr))
        if command.startswith(tuple(f"primesong {name} " for name in WRITERS)):
            wrong += [(command, name) for name in done.stdout.splitlines() if not (folder / name).is_file()]
            wrong += [] if done.stdout else [(command, "names no file")]
        if command.endswith("> gpt.py") and (folder / "gpt.py").read_bytes() != PROGRAM:
            wrong.append((command, "another program"))
    assert wrong == []


def test_every_stand_in_stands_for_a_command():
    assert set(STAND_INS) <= {command for steps in STEPS.values() for command, _ in steps}


def test_the_readmes_python_runs():
    results = doctest.DocTestRunner().run(
        doctest.DocTestParser().get_doctest("\n".join(PAGES.values()), {}, "README.md", "README.md", 0),
        out=lambda text: None,
    )
    assert results.attempted >= 9
    assert results.failed == 0


def test_the_readmes_test_command_is_the_one_that_ci_calls():
    ci = (ROOT / ".ci" / "run").read_text()
    assert "```sh\nmake test\n```" in README
    assert len(README.splitlines()) <= 120
    assert ci.rstrip().endswith("\nmake test")


def test_the_readme_has_enough_to_run():
    assert len(STEPS["README.md"]) >= 14
