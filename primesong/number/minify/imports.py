"""Three ways to import what a program needs of modules that do nothing else: the module, its names, or all its names.

`open_imports` writes each use as `module.name`, whatever the program's way is, and takes the imports out;
`import_again` puts them back in the way that is asked for. Only modules of `PURE_MODULES`, imported at the top of
the program and never bound to another value, are treated so.
"""

import ast
from collections import defaultdict
from collections.abc import Container, Mapping, Set

from primesong.number.minify.fixed import (
    BUILTINS,
    PURE_MODULES,
    Names,
    has_inner_star,
    is_star,
    list_public,
)
from primesong.number.minify.scopes import Symbol

#: Names of modules, and of each the names that a program uses.
Used = Mapping[str, list[str]]


def open_imports(tree: ast.Module, names: Names) -> dict[str, list[str]]:
    """Take a program's pure imports out, and write `module.name` where they are used, as one name.

    The tree is changed, and its names have to be read again. Returns the names used, by module. The reverse of
    `import_again`.
    """
    if names.mirrored or names.starred is None or has_inner_star(tree):
        return {}
    opener = _Opener(tree, names)
    opener.visit(tree)
    tree.body = [kept for statement in tree.body if (kept := _without(statement, opener.meanings))]
    return opener.used


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

    def _use(self, module: str, name: str) -> ast.Name:
        if name not in self.used[module]:
            self.used[module].append(name)
        return ast.Name(f"{module}.{name}", ast.Load())


def _tell_meaning(tree: ast.Module, symbol: Symbol, starred: Mapping[str, str], read: Container[int]) -> str | None:
    """Tell what a symbol always means, "module" or "module.name", if it is a pure module's; else None.

    `starred` holds the module of each starred name, `read` the identities of nodes of which an attribute is read.
    """
    nodes = [node for node, _, _ in symbol.places]
    if symbol.scope.kind == "builtins":
        return f"{starred[symbol.name]}.{symbol.name}" if symbol.name in starred else None
    bound = [node for node in nodes if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))]
    for statement in tree.body:
        match statement, bound:
            case ast.Import(), [ast.alias(name=module) as alias] if alias in statement.names:
                read_only = all(id(node) in read or node is alias for node in nodes)
                return module if module in PURE_MODULES and read_only else None
            case ast.ImportFrom(str(module), _, 0), [ast.alias(name=name) as alias] if alias in statement.names:
                return f"{module}.{name}" if module in PURE_MODULES else None
    return None


def _without(statement: ast.stmt, meanings: Container[int]) -> ast.stmt | None:
    """Remove from an import what was opened; None if nothing remains."""
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return statement
    if is_star(statement):
        return None
    statement.names = [alias for alias in statement.names if id(alias) not in meanings]
    return statement if statement.names else None


def import_again(tree: ast.Module, used: Used, ways: Mapping[str, str]) -> None:
    """Import each module in its way, and write its names so. The tree is changed. The reverse of `open_imports`."""
    place = sum(isinstance(each, ast.ImportFrom) and each.module == "__future__" for each in tree.body)
    statements: list[ast.stmt] = []
    for module in sorted(used, key=lambda module: ways[module] != "star"):  # what comes later may hide a starred name
        if ways[module] == "module":
            statements.append(ast.Import([ast.alias(module)]))
        else:
            names = ["*"] if ways[module] == "star" else used[module]
            statements.append(ast.ImportFrom(module, [ast.alias(name) for name in names], 0))
    _Closer(ways).visit(tree)
    tree.body[place:place] = statements


class _Closer(ast.NodeTransformer):
    """Writes names of modules in each module's way."""

    def __init__(self, ways: Mapping[str, str]) -> None:
        self.ways = ways

    def visit_Name(self, node: ast.Name) -> ast.AST:
        module, _, name = node.id.partition(".")
        if name and self.ways[module] == "module":
            return ast.Attribute(ast.Name(module, ast.Load()), name, ast.Load())
        return ast.Name(name, ast.Load()) if name else node


def list_ways(used: Used, taken: Set[str]) -> dict[str, list[str]]:
    """List the ways in which each module may be imported so that no name hides another one, or one that is taken.

    They are "module" for `import module`, "names" for `from module import name`, "star" for `from module import *`.
    """
    ways: dict[str, list[str]] = {}
    for module, names in used.items():
        others = taken | {name for other, theirs in used.items() if other != module for name in (other, *theirs)}
        public = list_public(module) or frozenset()
        ways[module] = [] if module in others else ["module"]
        if not set(names) & (others | BUILTINS):
            ways[module].append("names")
            if set(names) <= public and not public & others:
                ways[module].append("star")
    return ways
