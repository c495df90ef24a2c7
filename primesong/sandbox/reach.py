"""What a program reaches for, read from its syntax tree: imports, and names that lead to files, network or processes.

This is a hint for the reader, not a guard, since Python has more ways to a name than a syntax tree shows. `process`
guards.
"""

import ast
import warnings
from dataclasses import dataclass

from primesong.sandbox.source import read_source

#: Modules and built-in functions, by what they lead to.
_LEADS = {
    "files": "open io os pathlib shutil tempfile glob fileinput mmap sqlite3 dbm shelve zipfile tarfile fcntl",
    "network": "socket socketserver ssl urllib http ftplib smtplib imaplib poplib telnetlib asyncio xmlrpc webbrowser",
    "processes": "os subprocess multiprocessing signal threading concurrent pty ctypes cffi posix resource",
    "hidden code": "eval exec compile __import__ importlib runpy pickle marshal getattr setattr globals vars builtins "
    "__builtins__ __subclasses__ __globals__ __code__ codecs base64 zlib",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """What a program reaches for.

    Attributes
    ----------
    imports : tuple of str
        The modules that it imports, in order.
    leads : dict of str to tuple of str
        For files, network, processes and hidden code, the names that lead there.
    fault : str or None
        Why the program cannot be read.
    """

    imports: tuple[str, ...]
    leads: dict[str, tuple[str, ...]]
    fault: str | None = None


def read_reach(program: bytes) -> Reach:
    """Read what a program reaches for; `fault` says why it is not Python.

    Raises
    ------
    PrimesongError
        If Python could read the program as another text than the one shown.
    """
    source = read_source(program)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Reach((), {}, getattr(error, "msg", None) or str(error) or "it is too deeply nested")
    imports = dict.fromkeys(name for node in nodes for name in _find_imports(node))
    used = dict.fromkeys([*(name.partition(".")[0] for name in imports), *filter(None, map(_find_name, nodes))])
    leads = {kind: tuple(name for name in used if name in names.split()) for kind, names in _LEADS.items()}
    return Reach(tuple(imports), {kind: names for kind, names in leads.items() if names})


def _find_imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return []


def _find_name(node: ast.AST) -> str | None:
    """Return the name that a node uses: a variable's, or an attribute's with two underscores in front."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
        return node.attr
    return None
