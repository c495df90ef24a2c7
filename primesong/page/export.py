"""Song to a page that plays it: one HTML file that needs nothing else.

The file holds the song's document (JSON, gzip, base64), the front end, and a policy that lets the browser run that
script and use that style sheet, by their SHA-256, and nothing else: no network, no other script. The number is in it as
text, with the song's record, so that `score.bhatkhande.page.read_page`, which reads Bhatkhande pages, reads it too.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Collection
from html import escape

from primesong import __version__
from primesong.page.document import make_document
from primesong.page.front_end import WEB, join_modules, style_sheet
from primesong.page.preview import Link, write_first_line, write_head, write_program
from primesong.sargam.script import DEFAULT_VERSES
from primesong.song import Song

#: What is written of the coda's digits, for readers without JavaScript.
_CODA = """
<p>The coda follows. It corrects wrong notes and is not part of the number:</p>
<p><b class="whole-number">{}</b></p>"""

#: What starts the player, after its modules.
_START = """
const song = await unpackSong(document.getElementById("primesong-document").textContent);
await new Promise((resolve) => setTimeout(resolve)); // the browser is free in between
mount(document.getElementById("player"), song, { remembers: true });
"""


def write_player_page(
    song: Song, *, script: str = DEFAULT_VERSES[0], tonics: Collection[int] = (), link: Link | None = None
) -> bytes:
    """Write the page that plays a song. The same song gives the same file. The reverse of
    `score.bhatkhande.page.read_page`.

    Parameters
    ----------
    song, script, tonics
        As `make_document` takes them.
    link : Link, optional
        Where the page will be found on the web.

    Raises
    ------
    PrimesongError
        If the song is too long for a page; `MissingError` without Verovio.
    """
    document = make_document(song, script=script, tonics=tonics)
    packed = gzip.compress(json.dumps(document, separators=(",", ":")).encode("utf-8"), mtime=0)
    code, style = join_modules() + _START, style_sheet()
    coda = song.melody.coda_digits
    parts = {
        "policy": _write_policy(code, style),
        "title": escape(song.melody.setting.title),
        "head": write_head(document, link),
        "style": style,
        "sentence": escape(document["sentence"]),
        "line": write_first_line(document),
        "program": write_program(song),
        "digits": song.melody.number_digits,
        "coda": _CODA.format(coda) if coda else "",
        "version": __version__,
        "record": song.melody.record.to_text().replace("<", "\\u003c"),
        "document": base64.b64encode(packed).decode("ascii"),
        "script": code,
    }
    template = (WEB / "player.html").read_text("utf-8")
    return re.sub(r"\{(\w+)\}", lambda match: parts[match[1]], template).encode("utf-8")


def _write_policy(script: str, style: str) -> str:
    """Write the page's Content-Security-Policy (W3C, level 3): everything that is not named is forbidden. The page asks
    its server for nothing; browsers read robots.txt in its name when they audit it."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
