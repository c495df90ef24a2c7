"""Imports run from left to right, heavy packages stay in their rooms, and nothing heavy is loaded at the start."""

import ast
import importlib
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

import primesong
from primesong.files.kinds import NOTATION

PACKAGE = Path(primesong.__file__).parent
ORDER = (
    "errors",
    "limits",
    "words",
    "resources",
    "deadline",
    "packages",
    "number",
    "primes",
    "sargam",
    "options",
    "song",
    "repair",
    "score",
    "sound",
    "page",
    "video",
    "files",
    "sandbox",
    "actions",
    "player",
    "cli",
    "__main__",
)

#: The modules that each package is imported in: a name stands for itself and for all that begin so.
ROOMS = {
    "numpy": ("page.document", "player.practice", "player.terminal", "primes", "repair", "score.qr", "sound", "video"),
    "scipy": ("sound.hear", "sound.render.expressive.room", "sound.transcribe"),
    "soxr": ("sound.render", "sound.transcribe.signal"),
    "defusedxml": ("score.engraving.rows", "score.ensemble", "score.reading.xml"),
    "gmpy2": ("number", "primes", "repair"),
    "zopfli": ("number.payload",),
    "python_minifier": ("number.minify",),
    "distributed": ("primes.cluster",),
    "reedsolo": ("repair.reed_solomon",),
    "music21": ("score.notation", "score.convert", "song"),
    "mido": ("score.midi", "player.practice.hands"),
    "pretty_midi": ("score.plot", "score.convert", "song"),
    "fluidsynth": ("sound.render.fluidsynth",),
    "soundfile": ("sound.file",),
    "av": ("sound.ffmpeg", "video.mux"),
    "pyloudnorm": ("sound.render.loudness",),
    "matplotlib": ("score.plot", "sound.hear.plot"),
    "shtab": ("cli.commands.completion",),
    "rich": ("cli.progress", "cli.curve", "player.terminal"),
    "pygments": ("player.terminal.highlight", "video.parts.listing"),
    "sounddevice": ("sound.capture", "player.terminal.speaker"),
    "verovio": ("score.engraving.verovio",),
    "typst": ("score.engraving.typst",),
    "segno": ("score.qr.code", "score.qr.growth"),
    "zxingcpp": ("score.qr.code",),
    "PIL": ("score.qr.code", "page.preview", "video.drawing"),
    "starlette": ("player.studio",),
    "uvicorn": ("player.studio.serving",),
}
START = ("import primesong", "from primesong.cli.main import make_overview; make_overview().format_help()")
HEAVY = (*ROOMS, "importlib.metadata")

MODULES = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}


@cache
def imports_of(path):
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_imports_run_from_left_to_right():
    backward = []
    for module in (name for name in MODULES if not name.endswith("__init__")):
        here = ORDER.index(module.partition(".")[0])
        for name in imports_of(MODULES[module]):
            package, _, rest = name.partition(".")
            room = rest.partition(".")[0]
            if package == "primesong" and room in ORDER and ORDER.index(room) > here:
                backward.append(f"{module} imports {name}, which lies after it")
    assert backward == []


def test_scripts_import_what_there_is():
    missing = []
    for path in (path for folder in ("tools", "benchmarks") for path in (PACKAGE.parent / folder).glob("*.py")):
        for name in (name for name in imports_of(path) if name.startswith("primesong.")):
            module, _, last = name.rpartition(".")
            if name.removeprefix("primesong.") not in MODULES and not hasattr(importlib.import_module(module), last):
                missing.append(f"{path.name} imports {name}")
    assert missing == []


def test_packages_stay_in_their_rooms():
    imported = packages_of_modules()
    assert set().union(*imported.values()) == ROOMS.keys()
    assert [
        f"{module} imports {package}"
        for module, packages in imported.items()
        for package in packages
        if not module.startswith(ROOMS[package])
    ] == []


def test_no_room_is_stale():
    assert find_stale_rooms(ROOMS) == []
    assert find_stale_rooms({"music21": ("score.notation", "score.musicxml")}) == ["music21: score.musicxml"]
    assert find_stale_rooms({"shtab": ("cli.commands.completion", "cli.completion")}) == ["shtab: cli.completion"]


def find_stale_rooms(rooms):
    """Find the rooms that no module is in which imports their package."""
    imported = packages_of_modules()
    return [
        f"{package}: {room}"
        for package, prefixes in rooms.items()
        for room in prefixes
        if not any(package in packages for module, packages in imported.items() if module.startswith(room))
    ]


@cache
def packages_of_modules():
    """The packages of others that each module imports, anywhere in it."""
    ours = {"primesong", *sys.stdlib_module_names}
    return {module: {name.partition(".")[0] for name in imports_of(path)} - ours for module, path in MODULES.items()}


@pytest.mark.parametrize(
    "command", ["import primesong", "from primesong.cli.main import make_overview; make_overview().format_help()"]
)
def test_nothing_heavy_is_loaded_at_the_start(command):
    code = f"{command}\nimport sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_are_the_documented_ones():
    documented = {
        "Decoded",
        "Encoded",
        "Limits",
        "Mapping",
        "Melody",
        "PrimesongError",
        "Recording",
        "Report",
        "Setting",
        "Song",
        "Transcription",
        "arrange",
        "compose",
        "decode",
        "encode",
        "load",
        "render",
        "save",
        "transcribe",
        "verify",
    }
    assert set(primesong.__all__) == documented
    for name in documented:
        assert getattr(primesong, name).__name__ == name
    assert dir(primesong) == sorted(documented)
    with pytest.raises(AttributeError, match="no attribute 'raga'"):
        primesong.raga  # noqa: B018


def test_the_table_names_writers_and_readers_that_exist(short):
    for kind in NOTATION:
        assert kind.read(kind.write(short))


def test_every_folder_goes_into_the_wheel():
    listed = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    folders = {".".join(path.parent.relative_to(PACKAGE.parent).parts) for path in PACKAGE.rglob("*.py")}
    assert set(listed) == folders | {"primesong.assets", "primesong.soundfonts"}
    assert all((PACKAGE.parent.joinpath(*folder.split(".")) / "__init__.py").exists() for folder in folders)


def test_every_module_says_what_it_is_for():
    for name, path in MODULES.items():
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), name
