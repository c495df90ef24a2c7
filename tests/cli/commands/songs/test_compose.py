"""`primesong compose`: files in every form, progress on a terminal, tunings, scripts and excerpts."""

import json
import os

import pytest
import soundfile
from support.command import run, spawn
from support.files import umask
from support.terminal import run_on_a_terminal

from primesong.actions.decode import load
from primesong.cli.main import main
from primesong.sargam.tuning import JUST, read_scala


def test_composing_twice_gives_the_same_bytes(hello, tmp_path):
    """The second time in another process."""
    words = ("compose", hello, "--format", "mid,musicxml,mxl,wav")
    for compose, folder in ((run, "first"), (spawn, "second")):
        assert compose(*words, "-o", tmp_path / folder).returncode == 0
    for path in sorted((tmp_path / "first").iterdir()):
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name
    assert len(list((tmp_path / "first").iterdir())) == len(list((tmp_path / "second").iterdir())) == 4


def test_a_program_becomes_a_song_and_comes_back(tmp_path):
    (tmp_path / "hello.py").write_bytes(b"print('ni')\n")
    assert (
        run("compose", "hello.py", "--tala", "rupak", "--tonic", "C#3", "--tempo", "360", cwd=tmp_path).returncode == 0
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "hello.mid", "hello.musicxml", "hello.mxl", "hello.py", "hello.wav",
    ]  # fmt: skip
    for kind in ("mid", "musicxml", "mxl"):
        assert run("decode", f"hello.{kind}", cwd=tmp_path).stdout == b"print('ni')\n"


def test_a_number_without_a_program_is_still_a_song(tmp_path):
    (tmp_path / "pi.txt").write_text("3141592653589793\n")
    assert run("compose", "pi.txt", cwd=tmp_path).returncode == 0
    report = json.loads(run("verify", "pi.mid", "--json", cwd=tmp_path).stdout)
    assert report["digits"] == 16
    assert "holds no program" in report["fault"]
    for command in ("decode", "verify"):
        assert run(command, "pi.mid", cwd=tmp_path).returncode == 1


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


def test_progress_is_shown_on_a_terminal(tmp_path):
    words = ("compose", "--format", "mid,wav", "--end", "8")
    shown, code = run_on_a_terminal(*words, cwd=tmp_path)
    assert code == 0
    assert "writing the files" in shown
    assert "rendering the sound" in shown
    quiet, _ = run_on_a_terminal(*words, "--force", "--quiet", cwd=tmp_path)
    assert "rendering" not in quiet


def test_a_name_that_is_no_text_is_given_as_it_is(tmp_path):
    name = os.fsdecode(b"sa\xff.txt")
    (tmp_path / name).write_text("314159")
    done = run("compose", name, "--format", "mid", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"sa\xff.mid\n")


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


def test_a_raga_is_chosen_by_name_or_by_a_file(tmp_path, capsys):
    own = tmp_path / "blues.txt"
    own.write_text("# mine\nS m P S' g n M 'n 'P m'\n")
    for raga, letters in (("Bhoopali", "S G D S' P R G' 'D 'P R'"), (str(own), "S m P S' g n M 'n 'P m'")):
        assert main(["compose", "--format", "mid", "--raga", raga, "-o", str(tmp_path), "--force", "--quiet"]) == 0
        assert load(tmp_path / "femtogpt.mid").mapping.raga.letters == letters
    capsys.readouterr()
    assert main(["notes", str(tmp_path / "femtogpt.mid")]) == 0
    assert "The ten pitches are S m P S' g n M 'n 'P m'. A number has no aroh" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", ["compose {}", "render {} -o x.wav", "export {} -o x.html", "play {}", "practice {}"]
)
def test_what_is_not_a_raga_is_named_before_a_prime_is_sought(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "program.py").write_text("print('sa')")
    monkeypatch.setattr("primesong.actions.compose.encode", None)
    assert main([*command.format("program.py").split(), "--raga", "waltz"]) == 1
    assert "“waltz” is not a raga; expected nat-bhairav, bhupali, " in capsys.readouterr().err


