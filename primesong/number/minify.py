"""Readable source to golfed source, with the same meaning.

python-minifier shortens local names, drops annotations, docstrings that nothing reads and needless white space. What it
gives is compiled, and its syntax tree is compared with the original's: the same tree, but for what was asked for, and
within each scope one new name for each old one and one old for each new. Attributes, keywords and modules keep their
names. There is no way back to the old names: what the song holds is the golfed program.
"""

import ast
import zlib
from collections.abc import Iterator
from typing import Any

from primesong.errors import PrimesongError

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def minify(program: bytes) -> bytes:
    """Shorten a Python program: of several ways, the one whose zlib stream is shortest.

    Raises `PrimesongError` if the program does not compile, or if no way leaves it the same.
    """
    original = _parse(program, "the program is no Python that this version can compile")
    shorter: list[bytes] = []
    faults: list[PrimesongError] = []
    for options in _ways(original):
        try:
            shorter.append(_minified(program, original, options))
        except PrimesongError as fault:
            faults.append(fault)
    if not shorter:
        raise faults[0]
    return min(shorter, key=lambda source: (len(zlib.compress(source, 9)), len(source)))


def _ways(tree: ast.AST) -> list[dict[str, Any]]:
    """Give python-minifier's options: with all names shortened; with arguments' names kept, where shortening one costs
    an assignment, which is not the same tree; with all names kept. Each over lines, and on single ones."""
    return [
        {"rename_locals": renamed, "preserve_locals": kept, "prefer_single_line": joined}
        for renamed, kept in ((True, []), (True, _arguments(tree)), (False, []))
        for joined in (False, True)
    ]


def _minified(program: bytes, original: ast.Module, options: dict[str, Any]) -> bytes:
    """Shorten in one way. Raises `PrimesongError` if what comes out is not the same program."""
    import python_minifier

    try:
        source = python_minifier.minify(
            program,
            remove_literal_statements=not _reads_docstrings(original),
            hoist_literals=False,  # a name for a repeated literal is longer once compressed
            convert_posargs_to_args=False,
            remove_object_base=False,
            remove_explicit_return_none=False,
            remove_builtin_exception_brackets=False,
            constant_folding=False,
            remove_dead_branches=False,
            **options,
        )
    except (python_minifier.UnstableMinification, SyntaxError, ValueError, RecursionError) as error:
        raise PrimesongError(f"the program cannot be minified: {type(error).__name__}; encode it without") from error
    shorter = source.encode("utf-8")
    minified = _parse(shorter, "the program no longer compiles after minifying; encode it without")
    if not same_but_for_names(original, minified):
        raise PrimesongError("the program is no longer the same after minifying; encode it without")
    return shorter


def same_but_for_names(left: ast.AST, right: ast.AST) -> bool:
    """Whether two syntax trees are the same but for annotations, docstrings, `pass`, the grouping of imports, and names
    that are renamed one to one within each scope."""
    return _same(left, right, ({}, {}))


def _parse(program: bytes, fault: str) -> ast.Module:
    try:
        compile(program, "program", "exec", dont_inherit=True)
        return ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise PrimesongError(f"{fault}: {error}") from error


def _reads_docstrings(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.Attribute | ast.Name) and "__doc__" in ast.dump(node) for node in ast.walk(tree))


def _arguments(tree: ast.AST) -> list[str]:
    """List the names of all functions' arguments."""
    return sorted({node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)})


_Names = tuple[dict[str, str], dict[str, str]]


def _same(left: object, right: object, names: _Names) -> bool:
    """Walk two trees side by side. `names` maps old to new and new to old within the scope."""
    if isinstance(left, list) and isinstance(right, list):
        left, right = list(_statements(left)), list(_statements(right))
        return len(left) == len(right) and all(_same(a, b, names) for a, b in zip(left, right, strict=True))
    if not isinstance(left, ast.AST) or not isinstance(right, ast.AST):
        return type(left) is type(right) and repr(left) == repr(right)
    if type(left) is not type(right):
        return False
    inner: _Names = ({}, {}) if isinstance(left, (*_SCOPES, *_COMPREHENSIONS)) else names
    return all(
        _renamed(a, b, scope) if named else _same(a, b, scope)
        for (a, scope, named), (b, _, _) in zip(
            _children(left, names, inner), _children(right, names, inner), strict=True
        )
    )


def _children(node: ast.AST, outer: _Names, inner: _Names) -> Iterator[tuple[object, _Names, bool]]:
    """Give what stands below a node, the scope in which each part is evaluated, and whether it is a name."""
    for field in node._fields:
        value = getattr(node, field, None)
        if field in {"annotation", "returns", "type_comment", "kind"}:
            continue
        if isinstance(node, ast.alias):
            yield node.name, outer, False
            yield node.asname or node.name.partition(".")[0], outer, True
            yield (
                node.asname is not None and "." in node.name,
                outer,
                False,
            )  # import a.b binds a, import a.b as c binds b
            return
        if isinstance(node, _COMPREHENSIONS) and field == "generators":
            yield node.generators[0].iter, outer, False
            for place, generator in enumerate(node.generators):
                yield generator.target, inner, False
                yield generator.ifs, inner, False
                yield generator.iter if place else None, inner, False
        elif isinstance(node, _SCOPES) and isinstance(value, ast.arguments):
            for part in value._fields:
                yield getattr(value, part), outer if part.endswith("defaults") else inner, False
        elif isinstance(node, _SCOPES) and field == "body":
            yield value, inner, False
        else:
            yield value, inner if isinstance(node, _COMPREHENSIONS) else outer, _is_name(node, field)


def _is_name(node: ast.AST, field: str) -> bool:
    """Whether a field of a node holds a name, or names, that may be renamed."""
    return (
        (field == "id" and isinstance(node, ast.Name))
        or (field == "arg" and isinstance(node, ast.arg))
        or field in {"name", "rest"}
        or (field == "names" and isinstance(node, ast.Global | ast.Nonlocal))
    )


def _renamed(old: object, new: object, names: _Names) -> bool:
    """Whether an old name may have become a new one here; remembers that it did."""
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(_renamed(a, b, names) for a, b in zip(old, new, strict=True))
    if not isinstance(old, str) or not isinstance(new, str):
        return old is new
    return names[0].setdefault(old, new) == new and names[1].setdefault(new, old) == old


def _statements(nodes: list[object]) -> Iterator[object]:
    """Drop docstrings, `pass` and bare annotations; make of each import one for each module, of annotated assignments
    plain ones."""
    for node in nodes:
        if isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node, ast.Import):
            yield from (ast.Import([alias]) if len(node.names) > 1 else node for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and len(node.names) > 1:
            yield from (ast.ImportFrom(node.module, [alias], node.level) for alias in node.names)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                yield ast.Assign([node.target], node.value)
        else:
            yield node
