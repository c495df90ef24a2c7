"""Song to a page that plays it, one HTML file that needs nothing else, and back.

The file holds the song's document (JSON, gzip, base64), the front end of `web/`, and a policy that lets the browser run
that script and use that style sheet, by their SHA-256, and nothing else: no network, no other script. The number stands
in it as text, with the song's record, so that `score.bhatkhande.read_page`, which reads Bhatkhande pages, reads it too.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Collection
from html import escape
from pathlib import Path

from primesong import __version__
from primesong.page.document import document
from primesong.sargam.script import USUAL_VERSES
from primesong.song import Song

#: The front end, a module a file.
WEB = Path(__file__).parent / "web"

#: The front end's modules, each before those that import it. They are joined into one, where no two may give the same
#: name to different things.
_MODULES = (
    "song.js",
    "clock.js",
    "python.js",
    "sound.js",
    "score.js",
    "keyboard.js",
    "typing.js",
    "display.js",
    "player.js",
)

_IMPORT = re.compile(r"^import .*? from \"\./\w+\.js\";\n", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (?=(?:async )?function|class|const)", re.MULTILINE)

_CODA = """
<p>Then comes the coda, which puts wrong notes right and is no part of the number:</p>
<p><b class="whole-number">{}</b></p>"""

_START = """
const packed = document.getElementById("primesong-document").textContent;
mount(document.getElementById("player"), await unpackSong(packed));
"""


def front_end() -> str:
    """Give the front end as one module, which exports `mount` and `unpackSong`."""
    modules = [_IMPORT.sub("", (WEB / name).read_text("utf-8")) for name in _MODULES]
    return "".join(_EXPORT.sub("", module) for module in modules) + "\nexport { mount, unpackSong };\n"


def style_sheet() -> str:
    """Give the front end's style sheet."""
    return (WEB / "player.css").read_text("utf-8")


def write_player_page(song: Song, *, script: str = USUAL_VERSES[0], tonics: Collection[int] = ()) -> bytes:
    """Write the page that plays a song, swaras at first in the named script, the staff also for other tonics. The same
    song is the same file. The reverse is `score.bhatkhande.read_page`.

    Raises `PrimesongError`: `MissingError` without Verovio.
    """
    content = json.dumps(document(song, script=script, tonics=tonics), separators=(",", ":"))
    code, sheet = front_end() + _START, style_sheet()
    parts = {
        "policy": _policy(code, sheet),
        "title": escape(song.melody.setting.title),
        "style": sheet,
        "digits": song.melody.number_digits,
        "coda": _CODA.format(song.melody.coda_digits) if song.melody.coda_digits else "",
        "version": __version__,
        "record": song.melody.record.to_text().replace("<", "\\u003c"),
        "document": base64.b64encode(gzip.compress(content.encode("utf-8"), mtime=0)).decode("ascii"),
        "script": code,
    }
    template = (WEB / "player.html").read_text("utf-8")
    return re.sub(r"\{(\w+)\}", lambda match: parts[match[1]], template).encode("utf-8")


def _policy(script: str, style: str) -> str:
    """Write the page's Content-Security-Policy (W3C, level 3): everything is forbidden but what is named."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