def test_tala_fit_tells_what_fits(tmp_path, capsys):
    command = ["compose", "--format", "sargam", "--tala", "fit", "-o", str(tmp_path)]
    assert main(command) == 0
    assert "tintal (225 avartans), jhaptal (360 avartans)" in capsys.readouterr().err
    (tmp_path / "seven.txt").write_text("31415926531")
    assert main([*command, str(tmp_path / "seven.txt")]) == 1
    assert "11 notes fill no tala exactly" in capsys.readouterr().err


def test_a_tuned_song_has_its_scala_file_beside_it(tmp_path):
    (tmp_path / "n.txt").write_text("3928547160")
    arguments = ["compose", str(tmp_path / "n.txt"), "-o", str(tmp_path), "--format", "mid,flac", "--quiet"]
    assert main([*arguments, "--tuning", "just", "--accompany", "tanpura,tabla=-6", "--tempo", "drut"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.flac", "n.mid", "n.scl", "n.txt"]
    assert read_scala((tmp_path / "n.scl").read_text(), "n").swaras == pytest.approx(JUST.swaras, abs=1e-4)
    melody = load(tmp_path / "n.mid").melody
    assert (melody.setting.tuning, melody.setting.tempo, melody.played_digits) == (JUST, 40.0, "3928547160")


def test_options_that_go_with_one_of_several_files_are_taken(tmp_path):
    (tmp_path / "n.txt").write_text("3928547160")
    words = [
        "compose",
        str(tmp_path / "n.txt"),
        "-o",
        str(tmp_path),
        "--format",
        "mid,mp3,flac",
        "--depth",
        "24",
        "--legato",
    ]
    assert main(words) == 0
    assert soundfile.info(tmp_path / "n.flac").subtype == "PCM_24"


@pytest.mark.parametrize(("name", "begins"), [("tune.mid", b"MThd"), ("tune.MXL", b"PK"), ("a/tune.sargam", b"#")])
def test_a_known_suffix_means_one_file(tmp_path, hello, name, begins):
    done = run("compose", "hello.py", "-o", name, cwd=tmp_path)
    assert (done.returncode, done.stdout.decode()) == (0, f"{name}\n")
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
    assert run("decode", name, cwd=tmp_path).stdout == hello.read_bytes()


def test_a_suffix_of_no_kind_is_not_taken_for_a_folder(tmp_path, hello):
    done = run("compose", "hello.py", "-o", "hello.m4a", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"hello.m4a: expected a file name that ends in .mid, " in done.stderr
    assert (
        run("compose", "hello.py", "-o", "take.two", "--format", "abc", cwd=tmp_path).stdout == b"take.two/hello.abc\n"
    )
    assert run("compose", "hello.py", "-o", "take.two", "--quiet", cwd=tmp_path).returncode == 0
    assert run("compose", "hello.py", "-o", "v1.2", "--format", "abc", cwd=tmp_path).stdout == b"v1.2/hello.abc\n"


def test_one_file_goes_with_no_list_of_formats(tmp_path, hello):
    done = run("compose", "hello.py", "-o", "tune.mid", "--format", "wav", cwd=tmp_path)
    assert done.returncode == 2
    assert "tune.mid names one file; --format goes with a folder" in done.stderr.decode()
    (tmp_path / "songs.mid").mkdir()
    done = run("compose", "hello.py", "-o", "songs.mid", "--format", "abc", cwd=tmp_path)
    assert done.stdout == b"songs.mid/hello.abc\n"


def test_a_number_is_composed_as_it_is_typed(tmp_path):
    done = run("compose", "3141592653", "--format", "sargam,mid", cwd=tmp_path)
    assert done.stdout == b"number.sargam\nnumber.mid\n"
    assert load(tmp_path / "number.mid").digits == "3141592653"
