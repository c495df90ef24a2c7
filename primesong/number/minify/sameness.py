"""Whether two programs are the same, except for names and for spellings that make no difference.

Both syntax trees are brought into one normal form and compared as text: simplified, imports opened, statements whose
order is free in one order, and every name that may change numbered by its first occurrence.
"""

import ast
import zlib
from collections.abc import Iterator

from primesong.number.minify.fixed import read_names
from primesong.number.minify.imports import open_imports
from primesong.number.minify.rewrites import simplify
from primesong.number.minify.scopes import Symbol
from primesong.number.minify.variants import find_free_runs


def is_same_program(left: ast.Module, right: ast.Module) -> bool:
    """Whether two programs have the same normal form. Both trees are changed."""
    return normalize(left) == normalize(right)


def normalize(tree: ast.Module) -> str:
    """Write a program's normal form. The tree is changed."""
    tree = simplify(_Stripper().visit(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.body = [single for statement in node.body for single in _split(statement)]
    open_imports(tree, read_names(tree))
    symbols = [symbol for symbol in read_names(tree).symbols if not symbol.fixed]
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
