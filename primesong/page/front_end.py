"""The front end: the modules and the style sheet that play a song in a page.

In a page served over HTTP the modules in `web/` are loaded as they are. In a page that is one file they are joined into
one module: browsers load modules by their addresses alone, and `data:` addresses would need a policy that lets any
script run. A bundler would need Node.js wherever primesong is installed from source, or a second copy of the modules in
the repository. So the modules keep to a form in which they can be joined line by line: an import is one line, `export`
begins a line, a comment of several lines shares none of them with code, and a name is declared by one module only.
"""

from pathlib import Path

#: The folder of the modules.
WEB = Path(__file__).parent / "web"

#: The modules, each before those that import it.
MODULES = (
    "song.js",
    "clock.js",
    "wav.js",
    "device.js",
    "explain.js",
    "memory.js",
    "partials.js",
    "sound.js",
    "schedule.js",
    "view/markup.js",
    "view/portrait.js",
    "view/python.js",
    "view/drawing.js",
    "view/score.js",
    "view/keyboard.js",
    "view/typing.js",
    "view/display.js",
    "controls.js",
    "practice/lesson.js",
    "practice/midi.js",
    "practice/decode.js",
    "practice/hands.js",
    "practice/summary.js",
    "practice/practice.js",
    "player.js",
)


def join_modules() -> str:
    """Return the front end as the code of one module, without comments, which exports `mount` and `unpackSong`."""
    lines = (line for name in MODULES for line in (WEB / name).read_text("utf-8").splitlines())
    kept = (line.removeprefix("export ") for line in lines if not line.startswith("import ") and not _is_comment(line))
    return "\n".join((*kept, "export { mount, unpackSong };", ""))


def _is_comment(line: str) -> bool:
    """Tell whether a line is a comment, or one line of it; a comment before code in the same line is not."""
    text = line.strip()
    return text.startswith("*") or (text.startswith("/**") and ("*/" not in text or text.endswith("*/")))


def style_sheet() -> str:
    """Return the front end's style sheet."""
    return (WEB / "player.css").read_text("utf-8")
