"""Where the files lie that come with primesong: in the installed package, or, in a checkout, beside it."""

import importlib.util
from pathlib import Path

from primesong.errors import MissingError

_PACKAGE = Path(__file__).parent

#: Folders and names under which Debian, Fedora, Arch, macOS and Windows keep a General MIDI soundfont, best first.
_SOUNDFONT_FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
    "C:/soundfonts",
)
_SOUNDFONT_NAMES = ("default-GM.sf2", "FluidR3_GM.sf2", "default.sf2", "default-GM.sf3", "TimGM6mb.sf2")
_CARRIED = "TimGM6mb.sf2"


def asset(name: str) -> Path:
    """Find one of the files in assets/."""
    return next(folder for folder in (_PACKAGE / "assets", _PACKAGE.parent / "assets") if folder.is_dir()) / name


def default_soundfont() -> Path:
    """Find the system's General MIDI soundfont, else the small one that pretty_midi carries. Raises `MissingError`."""
    for folder in _SOUNDFONT_FOLDERS:
        for name in _SOUNDFONT_NAMES:
            if (path := Path(folder, name)).is_file():
                return path
    package = importlib.util.find_spec("pretty_midi")
    if package is None or package.origin is None or not (carried := Path(package.origin).parent / _CARRIED).is_file():
        raise MissingError("no soundfont was found; name one with --soundfont FILE.sf2")
    return carried
