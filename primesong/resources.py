"""Where the files lie that come with primesong: in the installed package, or, in a checkout, beside it."""

from pathlib import Path

#: The folder of the package.
_PACKAGE = Path(__file__).parent


def asset(name: str) -> Path:
    """Find one of the files in assets/."""
    return _folder("assets") / name


def default_soundfont() -> Path:
    """Find the project's own soundfont."""
    return _folder("soundfonts") / "harmonium.sf2"


def _folder(name: str) -> Path:
    return next(folder for folder in (_PACKAGE / name, _PACKAGE.parent / name) if folder.is_dir())
