"""Three ways to import what a program needs of modules that do nothing else: the module, its names, or all its names.

`open_imports` writes each use as `module.name`, whatever the program's way is, and takes the imports out;
`import_again` puts them back in the way that is asked for. Only modules of `PURE_MODULES`, imported at the top of
the program and never bound to another value, are treated so.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Mapping

from primesong.number.minify.scopes import BUILTINS, PURE_MODULES, Symbol, is_star, list_public, looks_at_itself, read_symbols

#: The ways to import a module: `import module`, `from module import name`, `from module import *`.
WAYS = ("module", "names", "star")


def open_imports(tree: ast.Module) -> dict[str, list[str]]:
    """Take a program's pure imports out, and write `module.name` where they are used, as one name.

    The tree is changed. Returns the names used, by module. The reverse of `import_again`.
    """
    if looks_at_itself(list(ast.walk(tree))):
        return {}
    meanings: dict[int, str] = {}
    for symbol in read_symbols(tree):
        meanings |= _read_meanings(tree, symbol)
    used: dict[str, list[str]] = defaultdict(list)

    class Opener(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
            if module := meanings.get(id(node.value)):
                return self.name(module, node.attr)
            self.generic_visit(node)
            return node

        def visit_Name(self, node: ast.Name) -> ast.AST:
            module, _, name = meanings.get(id(node), "").partition(".")
            return self.name(module, name) if module else node

        def name(self, module: str, name: str) -> ast.Name:
            if name not in used[module]:
                used[module].append(name)
            return ast.Name(f"{module}.{name}", ast.Load())

    imports = {id(alias) for alias in ast.walk(tree) if isinstance(alias, ast.alias) and id(alias) in meanings}
    opened: ast.Module = Opener().visit(tree)
    opened.body = [kept for statement in opened.body if (kept := _without(statement, imports))]
    return used


def _without(statement: ast.stmt, opened: set[int]) -> ast.stmt | None:
    """Remove the aliases that were opened from an import."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        pure_star = is_star(statement) and isinstance(statement, ast.ImportFrom) and statement.module in PURE_MODULES
        statement.names = [alias for alias in statement.names if id(alias) not in opened and not pure_star]
        return statement if statement.names else None
    return statement


def _read_meanings(tree: ast.Module, symbol: Symbol) -> dict[int, str]:
    """Tell of each node where a symbol stands what it means, "module" or "module.name"; empty if that may change."""
    nodes = [node for node, _, _ in symbol.places]
    if symbol.scope.kind == "builtins":
        stars = [node.module for node in tree.body if isinstance(node, ast.ImportFrom) and is_star(node)]
        for module in reversed(stars):
            public = list_public(module or "")
            if public is None:
                return {}
            if symbol.name in public:
                return {id(node): f"{module}.{symbol.name}" for node in nodes}
        return {}
    bound = [node for node in nodes if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))]
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom) and bound and bound[0] in statement.names:
            alias = bound[0]
            module = alias.name if isinstance(statement, ast.Import) else statement.module or ""
            if len(bound) > 1 or module not in PURE_MODULES or getattr(statement, "level", 0):
                return {}
            if isinstance(statement, ast.ImportFrom):
                return {id(node): f"{module}.{alias.name}" for node in nodes}
            values = {
                id(node.value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
            }
            whole = all(id(node) in values or node is alias for node in nodes)
            return {id(node): module for node in nodes} if whole else {}
    return {}


def import_again(tree: ast.Module, used: Mapping[str, list[str]], ways: Mapping[str, str]) -> None:
    """Import each module in its way, and write its names so. The tree is changed. The reverse of `open_imports`."""
    place = 0
    while place < len(tree.body) and _is_future(tree.body[place]):
        place += 1
    forms: dict[str, Callable[[str], ast.expr]] = {}
    statements: dict[str, ast.stmt] = {}
    for module, names in used.items():
        way = ways[module]
        if way == "module":
            statements[module] = ast.Import([ast.alias(module)])
            forms[module] = lambda name, module=module: ast.Attribute(  # type: ignore[misc]
                ast.Name(module, ast.Load()), name, ast.Load()
            )
        else:
            chosen = ["*"] if way == "star" else names
            statements[module] = ast.ImportFrom(module, [ast.alias(name) for name in chosen], 0)
            forms[module] = lambda name: ast.Name(name, ast.Load())

    class Closer(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            module, _, name = node.id.partition(".")
            return forms[module](name) if name else node

    Closer().visit(tree)
    first = sorted(statements, key=lambda module: ways[module] != "star")
    tree.body[place:place] = [statements[module] for module in first]


def list_ways(tree: ast.Module, used: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """List the ways in which each module may be imported, so that no name of it hides another one."""
    taken = {symbol.name for symbol in read_symbols(tree)}
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


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
