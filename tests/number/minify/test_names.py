"""Names that may change, and imports taken out and put back.

CPython's compiler, asked after all names did change, finds the same variables. Imports stay where another name may hide
them.
"""

import ast
import dis
from pathlib import Path
from types import CodeType

import pytest

from primesong.number.minify.names import import_again, open_imports, read_names

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
    read_names(tree).rename(lambda number: f"renamed_{number}")
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
        ("def f(a): return a\nfrom math import *\na = pi", ["a", "a"]),
        ("if pi:\n from math import *\na = 1", []),
        ("from nowhere import *\nb = 1", []),
        ("a = 1\nclass C:\n a = a", ["C"]),
        ("def f(a): return f.__name__", ["a"]),
        ("import inspect\na = 1", []),
        ("class A(nowhere.B):\n def f(self, a): pass", []),
    ],
)
def test_names_that_may_change(program: str, free: list[str]) -> None:
    assert [symbol.name for symbol in read_names(ast.parse(program)).free] == free


def test_the_last_module_that_stars_a_name_binds_it() -> None:
    starred = read_names(ast.parse("from math import *\nfrom cmath import *")).starred
    assert starred is not None
    assert (starred["floor"], starred["sqrt"], starred["polar"]) == ("math", "cmath", "cmath")
    assert read_names(ast.parse("import math")).starred == {}
    assert read_names(ast.parse("from math import *\nfrom nowhere import *")).starred is None


@pytest.mark.parametrize(
    ("way", "written"),
    [
        ("module", "import math as a\nprint(a.pi)"),
        ("names", "from math import pi as a\nprint(a)"),
        ("star", "from math import *\nprint(pi)"),
    ],
)
@pytest.mark.parametrize(
    "program",
    ["import math as m\nprint(m.pi)", "from math import pi as p\nprint(p)", "from math import *\nprint(pi)"],
)
def test_whatever_the_way_of_an_import_it_is_put_back_in_any(program: str, way: str, written: str) -> None:
    opened = open_imports(ast.parse(program))
    assert opened.used == {"math": ["pi"]}
    tree, names = import_again(opened, {"math": way})
    names.rename(lambda number: "abc"[number])
    assert ast.unparse(tree) == written


@pytest.mark.parametrize(
    "program",
    [
        "from nowhere import *\nimport math\nprint(math.pi)",
        "if a:\n    from math import *\nprint(pi)",
        "import math, inspect\nprint(math.pi)",
        "from .math import *\nprint(pi)",
    ],
)
def test_imports_stay_where_the_meaning_of_names_is_open(program: str) -> None:
    opened = open_imports(ast.parse(program))
    assert opened.used == {}
    assert ast.unparse(opened.tree) == program


def test_a_module_gets_a_name_that_hides_no_other() -> None:
    opened = open_imports(ast.parse("from time import time\nclass Clock:\n def time(self): return time() * self.time"))
    assert opened.ways == {"time": ["module"]}
    tree, names = import_again(opened, {"time": "module"})
    assert [symbol.name for symbol in names.free if isinstance(symbol.binders[0], ast.alias)] == ["time."]
    names.rename(lambda number: "abc"[number])
    assert ast.unparse(tree).splitlines()[0] == "import time as a"
    assert ast.unparse(tree).splitlines()[-1] == "        return a.time() * c.time"
