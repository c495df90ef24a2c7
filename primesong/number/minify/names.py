"""What the names of a program mean: which of them must stay as they are, and which are those of modules.

A symbol is fixed where something else may know it by its name: attributes of classes, arguments that a call names,
functions with decorators, classes whose name is printed, and everything in a program that looks at its own names.

Modules of `PURE_MODULES`, imported at the top of the program and never bound to another value, may be imported in three
ways: the module, its names, or all its names. `open_imports` writes each use as `module.name`, whatever the program's
way is, and takes the imports out; `import_again` puts them back in the way that is asked for.
"""

import ast
import builtins
import copy
import importlib
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from primesong.number.minify.scopes import Functions, Symbol, list_enclosing, resolve

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

    `symbols` are in the order of their first occurrence; those that keep their names are fixed. `starred` holds the
    names that `from module import *` binds, and of each the module; it is None if they are not known. They are `unsure`
    if one of these imports may also be passed over. `mirrored` says whether the program may look at its own names,
    `shown` whether it may show how its functions and classes are called.
    """

    symbols: list[Symbol]
    starred: dict[str, str] | None
    unsure: bool
    mirrored: bool
    shown: bool

    @property
    def free(self) -> list[Symbol]:
        """The symbols whose names may change."""
        return [symbol for symbol in self.symbols if not symbol.fixed]

    def list_bound(self) -> frozenset[str]:
        """List the names that the program binds and keeps, among them those of all builtins if they are not known."""
        kept = {symbol.name for symbol in self.symbols if symbol.fixed and symbol.scope.kind != "builtins"}
        return frozenset(kept | (BUILTINS if self.starred is None else self.starred.keys()))

    def rename(self, write: Callable[[int], str]) -> None:
        """Write another name, made of its number, wherever a symbol stands whose name may change."""
        for number, symbol in enumerate(self.free):
            symbol.rename(write(number))


def read_names(tree: ast.Module) -> Names:
    """Read what the names of a program mean, and which of them are fixed."""
    nodes = list(ast.walk(tree))
    mirrored = _looks_at_itself(nodes)
    shown = mirrored or _shows_names(nodes)
    kept = {id(node) for node in _list_kept(nodes, shown)}
    stars = [node for node in nodes if isinstance(node, ast.ImportFrom) and _is_star(node)]
    starred = _find_starred(stars)
    unsure = starred is None or not all(star in tree.body for star in stars)
    hidden = BUILTINS | (starred or {}).keys()
    rebound = {id(node) for node in (nodes if unsure else _list_before_stars(tree))}
    symbols = resolve(tree)
    for symbol in symbols:
        symbol.fixed = (
            mirrored
            or symbol.scope.kind in {"class", "builtins"}
            or symbol.name.startswith("__")
            or any(id(node) in kept for node, _, _ in symbol.places)
            or (symbol.scope.kind == "module" and (symbol.name in hidden or symbol.is_bound_in(rebound)))
        )
    for symbol in symbols:
        if symbol.scope.kind == "class":  # before it is bound there, the name means what it means around the class
            for scope in list_enclosing(symbol.scope):
                if symbol.name in scope.symbols:
                    scope.symbols[symbol.name].fixed = True
    return Names(symbols, starred, unsure, mirrored, shown)


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


def _find_starred(stars: Iterable[ast.ImportFrom]) -> dict[str, str] | None:
    """Find the names that `from module import *` binds, and of each the last module that does; None if unknown."""
    starred: dict[str, str] = {}
    for star in stars:
        if star.level or star.module not in PURE_MODULES:
            return None
        starred |= dict.fromkeys(_list_public(star.module), star.module)
    return starred


def _list_before_stars(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what stands before the last `from module import *` at the top, which may bind its names again."""
    last = max((place for place, node in enumerate(tree.body) if _is_star(node)), default=0)
    for statement in tree.body[:last]:
        yield from ast.walk(statement)


def _is_star(node: ast.AST) -> bool:
    """Whether a statement is `from module import *`."""
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _list_public(module: str) -> frozenset[str]:
    """List the names that `from module import *` binds, for one of `PURE_MODULES`."""
    loaded = importlib.import_module(module)
    return frozenset(getattr(loaded, "__all__", None) or [name for name in dir(loaded) if name[0] != "_"])


@dataclass(frozen=True, slots=True)
class Opened:
    """A program with `module.name`, as one name, in place of its pure imports.

    `used` holds the names used, by module, and `ways` how the module may be imported: "module" for `import module`,
    "names" for `from module import name`, "star" for `from module import *`.
    """

    tree: ast.Module
    names: Names
    used: Mapping[str, list[str]]
    ways: Mapping[str, list[str]]


