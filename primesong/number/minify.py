"""Readable Python source to shorter source with the same meaning.

Input and output are source code as `bytes`. python-minifier shortens local names and drops annotations, white space and
docstrings that nothing reads. Its result is compiled, and its syntax tree is compared with the original's: it must be
the same tree, except for what was asked for, with one new name for each old one and one old name for each new one
within each scope. Attributes, keywords and modules keep their names. The old names cannot be recovered: the song holds
the shorter program.
"""

import ast
import zlib
from collections.abc import Iterator
from typing import Any

from primesong.errors import MissingError, PrimesongError

#: Nodes with a scope of their own.
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

#: Comprehensions, which have one too; their first iterable is evaluated outside.
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def minify(program: bytes) -> bytes:
    """Shorten a Python program: of several ways, the one whose zlib stream is shortest.

    Raises `PrimesongError` if the program does not compile, or if every way changes its meaning.
    """
    original = _parse(program, "the program is not Python code that this version can compile")
    shorter: list[bytes] = []
    faults: list[PrimesongError] = []
    for options in _list_ways(original):
        try:
            shorter.append(_shorten(program, original, options))
        except PrimesongError as fault:
            faults.append(fault)
    if not shorter:
        raise faults[0]
    return min(shorter, key=lambda source: (len(zlib.compress(source, 9)), len(source)))


def _list_ways(tree: ast.AST) -> list[dict[str, Any]]:
    """List python-minifier's options, each with statements on lines of their own and joined.

    All names are shortened; or all but those of arguments, since shortening one may cost an assignment, which changes
    the tree; or none.
    """
    return [
        {"rename_locals": renamed, "preserve_locals": kept, "prefer_single_line": joined}
        for renamed, kept in ((True, []), (True, _list_arguments(tree)), (False, []))
        for joined in (False, True)
    ]


def _shorten(program: bytes, original: ast.Module, options: dict[str, Any]) -> bytes:
    """Shorten in one way. Raises `PrimesongError` if the result is not the same program."""
    try:
        import python_minifier
    except ImportError as error:
        raise MissingError("shortening a program needs python-minifier", extra="minify") from error
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
        raise PrimesongError("python-minifier cannot shorten the program", option="minify") from error
    shorter = source.encode("utf-8")
    minified = _parse(shorter, "the program no longer compiles after minifying", option="minify")
    if not is_same_except_names(original, minified):
        raise PrimesongError("the program is no longer the same after minifying", option="minify")
    return shorter


def is_same_except_names(left: ast.AST, right: ast.AST) -> bool:
    """Whether two syntax trees are the same, with names renamed one to one within each scope.

    Annotations, docstrings, `pass` and the grouping of imports do not count.
    """
    return _compare(left, right, ({}, {}))


def _parse(program: bytes, fault: str, option: str | None = None) -> ast.Module:
    """Compile and parse a program. Raises `PrimesongError` with a text and a hint if that fails."""
    try:
        compile(program, "program", "exec", dont_inherit=True)
        return ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise PrimesongError(f"{fault}: {error}", option=option) from error


def _reads_docstrings(tree: ast.AST) -> bool:
    """Whether a program may read its docstrings."""
    return any(isinstance(node, ast.Attribute | ast.Name) and "__doc__" in ast.dump(node) for node in ast.walk(tree))


def _list_arguments(tree: ast.AST) -> list[str]:
    """List the names of all functions' arguments."""
    return sorted({node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)})


#: Names old to new, and new to old.
_Names = tuple[dict[str, str], dict[str, str]]


def _compare(left: object, right: object, names: _Names) -> bool:
    """Walk two trees side by side. `names` are those of the scope."""
    if isinstance(left, list) and isinstance(right, list):
        left, right = list(_statements(left)), list(_statements(right))
        return len(left) == len(right) and all(_compare(a, b, names) for a, b in zip(left, right, strict=True))
    if not isinstance(left, ast.AST) or not isinstance(right, ast.AST):
        return type(left) is type(right) and repr(left) == repr(right)
    if type(left) is not type(right):
        return False
    inner: _Names = ({}, {}) if isinstance(left, (*_SCOPES, *_COMPREHENSIONS)) else names
    return all(
        _may_rename(a, b, scope) if named else _compare(a, b, scope)
        for (a, scope, named), (b, _, _) in zip(
            _children(left, names, inner), _children(right, names, inner), strict=True
        )
    )


def _children(node: ast.AST, outer: _Names, inner: _Names) -> Iterator[tuple[object, _Names, bool]]:
    """Yield the parts of a node, the scope in which each is evaluated, and whether it is a name."""
    for field in node._fields:
        value = getattr(node, field, None)
        if field in {"annotation", "returns", "type_comment", "kind"}:
            continue
        if isinstance(node, ast.alias):
            yield node.name, outer, False
            yield node.asname or node.name.partition(".")[0], outer, True
            # import a.b binds a, and import a.b as c binds b
            yield node.asname is not None and "." in node.name, outer, False
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


def _may_rename(old: object, new: object, names: _Names) -> bool:
    """Whether an old name may have become a new one in this scope; records that it did."""
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(_may_rename(a, b, names) for a, b in zip(old, new, strict=True))
    if not isinstance(old, str) or not isinstance(new, str):
        return old is new
    return names[0].setdefault(old, new) == new and names[1].setdefault(new, old) == old


def _statements(nodes: list[object]) -> Iterator[object]:
    """Yield statements without docstrings, `pass` and annotations, and with one import for each module."""
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
