"""The optional packages of primesong: which an extra brings, and the command that installs them where this runs.

The command names the packages, not primesong's extra: so it works before primesong is on an index, and in a checkout.
Every command imports this module, and few need it: what is slow to import is imported where it is used.
"""

import re
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

#: A requirement of an extra, as the metadata of an installed package say it.
_REQUIREMENT = re.compile(r"""(?P<name>.+?)\s*;\s*extra == ["'](?P<extra>[\w-]+)["']""")

#: An extra that another one includes.
_INCLUDED = re.compile(r"primesong\[(?P<extras>[\w,-]+)\]")


def describe_installation(extra: str) -> str:
    """Return the command that installs an extra's packages into the environment that primesong runs in."""
    packages = list_packages(extra) or [f"primesong[{extra}]"]
    words = [*_installer(), *packages]
    if sys.platform == "win32":  # whose shells know double quotes
        return " ".join(word if shlex.quote(word) == word else f'"{word}"' for word in words)
    return shlex.join(words)


def list_packages(extra: str) -> list[str]:
    """List what an extra needs, with the versions that are new enough; empty if primesong itself is not installed."""
    from importlib.metadata import PackageNotFoundError, requires  # slow, and only a missing package needs it

    try:
        found = [one for text in requires("primesong") or () if (one := _REQUIREMENT.fullmatch(text))]
    except PackageNotFoundError:
        return []
    packages: list[str] = []
    for one in found:
        if one["extra"] == extra:
            included = _INCLUDED.fullmatch(one["name"])
            names = included["extras"].split(",") if included else []
            packages += [package for name in names for package in list_packages(name)] or [one["name"]]
    return list(dict.fromkeys(packages))


def _installer() -> list[str]:
    """Return the words that install packages here: by pipx, by uv, or by pip."""
    import sysconfig  # which every command would load, and only a missing package needs

    *_, tool, folder, _ = ("", "", *Path(sys.prefix).parts)
    if (tool, folder) == ("pipx", "venvs"):
        return ["pipx", "inject", "primesong"]
    here, python = Path.cwd(), Path(sys.executable)
    name = str(python.relative_to(here) if python.is_relative_to(here) else python)
    if find_spec("pip") is None:
        return ["uv", "pip", "install", "--python", name]
    is_managed = Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").exists() and sys.prefix == sys.base_prefix
    return [name, "-m", "pip", "install", *(["--break-system-packages"] if is_managed else [])]
