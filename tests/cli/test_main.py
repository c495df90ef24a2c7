"""The command as a user meets it: exit codes, one line of complaint, pipes, files kept or whole."""

import hashlib
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.published import BITS, DIGITS, MEMBER_BYTES, PROGRAM_BYTES, PROGRAM_SHA256, TRAILING_BYTES

from primesong.cli.main import main
from primesong.files.formats import SARGAM, known_suffixes
from primesong.number.payload import pack
from primesong.song import compose, encode


def run(*arguments, cwd=None, stdin=b"", timeout=None):
    return subprocess.run(
        [sys.executable, "-m", "primesong", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=timeout,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The published song, composed by the command."""
    folder = tmp_path_factory.mktemp("composed")
    done = run("compose", "-o", folder / "song", "--format", "mid,musicxml,mxl,sargam,wav")
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert done.stdout.decode().split() == [
        str(folder / "song" / f"femtogpt.{kind}") for kind in ("mid", "musicxml", "mxl", "sargam", "wav")
    ]
    return folder / "song"


@pytest.mark.parametrize("name", ["femtogpt.mid", "femtogpt.musicxml", "femtogpt.mxl", "femtogpt.sargam"])
def test_decode_gives_the_program(folder, name):
    done = run("decode", folder / name)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout) == PROGRAM_BYTES
    assert hashlib.sha256(done.stdout).hexdigest() == PROGRAM_SHA256


def test_composing_twice_gives_the_same_bytes(folder, tmp_path):
    run("compose", "femtogpt", "-o", tmp_path, "--format", "mid,musicxml,mxl,wav")
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name
    assert len(list(tmp_path.iterdir())) == 4


def test_pipes(folder):
    digits = run("decode", "-", stdin=(folder / "femtogpt.mid").read_bytes())
    assert len(digits.stdout) == PROGRAM_BYTES
    number = run("encode", "-", stdin=b"print('sa')\n")
    assert run("decode", "-", stdin=number.stdout).stdout == b"print('sa')\n"
    hexadecimal = hex(int(number.stdout)).encode()
    assert run("decode", "-", stdin=hexadecimal).stdout == b"print('sa')\n"


@pytest.mark.parametrize(
    "words",
    [["decode"], ["verify"], ["notes"], ["run"], ["play", "--silent", "--speed", "4"],
     ["compose", "--format", "mid", "-o", "made"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_named_pipe_is_read_once_as_standard_input_is(tmp_path, words):
    (tmp_path / "n.txt").write_text("25669205232646188")
    assert main(["compose", str(tmp_path / "n.txt"), "-o", str(tmp_path), "--format", "mid"]) == 0
    os.mkfifo(tmp_path / "pipe")
    piped = run(*words, "-", cwd=tmp_path, stdin=(tmp_path / "n.mid").read_bytes())
    with subprocess.Popen(["cp", "n.mid", "pipe"], cwd=tmp_path) as writer:
        named = run(*words, "pipe", cwd=tmp_path, timeout=60)
        assert writer.wait(60) == 0
    assert (named.returncode, named.stderr) == (piped.returncode, piped.stderr)
    assert named.stdout.replace(b"pipe.", b"song.") == piped.stdout


@pytest.mark.parametrize("words", [["decode"], ["notes"], ["transcribe", "-o", "x.mid"]], ids=lambda words: words[0])
def test_a_recording_in_a_named_pipe_is_heard(tmp_path, words):
    (tmp_path / "n.txt").write_text("25669205232646188")
    assert main(["render", str(tmp_path / "n.txt"), "-o", str(tmp_path / "n.wav")]) == 0
    os.mkfifo(tmp_path / "song")
    with subprocess.Popen(["cp", "n.wav", "song"], cwd=tmp_path) as writer:
        done = run(*words, "song", cwd=tmp_path, timeout=60)
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


def test_a_reader_that_leaves_early_is_no_fault(folder):
    done = subprocess.run(
        f"{sys.executable} -m primesong notes femtogpt | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("rank  digit")
    assert done.stderr == ""


def test_a_program_becomes_a_song_and_comes_back(tmp_path):
    (tmp_path / "hello.py").write_bytes(b"print('ni')\n")
    assert (
        run("compose", "hello.py", "--tala", "rupak", "--tonic", "C#3", "--tempo", "90", cwd=tmp_path).returncode == 0
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "hello.mid", "hello.musicxml", "hello.mxl", "hello.py", "hello.wav",
    ]  # fmt: skip
    for kind in ("mid", "musicxml", "mxl"):
        assert run("decode", f"hello.{kind}", cwd=tmp_path).stdout == b"print('ni')\n"


def test_verify_reports_every_check(folder):
    done = run("verify", folder / "femtogpt.mid")
    assert done.returncode == 0
    text = done.stdout.decode()
    for part in ("3,600 digits", "11,957 bits", "no proof", "1,491 bytes, then 4 bytes", "2,750 bytes", PROGRAM_SHA256):
        assert part in text
    report = json.loads(run("verify", folder / "femtogpt.mxl", "--json").stdout)
    assert (report["digits"], report["bits"]) == (DIGITS, BITS)
    assert (report["payload_bytes"], report["trailing_bytes"]) == (MEMBER_BYTES, TRAILING_BYTES)
    assert (report["program_bytes"], report["program_sha256"]) == (PROGRAM_BYTES, PROGRAM_SHA256)
    assert (report["probable_prime"], report["record_agrees"], report["holds"]) == (True, True, True)


def test_verify_of_a_wrong_digit_says_exactly_what_fails(tmp_path, song):
    place = 2000
    wrong = song.digits[:place] + str((int(song.digits[place]) + 1) % 10) + song.digits[place + 1 :]
    (tmp_path / "wrong.txt").write_text(wrong)
    done = run("verify", tmp_path / "wrong.txt")
    assert done.returncode == 1
    assert b"composite, for certain" in done.stdout
    assert b"program   the program is damaged: its gzip member fails with" in done.stdout
    assert done.stdout.endswith(b"Not all of it holds.\n")
    decoded = run("decode", tmp_path / "wrong.txt")
    assert (decoded.returncode, decoded.stdout) == (0, song.program)
    changed = f"was {wrong[place]} and is {song.digits[place]}"
    assert decoded.stderr.decode() == f"primesong: 1 note was put right: note 2,001 (avartan 126, matra 1) {changed}\n"


def test_decode_gives_the_beginning_of_a_program_that_cannot_be_mended(tmp_path, song):
    """The second half of the notes reversed."""
    (tmp_path / "wrong.txt").write_text(song.digits[:1800] + song.digits[:1799:-1])
    decoded = run("decode", tmp_path / "wrong.txt", "--effort", "3")
    assert (decoded.returncode, decoded.stdout) == (1, b"")
    assert b"bytes of the program are plausible (--partial gives them)" in decoded.stderr
    partial = run("decode", tmp_path / "wrong.txt", "--effort", "3", "--partial")
    assert partial.returncode == 1
    assert len(partial.stdout) > 1000
    assert song.program.startswith(partial.stdout)


def test_what_is_not_damaged_is_not_mended(tmp_path, monkeypatch, capsys):
    """A program beyond the limit, a number without one whose record says that it is whole, too many notes."""
    member = pack(b"sa re ga ma " * 100_000)
    (tmp_path / "large.txt").write_text(hex(int.from_bytes(member + bytes(4), "big")))
    (tmp_path / "pi.txt").write_text("31415926535897932384626433832795\n")
    monkeypatch.chdir(tmp_path)
    assert main(["compose", "pi.txt", "--format", "mid", "--quiet"]) == 0
    monkeypatch.setattr("primesong.repair.alignment.alignments", lambda digits: pytest.fail("this is no damage"))
    capsys.readouterr()
    for source, sentence in (
        (
            "large.txt",
            "the program is longer than 1,048,576 bytes, the limit for unpacking; --limit program=N raises it",
        ),
        ("pi.mid", "the number holds no program: its first bytes are 01 8c 86, not gzip's 1f 8b 08"),
    ):
        assert main(["decode", source]) == 1
        assert capsys.readouterr().err == f"primesong: {sentence}\n"
    (tmp_path / "long.txt").write_text("25669205232646188" * 6_000)
    assert main(["decode", "long.txt"]) == 1


def test_a_number_without_a_program_is_still_a_song(tmp_path):
    (tmp_path / "pi.txt").write_text("3141592653589793\n")
    assert run("compose", "pi.txt", cwd=tmp_path).returncode == 0
    report = json.loads(run("verify", "pi.mid", "--json", cwd=tmp_path).stdout)
    assert report["digits"] == 16
    assert "holds no program" in report["fault"]
    for command in ("decode", "verify"):
        assert run(command, "pi.mid", cwd=tmp_path).returncode == 1


def test_notes_prints_the_table_and_draws(tmp_path):
    done = run("notes", "femtogpt", "--plot", tmp_path / "n.svg")
    rows = done.stdout.decode().splitlines()
    assert rows[1].split() == ["1", "3", "Sa", "S", "+0", "D3", "390"]
    assert rows[7].split() == ["7", "4", "komal", "Dha", "d", "+8", "B♭3", "350"]
    assert rows[10].split() == ["10", "6", "'Ni", "'N", "-1", "C♯3", "320"]
    assert "swaras of Nat Bhairav" in rows[-1]
    assert (tmp_path / "n.svg").read_bytes().startswith(b"<?xml")
    table = json.loads(run("notes", "femtogpt", "--json").stdout)
    assert [row["count"] for row in table] == [390, 384, 375, 371, 361, 357, 350, 348, 344, 320]


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
        (["render", "femtogpt", "-o", "song.mp4"], "song.mp4: sound is written as .wav"),
        (["render", "femtogpt", "-o", "x.wav", "--sample", "hello.py"], "hello.py cannot be read"),
        (["render", "femtogpt", "-o", "x.wav", "--sample", "none.wav"], "none.wav cannot be read"),
        (["render", "femtogpt", "-o", "x.wav", "--synth", "fluidsynth", "--soundfont", "n.sf2"], "no soundfont n.sf2"),
        (["notes", "femtogpt", "--plot", "x.gif"], "pictures are saved as png, svg"),
        (["compose", "femtogpt", "-o", "hello.py"], "cannot be written"),
        (["decode", "femtogpt", "-o", "hello.py"], "hello.py exists and was kept; --force replaces it"),
        (["decode", "femtogpt", "-o", "."], ". is a folder"),
        (["decode", "femtogpt", "--limit", "100"], "longer than 100 bytes"),
    ],
)  # fmt: skip
def test_wrong_data_gets_one_sentence(folder, tmp_path, arguments, message):
    (tmp_path / "empty.mid").touch()
    (tmp_path / "junk.mid").write_bytes(b"\x00\x01junk\xff")
    for kind in ("mid", "musicxml", "mxl"):
        content = (folder / f"femtogpt.{kind}").read_bytes()
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
        ([], "required: COMMAND"),
        (["sing"], "invalid choice"),
        (["compose", "--tonic", "H3"], "“H3” is no tonic; write a note name with its octave"),
        (["compose", "--tempo", "4"], "a tempo lies between 5 and 960, got 4"),
        (["compose", "--tempo", "fast"], "“fast” is no number of beats a minute"),
        (["compose", "--format", "mid,mp4"], "“mp4” is no format"),
        (["compose", "--sample-pitch", "9000"], "between 27.5 and 2100 Hz, got 9000"),
        (["decode", "femtogpt", "--limit", "0"], "“0” is no whole number above 0"),
    ],
)
def test_wrong_usage_exits_with_2(arguments, message):
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr.decode()


def test_existing_files_are_kept_unless_forced(tmp_path):
    (tmp_path / "femtogpt.mid").write_bytes(b"mine")
    arguments = ("compose", "-o", tmp_path, "--format", "mid,sargam")
    done = run(*arguments)
    assert done.returncode == 1
    assert b"femtogpt.mid exists and was kept; --force replaces it" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["femtogpt.mid"]
    assert (tmp_path / "femtogpt.mid").read_bytes() == b"mine"
    assert run(*arguments, "--force").returncode == 0
    assert (tmp_path / "femtogpt.mid").read_bytes().startswith(b"MThd")
    assert (tmp_path / "femtogpt.mid").stat().st_mode & 0o777 == 0o666 & ~umask()


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


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
        (["verify", "song.mp3", "--plot", "x.jpg"], "x.jpg: pictures are saved as png, svg"),
        (["notes", "song.mp3", "--plot", "mine.svg"], "mine.svg exists and was kept; --force replaces it"),
        (["run", "song.mp3", "--log", "mine.svg"], "mine.svg exists and was kept; --force replaces it"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_read_before(tmp_path, monkeypatch, capsys, words, sentence):
    (tmp_path / "mine.svg").touch()
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    assert capsys.readouterr().err == f"primesong: {sentence}\n"


def test_interrupting_leaves_nothing_behind(tmp_path):
    (tmp_path / "long.txt").write_text("31415926535" * 20_000)
    child = subprocess.Popen(
        [sys.executable, "-m", "primesong", "render", "long.txt", "-o", "long.wav"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in tmp_path.glob("*.part")) and time.monotonic() < deadline:
        time.sleep(0.005)
    child.send_signal(signal.SIGINT)
    _, complaint = child.communicate(timeout=60)
    assert (child.returncode, complaint) == (130, b"primesong: interrupted; nothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["long.txt"]


def on_a_terminal(arguments, cwd, type=""):  # noqa: A002
    """Run the command on a terminal, with keys typed; give what it showed and its exit code."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "primesong", *arguments], cwd=cwd, stdin=slave, stdout=slave, stderr=slave,
        env=os.environ | {"TERM": "xterm"},
    )  # fmt: skip
    os.close(slave)
    os.write(master, type.encode())
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(master)
    return shown.decode(), child.wait()


def test_progress_is_shown_on_a_terminal(tmp_path):
    shown, code = on_a_terminal(["compose", "--format", "mid,wav"], tmp_path)
    assert code == 0
    assert "writing the score" in shown
    assert "rendering 900 s of sound" in shown
    quiet, _ = on_a_terminal(["compose", "--format", "mid,wav", "--force", "--quiet"], tmp_path)
    assert "rendering" not in quiet


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
    shown, code = on_a_terminal([words[0], name, *words[1:]], tmp_path, type="n\n")
    assert not [steering for steering in STEERING if steering in shown]
    assert "Traceback" not in shown
    assert code in (0, 1)
    assert shown.strip()


def test_a_name_that_is_no_text_is_given_as_it_is(tmp_path):
    name = os.fsdecode(b"sa\xff.txt")
    (tmp_path / name).write_text("314159")
    done = run("compose", name, "--format", "mid", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"sa\xff.mid\n")


def test_a_program_cannot_steer_the_terminal(tmp_path):
    hostile = b"\x1b]0;gone\x07\x1b[2J\xe2\x80\xae# \xff\nprint(1)\n"
    number = run("encode", "-", stdin=hostile).stdout
    (tmp_path / "hostile.txt").write_bytes(number)
    shown, _ = on_a_terminal(["decode", "hostile.txt"], tmp_path)
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "print(1)" in shown
    assert run("decode", tmp_path / "hostile.txt").stdout == hostile


@pytest.mark.parametrize("command", ["compose", "encode", "decode", "verify", "render", "notes"])
def test_help_has_examples(command):
    text = run(command, "--help").stdout.decode()
    assert f"examples:\n  primesong {command}" in text
    if command != "encode":
        assert known_suffixes() in " ".join(text.split())


def test_the_version_is_the_projects():
    version = (Path(__file__).parents[2] / "pyproject.toml").read_text().split('version = "')[1].split('"')[0]
    assert run("--version").stdout.decode() == f"primesong {version}\n"


def test_sargam_without_its_record_is_read(folder, tmp_path):
    lines = (folder / "femtogpt.sargam").read_text().splitlines()
    bare = "\n".join(line for line in lines if not line.startswith("#"))
    (tmp_path / "bare.txt").write_text(bare)
    assert hashlib.sha256(run("decode", tmp_path / "bare.txt").stdout).hexdigest() == PROGRAM_SHA256
    assert SARGAM.suffix == ".sargam"


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--format", "html,sargam", "--script", "gurmukhi,digit"), ["femtogpt.html", "femtogpt.sargam"]),
        (("--format", "pdf,png", "--end", "2"), ["femtogpt-1.png", "femtogpt-2.png", "femtogpt.pdf"]),
        (("--format", "mid", "--tala", "none", "--start", "225"), ["femtogpt.mid"]),
    ],
)
def test_compose_writes_scripts_pages_and_excerpts(tmp_path, options, names):
    assert main(["compose", *options, "--quiet", "-o", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_tala_fit_tells_what_fits(tmp_path, capsys):
    command = ["compose", "--format", "sargam", "--tala", "fit", "-o", str(tmp_path)]
    assert main(command) == 0
    assert "tintal (225 avartans), jhaptal (360 avartans)" in capsys.readouterr().err
    (tmp_path / "seven.txt").write_text("31415926531")
    assert main([*command, str(tmp_path / "seven.txt")]) == 1
    assert "11 notes fill no tala exactly" in capsys.readouterr().err


def test_decode_says_what_an_excerpt_lacks(tmp_path, capsys):
    assert main(["compose", "--format", "mid,mxl", "--start", "2", "--end", "11", "-o", str(tmp_path)]) == 0
    for name in ("femtogpt.mid", "femtogpt.mxl"):
        assert main(["decode", str(tmp_path / name)]) == 1
        assert "3,440 of the song's 3,600 notes are missing" in capsys.readouterr().err
        assert main(["verify", str(tmp_path / name)]) == 1
        assert "3,440 of the song's 3,600 notes are missing" in capsys.readouterr().out


def test_qr_is_drawn_and_read(tmp_path, capsys):
    assert main(["qr", "femtogpt", "-o", str(tmp_path / "code.png")]) == 0
    assert main(["verify", str(tmp_path / "code.png")]) == 0
    assert main(["qr", "femtogpt", "-o", str(tmp_path / "code.gif")]) == 1
    assert "saved as png, svg" in capsys.readouterr().err


@pytest.mark.parametrize("script", ["thai", "", "roman,"])
def test_unknown_scripts_are_wrong_usage(script, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["compose", "--script", script])
    assert "there are letters, roman" in capsys.readouterr().err


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
