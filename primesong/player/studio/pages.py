"""The studio's page, and the files that it loads: those of the player's front end and its own."""

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from primesong.files.kind import Kind
from primesong.files.kinds import DOWNLOADS
from primesong.page.front_end import WEB
from primesong.sargam.raga import RAGAS
from primesong.sargam.tala import TALAS
from primesong.sound.render.rendering import EXPRESSIONS

#: The studio's own part of the front end; the rest is the page's.
_OWN_WEB = Path(__file__).parent / "web"

#: The files of the front end that are served, by suffix, and their media types.
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}


def read_files() -> dict[str, tuple[bytes, str]]:
    """Read the files into a table of contents and media types, by their names within their folders: a name in a
    request is looked up here, never on the disk."""
    paths = ((folder, path) for folder in (WEB, _OWN_WEB) for path in folder.rglob("*") if path.suffix in _MEDIA_TYPES)
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), _MEDIA_TYPES[path.suffix]) for folder, path in paths
    }


def fill_page(most_bytes: int) -> str:
    """Return the page, filled from the tables of this package; `most_bytes` is the largest file that is accepted."""
    filled = {
        "talas": _offer(TALAS),
        "ragas": _offer(RAGAS),
        "expressions": _offer(EXPRESSIONS),
        "read": "".join(_write_button(kind) for kind in DOWNLOADS if not kind.is_played),
        "played": "".join(_write_button(kind) for kind in DOWNLOADS if kind.is_played),
        "most": str(most_bytes),
    }
    page = (_OWN_WEB / "studio.html").read_text("utf-8")
    return re.sub(r"\{(\w+)\}", lambda match: filled[match[1]], page)


def _offer(names: Iterable[str]) -> str:
    return "".join(f"<option>{escape(name)}</option>" for name in names)


def _write_button(kind: Kind) -> str:
    name, use = kind.download or ("", "")
    return f'<button type="button" data-kind="{kind.suffix}">{escape(name)}<span>{escape(use)}</span></button>'
