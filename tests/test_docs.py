"""The documentation: it is built without a warning, its links lead somewhere, its tour runs, its songs play."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

import primesong
from primesong.cli.table import COMMANDS

ROOT = Path(__file__).parent.parent

#: What lies in a checkout and the pages do not need.
NOT_NEEDED = shutil.ignore_patterns(
    ".git",
    ".venv*",
    "node_modules",
    "__pycache__",
    "_build",
    "build",
    "dist",
    "tests",
    "song",
    "soundfonts",
    ".*_cache",
)


#: Pages that only the built site has.
MADE = {"changelog.md", "commands.md", "contributing.md", "interface.md", "security.md", "tour.md"}

#: What people read, as a forge shows it.
TEXTS = [
    path
    for folder in (".", "assets", "docs", "scores", "soundfonts")
    for path in sorted((ROOT / folder).glob("*.md"))
    if not (folder == "docs" and path.name in MADE)
]

#: In bytes: a page with pictures is read on phones too.
LARGEST_PICTURE = 150_000


@pytest.fixture
def tools(monkeypatch):
    """The modules that make the documentation."""
    for folder in ("docs", "tools"):
        monkeypatch.syspath_prepend(ROOT / folder)


def test_the_site_is_built_without_a_warning_and_its_links_lead_somewhere(tmp_path):
    source = shutil.copytree(ROOT, tmp_path / "source", ignore=NOT_NEEDED)
    words = ["-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "docs", tmp_path / "site"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PRIMESONG_DOCS_WITHOUT_SONGS": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=source, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    site = tmp_path / "site"
    commands, interface = ((site / name).read_text("utf-8") for name in ("commands.html", "interface.html"))
    assert [name for name in COMMANDS if f'id="{name}"' not in commands] == []
    assert "--tonic NOTE" in commands
    assert [name for name in primesong.__all__ if f'.{name}"' not in interface] == []
    assert "Return the program inside a song" in interface
    check_links(site)


def check_links(site):
    """Every link within the site leads to a page, a picture or a place that is there; those to songs are made later."""
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    broken = []
    for page, text in pages.items():
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            path, _, place = unquote(link).partition("#")
            if re.match(r"[a-z]+:|//", link) or path.startswith("songs/"):
                continue
            target = page.parent / path.partition("?")[0] if path else page
            if not target.exists() or (place and target in pages and f'id="{place}"' not in pages[target]):
                broken.append((page.name, link))
    assert broken == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(path):
    """As a forge shows the files: to files that are there, and to headings that they have."""
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(path)):
        name, _, place = unquote(link).partition("#")
        target = path.parent / name if name else path
        if re.match(r"[a-z]+:", link) or (path.parent.name == "docs" and name in MADE):
            continue
        if not target.exists() or (place and place not in list_headings(target)):
            broken.append(link)
    assert broken == []


def without_code(path):
    """A page's text without what it shows as code."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)


def list_headings(path):
    """The places in a page that links may name."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", without_code(path), re.MULTILINE)
    }


def test_pictures_are_small():
    pictures = [*(ROOT / "docs" / "pictures").iterdir(), *(ROOT / "scores").glob("*.png")]
    sizes = {path.name: path.stat().st_size for path in pictures}
    assert {name: size for name, size in sizes.items() if size > LARGEST_PICTURE} == {}


def test_the_tour_runs_and_prints_what_it_shows(tools, tmp_path):
    """In a process of its own, because what runs notebooks leaves sockets open."""
    from generated import read_output

    def read(path):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        return [(cell.source, [read_output(one) for one in cell.get("outputs", ())]) for cell in notebook.cells]

    command = [sys.executable, ROOT / "tools" / "run_tour.py", tmp_path / "tour.ipynb"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert read(tmp_path / "tour.ipynb") == read(ROOT / "docs" / "tour.ipynb")


def test_the_gallerys_songs_are_pages_that_play(tools, tmp_path, monkeypatch):
    import generated

    songs = generated.SONGS
    pages = (ROOT / "docs").glob("*.md")
    linked = {name for page in pages for name in re.findall(r"songs/(\w+)\.html", page.read_text("utf-8"))}
    assert linked == set(songs)
    assert [name for name, source in songs.items() if not (source == "femtogpt" or source.is_file())] == []
    monkeypatch.setattr(generated, "SONGS", {"small": "3141592653"})
    generated.export_songs(tmp_path / "songs")
    assert primesong.load(tmp_path / "songs" / "small.html").digits == "3141592653"
    generated.export_songs(tmp_path / "songs")  # it is not made again


def test_the_notebook_holds_text_only():
    cells = json.loads((ROOT / "docs" / "tour.ipynb").read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert {output["output_type"] for output in outputs} == {"stream"}


def test_every_command_has_a_manual_page(tools, tmp_path):
    from make_man import write_pages

    pages = {path.stem: path.read_text("utf-8") for path in write_pages(tmp_path / "man")}
    assert set(pages) == {"primesong", *(f"primesong-{name}" for name in COMMANDS)}
    for name, page in pages.items():
        assert page.startswith(f'.TH {name.upper().replace("-", chr(92) + "-")} "1" ')
        assert "\n.SH EXAMPLES\n.nf\nprimesong" in page
    assert "\\-\\-tonic" in pages["primesong-compose"]
