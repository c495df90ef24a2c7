"""Names that may change: CPython's compiler, asked after all of them did, finds the same variables."""

import ast
import dis
from pathlib import Path
from types import CodeType

import pytest

from primesong.number.minify.fixed import read_names

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "primesong" / "repair").glob("*.py")) + sorted((ROOT / "benchmarks" / "corpus").glob("*.py"))

#: Instructions whose names are not variables'.
ATTRIBUTES = ("_ATTR", "_METHOD", "IMPORT_NAME", "IMPORT_FROM")

#: Instructions whose order follows from the alphabet.
CELLS = ("MAKE_CELL", "LOAD_CLOSURE", "COPY_FREE_VARS", "RESUME")


def compare(left: CodeType, right: CodeType, names: dict[str, str]) -> None:
    """Follow two pieces of code; `names` maps the module's variables."""
    here: dict[str, str] = {}
    one, other = ([each for each in dis.get_instructions(code) if each.opname not in CELLS] for code in (left, right))
    assert [each.opname for each in one] == [each.opname for each in other]
    for a, b in zip(one, other, strict=True):
        if isinstance(a.argval, CodeType):
            compare(a.argval, b.argval, names)
        elif a.opcode in dis.hasname and not a.opname.endswith(ATTRIBUTES):
            assert names.setdefault(a.argval, b.argval) == b.argval
        elif a.opcode in dis.haslocal or a.opcode in dis.hasfree:
            assert here.setdefault(a.argval, b.argval) == b.argval
        elif a.opcode not in dis.hasjrel and not (a.opname == "LOAD_CONST" and isinstance(a.argval, str)):
            assert a.argval == b.argval


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_renamed_names_are_the_same_variables(path: Path) -> None:
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    symbols = read_names(tree).symbols
    for number, symbol in enumerate(symbols):
        if not symbol.fixed:
            symbol.rename(f"renamed_{number}")
    names: dict[str, str] = {}
    compare(compile(source, "a", "exec"), compile(tree, "a", "exec"), names)
    assert len(set(names.values())) == len(names)
    assert names or path.parent.name != "corpus"


@pytest.mark.parametrize(
    ("program", "free"),
    [
        ("a = 1", ["a"]),
        ("class A:\n b = 1", ["A"]),
        ("class A(B): pass", []),
        ("def f(a, *, b): pass\nf(a=1)", ["f"]),
        ("def f(a): pass\nf(**{'a': 1})", ["f"]),
        ("def f(a): return locals()", []),
        ("print = 1", []),
        ("__name = 1", []),
        ("import a.b", []),
        ("import a.b as c", ["c"]),
        ("@g\ndef f(a): return a", []),
        ("@staticmethod\ndef f(a): return a", ["f", "a"]),
        ("a = 1\nfrom math import *\nb = pi", ["b"]),
        ("from nowhere import *\nb = 1", []),
        ("a = 1\nclass C:\n a = a", ["C"]),
        ("def f(a): return f.__name__", ["a"]),
        ("import inspect\na = 1", []),
        ("class A(nowhere.B):\n def f(self, a): pass", []),
    ],
)
def test_names_that_may_change(program: str, free: list[str]) -> None:
    assert [symbol.name for symbol in read_names(ast.parse(program)).symbols if not symbol.fixed] == free


def test_the_last_module_that_stars_a_name_binds_it() -> None:
    starred = read_names(ast.parse("from math import *\nfrom cmath import *")).starred
    assert starred is not None
    assert (starred["floor"], starred["sqrt"], starred["polar"]) == ("math", "cmath", "cmath")
    assert read_names(ast.parse("import math")).starred == {}
    assert read_names(ast.parse("from math import *\nfrom nowhere import *")).starred is None
