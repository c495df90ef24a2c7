"""Minified programs: shorter once compressed, the same, and the same every time; and which programs are the same."""

import ast
import subprocess
import sys
from pathlib import Path

import gmpy2
import pytest
import python_minifier

from primesong.errors import PrimesongError
from primesong.number.minify.minify import minify, normalize
from primesong.number.payload import leading_bytes, pack, unpack

ROOT = Path(__file__).parents[3]
CORPUS = ROOT / "benchmarks" / "corpus"

#: Seconds of search: some hundred trials.
BRIEFLY = 0.1

#: Programs in which a name, an order or a spelling matters.
PITFALLS = r"""
print(eval('first+second')) if (first:=1,second:=2) and 0 else print(globals()['first'])
---
def long_name(argument):
    return argument
print(long_name(argument=3), long_name.__name__)
---
class Thing:
    value = 1
    def get(self):
        return self.value
print(Thing().get(), vars(Thing)['value'])
---
import sys as system
print(len(system.modules) > 1, __name__)
---
print = print
print('rebound')
---
def outer():
    count = 0
    def inner():
        nonlocal count
        count += 1
        return count
    inner()
    return inner()
print(outer())
---
from dataclasses import dataclass
@dataclass
class Point:
    across: int
    down: int = 2
print(Point(1))
---
values = [3, 1, 2]
for value in sorted(values, reverse=True):
    print(value, f'{value!r:>4}', 'a\n"b"')
---
match [1, 2, 3]:
    case [first, *others] if first:
        print(first, others)
    case _:
        print('no')
---
try:
    raise ValueError('x')
except (ValueError, KeyError) as problem:
    print(repr(problem))
finally:
    print()
---
from math import *
power = pow
def e(): return 1
print(pow(2, 3), power(2, 4), e(), floor(pi))
---
x: int = 5
with open(__file__ if 0 else '/dev/null', 'r') as file:
    print(x, file.read() == '')
---
def numbers(limit):
    for number in range(0, limit):
        yield number
    return None
print(*numbers(3))
---
class A:
    __hidden = 3
    def show(self, other=None):
        if not other: return self.__hidden
        else: return other.show()
print(A().show(A()))
---
import argparse
def positive_number(text): return int(text)
print(positive_number(3), ascii('\ud800\x07\u200b'))
---
_slot_1_q = 1
other = 2
print(_slot_1_q, other)
---
text = 'outer'
class C:
    text = text + '!'
print(C.text, [text for text in 'ab'], text)
"""


def run(program: bytes) -> bytes:
    return subprocess.run([sys.executable, "-I", "-"], input=program, capture_output=True, check=True).stdout


def size(program: bytes) -> int:
    return len(pack(program, "zopfli"))


def test_published_program_becomes_shorter() -> None:
    number = int(gmpy2.mpz((ROOT / "assets" / "femtogpt.txt").read_text().strip()))
    program = unpack(leading_bytes(number))[0]
    assert size(minify(program, BRIEFLY)) < 0.97 * size(program) < 1472


@pytest.mark.parametrize("name", ["automaton", "bank", "hanoi", "lisp", "markov", "tala"])
def test_a_minified_program_is_shorter_than_python_minifiers_and_prints_the_same(name: str) -> None:
    program = (CORPUS / f"{name}.py").read_bytes()
    shorter = minify(program, BRIEFLY)
    others = [python_minifier.minify(program, rename_globals=renamed).encode() for renamed in (False, True)]
    assert size(shorter) < 0.95 * min(map(size, others))
    assert run(shorter) == run(program)


def test_the_result_depends_on_the_effort_alone() -> None:
    program = (CORPUS / "sieve.py").read_bytes()
    shares: list[float] = []
    assert minify(program, BRIEFLY, shares.append) == minify(program, BRIEFLY)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] == 1


def test_without_effort_only_python_minifier_works() -> None:
    program = (CORPUS / "sieve.py").read_bytes()
    assert size(minify(program, BRIEFLY)) < size(minify(program, 0)) <= size(python_minifier.minify(program).encode())


@pytest.mark.parametrize("program", PITFALLS.encode().split(b"---\n"))
def test_programs_with_pitfalls_print_the_same(program: bytes) -> None:
    shorter = minify(program, BRIEFLY)
    assert run(shorter) == run(program)
    assert normalize(ast.parse(program)) == normalize(ast.parse(shorter))


@pytest.mark.parametrize("path", sorted((ROOT / "primesong" / "number").glob("*.py")), ids=lambda path: path.name)
def test_own_modules(path: Path) -> None:
    source = path.read_bytes()
    assert normalize(ast.parse(source)) == normalize(ast.parse(minify(source, BRIEFLY / 5)))


@pytest.mark.parametrize("program", [b"def f(:\n", b"\xff\xfe", b"a\0b", b"return 1"])
def test_what_is_not_python(program: bytes) -> None:
    with pytest.raises(PrimesongError, match="the program is not Python code that this version can compile"):
        minify(program)


