"""What is optional: missing, it is said in one sentence, with the command that installs it where this runs."""

import re
import shlex
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from support.command import run

from primesong import packages
from primesong.packages import describe_installation, list_packages

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture
def installed(monkeypatch):
    """Let the metadata be those of this pyproject.toml, whatever was installed when."""

    def requires(name):
        assert name == "primesong"
        extras = PROJECT["optional-dependencies"].items()
        return [*PROJECT["dependencies"], *(f'{need}; extra == "{extra}"' for extra, needs in extras for need in needs)]

    monkeypatch.setattr("importlib.metadata.requires", requires)


def test_an_extra_lists_its_packages_and_those_it_includes(installed):
    assert list_packages("audio") == ["sounddevice>=0.4.6"]
    assert set(list_packages("studio")) >= {"verovio>=6", "segno>=1.6", "starlette>=1.8", "zxing-cpp>=3"}
    assert list_packages("sarangi") == []
    everything = {need for extra in ("cluster", "minify", "plot", "video") for need in list_packages(extra)}
    assert everything <= set(list_packages("all"))


def test_the_documentation_is_built_with_what_its_extra_brings(installed):
    """The gallery's songs are pages that play."""
    assert set(list_packages("engraving")) <= set(list_packages("docs"))


def test_the_command_is_the_one_that_works_here(installed, monkeypatch, tmp_path):
    words = shlex.split(describe_installation("audio"))
    assert words[1:] == ["-m", "pip", "install", "sounddevice>=0.4.6"]
    assert Path(words[0]).resolve() == Path(sys.executable).resolve()
    monkeypatch.setattr(packages, "find_spec", lambda name: None)
    assert describe_installation("audio").startswith("uv pip install --python ")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "pipx" / "venvs" / "primesong"))
    assert describe_installation("minify") == "pipx inject primesong 'python-minifier>=3.3'"


def test_on_windows_the_command_is_in_double_quotes(installed, monkeypatch):
    """In cmd.exe a single quote is a character like any other, and > writes into a file."""
    monkeypatch.setattr(sys, "platform", "win32")
    assert describe_installation("minify").endswith(' -m pip install "python-minifier>=3.3"')


def test_a_system_that_is_managed_by_others_is_respected(installed, monkeypatch, tmp_path):
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert " -m pip install --break-system-packages " in describe_installation("audio")


def test_without_metadata_the_extra_is_named(monkeypatch):
    def requires(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.requires", requires)
    assert describe_installation("audio").endswith("install 'primesong[audio]'")


@pytest.mark.parametrize(
    ("package", "words", "sentence"),
    [
        ("python_minifier", ["encode", "hello.py", "--minify"], "shortening a program needs python-minifier"),
        ("segno", ["qr", "17", "-o", "x.png"], "drawing a QR code needs segno"),
        ("zxingcpp", ["decode", "code.png"], "reading a QR code needs zxing-cpp"),
        ("matplotlib.figure", ["notes", "17", "--plot", "x.png"], "plots need matplotlib"),
        ("shtab", ["completion", "bash"], "completion scripts are made by shtab"),
        ("verovio", ["export", "17", "-o", "x.html"], "engraving needs Verovio"),
        ("typst", ["compose", "17", "-o", "x.pdf"], "engraving needs Typst"),
        ("distributed", ["encode", "hello.py", "--cluster", "tcp://127.0.0.1:1"], "a cluster needs Dask"),
        ("uvicorn", ["studio"], "the studio needs uvicorn"),
        ("av", ["decode", "film.webm"], "film.webm: the recording is of a kind that needs PyAV"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(installed, monkeypatch, tmp_path, package, words, sentence):
    (tmp_path / "hello.py").write_text("print('ga')")
    (tmp_path / "film.webm").write_bytes(b"\x1a\x45\xdf\xa3" + bytes(60))
    assert run("qr", "25669205232646188", "-o", "code.png", cwd=tmp_path).returncode == 0
    before = sorted(tmp_path.iterdir())
    monkeypatch.setitem(sys.modules, package, None)
    done = run(*words, cwd=tmp_path)
    said = done.stderr.decode().splitlines()[-1]
    assert (done.returncode, done.stdout) == (3, b"")
    assert said.startswith(f"primesong: {sentence}")
    assert re.search(r"; \S+ (-m pip|pip) install .* installs it$", said)
    assert sorted(tmp_path.iterdir()) == before
