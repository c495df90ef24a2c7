"""Readable Python source to source with the same meaning that compresses to less.

Input and output are source code as `bytes`. python-minifier drops annotations, docstrings that nothing reads and white
space. What remains is simplified (`rewrites`), and of its variants, spellings and names those are searched that make
the compressed program short (`search`). Each result is compiled, and is taken only if it is the same program as the
original, except for names (`sameness`). Attributes, keywords and modules keep their names. The old names cannot be
recovered: the song holds the shorter program.
"""

import ast
import contextlib
import copy
import functools
from collections.abc import Callable
from typing import Any

from primesong.errors import MissingError, PrimesongError
from primesong.number.minify.fixed import read_names
from primesong.number.minify.imports import Used, import_again, list_ways, open_imports
from primesong.number.minify.rewrites import simplify
from primesong.number.minify.sameness import normalize
from primesong.number.minify.search import Search
from primesong.number.minify.spelling import SLOT, slot_name
from primesong.number.payload import pack

#: Seconds that the search takes by default, about.
DEFAULT_EFFORT = 5.0

#: python-minifier's options: whether it renames locals and globals, and joins statements. The first renames nothing.
_WAYS: tuple[dict[str, Any], ...] = tuple(
    {"renamed": renamed, "joined": joined}
    for renamed in ((False, False), (True, False), (True, True))
    for joined in (False, True)
)

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
        Seconds that the search takes, about. The result depends on it, and not on the machine.
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
        for variants in (True, False):
            with contextlib.suppress(PrimesongError):
                shortest = _check(original, _search(shortest, effort, report, variants=variants))
                break
    for options in _WAYS[1:]:
        with contextlib.suppress(PrimesongError):
            other = _run_minifier(program, **options)
            if _size(other) < _size(shortest):
                shortest = _check(original, other)
    report(1.0)
    return min(shortest, program, key=_size)


@functools.lru_cache(maxsize=8)
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


def _search(program: bytes, effort: float, report: Callable[[float], None], *, variants: bool = True) -> bytes:
    """Search for the ways to import, then for all else."""
    tree = simplify(ast.parse(program))
    opened = copy.deepcopy(tree)
    used = open_imports(opened, read_names(opened))
    names = read_names(opened)
    names.rename(slot_name)
    ways = list_ways(used, {symbol.name for symbol in names.symbols if symbol.fixed})
    if not all(ways.values()):
        opened, used, ways = tree, {}, {}
    chosen = {module: possible[-1] for module, possible in ways.items()}
    for module, possible in ways.items():
        if len(possible) > 1:
            trials = {way: _prepare(opened, used, {**chosen, module: way}, 0.0).run_briefly() for way in possible}
            chosen[module] = min(possible, key=lambda way: trials[way])
    return _prepare(opened, used, chosen, effort, report).run(variants=variants)


def _prepare(
    tree: ast.Module,
    used: Used,
    ways: dict[str, str],
    effort: float,
    report: Callable[[float], None] = lambda share: None,
) -> Search:
    """Prepare a search with imports in given ways."""
    tree = copy.deepcopy(tree)
    import_again(tree, used, ways)
    return Search(tree, effort, report)
