"""What a program reaches for, told from its syntax tree: imports, and names that lead to files, network or processes.

A hint for the reader and no guard: Python has more ways to a name than a syntax tree shows. The guard is `process`.
"""

import ast
import warnings
from dataclasses import dataclass

#: Modules and built-in functions, by what they lead to.
_LEADS = {
    "files": "open io os pathlib shutil tempfile glob fileinput mmap sqlite3 dbm shelve zipfile tarfile fcntl",
    "network": "socket socketserver ssl urllib http ftplib smtplib imaplib poplib telnetlib asyncio xmlrpc webbrowser",
    "processes": "os subprocess multiprocessing signal threading concurrent pty ctypes cffi posix resource",
    "hidden code": "eval exec compile __import__ importlib runpy pickle marshal getattr setattr globals vars builtins "
    "__builtins__ __subclasses__ __globals__ __code__ codecs base64 zlib",
}
_LEADING = {
    name: [kind for kind in _LEADS if name in _LEADS[kind].split()]
    for names in _LEADS.values()
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Imports in order; for files, network, processes and hidden code names that lead there; or why it is unread."""

    imports: tuple[str, ...]
    leads: dict[str, tuple[str, ...]]
    fault: str | None = None


def read_reach(program: bytes) -> Reach:
    """Read what a program reaches for; `fault` says why a program is no Python that can be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(program)
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Reach((), {}, getattr(error, "msg", None) or str(error) or "it is too deeply nested")
    imports = dict.fromkeys(name for node in nodes for name in _imported(node))
    used = dict.fromkeys([*(name.partition(".")[0] for name in imports), *filter(None, map(_named, nodes))])
    leads = {kind: tuple(name for name in used if kind in _LEADING.get(name, ())) for kind in _LEADS}
    return Reach(tuple(imports), {kind: names for kind, names in leads.items() if names})


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return []


def _named(node: ast.AST) -> str | None:
    """Give the name that a node speaks of: a variable's, or an attribute's if it is one of Python's own doors."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
        return node.attr
    return None
