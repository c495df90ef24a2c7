"""Other ways to write a program that are as good until they are compressed.

Input is a simplified tree; `count_turns` counts the places where it may be turned, and `vary` returns a copy with some
of them turned and with other orders. All variants are the same program (`sameness`).
"""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping

from primesong.number.minify.conditions import can_mirror, mirror, negate
from primesong.number.minify.fixed import find_starred, read_symbols
from primesong.number.minify.sameness import find_free_runs


def count_turns(tree: ast.Module) -> int:
    """Count the places where a tree may be turned."""
    return sum(1 for _ in _list_turns(tree))


def list_runs(tree: ast.Module) -> list[int]:
    """List the lengths of the runs whose order is free."""
    return [end - start for _, start, end in find_free_runs(tree)]


def vary(tree: ast.Module, turned: frozenset[int], orders: Mapping[int, tuple[int, ...]]) -> ast.Module:
    """Return a copy of a tree: some places turned, and some runs, by their number, in another order."""
    tree = copy.deepcopy(tree)
    runs = find_free_runs(tree)
    turns = list(_list_turns(tree))
    for number in sorted(turned):
        turns[number]()
    for number, order in orders.items():
        block, start, end = runs[number]
        block[start:end] = [block[start + place] for place in order]
    return ast.fix_missing_locations(tree)


def _list_turns(tree: ast.Module) -> Iterator[Callable[[], None]]:
    """Yield for each place where a tree may be turned what turns it."""
    starred = find_starred(tree)
    bound = {symbol.name for symbol in read_symbols(tree) if symbol.scope.kind != "builtins"} | (starred or set())
    bound |= {"list", "set"} if starred is None else set()
    for node in ast.walk(tree):
        match node:
            case ast.Compare() if can_mirror(node):
                yield lambda node=node: mirror(node)  # type: ignore[misc]
            case ast.If(orelse=[_, *_]) | ast.IfExp():
                yield lambda node=node: _turn_condition(node)  # type: ignore[misc]
        for part, value in ast.iter_fields(node):
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if other := _respell(child, bound):
                    yield lambda node=node, part=part, value=value, index=index, other=other: _put(  # type: ignore[misc]
                        node, part, value, index, other
                    )


def _turn_condition(node: ast.If | ast.IfExp) -> None:
    """Exchange both branches of a condition, and negate it."""
    node.test = negate(node.test)
    node.body, node.orelse = node.orelse, node.body


def _put(node: ast.AST, part: str, value: object, index: int, other: ast.AST) -> None:
    """Put another node in a place."""
    if isinstance(value, list):
        value[index] = other
    else:
        setattr(node, part, other)


def _respell(node: object, bound: set[str]) -> ast.AST | None:
    """Return another node that says the same: a function for a lambda that has a name, a call for a copied list."""
    match node:
        case ast.Assign([ast.Name(name)], ast.Lambda(arguments, body)):
            made = ast.parse("def f():return 0").body[0]
            assert isinstance(made, ast.FunctionDef)
            made.name, made.args, made.body = name, arguments, [ast.Return(body)]
            return made
        case ast.List([ast.Starred(iterable)], ast.Load()) if "list" not in bound:
            return ast.Call(ast.Name("list", ast.Load()), [iterable], [])
        case ast.Set([ast.Starred(iterable)]) if "set" not in bound:
            return ast.Call(ast.Name("set", ast.Load()), [iterable], [])
    return None
