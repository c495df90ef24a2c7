"""What is published: wheel and source distribution, the forge's workflows, the Makefile on machines of others."""

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from support.command import run

import primesong

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

#: The compiled modules, as they lie in the wheel.
EXTENSIONS = {f"{module['name'].replace('.', '/')}.abi3.so" for module in PROJECT["tool"]["setuptools"]["ext-modules"]}

#: What lies in a checkout and is not the project's.
NOT_OURS = shutil.ignore_patterns(
    ".git", ".venv*", "node_modules", "__pycache__", "*.so", "build", "dist", "*.egg-info", ".*_cache", "_build", "song"
)


def copy_project(folder):
    return shutil.copytree(ROOT, folder / "primesong", ignore=NOT_OURS)


def call(*words, folder):
    done = subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_wheel_and_the_source_distribution_are_whole(tmp_path):
    """Built as for an index: the wheel from the source distribution."""
    source = copy_project(tmp_path)
    call("build", "--no-isolation", folder=source)
    [wheel], [archive] = (source / "dist").glob("*.whl"), (source / "dist").glob("*.tar.gz")
    assert "-cp311-abi3-" in wheel.name
    assert "PASSED" in call("twine", "check", "--strict", wheel, archive, folder=source)
    assert "OK" in call("check_wheel_contents", wheel, folder=source)
    assert call("abi3audit", "--strict", "--report", wheel, folder=source).count('"is_abi3": true') == len(EXTENSIONS)
    if sys.platform == "linux":
        assert '"manylinux_2_17_' in call("auditwheel", "show", wheel, folder=source)
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        metadata = packed.read(next(name for name in names if name.endswith("/METADATA"))).decode()
    assert not [name for name in names if name.endswith((".c", ".h", ".html.py"))]
    assert {"primesong/assets/femtogpt.txt", "primesong/assets/femtogpt.LICENSE", "primesong/py.typed"} <= set(names)
    assert {"primesong/page/web/player.css", "primesong/soundfonts/harmonium.sf2"} <= set(names)
    assert {name for name in names if name.endswith(".so")} == EXTENSIONS
    assert "License-Expression: MIT AND CC-BY-3.0" in metadata
    with tarfile.open(archive) as packed:
        held = {"/".join(Path(name).parts[1:]) for name in packed.getnames()}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert set(tracked.splitlines()) <= held
    assert {name for name in held if name.startswith("primesong/") and name.endswith(".py")} <= set(names)


def test_without_a_compiler_the_installation_goes_on(tmp_path):
    source = copy_project(tmp_path)
    script = "import os; os.environ['CC'] = 'no-compiler'; from setuptools import setup; setup()"
    done = subprocess.run(
        [sys.executable, "-c", script, "build"], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert not list(source.rglob("*.so"))
    assert list(source.glob("build/lib*/primesong/song.py"))


@pytest.mark.parametrize("name", ["test", "release"])
def test_the_workflows_call_what_there_is(name):
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8"))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    for command in (step["run"] for step in steps if "run" in step):
        words = command.split()
        if words[0] == "make":
            assert f"\n{words[1]}:" in makefile
        if ".ci/run" in words:
            assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
        if words[0] == "primesong":
            assert run(words[1], "--help").returncode == 0
    permissions = workflow["permissions"]
    assert permissions == {"contents": "read"}


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", [".github/workflows/release.yml", ".github/workflows/test.yml"]),
        ("github-issue-forms", [".github/ISSUE_TEMPLATE/bug.yml", ".github/ISSUE_TEMPLATE/idea.yml"]),
        ("github-issue-config", [".github/ISSUE_TEMPLATE/config.yml"]),
        ("citation-file-format", ["CITATION.cff"]),
    ],
)
def test_what_a_forge_reads_keeps_to_its_schema(schema, paths):
    assert "ok" in call("check_jsonschema", "--builtin-schema", f"vendor.{schema}", *paths, folder=ROOT)


def test_the_hooks_are_read():
    assert yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]


def test_versions_agree():
    version = PROJECT["project"]["version"]
    assert version == primesong.__version__
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"] == version
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("python", ["exit 1", None], ids=["too old", "gone"])
def test_an_environment_of_an_old_python_is_made_again(tmp_path, python):
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    if python:
        (tmp_path / ".venv" / "bin" / "python").write_text(f"#!/bin/sh\n{python}\n")
        (tmp_path / ".venv" / "bin" / "python").chmod(0o755)
    done = subprocess.run(["make", "-n", "song"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "python3 -m venv --clear .venv" in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_a_system_whose_python_is_too_old_is_told(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(["make", "PYTHON=false", "song"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "primesong needs Python 3.11 or newer, such as: make PYTHON=python3.12" in done.stdout


def test_clean_leaves_nothing_that_was_built(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = tmp_path / "primesong" / "primes" / "kernel" / "_kernel.c"
    kept.parent.mkdir(parents=True)
    for path in (kept, kept.with_suffix(".abi3.so"), kept.with_name("_kernel.cpython-311-x86_64-linux-gnu.so")):
        path.touch()
    (tmp_path / "docs" / "_build").mkdir(parents=True)
    subprocess.run(["make", "clean"], cwd=tmp_path, capture_output=True, check=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "Makefile", kept]
    assert not (tmp_path / "docs" / "_build").exists()
