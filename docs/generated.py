"""The pages of the documentation that are made from the program itself."""

import json
from pathlib import Path

import primesong
from primesong.cli.parser import make_parser, make_tree
from primesong.cli.table import COMMANDS

ROOT = Path(__file__).parent.parent

#: The songs of the gallery: a page's name, and what it is made from.
SONGS = {
    "femtogpt": "femtogpt",
    "gpt": ROOT / "scores" / "gpt.mid",
    "gpt_golfed": ROOT / "scores" / "gpt_golfed.mid",
}

#: Files of the project that are pages here as well.
PAGES = {
    ROOT / "SECURITY.md": "security.md",
    ROOT / "CONTRIBUTING.md": "contributing.md",
    ROOT / "CHANGELOG.md": "changelog.md",
}

_COMMANDS_HEAD = """# Commands

What `primesong COMMAND --help` prints, of every command. [Errors and limits](limits.md) has the exit codes.
"""

_INTERFACE_HEAD = """# Python interface

Everything that `import primesong` offers. [In Python](python.md) begins with examples.
"""


def copy_page(source: Path, path: Path) -> None:
    """Copy a file of the project as a page, whose links lead to pages."""
    text = source.read_text("utf-8").replace("](docs/", "](")
    for other, page in PAGES.items():
        text = text.replace(f"]({other.name}", f"]({page}")
    _write(path, text)


def write_commands(path: Path) -> None:
    """Write the command reference, from the parsers."""
    _, commands = make_tree()
    sections = [f"## {name}\n\n```text\n{make_parser(name).format_help()}```\n" for name in commands]
    assert list(commands) == list(COMMANDS)
    _write(path, "\n".join([_COMMANDS_HEAD, *sections]))


def write_interface(path: Path) -> None:
    """Write the reference of the public names, which autodoc fills with their docstrings."""
    names = sorted(primesong.__all__, key=lambda name: (name[0].isupper(), name))
    sections = []
    for name in names:
        value = getattr(primesong, name)
        kind = "autoclass" if isinstance(value, type) else "autofunction"
        members = "\n   :members:" if kind == "autoclass" else ""
        directive = f".. {kind}:: {value.__module__}.{name}{members}"
        sections.append(f"## {name}\n\n```{{eval-rst}}\n{directive}\n```\n")
    _write(path, "\n".join([_INTERFACE_HEAD, *sections]))


def write_tour(notebook: Path, path: Path) -> None:
    """Write the notebook as a page, with the outputs that it holds; a test executes it and compares them."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    _write(path, "\n".join(filter(None, map(_write_cell, cells))))


def _write_cell(cell: dict) -> str:
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return f"{text}\n"
    shown = "".join(read_output(one) for one in cell["outputs"])
    return f"```python\n{text}\n```\n" + (f"\n```text\n{shown.rstrip()}\n```\n" if shown else "")


def read_output(output: dict) -> str:
    """Return what a cell printed or returned, as text."""
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return text if isinstance(text, str) else "".join(text)


def export_songs(folder: Path) -> None:
    """Make a page that plays of each song of the gallery, unless it is there."""
    folder.mkdir(exist_ok=True)
    for name, source in SONGS.items():
        if not (target := folder / f"{name}.html").exists():
            primesong.save(primesong.load(source), target.with_suffix(".player.html"))
            target.with_suffix(".player.html").rename(target)


def _write(path: Path, text: str) -> None:
    """Write a page if it changed, so that Sphinx reads it again only then."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