def open_imports(tree: ast.Module) -> Opened:
    """Take a program's pure imports out. The tree is changed. The reverse of `import_again`."""
    names = read_names(tree)
    if names.mirrored or names.unsure:
        return Opened(tree, names, {}, {})
    opener = _Opener(tree, names)
    opener.visit(tree)
    names = read_names(tree)
    ways = _list_ways(opener.used, {symbol.name for symbol in names.symbols if symbol.fixed})
    return Opened(tree, names, opener.used, ways)


class _Opener(ast.NodeTransformer):
    """Writes `module.name` for what a program uses of pure modules; `meanings` are those of nodes, by identity."""

    def __init__(self, tree: ast.Module, names: Names) -> None:
        self.used: dict[str, list[str]] = defaultdict(list)
        self.meanings: dict[int, str] = {}
        read = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load)}
        for symbol in names.symbols:
            if meaning := _tell_meaning(tree, symbol, names.starred or {}, read):
                self.meanings |= {id(node): meaning for node, _, _ in symbol.places}

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if (module := self.meanings.get(id(node.value), ".")) and "." not in module:
            return self._use(module, node.attr)
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        module, _, name = self.meanings.get(id(node), "").partition(".")
        return self._use(module, name) if module else node

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        node.names = [alias for alias in node.names if not (_is_star(node) or id(alias) in self.meanings)]
        return node if node.names else None

    visit_ImportFrom = visit_Import  # noqa: N815

    def _use(self, module: str, name: str) -> ast.Name:
        if name not in self.used[module]:
            self.used[module].append(name)
        return ast.Name(f"{module}.{name}", ast.Load())


def _tell_meaning(tree: ast.Module, symbol: Symbol, starred: Mapping[str, str], read: Container[int]) -> str | None:
    """Tell what a symbol always means, "module" or "module.name", if it is a pure module's; else None.

    `starred` holds the module of each starred name, `read` the identities of nodes of which an attribute is read.
    """
    if symbol.scope.kind == "builtins":
        return f"{starred[symbol.name]}.{symbol.name}" if symbol.name in starred else None
    binders = symbol.binders
    for statement in tree.body:
        match statement, binders:
            case ast.Import(), [ast.alias(name=module) as alias] if alias in statement.names:
                read_only = all(id(node) in read or node is alias for node, _, _ in symbol.places)
                return module if module in PURE_MODULES and read_only else None
            case ast.ImportFrom(str(module), _, 0), [ast.alias(name=name) as alias] if alias in statement.names:
                return f"{module}.{name}" if module in PURE_MODULES else None
    return None


def import_again(opened: Opened, ways: Mapping[str, str]) -> tuple[ast.Module, Names]:
    """Return a copy that imports each module in its way, and its names. The reverse of `open_imports`."""
    tree = copy.deepcopy(opened.tree)
    place = sum(isinstance(each, ast.ImportFrom) and each.module == "__future__" for each in tree.body)
    statements: list[ast.stmt] = []
    for module, way in sorted(ways.items(), key=lambda item: item[1] != "star"):  # later ones may hide starred names
        names = [ast.alias(name) for name in (["*"] if way == "star" else opened.used[module])]
        whole = ast.Import([ast.alias(module, f"{module}.")])  # until it is renamed, no name of the program is the same
        statements.append(whole if way == "module" else ast.ImportFrom(module, names, 0))
    _Closer(ways).visit(tree)
    tree.body[place:place] = statements
    return tree, read_names(tree)


class _Closer(ast.NodeTransformer):
    """Writes names of modules in each module's way."""

    def __init__(self, ways: Mapping[str, str]) -> None:
        self.ways = ways

    def visit_Name(self, node: ast.Name) -> ast.AST:
        module, _, name = node.id.partition(".")
        if name and self.ways[module] == "module":
            return ast.Attribute(ast.Name(f"{module}.", ast.Load()), name, ast.Load())
        return ast.Name(name, ast.Load()) if name else node


def _list_ways(used: Mapping[str, list[str]], fixed: Set[str]) -> dict[str, list[str]]:
    """List the ways in which each module may be imported so that no name hides another one, or a fixed one."""
    ways: dict[str, list[str]] = {}
    for module, names in used.items():
        others = fixed | {name for other, theirs in used.items() if other != module for name in (other, *theirs)}
        public = _list_public(module)
        ways[module] = ["module"]
        if not set(names) & (others | BUILTINS):
            ways[module].append("names")
            if set(names) <= public and not public & others:
                ways[module].append("star")
    return ways
