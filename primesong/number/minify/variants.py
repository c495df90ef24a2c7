"""Other ways to write a program that are as good until they are compressed.

Input is a simplified tree, and the names that it binds itself. Conditions may be turned round, and what has no effect
on what stands beside it may stand in any order (`find_free_runs`). `vary` returns a copy in which some of that is done.
All variants are the same program (`minify.normalize`).
"""

import ast
import copy
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: Comparisons and the same with both sides exchanged.
MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}

#: Comparisons that say the opposite for any objects, the negative one first.
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.IsNot: ast.Is, ast.NotIn: ast.In}

#: The nodes of expressions that need no name and have no effect.
_CONSTANT = (
    *(ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set),
    *(ast.UnaryOp, ast.BinOp, ast.expr_context, ast.operator, ast.unaryop),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """A varied copy of a tree; how many places of the tree may be turned, and how long its runs of free order are."""

    tree: ast.Module
    turns: int
    runs: list[int]


def vary(
    tree: ast.Module,
    bound: Container[str],
    turned: Iterable[int] = (),
    orders: Mapping[int, tuple[int, ...]] = MappingProxyType({}),
) -> Variant:
    """Vary a tree that binds some names: turn some places, and put some runs, by their number, in another order."""
    tree = copy.deepcopy(tree)
    runs = find_free_runs(tree)
    turns = list(_list_turns(tree, bound))
    for number in sorted(turned):
        turns[number]()
    for number, order in orders.items():
        block, start, end = runs[number]
        block[start:end] = [block[start + place] for place in order]
    return Variant(ast.fix_missing_locations(tree), len(turns), [end - start for _, start, end in runs])


def _list_turns(tree: ast.Module, bound: Container[str]) -> Iterator[Callable[[], None]]:
    """Yield for each place where a tree may be turned what turns it."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare() if can_mirror(node):
                yield lambda node=node: mirror(node)  # type: ignore[misc]
            case ast.If(orelse=[_, *_]) | ast.IfExp():
                yield lambda node=node: exchange(node)  # type: ignore[misc]
        for part, value in ast.iter_fields(node):
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if other := _respell(child, bound):
                    yield lambda node=node, part=part, value=value, index=index, other=other: _put(  # type: ignore[misc]
                        node, part, value, index, other
                    )


def _put(node: ast.AST, part: str, value: object, index: int, other: ast.AST) -> None:
    """Put another node in a place."""
    if isinstance(value, list):
        value[index] = other
    else:
        setattr(node, part, other)


def _respell(node: object, bound: Container[str]) -> ast.AST | None:
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
        modules = ["" if "*" in modules or statement.level else statement.module or ""]
    if all(module.partition(".")[0] in sys.stdlib_module_names for module in modules):
        return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
    return None


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]


def _is_constant(node: ast.expr) -> bool:
    """Whether an expression needs no name and has no effect."""
    return all(isinstance(each, _CONSTANT) for each in ast.walk(node))


def negate(test: ast.expr) -> ast.expr:
    """Return a test that is true where another is false."""
    match test:
        case ast.UnaryOp(ast.Not(), operand):
            return operand
        case ast.Compare(left, [op], right):
            for negative, positive in OPPOSITES.items():
                for one, other in ((negative, positive), (positive, negative)):
                    if isinstance(op, one):
                        return ast.Compare(left, [other()], right)
    return ast.UnaryOp(ast.Not(), test)


def exchange(node: ast.If | ast.IfExp) -> None:
    """Exchange both branches of a condition, and negate it."""
    node.test = negate(node.test)
    node.body, node.orelse = node.orelse, node.body


def is_negative(test: ast.expr) -> bool:
    """Whether a test says that something is not so."""
    match test:
        case ast.UnaryOp(ast.Not()) | ast.Compare(ops=[ast.IsNot() | ast.NotIn()]):
            return True
    return False


def can_mirror(node: ast.Compare) -> bool:
    """Whether a comparison may be turned round: both sides are names or constants, or one is a constant."""
    if len(node.ops) != 1 or type(node.ops[0]) not in MIRRORED:
        return False
    sides = node.left, node.comparators[0]
    if isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return isinstance(sides[0], ast.Constant) != isinstance(sides[1], ast.Constant)
    return any(isinstance(side, ast.Constant) for side in sides) or all(isinstance(side, ast.Name) for side in sides)


def mirror(node: ast.Compare) -> None:
    """Exchange the sides of a comparison."""
    node.left, node.comparators = node.comparators[0], [node.left]
    node.ops = [MIRRORED[type(node.ops[0])]()]
