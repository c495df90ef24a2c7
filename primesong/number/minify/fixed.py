"""What the names of a program mean, and which of them must stay as they are.

A symbol is fixed where something else may know it by its name: attributes of classes, arguments that a call names,
functions with decorators, classes whose name is printed, and everything in a program that looks at its own names.
"""

import ast
import builtins
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from primesong.number.minify.scopes import Functions, Symbol, enclosing, resolve

#: Functions and modules by which a program may look at its own names.
_MIRRORS = frozenset(
    (
        *("__all__", "__import__", "breakpoint", "compile", "concurrent", "ctypes", "dir", "doctest", "eval", "exec"),
        *("gc", "globals", "importlib", "inspect", "locals", "multiprocessing", "pdb", "pickle", "typing", "unittest"),
        *("__main__", "runpy", "shelve", "timeit", "vars"),
    )
)

#: Attributes that show names.
_SHOWN_BY = frozenset(("modules", "_getframe", "f_locals", "f_globals", "__globals__", "__code__", "__annotations__"))

#: Attributes that show the names of functions and classes.
_NAMED_BY = frozenset(("__name__", "__qualname__"))

#: Modules that do: in messages about arguments, in logs, in traces.
_NAMED_IN = frozenset(("argparse", "cProfile", "cmd", "logging", "profile", "traceback", "warnings"))

#: Decorators that do not look at what they decorate.
_PLAIN_DECORATORS = frozenset(("staticmethod", "classmethod", "property"))

#: Names that are there without being bound.
BUILTINS = frozenset(dir(builtins))

#: Modules of the standard library that do nothing when they are imported and whose public names keep their values.
PURE_MODULES = frozenset(
    (
        *("base64", "bisect", "cmath", "collections", "copy", "datetime", "fractions", "functools", "hashlib", "heapq"),
        *("itertools", "json", "math", "operator", "random", "re", "statistics", "string", "textwrap", "time", "zlib"),
    )
)


@dataclass(frozen=True, slots=True)
class Names:
    """What the names of a program mean.

    Parameters
    ----------
    symbols : list of Symbol
        In the order of their first occurrence; those that keep their names are fixed.
    starred : dict of str to str, or None
        The names that `from module import *` binds, and of each the module; None if they are not known.
    mirrored : bool
        Whether the program may look at its own names.
    shown : bool
        Whether it may show how its functions and classes are called.
    """

    symbols: list[Symbol]
    starred: dict[str, str] | None
    mirrored: bool
    shown: bool

    def list_bound(self) -> frozenset[str]:
        """List the names that the program binds and keeps, among them those of all builtins if they are not known."""
        kept = {symbol.name for symbol in self.symbols if symbol.fixed and symbol.scope.kind != "builtins"}
        return frozenset(kept | (BUILTINS if self.starred is None else self.starred.keys()))

    def rename(self, write: Callable[[int], str]) -> None:
        """Write another name, made of its number, wherever a symbol stands whose name may change."""
        for number, symbol in enumerate(symbol for symbol in self.symbols if not symbol.fixed):
            symbol.rename(write(number))


def read_names(tree: ast.Module) -> Names:
    """Read what the names of a program mean, and which of them are fixed."""
    nodes = list(ast.walk(tree))
    mirrored = _looks_at_itself(nodes)
    shown = mirrored or _shows_names(nodes)
    kept = {id(node) for node in _list_kept(nodes, shown)}
    starred = _find_starred(nodes)
    hidden = None if starred is None or has_inner_star(tree) else {*starred, *_list_before_stars(tree)}
    symbols = resolve(tree)
    for symbol in symbols:
        symbol.fixed = (
            mirrored
            or symbol.scope.kind in {"class", "builtins"}
            or symbol.name.startswith("__")
            or any(id(node) in kept for node, _, _ in symbol.places)
            or (symbol.scope.kind == "module" and (hidden is None or symbol.name in BUILTINS | hidden))
        )
    for symbol in symbols:
        if symbol.scope.kind == "class":  # before it is bound there, the name means what it means around the class
            for scope in enclosing(symbol.scope):
                if symbol.name in scope.symbols:
                    scope.symbols[symbol.name].fixed = True
    return Names(symbols, starred, mirrored, shown)


