"""Shorter ways to write the same: rewrites of a syntax tree that change nothing a program does.

`simplify` brings a tree into its simplest form. Different spellings of one program come out alike, which is also how
`minify.normalize` recognizes them. Each rewrite is exact for objects that keep to Python's data model; names of
builtins are relied on only where the program does not bind them.
"""

import ast
from collections.abc import Container, Iterator

from primesong.number.minify.names import read_names
from primesong.number.minify.variants import can_mirror, is_negative, mirror, negate

#: Builtins that read an iterable to its end, so that a list or a generator serves them alike.
_EXHAUSTIVE = frozenset(("sum", "min", "max", "sorted", "set", "tuple", "list", "dict", "frozenset"))

#: Statements after which the next one is not reached.
_LEAVING = ast.Return | ast.Raise | ast.Continue | ast.Break


def simplify(tree: ast.Module) -> ast.Module:
    """Return a program's simplest form. The tree itself is changed."""
    before = ""
    while before != (now := ast.dump(tree)):
        before = now
        tree = _Simplifier(tree).visit(tree)
    return ast.fix_missing_locations(tree)


class _Simplifier(ast.NodeTransformer):
    """Makes one pass of simplifications, innermost first."""

    def __init__(self, tree: ast.Module) -> None:
        nodes = list(ast.walk(tree))
        names = read_names(tree)
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        self.in_class = False
        self.shown = names.shown
        self.builtins = {
            id(node)
            for symbol in names.symbols
            if symbol.scope.kind == "builtins" and names.starred is not None and symbol.name not in names.starred
            for node, _, _ in symbol.places
        }
        #: Where symbols stand that are more than called: what they are called may be seen.
        self.valued = {
            id(place)
            for symbol in names.symbols
            if any(_is_read(node) and id(node) not in called for node, _, _ in symbol.places)
            for place, _, _ in symbol.places
        }

    def is_builtin(self, node: ast.expr, names: Container[str]) -> bool:
        """Whether an expression is one of some builtins."""
        return isinstance(node, ast.Name) and node.id in names and id(node) in self.builtins

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Simplify within a node, and the statements in its blocks together."""
        outside, self.in_class = self.in_class, isinstance(node, ast.ClassDef)
        super().generic_visit(node)
        self.in_class = outside
        for part in ("body", "orelse", "finalbody"):
            block = getattr(node, part, None)
            if isinstance(block, list):
                setattr(node, part, list(_join(_flatten(block))))
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        within_class = self.in_class
        self.generic_visit(node)
        match node.body:
            case [_, *_, ast.Return(None)]:
                node.body.pop()
            case [ast.Return(value)] if not (
                node.decorator_list or self.shown or _suspends(node) or (id(node) in self.valued and not within_class)
            ):
                target = ast.Name(node.name, ast.Store())
                return ast.Assign([target], ast.Lambda(_strip(node.args), value or ast.Constant(None)))
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Constant) and node.value.value is None:
            node.value = None
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant) and node.test.value:
            node.test = ast.Constant(1)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.If(test, [ast.If(inner, body, [])], []):
                node.test, node.body = ast.BoolOp(ast.And(), [test, inner]), body
            case ast.If(test, body, [_, *_] as orelse) if is_negative(test):
                return ast.If(negate(test), orelse, body)
            case ast.If(test, [ast.Return(yes)], [ast.Return(no)]) if yes and no:
                return ast.Return(ast.IfExp(test, yes, no))
            case ast.If(test, [ast.Assign([ast.Name(a)], yes)], [ast.Assign([ast.Name(b)], no)]) if a == b:
                return ast.Assign([ast.Name(a, ast.Store())], ast.IfExp(test, yes, no))
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.IfExp(ast.Name(a), ast.Name(b), other) if a == b:
                return ast.BoolOp(ast.Or(), [node.test, other])
            case ast.IfExp(test, yes, no) if is_negative(test):
                return ast.IfExp(negate(test), no, yes)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Compare):
            return negate(node.operand)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        values: list[ast.expr] = []
        for value in node.values:
            if isinstance(value, ast.BoolOp) and isinstance(value.op, type(node.op)):
                values += value.values
            elif isinstance(node.op, ast.And) and values and (chained := _chain(values[-1], value)):
                values[-1] = chained
            else:
                values.append(value)
        node.values = values
        return node if len(values) > 1 else values[0]

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if can_mirror(node):
            constant = isinstance(node.left, ast.Constant), isinstance(node.comparators[0], ast.Constant)
            falls = isinstance(node.ops[0], ast.Gt | ast.GtE)
            if constant == (True, False) or (constant == (False, False) and falls):
                mirror(node)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        self.generic_visit(node)
        return ast.List([spread], ast.Load()) if (spread := _find_copied(node)) else node

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        self.generic_visit(node)
        return ast.Set([spread]) if (spread := _find_copied(node)) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if self.is_builtin(node.func, ("sorted",)) or (
            isinstance(node.func, ast.Attribute) and node.func.attr == "sort"
        ):
            for keyword in node.keywords:
                if keyword.arg == "reverse" and isinstance(keyword.value, ast.Constant):
                    keyword.value = ast.Constant(int(bool(keyword.value.value)))
        return self._call_with_one_argument(node) or self._call_with_defaults(node) or node

    def _call_with_one_argument(self, node: ast.Call) -> ast.AST | None:
        """Return what is shorter than a call of a builtin with at most one argument."""
        match node:
            case ast.Call(ast.Name("list" | "tuple" | "dict" as name), [], []) if self.is_builtin(node.func, (name,)):
                empty = {"list": ast.List([], ast.Load()), "tuple": ast.Tuple([], ast.Load()), "dict": ast.Dict([], [])}
                return empty[name]
            case ast.Call(ast.Name("print"), [ast.Constant("")], []) if self.is_builtin(node.func, ("print",)):
                return ast.Call(node.func, [], [])
            case ast.Call(ast.Name("list" | "set" as name), [given], []) if self.is_builtin(node.func, (name,)):
                if isinstance(given, ast.GeneratorExp | ast.ListComp):
                    made = ast.ListComp if name == "list" else ast.SetComp
                    return made(given.elt, given.generators)
                if not isinstance(given, ast.Starred):
                    spread = ast.Starred(given, ast.Load())
                    return ast.List([spread], ast.Load()) if name == "list" else ast.Set([spread])
            case ast.Call(func, [ast.ListComp(elt, generators)], keywords):
                joins = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Constant) and func.attr == "join"
                if (joins or self.is_builtin(func, _EXHAUSTIVE)) and not any(each.is_async for each in generators):
                    return ast.Call(func, [ast.GeneratorExp(elt, generators)], keywords)
        return None

    def _call_with_defaults(self, node: ast.Call) -> ast.AST | None:
        """Return a call of a builtin without arguments that are its defaults."""
        match node:
            case ast.Call(ast.Name("range"), [ast.Constant(0), stop], []) if self.is_builtin(node.func, ("range",)):
                return ast.Call(node.func, [stop], [])
            case ast.Call(ast.Name("range"), [start, stop, ast.Constant(1)], []) if self.is_builtin(
                node.func, ("range",)
            ):
                return ast.Call(node.func, [start, stop], [])
            case ast.Call(ast.Name("open"), [path, ast.Constant("r")], keywords) if self.is_builtin(
                node.func, ("open",)
            ):
                return ast.Call(node.func, [path], keywords)
            case ast.Call(ast.Name("enumerate"), [each], [ast.keyword("start", start)]) if self.is_builtin(
                node.func, ("enumerate",)
            ):
                return ast.Call(node.func, [each, start], [])
        return None


def _is_read(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _chain(left: ast.expr, right: ast.expr) -> ast.Compare | None:
    """Chain `a < b and b < c` where b is a name or a constant."""
    match left, right:
        case ast.Compare(), ast.Compare():
            middle = left.comparators[-1]
            if isinstance(middle, ast.Name | ast.Constant) and ast.dump(middle) == ast.dump(right.left):
                return ast.Compare(left.left, left.ops + right.ops, left.comparators + right.comparators)
    return None


def _find_copied(node: ast.ListComp | ast.SetComp) -> ast.Starred | None:
    """Return what a comprehension copies if it does nothing else."""
    match node:
        case ast.ListComp(ast.Name(a), [ast.comprehension(ast.Name(b), iterable, [], 0)]) if a == b:
            return ast.Starred(iterable, ast.Load())
        case ast.SetComp(ast.Name(a), [ast.comprehension(ast.Name(b), iterable, [], 0)]) if a == b:
            return ast.Starred(iterable, ast.Load())
    return None


def _suspends(node: ast.AST) -> bool:
    """Whether a function's own body, or one within it, yields or awaits."""
    return any(isinstance(each, ast.Yield | ast.YieldFrom | ast.Await) for each in ast.walk(node))


