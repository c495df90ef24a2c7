"""Readable Python source to source with the same meaning that compresses to less.

Input and output are source code as `bytes`. python-minifier drops annotations, docstrings that nothing reads and white
space. What remains is simplified (`rewrites`), and of its variants, spellings and names those are searched that make
the compressed program short (`search`). Each result is compiled, and is taken only if it is the same program as the
original, except for names and for spellings that make no difference: both have one normal form (`normalize`).
Attributes, keywords and modules keep their names. The old names cannot be recovered: the song holds the shorter
program.
"""

import ast
import contextlib
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from primesong.errors import MissingError, PrimesongError
from primesong.number.minify.names import Opened, open_imports
from primesong.number.minify.rewrites import simplify
from primesong.number.minify.scopes import Symbol
from primesong.number.minify.search import search
from primesong.number.minify.spelling import SLOT
from primesong.number.minify.variants import find_free_runs
from primesong.number.payload import measure, pack

#: Seconds that the search takes by default, about.
DEFAULT_EFFORT = 5.0

#: python-minifier's options: whether it renames locals and globals, and joins statements. The first renames nothing.
_WAYS: tuple[dict[str, Any], ...] = tuple(
    {"renamed": renamed, "joined": joined}
    for renamed in ((False, False), (True, False), (True, True))
    for joined in (False, True)
)

#: A source that is longer than another by this ratio after few iterations of zopfli is longer after many, too: these
#: gain 1.5 % at most.
_PROMISING = 1.03

#: Programs longer than this, in bytes, are only minified: they are no songs.
_LONGEST_SEARCHED = 65_536


def minify(
    program: bytes, effort: float = DEFAULT_EFFORT, report: Callable[[float], None] = lambda share: None
) -> bytes:
    """Shorten a Python program: of all results, the one whose payload is shortest.

    Parameters
    ----------
    program : bytes
        Source code.
    effort : float
        Seconds that the search takes, about; less for a program of a few lines. The result depends on it, and not on
        the machine.
    report : callable
        Gets the share of the work that is done, 0 to 1.

    Raises
    ------
    PrimesongError
        If the program does not compile, or if every way changes its meaning.
    """
    parsed = _parse(program, "the program is not Python code that this version can compile")
    try:
        return _find_shortest(program, normalize(parsed), effort, report)
    except RecursionError as error:
        raise PrimesongError("the program is nested too deeply to be shortened", option="minify") from error


def _find_shortest(program: bytes, original: str, effort: float, report: Callable[[float], None]) -> bytes:
    """Shorten a program, of which the normal form is given."""
    shortest = _check(original, _run_minifier(program, **_WAYS[0]))
    if effort > 0 and len(program) <= _LONGEST_SEARCHED and SLOT.encode() not in program:
        opened = _open(ast.parse(shortest))
        for variants in (True, False):
            with contextlib.suppress(PrimesongError):
                shortest = _check(original, search(opened, effort, report, variants=variants))
                break
    candidates = [shortest]
    for options in _WAYS[1:]:
        with contextlib.suppress(PrimesongError):
            candidates.append(_run_minifier(program, **options))
    report(1.0)
    for best in sorted(_list_promising([*candidates, program], shortest), key=_size):
        with contextlib.suppress(PrimesongError):
            if best not in {shortest, program}:  # these are the same
                _check(original, best)
            break
    return best


def _list_promising(sources: list[bytes], sure: bytes) -> list[bytes]:
    """List those of some sources that may be shorter than one of them once all are compressed as well as can be, which
    takes a hundred times as long as to measure them; and that one."""
    lengths = {source: measure(source) for source in sources}
    return [source for source, length in lengths.items() if length <= _PROMISING * lengths[sure]]


def _size(source: bytes) -> tuple[int, int]:
    """Return the lengths of a source's payload and of the source itself."""
    return len(pack(source, "zopfli")), len(source)


def _run_minifier(program: bytes, *, renamed: tuple[bool, bool], joined: bool) -> bytes:
    """Run python-minifier. Raises `PrimesongError` if it fails."""
    try:
        import python_minifier
    except ImportError as error:
        raise MissingError("shortening a program needs python-minifier", extra="minify") from error
    rename_locals, rename_globals = renamed
    try:
        source: str = python_minifier.minify(
            program,
            rename_locals=rename_locals,
            rename_globals=rename_globals,
            prefer_single_line=joined,
            remove_literal_statements=b"__doc__" not in program,
            hoist_literals=False,  # a name for a repeated literal is longer once compressed
            convert_posargs_to_args=False,
            remove_object_base=False,
            remove_explicit_return_none=False,
            remove_builtin_exception_brackets=False,
            constant_folding=False,
            remove_dead_branches=False,
        )
    except (python_minifier.UnstableMinification, SyntaxError, ValueError, RecursionError) as error:
        raise PrimesongError("python-minifier cannot shorten the program", option="minify") from error
    return source.encode()


def _check(original: str, shorter: bytes) -> bytes:
    """Return a shorter program. Raises `PrimesongError` if its normal form is not the original's."""
    if normalize(_parse(shorter, "the program no longer compiles after minifying", option="minify")) != original:
        raise PrimesongError("the program is no longer the same after minifying", option="minify")
    return shorter


def _parse(program: bytes, fault: str, option: str | None = None) -> ast.Module:
    """Compile and parse a program. Raises `PrimesongError` with a text and a hint if that fails."""
    try:
        compile(program, "program", "exec", dont_inherit=True)
        return ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise PrimesongError(f"{fault}: {error}", option=option) from error


def normalize(tree: ast.Module) -> str:
    """Write a program's normal form, which is the same for the same program. The tree is changed.

    It is simplified, its imports are opened, statements whose order is free are in one order, and every name that may
    change is numbered by its first occurrence.
    """
    opened = _open(_Stripper().visit(tree))
    symbols = opened.names.free
    tree = _Splitter().visit(opened.tree)
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


def _open(tree: ast.Module) -> Opened:
    """Simplify a program, and take its imports out. The tree is changed."""
    tree = simplify(tree)
    return open_imports(tree)


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


class _Splitter(ast.NodeTransformer):
    """Splits constants that are given to several names: in another order the names may not be neighbors."""

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | list[ast.Assign]:
        if isinstance(node.value, ast.Constant):
            return [ast.Assign([target], node.value) for target in node.targets]
        return node
