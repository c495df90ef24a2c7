"""How Sphinx builds the documentation: the pages of this folder, and those that are generated from the program itself.

The command reference comes from the parsers, the interface from the docstrings, the tour from a notebook that the tests
execute, and each song of the gallery is a page that plays, made by `primesong export`.
"""

import os
import sys
from importlib import metadata
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

from generated import PAGES, copy_page, export_songs, write_commands, write_interface, write_tour

DOCS = Path(__file__).parent

project = "primesong"
author = "The primesong authors"
copyright = "2026, The primesong authors"
try:
    release = metadata.version("primesong")
except metadata.PackageNotFoundError:  # from a checkout that is not installed
    release = ""

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
default_role = "code"
add_module_names = False

myst_enable_extensions = ["deflist", "smartquotes"]
myst_heading_anchors = 3

autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_param = False

html_theme = "furo"
html_title = "primesong"
html_static_path = ["_static"]
html_css_files = ["songs.css"]
html_copy_source = False
html_show_sourcelink = False


def follow_links(app: Sphinx, name: str, source: list[str]) -> None:
    """Let links to files outside this folder, which a forge follows, lead to the pages that are copies of them."""
    for path, page in PAGES.items():
        source[0] = source[0].replace(f"](../{path.name}", f"]({page}")


def generate(app: Sphinx) -> None:
    """Write the pages that are generated."""
    for path, page in PAGES.items():
        copy_page(path, DOCS / page)
    write_commands(DOCS / "commands.md")
    write_interface(DOCS / "interface.md")
    write_tour(DOCS / "tour.ipynb", DOCS / "tour.md")


def export(app: Sphinx, error: Exception | None) -> None:
    """Make the pages that play, unless they are there, or are not wanted."""
    if error is None and app.builder.name == "html" and not os.environ.get("PRIMESONG_DOCS_WITHOUT_SONGS"):
        export_songs(Path(app.outdir) / "songs")


def setup(app: Sphinx) -> None:
    """Connect what is generated to the build."""
    app.connect("builder-inited", generate)
    app.connect("source-read", follow_links)
    app.connect("build-finished", export)
