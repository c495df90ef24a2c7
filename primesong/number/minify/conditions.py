"""Conditions that say the same: negations, comparisons turned round, chains of comparisons."""

import ast

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


def chain(left: ast.expr, right: ast.expr) -> ast.Compare | None:
    """Chain `a < b and b < c` where b is a name or a constant."""
    match left, right:
        case ast.Compare(), ast.Compare():
            middle = left.comparators[-1]
            if isinstance(middle, ast.Name | ast.Constant) and ast.dump(middle) == ast.dump(right.left):
                return ast.Compare(left.left, left.ops + right.ops, left.comparators + right.comparators)
    return None
