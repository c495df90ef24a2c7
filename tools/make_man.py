"""Write the manual pages, one of `primesong` and one of each command, from the parsers.

python tools/make_man.py FOLDER
"""

import argparse
import sys
from pathlib import Path

from argparse_manpage.manpage import Manpage

from primesong import __version__
from primesong.cli.parser import make_overview, make_parser
from primesong.cli.table import COMMANDS


def write_pages(folder: Path) -> list[Path]:
    """Write the pages into a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    parsers = {"primesong": make_overview()} | {f"primesong-{name}": make_parser(name) for name in COMMANDS}
    written = []
    for name, parser in parsers.items():
        path = folder / f"{name}.1"
        path.write_text(_describe(name, parser), "utf-8")
        written.append(path)
    return written


def _describe(name: str, parser: argparse.ArgumentParser) -> str:
    """Return a page: what argparse-manpage makes of a parser, with the examples in a section of their own."""
    _, *examples = (parser.epilog or "").splitlines()
    lines = "\n".join(line.strip().replace("\\", "\\e").replace("-", "\\-") for line in examples)
    parser.epilog = None
    parser._manpage = [{"heading": "examples", "content": f".nf\n{lines}\n.fi"}]
    page = Manpage(parser, format="single-commands-section")
    page.prog, page.manual, page.source = name, "primesong", f"primesong {__version__}"
    page.description = (parser.description or "").rstrip(".")
    return str(page)


if __name__ == "__main__":
    for path in write_pages(Path(sys.argv[1])):
        print(path)
