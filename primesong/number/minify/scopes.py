"""Which names of a program are one symbol, and which of those may have another name.

Input is a syntax tree; output a list of `Symbol`s in the order of their first occurrence. The rules are those of the
language reference, 4.2 "Naming and binding": a name belongs to the innermost function that binds it; a class body is
seen by itself alone; a comprehension is a function, except for its first iterable.

Which symbols are fixed, and keep their names, is for `names` to say; here those of builtins are.
"""

import ast
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

#: What has arguments and a scope.
Functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

#: Functions in all but name.
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

    @property
    def binders(self) -> list[ast.AST]:
        """The nodes by which this symbol is bound."""
        return [
            node for node, _, _ in self.places if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
        ]

    def is_bound_in(self, nodes: Container[int]) -> bool:
        """Whether some nodes, given by their identities, bind this symbol."""
        return any(id(node) in nodes for node in self.binders)

    def collides(self, other: "Symbol") -> bool:
        """Whether the two cannot have the same name: one is seen where the other is bound."""
        return self.scope in other.seen or other.scope in self.seen


class _Reader(ast.NodeVisitor):
    """Walks a tree and lists where names stand: scope, name, place, and whether the place binds the name."""

    def __init__(self) -> None:
        self.scope = Scope("module", Scope("builtins", None))
        self.found: list[tuple[Scope, str, tuple[ast.AST, str, int | None], bool]] = []

    def note(self, name: str | None, node: ast.AST, part: str, *, binds: bool, index: int | None = None) -> None:
        """Note that a name stands somewhere."""
        if name is not None:
            scope = self.scope.function() if isinstance(node, ast.NamedExpr) else self.scope
            self.found.append((scope, name, (node, part, index), binds))

    def enter(self, kind: str, *parts: object) -> None:
        """Visit parts in a scope of their own."""
        self.scope = Scope(kind, self.scope)
        self.visit_all(*parts)
        self.scope = self.scope.parent or self.scope

    def visit_all(self, *parts: object) -> None:
        """Visit nodes and lists of nodes."""
        for part in parts:
            if isinstance(part, ast.AST):
                self.visit(part)
            elif isinstance(part, list):
                self.visit_all(*part)

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
        self.visit_all(decorators, these.defaults, these.kw_defaults, given, getattr(node, "returns", None))
        self.enter("function", arguments, node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.note(node.name, node, "name", binds=True)
        self.visit_all(node.decorator_list, node.bases, node.keywords)
        self.enter("class", node.body)

    def _visit_comprehension(self, node: Comprehensions) -> None:
        first, *rest = node.generators
        self.visit(first.iter)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        later = [part for generator in rest for part in (generator.iter, generator.target, generator.ifs)]
        self.enter("comprehension", first.target, first.ifs, later, results)

    visit_ListComp = _visit_comprehension  # noqa: N815
    visit_SetComp = _visit_comprehension  # noqa: N815
    visit_DictComp = _visit_comprehension  # noqa: N815
    visit_GeneratorExp = _visit_comprehension  # noqa: N815

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

    visit_Nonlocal = visit_Global  # noqa: N815


def resolve(tree: ast.AST) -> list[Symbol]:
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
    return list(symbols)


def list_enclosing(scope: Scope) -> Iterator[Scope]:
    """Yield the scopes around one whose names are seen in it, from within."""
    while scope.parent is not None:
        scope = scope.parent
        if scope.kind != "class":
            yield scope


def _find(scope: Scope, name: str) -> Symbol:
    """Find the symbol that a name means in a scope; a free one is noted among the builtins."""
    if scope.outer.get(name) == "Global":
        scope = scope.module()
    for each in (*([] if scope.outer.get(name) else [scope]), *list_enclosing(scope)):
        if name in each.symbols:
            return each.symbols[name]
    root = list(list_enclosing(scope))[-1] if scope.parent else scope
    return root.symbols.setdefault(name, Symbol(name, root, fixed=True))


def _path(scope: Scope, end: Scope) -> Iterator[Scope]:
    """Yield the scopes from one up to that which binds, both included."""
    while scope is not end and scope.parent is not None:
        yield scope
        scope = scope.parent
    yield end
