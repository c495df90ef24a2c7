"""Whether two programs are the same, except for names and for spellings that make no difference.

Both syntax trees are brought into one normal form and compared as text: simplified, imports opened, statements whose
order is free in one order, and every name that may change numbered by its first occurrence.
"""

import ast
import sys
import zlib
from collections.abc import Iterator

from primesong.number.minify.fixed import read_symbols
from primesong.number.minify.imports import open_imports
from primesong.number.minify.rewrites import simplify
from primesong.number.minify.scopes import Symbol

#: The nodes of expressions that need no name and have no effect.
_CONSTANT = (
    *(ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set),
    *(ast.UnaryOp, ast.BinOp, ast.expr_context, ast.operator, ast.unaryop),
)


def is_same_program(left: ast.Module, right: ast.Module) -> bool:
    """Whether two programs have the same normal form. Both trees are changed."""
    return normalize(left) == normalize(right)


def normalize(tree: ast.Module) -> str:
    """Write a program's normal form. The tree is changed."""
    tree = simplify(_Stripper().visit(tree))
    open_imports(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.body = [single for statement in node.body for single in _split(statement)]
    symbols = [symbol for symbol in read_symbols(tree) if not symbol.fixed]
    runs = find_free_runs(tree)
    _color(tree, symbols)
    for block, start, end in runs:
        block[start:end] = sorted(block[start:end], key=ast.dump)
    places = {(id(node), part, index): symbol for symbol in symbols for node, part, index in symbol.places}
    numbers: dict[object, int] = {}
    for node in ast.walk(tree):
        for place in _list_places(node):
            if place in places:
                numbers.setdefault(places[place], len(numbers))
    for symbol in symbols:
        symbol.rename(f"_{numbers[symbol]}")
    return ast.dump(tree)


def _split(statement: ast.stmt) -> list[ast.stmt]:
    """Split a constant that is given to several names: in another order they may not be neighbors."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
        return [ast.Assign([target], statement.value) for target in statement.targets]
    return [statement]


def _color(tree: ast.Module, symbols: list[Symbol]) -> None:
    """Name each symbol by the statements it stands in, whatever its name and theirs."""
    for symbol in symbols:
        symbol.rename("_")
    owners: dict[int, ast.stmt] = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt):
            owners |= {id(node): statement for node in ast.walk(statement)}
    texts = {key: _dump_head(statement) for key, statement in {id(each): each for each in owners.values()}.items()}
    for symbol in symbols:
        found = sorted(texts[id(owners[id(node)])] for node, _, _ in symbol.places)
        symbol.color = zlib.crc32("\n".join(found).encode())
    for symbol in symbols:
        symbol.rename(f"_{symbol.color}")


def _dump_head(statement: ast.stmt) -> str:
    """Write a statement's tree without the statements in its blocks, whose order may be free."""
    blocks = ast.stmt | ast.ExceptHandler | ast.match_case
    parts = [ast.dump(child) for child in ast.iter_child_nodes(statement) if not isinstance(child, blocks)]
    return " ".join([type(statement).__name__, *parts])


def _list_places(node: ast.AST) -> Iterator[tuple[int, str, int | None]]:
    """Yield the places of a node that may hold names."""
    for part in node._fields:
        value = getattr(node, part, None)
        if isinstance(value, list):
            yield from ((id(node), part, index) for index in range(len(value)))
        yield id(node), part, None


#: A list of a tree, and the first and the last index (exclusive) of a run in it whose order is free.
Run = tuple[list[ast.AST], int, int]


def find_free_runs(tree: ast.AST) -> list[Run]:
    """List what may stand in any order, innermost first.

    That is names imported from the standard library, and neighbors that are such imports, functions, or constants given
    to names, each bound once in the run; in a class, whose order an enumeration or a data class may show, functions
    alone.
    """
    runs: list[Run] = []
    for node in reversed(list(ast.walk(tree))):
        if isinstance(node, ast.Import | ast.ImportFrom) and _list_imported(node):
            runs.append((node.names, 0, len(node.names)))  # type: ignore[arg-type]
        for part in ("body", "orelse", "finalbody"):
            block = getattr(node, part, None)
            if isinstance(block, list):
                runs += _find_runs(block, functions_only=isinstance(node, ast.ClassDef))
    return [(block, start, end) for block, start, end in runs if end - start > 1]


def _find_runs(block: list[ast.AST], *, functions_only: bool) -> Iterator[Run]:
    """Yield the runs of statements of a block whose order is free."""
    start = 0
    bound: set[str] = set()
    for index, statement in enumerate(block):
        names = _list_bound(statement, functions_only=functions_only)
        if names is None or bound & set(names):
            yield block, start, index
            start, bound = (index + 1 if names is None else index), set()
        bound |= set(names or ())
    yield block, start, len(block)


def _list_bound(statement: ast.AST, *, functions_only: bool) -> list[str] | None:
    """List the names that a statement binds, if that is all it does and it needs nothing; else None."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            return _list_imported(statement)
        case ast.FunctionDef(decorator_list=[]) if all(map(_is_constant, _defaults(statement.args))):
            return [statement.name]
        case ast.Assign([ast.Name(name)], ast.Lambda(args)) if all(map(_is_constant, _defaults(args))):
            return [name]
        case ast.Assign(targets, value) if _is_constant(value) and not functions_only:
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            return names if len(set(names)) == len(targets) else None
    return None


def _list_imported(statement: ast.Import | ast.ImportFrom) -> list[str] | None:
    """List the names that an import binds if it imports from the standard library, whose order is free; else None."""
    modules = [alias.name for alias in statement.names]
    if isinstance(statement, ast.ImportFrom):
        modules = ["" if "*" in modules else statement.module or ""]
    if all(module.partition(".")[0] in sys.stdlib_module_names for module in modules):
        return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
    return None


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]


def _is_constant(node: ast.expr) -> bool:
    """Whether an expression needs no name and has no effect."""
    return all(isinstance(each, _CONSTANT) for each in ast.walk(node))


class _Stripper(ast.NodeTransformer):
    """Removes what nothing reads: annotations, docstrings and other bare constants, and `pass`."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        if node.value is None:
            return None
        return ast.Assign([node.target], node.value)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Pass(self, node: ast.Pass) -> None:
        return None

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [ast.Import([alias]) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        return [ast.ImportFrom(node.module, [alias], node.level) for alias in node.names]
