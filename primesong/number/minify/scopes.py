"""Which names of a program are one symbol, and which of those may have another name.

Input is a syntax tree; output a list of `Symbol`s in the order of their first occurrence. The rules are those of the
language reference, 4.2 "Naming and binding": a name belongs to the innermost function that binds it; a class body is
seen by itself alone; a comprehension is a function, except for its first iterable.

A symbol is fixed, and keeps its name, where something else may know it by that name: attributes of classes, arguments
that a call names, functions with decorators, classes whose name is printed, and everything in a program that looks at
its own names.
"""

import ast
import builtins
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Functions and modules by which a program may look at its own names.
_MIRRORS = frozenset(
    ("eval", "exec", "globals", "locals", "vars", "dir", "compile", "breakpoint", "inspect", "importlib", "__import__")
    + ("__all__", "ctypes", "gc", "pickle", "multiprocessing", "concurrent", "typing", "unittest", "doctest", "pdb")
)

#: Attributes that show names.
_SHOWN_BY = frozenset(("modules", "_getframe", "f_locals", "f_globals", "__globals__", "__code__", "__annotations__"))

#: Attributes that show the names of functions and classes.
_NAMED_BY = frozenset(("__name__", "__qualname__"))

#: Decorators that do not look at what they decorate.
_PLAIN_DECORATORS = frozenset(("staticmethod", "classmethod", "property"))

#: Names that are there without being bound.
BUILTINS = frozenset(dir(builtins))

#: Modules of the standard library that do nothing when they are imported and whose public names keep their values.
PURE_MODULES = frozenset(
    ("base64", "bisect", "cmath", "collections", "copy", "datetime", "fractions", "functools", "heapq", "itertools")
    + ("hashlib", "json", "math", "operator", "random", "re", "statistics", "string", "textwrap", "time", "zlib")
)

Functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehensions = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(eq=False, slots=True)
class Scope:
    """A module, a class body, a function or a comprehension; `outer` holds its `global` and `nonlocal` names."""

    kind: str
    parent: "Scope | None"
    symbols: dict[str, "Symbol"] = field(default_factory=dict)
    outer: dict[str, str] = field(default_factory=dict)

    def function(self) -> "Scope":
        """Return the scope in which an assignment expression binds: that around all comprehensions."""
        return self.parent.function() if self.kind == "comprehension" and self.parent else self

    def module(self) -> "Scope":
        """Return the module's scope."""
        return self.parent.module() if self.parent and self.kind != "module" else self


@dataclass(eq=False, slots=True)
class Symbol:
    """What a name means: where it is bound, where it stands, in which scopes it is seen, whether its name is fixed."""

    name: str
    scope: Scope
    places: list[tuple[ast.AST, str, int | None]] = field(default_factory=list)
    seen: set[Scope] = field(default_factory=set)
    fixed: bool = False
    color: int = 0

    def rename(self, name: str) -> None:
        """Write another name wherever this symbol stands."""
        for node, part, index in self.places:
            if index is None:
                setattr(node, part, name)
            else:
                getattr(node, part)[index] = name

    def collides(self, other: "Symbol") -> bool:
        """Whether the two cannot have the same name: one is seen where the other is bound."""
        return self.scope in other.seen or other.scope in self.seen


