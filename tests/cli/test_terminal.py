"""Consoles that are not Unicode, as Windows and old terminals have: every command prints, legibly."""

import pytest
from support.command import run, spawn
from support.greeting import PROGRAM
from support.songs import encode, write_sound

from primesong.cli.table import COMMANDS
from primesong.score.midi import write_midi
from primesong.score.text import write_sargam
from primesong.song import compose

CONSOLES = ("cp1252", "ascii", "latin-1", "cp437")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A song whose title, scripts and tonic are not ASCII, in several forms."""
    folder = tmp_path_factory.mktemp("console")
    melody = compose(encode(PROGRAM), title="Käse × सा", tonic=49).melody
    (folder / "song.mid").write_bytes(write_midi(melody))
    (folder / "song.sargam").write_bytes(write_sargam(melody, ("devanagari", "roman", "tamil")))
    (folder / "hello.py").write_text("# सा ♯ é\n", "utf-8")
    write_sound(melody, folder / "song.wav")
    return folder


#: What takes a moment, and is tried on all consoles.
QUICK = (
    "notes song.mid", "notes song.mid --json", "notes song.sargam", "verify song.mid", "decode song.mid",
    "encode hello.py", "compose song.mid --tala fit --format mid -o out --force", "help", "help limits", "help play",
    "--help", "run song.mid --help", "qr song.mid -o o.png --force", "completion bash",
)  # fmt: skip

#: What takes seconds, and is tried on the poorest.
SLOW = (
    "verify song.wav --json", "decode song.wav", "transcribe song.wav -o o.csv --force",
    "render song.mid -o o.wav --force", "export song.mid -o o.html --force",
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "console"),
    [*((words, console) for words in QUICK for console in CONSOLES), *((words, "ascii") for words in SLOW)],
)
def test_every_command_prints_on_every_console(folder, words, console):
    done = run(*words.split(), cwd=folder, encoding=console)
    assert done.returncode == 0, done.stderr
    (done.stdout + done.stderr).decode(console)


def test_a_song_is_heard_live_on_any_console(folder):
    environment = {"PYTHONIOENCODING": "ascii"}
    done = spawn("listen", "-", stdin=(folder / "song.wav").read_bytes(), environment=environment)
    assert (done.returncode, done.stdout) == (0, PROGRAM)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("console", CONSOLES)
@pytest.mark.parametrize("script", ["devanagari", "bengali", "tamil", "roman"])
def test_a_song_is_played_on_every_console(folder, script, console):
    number = folder / "short.txt"
    number.write_text("31415926535")
    words = ["play", number, "--silent", "--speed", "4", "--script", script]
    done = run(*words, cwd=folder, encoding=console)
    assert (done.returncode, done.stderr) == (0, b"")
    line = done.stdout.decode(console)
    assert "?" not in line


def test_every_command_that_prints_is_here():
    tried = {words.split()[0] for words in (*QUICK, *SLOW)} | {"listen", "play"}
    assert set(COMMANDS) - tried <= {"prove", "certificate", "studio", "practice"}


def test_signs_become_what_is_typed_for_them(folder):
    table = run("notes", "song.mid", cwd=folder, encoding="ascii").stdout.decode("ascii")
    assert " C#3 " in table
    assert "Sa'" in table
    assert run("notes", "song.mid", cwd=folder, encoding="utf-8").stdout.decode() == table.replace("#", "♯")


def test_errors_are_legible():
    done = run("decode", "सा-♯é.mid", encoding="cp1252")
    assert done.returncode == 1
    assert done.stderr.decode("cp1252").startswith("primesong: S-#é.mid cannot be read")
