"""The studio's page, and the files that it loads: those of the player's front end and its own."""

from html import escape
from pathlib import Path

from primesong.files.kinds import DOWNLOADS
from primesong.page.front_end import WEB
from primesong.sargam.tala import TALAS

_OWN_WEB = Path(__file__).parent / "web"

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
    downloads = (
        f'<button type="button" data-kind="{kind.suffix}">{escape(name)}<span>{escape(use)}</span></button>'
        for kind in DOWNLOADS
        for name, use in [kind.download or ("", "")]
    )
    page = (_OWN_WEB / "studio.html").read_text("utf-8")
    page = page.replace("{talas}", "".join(f"<option>{escape(name)}</option>" for name in TALAS))
    return page.replace("{kinds}", "".join(downloads)).replace("{most}", str(most_bytes))