class _Reader(ast.NodeVisitor):
    """Walks a tree and lists where names stand: scope, name, place, and whether the place binds the name."""

    def __init__(self) -> None:
        self.scope = Scope("module", Scope("builtins", None))
        self.found: list[tuple[Scope, str, tuple[ast.AST, str, int | None], bool]] = []
        self.scopes = [self.scope]

    def note(self, name: str | None, node: ast.AST, part: str, *, binds: bool, index: int | None = None) -> None:
        """Note that a name stands somewhere."""
        if name is not None:
            scope = self.scope.function() if isinstance(node, ast.NamedExpr) else self.scope
            self.found.append((scope, name, (node, part, index), binds))

    def enter(self, kind: str, *parts: object) -> None:
        """Visit parts in a scope of their own."""
        self.scope = Scope(kind, self.scope)
        self.scopes.append(self.scope)
        self.walk(*parts)
        self.scope = self.scope.parent or self.scope

    def walk(self, *parts: object) -> None:
        """Visit nodes and lists of nodes."""
        for part in parts:
            if isinstance(part, ast.AST):
                self.visit(part)
            elif isinstance(part, list):
                self.walk(*part)

    def visit_Name(self, node: ast.Name) -> None:
        self.note(node.id, node, "id", binds=not isinstance(node.ctx, ast.Load))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        here, self.scope = self.scope, self.scope.function()
        self.visit(node.target)
        self.scope = here

    def visit_arg(self, node: ast.arg) -> None:
        self.note(node.arg, node, "arg", binds=True)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.note(node.name, node, "name", binds=True)
        self._visit_function(node, node.decorator_list)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_function(node, [])

    def _visit_function(self, node: Functions, decorators: list[ast.expr]) -> None:
        these = node.args
        arguments = [*these.posonlyargs, *these.args, these.vararg, *these.kwonlyargs, these.kwarg]
        given = [argument.annotation for argument in arguments if argument]
        self.walk(decorators, these.defaults, these.kw_defaults, given, getattr(node, "returns", None))
        self.enter("function", arguments, node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.note(node.name, node, "name", binds=True)
        self.walk(node.decorator_list, node.bases, node.keywords)
        self.enter("class", node.body)

    def _visit_comprehension(self, node: Comprehensions) -> None:
        first, *rest = node.generators
        self.visit(first.iter)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        later = [part for generator in rest for part in (generator.iter, generator.target, generator.ifs)]
        self.enter("comprehension", first.target, first.ifs, later, results)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def visit_alias(self, node: ast.alias) -> None:
        if node.name != "*":
            self.note(node.asname or node.name.partition(".")[0], node, "asname", binds=True)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.note(node.name, node, "name", binds=True)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.note(node.name, node, "name", binds=True)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self.note(node.name, node, "name", binds=True)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.note(node.rest, node, "rest", binds=True)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        for index, name in enumerate(node.names):
            self.scope.outer[name] = type(node).__name__
            self.note(name, node, "names", binds=True, index=index)

    visit_Nonlocal = visit_Global


def read_symbols(tree: ast.Module) -> list[Symbol]:
    """List a program's symbols, its free names (of builtins) among them, in the order of their first occurrence."""
    reader = _Reader()
    reader.visit(tree)
    for scope, name, _, binds in reader.found:
        if binds and scope.outer.get(name) != "Nonlocal":
            owner = scope.module() if scope.outer.get(name) else scope
            owner.symbols.setdefault(name, Symbol(name, owner))
    symbols: dict[Symbol, None] = {}
    for scope, name, place, _ in reader.found:
        symbol = _find(scope, name)
        symbol.places.append(place)
        symbols.setdefault(symbol)
        symbol.seen.update(_path(scope, symbol.scope))
    _fix(tree, list(symbols), reader.scopes)
    return list(symbols)


def _enclosing(scope: Scope) -> Iterator[Scope]:
    """Yield the scopes around one whose names are seen in it, from within."""
    while scope.parent is not None:
        scope = scope.parent
        if scope.kind != "class":
            yield scope


def _find(scope: Scope, name: str) -> Symbol:
    """Find the symbol that a name means in a scope; a free one is noted among the builtins."""
    if scope.outer.get(name) == "Global":
        scope = scope.module()
    for each in (*([] if scope.outer.get(name) else [scope]), *_enclosing(scope)):
        if name in each.symbols:
            return each.symbols[name]
    root = list(_enclosing(scope))[-1] if scope.parent else scope
    return root.symbols.setdefault(name, Symbol(name, root, fixed=True))


def _path(scope: Scope, end: Scope) -> Iterator[Scope]:
    """Yield the scopes from one up to that which binds, both included."""
    while scope is not end and scope.parent is not None:
        yield scope
        scope = scope.parent
    yield end


def _fix(tree: ast.Module, symbols: list[Symbol], scopes: list[Scope]) -> None:
    """Mark the symbols that must keep their names."""
    nodes = list(ast.walk(tree))
    if looks_at_itself(nodes):
        for symbol in symbols:
            symbol.fixed = True
    kept = {id(node) for node in _kept(nodes)}
    starred = _starred(tree)
    for symbol in symbols:
        at_top = symbol.scope.kind == "module"
        symbol.fixed = (
            symbol.fixed
            or symbol.scope.kind in {"class", "builtins"}
            or symbol.name.startswith("__")
            or any(id(node) in kept for node, _, _ in symbol.places)
            or (at_top and (symbol.name in BUILTINS or starred is None or symbol.name in starred))
        )
    for scope in scopes:
        if scope.kind == "class":
            for name in scope.symbols:
                for outer in _enclosing(scope):
                    if name in outer.symbols:
                        outer.symbols[name].fixed = True


def looks_at_itself(nodes: list[ast.AST]) -> bool:
    """Whether a program may look at its own names."""
    names: set[str] = set()
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.alias(name=name) | ast.ImportFrom(module=str(name)):
                names.add(name.partition(".")[0])
            case ast.Attribute(attr=name) if name in _SHOWN_BY:
                return True
    return bool(names & _MIRRORS) or any(getattr(node, "type_params", None) for node in nodes)


def shows_names(nodes: list[ast.AST]) -> bool:
    """Whether a program may show how its functions and classes are called."""
    named = any(isinstance(node, ast.Attribute) and node.attr in _NAMED_BY for node in nodes)
    return named or looks_at_itself(nodes)


def _kept(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes whose names are known by these names elsewhere."""
    shown = shows_names(nodes)
    calls = [node for node in nodes if isinstance(node, ast.keyword)]
    named = {call.arg for call in calls}
    spread = None in named or bool(named & {"kwargs", "keywords"})
    for node in nodes:
        if isinstance(node, ast.alias) and "." in node.name and not node.asname:
            yield node
        elif isinstance(node, ast.ClassDef) and (node.bases or node.keywords or node.decorator_list or shown):
            yield node
        elif isinstance(node, Functions):
            decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
            looked_at = any(not (isinstance(d, ast.Name) and d.id in _PLAIN_DECORATORS) for d in decorators)
            if looked_at or shown:
                yield node
            yield from node.args.kwonlyargs
            yield from (each for each in node.args.args if each.arg in named or spread or looked_at)


def _starred(tree: ast.Module) -> set[str] | None:
    """Return the names that must stay because of `from module import *`; None if all of the module's must."""
    fixed: set[str] = set()
    before: set[str] = set()
    at_top = [node for node in tree.body if is_star(node)]
    if len(at_top) < sum(map(is_star, ast.walk(tree))):
        return None
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and is_star(node):
            names = list_public(node.module or "")
            if names is None:
                return None
            fixed |= names | before
        else:
            reader = _Reader()
            reader.visit(node)
            before |= {name for scope, name, _, binds in reader.found if binds}
    return fixed


def is_star(node: ast.AST) -> bool:
    """Whether a statement is `from module import *`."""
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def list_public(module: str) -> frozenset[str] | None:
    """List the names that `from module import *` binds, for one of `PURE_MODULES`; else None."""
    if module not in PURE_MODULES:
        return None
    loaded = importlib.import_module(module)
    return frozenset(getattr(loaded, "__all__", None) or [name for name in dir(loaded) if name[0] != "_"])