@pytest.mark.parametrize(
    ("wrong", "fault"), [("print(2)", "is no longer the same"), ("print(", "no longer compiles after minifying")]
)
def test_a_minifier_that_errs(wrong: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("python_minifier.minify", lambda source, **options: wrong)
    with pytest.raises(PrimesongError, match=fault) as error:
        minify(b"print(1)")
    assert error.value.option == "minify"


@pytest.mark.parametrize("program", [b"print(1)", b"a=1\nb=2\nprint(a,b)\n"])
def test_the_result_is_never_larger(program: bytes) -> None:
    assert size(minify(program, BRIEFLY)) <= size(program)


@pytest.mark.parametrize("terms", [1_500, 4_000])
def test_what_is_nested_too_deeply(terms: int) -> None:
    with pytest.raises(PrimesongError, match=r"nested too deeply|not Python code that this version can compile"):
        minify(b"print(" + b"+".join([b"a"] * terms) + b")")


def test_more_names_than_are_chosen_are_left_to_python_minifier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("primesong.number.minify.search._MOST_NAMES", 1)
    assert run(minify(b"first = 1\nsecond = 2\nprint(first, second)", BRIEFLY)) == b"1 2\n"


def test_a_search_that_errs_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("primesong.number.minify.search.Search.run", lambda search, variants: b"0")
    assert minify(b"print( 1 )", BRIEFLY) == b"print(1)"


def same(left: str, right: str) -> bool:
    return normalize(ast.parse(left)) == normalize(ast.parse(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("import a, b", "import a\nimport b"),
        ("from a import b, c as d", "from a import b as x, c as y"),
        ("def f(a: int) -> int:\n 'doc'\n b = a\n return b", "def f(a):\n c = a\n return c"),
        ("x: int = 1\ny: int", "x = 1"),
        ("def f(x): return [-x for x in x]", "def f(x): return [-y for y in x]"),
        ("lambda a: a", "lambda b: b"),
        ("try: pass\nexcept E as e: print(e)", "try: 0\nexcept E as x: print(x)"),
        ("import math\nprint(math.pi)", "from math import pi as p\nprint(p)"),
        ("import math\nprint(math.pi)", "from math import *\nprint(pi)"),
        ("import math, random", "import random as r, math as m"),
        ("def f(): return g()\ndef g(): return 1\nf()", "f=lambda:1\ng=lambda:f()\ng()"),
        ("a = 0\nb = 0\nprint(a, b)", "a=b=0\nprint(a,b)"),
        ("if not a: b()\nelse: c()", "if a:c()\nelse:b()"),
        ("def f(a):\n if a: return 1\n else: return 2", "f=lambda a:1 if a else 2"),
        ("if a:\n if b: c()", "if a and b:c()"),
        ("a = b = 1\nprint(a < 2, a > b)", "a = b = 1\nprint(2 > a, b < a)"),
        ("x = list(y)", "x = [z for z in y]"),
        ("while True: f()", "while 1: f()"),
        ("a is not b", "not a is b"),
        ("if c:\n a = 0\n b = 1\n d = 0\n print(a, b)\n print(-d)", "if c:\n d=a=0\n b=1\n print(a,b);print(-d)"),
        ("print(sum([-x for x in y]))", "print(sum(-z for z in y))"),
    ],
)
def test_the_same(left: str, right: str) -> None:
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a = 1", "a = 2"),
        ("a = 1", "a = 1.0"),
        ("a = 1", "a = True"),
        ("a.b", "a.c"),
        ("f(a=1)", "f(b=1)"),
        ("import a", "import b as a"),
        ("import a.b", "import a.b as c"),
        ("a = b = 1; print(a)\nb = 2", "a = b = 1; print(b)\nb = 2"),
        ("a = 1; b = 2; print(a)", "x = 1; x = 2; print(x)"),
        ("def f(a, b): return a", "def f(a, b): return b"),
        ("x = y = 1\ndef f(a=x): pass\ny = 2", "x = y = 1\ndef f(a=y): pass\ny = 2"),
        ("if a: b", "if a: b\nelse: c"),
        ("a + b", "a - b"),
        ("x = 1\ndef f():\n x = 2\nf()\nprint(x)", "x = 1\ndef f():\n global x\n x = 2\nf()\nprint(x)"),
        ("x = 1\ndef f(): print(x)\nf()", "x = 1\ndef f(): print(y)\nf()"),
        ("def f(a): return a\nf(a=1)", "def f(b): return b\nf(a=1)"),
        ("class A:\n x = 1\n y = 2", "class A:\n y = 2\n x = 1"),
        ("a == b", "b == a"),
        ("print(1); print(2)", "print(2); print(1)"),
        ("list = print\nx = list(y)", "list = print\nx = [*y]"),
        ("import a\nimport b", "import b\nimport a"),
        ("from .math import a\nfrom .time import b", "from .time import b\nfrom .math import a"),
        ("from .math import *\nprint(pi)", "from math import *\nprint(pi)"),
        ("def f(): return 1\nprint(f)", "f = lambda: 1\nprint(f)"),
        ("import math\nmath = 2\nprint(math.pi)", "import math\nprint(math.pi)"),
        ("a < b", "a <= b"),
        ("f()<1", "1<f()"),
    ],
)
def test_not_the_same(left: str, right: str) -> None:
    assert not same(left, right)