def _strip(arguments: ast.arguments) -> ast.arguments:
    """Remove the annotations, which a lambda cannot have."""
    for node in ast.walk(arguments):
        if isinstance(node, ast.arg):
            node.annotation = None
    return arguments


def _flatten(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Take what follows a branch that leaves out of its `else`."""
    for statement in block:
        yield statement
        while isinstance(statement, ast.If) and statement.orelse and isinstance([None, *statement.body][-1], _LEAVING):
            rest, statement.orelse = statement.orelse, []
            yield from rest
            statement = rest[-1]


def _join(block: Iterator[ast.stmt]) -> Iterator[ast.stmt]:
    """Join neighbors: two returns, one of them under a condition; names that are given the same constant."""
    last: ast.stmt | None = None
    for statement in block:
        match last, statement:
            case ast.If(test, [ast.Return(yes)], []), ast.Return(no) if yes and no:
                last = ast.Return(ast.IfExp(test, yes, no))
            case (
                ast.Assign([*targets], ast.Constant() as value),
                ast.Assign([ast.Name() as target], ast.Constant() as other),
            ) if ast.dump(value) == ast.dump(other) and all(isinstance(each, ast.Name) for each in targets):
                last = ast.Assign([*targets, target], value)
            case _:
                if last is not None:
                    yield last
                last = statement
    if last is not None:
        yield last
