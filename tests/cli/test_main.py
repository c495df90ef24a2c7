"""The command as a user meets it: exit codes, one line of complaint, pipes, terminals."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.command import run, spawn
from support.songs import encode
from support.terminal import run_on_a_terminal

from primesong.cli.main import main
from primesong.files.kind import list_suffixes
from primesong.files.kinds import LOADED, SARGAM
from primesong.song import compose


@pytest.mark.parametrize(
    "words",
    [["decode"], ["verify"], ["notes"], ["run"], ["play", "--silent", "--tempo", "3840"],
     ["compose", "--format", "mid", "-o", "made"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_named_pipe_is_read_once_as_standard_input_is(tmp_path, words):
    (tmp_path / "n.txt").write_text("25669205232646188")
    assert main(["compose", str(tmp_path / "n.txt"), "-o", str(tmp_path), "--format", "mid"]) == 0
    os.mkfifo(tmp_path / "pipe")
    piped = run(*words, "-", cwd=tmp_path, stdin=(tmp_path / "n.mid").read_bytes())
    with subprocess.Popen(["cp", "n.mid", "pipe"], cwd=tmp_path) as writer:
        named = spawn(*words, "pipe", cwd=tmp_path)
        assert writer.wait(60) == 0
    assert (named.returncode, named.stderr) == (piped.returncode, piped.stderr)
    assert named.stdout.replace(b"pipe.", b"song.") == piped.stdout


@pytest.mark.parametrize("words", [["decode"], ["notes"], ["transcribe", "-o", "x.mid"]], ids=lambda words: words[0])
def test_a_recording_in_a_named_pipe_is_heard(tmp_path, words):
    (tmp_path / "n.txt").write_text("25669")
    assert main(["render", str(tmp_path / "n.txt"), "-o", str(tmp_path / "n.wav")]) == 0
    os.mkfifo(tmp_path / "song")
    with subprocess.Popen(["cp", "n.wav", "song"], cwd=tmp_path) as writer:
        done = spawn(*words, "song", cwd=tmp_path)
        assert writer.wait(60) == 0
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"song: no song found: " in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_high_limit_reserves_nothing(tmp_path, monkeypatch, capsys):
    (tmp_path / "n.txt").write_text("42")
    with (tmp_path / "n.txt").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        for source in (str(tmp_path / "n.txt"), "-"):
            assert main(["decode", source, "--limit", f"file={1 << 62}"]) == 1
            assert "the number holds no program" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_fault(composed):
    done = subprocess.run(
        f"{sys.executable} -m primesong notes femtogpt | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("rank  digit")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["decode", "missing.mid"], "missing.mid cannot be read: no such file or directory"),
        (["decode", "."], ". cannot be read: is a directory"),
        (["decode", "empty.mid"], "empty.mid is empty"),
        (["decode", "junk.mid"], "junk.mid (MIDI): the MIDI file is damaged"),
        (["decode", "cut.mid"], "cut.mid (MIDI): the MIDI file is damaged"),
        (["decode", "cut.musicxml"], "cut.musicxml (MusicXML): the file is not well-formed XML"),
        (["decode", "cut.mxl"], "cut.mxl (compressed MusicXML): the .mxl file is damaged"),
        (["decode", "hello.py"], "hello.py holds neither a number nor a song"),
        (["decode", "zero.txt"], "begins with a zero"),
        (["decode", "sound.wav"], "sound.wav: the recording cannot be read"),
        (["decode", "small.txt"], "the number holds no program: its first bytes are 2a"),
        (["render", "femtogpt", "-o", "song.avi"], "song.avi: expected a file name that ends in .wav"),
        (["render", "femtogpt", "-o", "x.wav", "--sample", "hello.py"], "hello.py cannot be read"),
        (["render", "femtogpt", "-o", "x.wav", "--sample", "none.wav"], "none.wav cannot be read"),
        (["render", "femtogpt", "-o", "x.wav", "--synth=fluidsynth", "--soundfont", "n.sf2"], "font not found: n.sf2"),
        (["notes", "femtogpt", "--plot", "x.gif"], "expected a file name that ends in .png or .svg"),
        (["compose", "femtogpt", "-o", "hello.py"], "hello.py: expected a file name that ends in .mid, "),
        (["compose", "femtogpt", "-o", "hello.py", "--format", "mid"], "cannot be written"),
        (["decode", "femtogpt", "-o", "hello.py"], "hello.py exists and was kept; --force replaces it"),
        (["decode", "femtogpt", "-o", "."], ". is a folder"),
        (["decode", "femtogpt", "--limit", "100"], "longer than 100 bytes"),
    ],
)  # fmt: skip
def test_wrong_data_gets_one_sentence(composed, tmp_path, arguments, message):
    (tmp_path / "empty.mid").touch()
    (tmp_path / "junk.mid").write_bytes(b"\x00\x01junk\xff")
    for kind in ("mid", "musicxml", "mxl"):
        content = (composed / f"femtogpt.{kind}").read_bytes()
        (tmp_path / f"cut.{kind}").write_bytes(content[: len(content) // 2])
    (tmp_path / "hello.py").write_text("print('ga')\n")
    (tmp_path / "zero.txt").write_text("0123")
    (tmp_path / "small.txt").write_text("42")
    (tmp_path / "sound.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVE")
    before = sorted(path.name for path in tmp_path.iterdir())
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == b""
    text = done.stderr.decode()
    assert text.startswith("primesong: ")
    assert message in text
    assert text.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before, "nothing is left behind"
    assert (tmp_path / "hello.py").read_text() == "print('ga')\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sing"], "“sing” is not a command; primesong --help lists them"),
        (["compos", "hello.py"], "“compos” is not a command; did you mean compose?"),
        (["--loud"], "unrecognized arguments: --loud"),
        (
            ["compose", "--tonic", "H3"],
            "“H3” is not a tonic; expected a note name such as D3, C#3 or Bb",
        ),
        (["compose", "--tempo", "19"], "expected 20 to 3840 matras a minute, got 19"),
        (["compose", "--tempo", "quick"], "got “quick”"),
        (["compose", "--format", "mid,avi"], "“avi” is not a format"),
        (["compose", "--sample-pitch", "9000"], "from 27.5 to 2100 Hz, got 9000"),
        (["decode", "femtogpt", "--limit", "0"], "expected a whole number above 0, got “0”"),
        (["listen", "song.mp3"], "expected -, for standard input, got “song.mp3”; primesong decode reads a file"),
    ],
)
def test_wrong_usage_exits_with_2(arguments, message):
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("encode",), 2, "name a program, or a gzip file with --payload"),
        (("encode", "-", "--tala", "none"), 2, "invalid choice: 'none'"),
        (("encode", "-", "--provable", "--certificate", "-"), 2, "standard output is the number's; name another file"),
        (("encode", Path(__file__), "--state", "/dev/null", "--force"), 1, "/dev/null is not a regular file"),
        (("encode", "-", "--payload", "x.gz"), 2, "name a program, or a gzip file"),
        (("encode", "-", "--provable", "--cadence"), 2, "--provable goes with neither"),
        (("encode", "--payload", "-", "--minify"), 2, "--payload is taken as it is; --minify"),
        (("encode", "--payload", "-", "--best"), 2, "--payload is taken as it is; --best"),
        (("encode", "-", "--best", "--minify"), 2, "--best tries both compressors, and minifies"),
        (("encode", "-", "--effort", "3"), 2, "--effort goes only with --minify or --best"),
        (("encode", "-", "--workers", "5000"), 2, "at most 1,024 workers are possible, got 5000"),
        (("prove", "97", "--workers", "1025"), 2, "at most 1,024 workers are possible, got 1025"),
        (("encode", "-", "--certificate", "x.json"), 2, "--certificate goes only with --provable"),
        (("encode", "-", "--cluster", "x:1", "--workers", "2"), 2, "--workers are this machine's"),
        (("encode", "-"), 1, "standard input is empty"),
        (("encode", "--payload", "-"), 1, "the payload is empty"),
        (("encode", "nowhere.py"), 1, "nowhere.py cannot be read"),
        (("encode", Path(__file__), "--resume"), 1, "test_main.search.json cannot be read"),
        (("encode", Path(__file__), "--cluster", "nonsense"), 1, "the cluster at nonsense cannot be reached"),
        (("prove", "91"), 1, "the number is composite"),
        (("certificate",), 2, "name a certificate, or ask for the --checker"),
        (("certificate", "-"), 1, "the file is not a certificate"),
    ],
)
def test_complaints_are_one_sentence(arguments, code, complaint, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, b"")
    assert complaint in done.stderr.decode().splitlines()[-1]
    assert b"Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_missing_exits_with_3(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    monkeypatch.delitem(sys.modules, "fluidsynth", raising=False)
    assert main(["render", "femtogpt", "--synth", "fluidsynth", "-o", str(tmp_path / "x.wav")]) == 3
    assert "apt install libfluidsynth3" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["decode", "song.mp3", "-o", "mine.svg"], "mine.svg exists and was kept; --force replaces it"),
        (["verify", "song.mp3", "--plot", "mine.svg"], "mine.svg exists and was kept; --force replaces it"),
        (["verify", "song.mp3", "--plot", "x.jpg"], "x.jpg: expected a file name that ends in .png or .svg"),
        (["notes", "song.mp3", "--plot", "mine.svg"], "mine.svg exists and was kept; --force replaces it"),
        (["run", "song.mp3", "--log", "mine.svg"], "mine.svg exists and was kept; --force replaces it"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_read_before(tmp_path, monkeypatch, capsys, words, sentence):
    (tmp_path / "mine.svg").touch()
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    assert capsys.readouterr().err == f"primesong: {sentence}\n"


HOSTILE_TEXT = "sa\x1b]0;gone\x07\x1b[2J\u202e\u2066\x9b\x08 re [/red]"


STEERING = ("\x1b]0;", "\x07", "\x1b[2J", "\u202e", "\u2066", "\x9b", "\x08")


@pytest.mark.parametrize(
    "words",
    [["decode"], ["verify"], ["verify", "--json"], ["notes"], ["notes", "--json"], ["prove"], ["run"],
     ["compose", "--format", "mid,html", "--force", "--tala", "fit"], ["compose", "--format", "png", "--end", "1"],
     ["render", "-o", "x.wav", "--force"], ["qr", "-o", f"{HOSTILE_TEXT.replace('/', '')}.png"], ["encode"]],
    ids=lambda words: " ".join(words)[:16],
)  # fmt: skip
def test_nothing_that_a_stranger_chose_steers_the_terminal(tmp_path, words):
    """Titles, names of files, texts of records and programs are shown without what is no text in them."""
    song = compose(encode(f"print(1)  # {HOSTILE_TEXT}".encode()), title="title")
    name = HOSTILE_TEXT.replace("/", "") + ".sargam"
    text = SARGAM.write(song.melody).decode()
    hostile = json.dumps({**json.loads(song.melody.record.to_text()), "title": HOSTILE_TEXT})
    (tmp_path / name).write_text(text.replace(song.melody.record.to_text(), hostile), "utf-8")
    shown, code = run_on_a_terminal(words[0], name, *words[1:], cwd=tmp_path, keys="n\n")
    assert not [steering for steering in STEERING if steering in shown]
    assert "Traceback" not in shown
    assert code in (0, 1)
    assert shown.strip()


@pytest.mark.parametrize("command", ["compose", "encode", "decode", "verify", "render", "notes"])
def test_help_has_examples(command):
    text = run(command, "--help").stdout.decode()
    assert f"examples:\n  primesong {command}" in text
    if command != "encode":
        assert list_suffixes(LOADED) in " ".join(text.split())


def test_the_version_is_the_projects():
    version = (Path(__file__).parents[2] / "pyproject.toml").read_text().split('version = "')[1].split('"')[0]
    assert run("--version").stdout.decode() == f"primesong {version}\n"


@pytest.mark.parametrize(("closed", "complaint"), [("<&-", b"standard input is empty"), (">&-", b""), ("2>&-", b"")])
def test_a_stream_that_the_shell_closed(closed, complaint, tmp_path):
    (tmp_path / "wrong.sargam").write_text("S R X")
    source = "-" if closed == "<&-" else "wrong.sargam"
    done = subprocess.run(
        f"{shlex.quote(sys.executable)} -m primesong decode {source} {closed}",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert complaint in done.stderr
    assert b"Traceback" not in done.stderr


def test_without_a_command_the_help_is_shown():
    done = run()
    assert done.returncode == 0
    assert b"usage: primesong" in done.stdout
    assert b"decode" in done.stdout