def _looks_at_itself(nodes: list[ast.AST]) -> bool:
    """Whether a program may look at its own names."""
    shown = any(isinstance(node, ast.Attribute) and node.attr in _SHOWN_BY for node in nodes)
    generic = any(getattr(node, "type_params", None) for node in nodes)
    return shown or generic or not _MIRRORS.isdisjoint(_list_names(nodes))


def _shows_names(nodes: list[ast.AST]) -> bool:
    """Whether a program that does not look at its own names may show how its functions and classes are called."""
    named = any(isinstance(node, ast.Attribute) and node.attr in _NAMED_BY for node in nodes)
    return named or not _NAMED_IN.isdisjoint(_list_names(nodes))


def _list_names(nodes: list[ast.AST]) -> Iterator[str]:
    """Yield the names that a program reads, binds and imports."""
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.alias(name=name) | ast.ImportFrom(module=str(name)):
                yield name.partition(".")[0]


def _list_kept(nodes: list[ast.AST], shown: bool) -> Iterator[ast.AST]:
    """Yield the nodes whose names are known by these names elsewhere."""
    own = BUILTINS | {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    named = {node.arg for node in nodes if isinstance(node, ast.keyword)}
    spread = None in named or bool(named & {"kwargs", "keywords"})
    for node in nodes:
        dotted = isinstance(node, ast.alias) and "." in node.name and not node.asname
        special = isinstance(node, ast.ClassDef) and (node.bases or node.keywords or node.decorator_list or shown)
        if dotted or special:
            yield node
            bases = node.bases if isinstance(node, ast.ClassDef) else []
            if any(not (isinstance(base, ast.Name) and base.id in own) for base in bases):  # others call its methods
                yield from (each for each in ast.walk(node) if isinstance(each, ast.arg))
        elif isinstance(node, Functions):
            decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
            looked_at = any(not (isinstance(d, ast.Name) and d.id in _PLAIN_DECORATORS) for d in decorators)
            if looked_at or shown:
                yield node
            yield from node.args.kwonlyargs
            yield from (each for each in node.args.args if each.arg in named or spread or looked_at)


def _find_starred(nodes: Iterable[ast.AST]) -> dict[str, str] | None:
    """Find the names that `from module import *` binds, and of each the last module that does; None if a module is not
    known."""
    stars = [node for node in nodes if isinstance(node, ast.ImportFrom) and is_star(node)]
    modules = ["" if star.level else star.module or "" for star in stars]
    public = [list_public(module) for module in modules]
    if None in public:
        return None
    return {name: module for module, names in zip(modules, public, strict=True) for name in names or ()}


def has_inner_star(tree: ast.Module) -> bool:
    """Whether a program has a `from module import *` that may be passed over: it does not stand at the top."""
    return sum(map(is_star, tree.body)) < sum(map(is_star, ast.walk(tree)))


def _list_before_stars(tree: ast.Module) -> set[str]:
    """List the names that are bound before the last `from module import *`, which may bind them again."""
    last = max((place for place, node in enumerate(tree.body) if is_star(node)), default=0)
    before = [node for node in tree.body[:last] if not is_star(node)]
    return {symbol.name for node in before for symbol in resolve(node) if symbol.scope.kind != "builtins"}


def is_star(node: ast.AST) -> bool:
    """Whether a statement is `from module import *`."""
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def list_public(module: str) -> frozenset[str] | None:
    """List the names that `from module import *` binds, for one of `PURE_MODULES`; else None."""
    if module not in PURE_MODULES:
        return None
    loaded = importlib.import_module(module)
    return frozenset(getattr(loaded, "__all__", None) or [name for name in dir(loaded) if name[0] != "_"])
