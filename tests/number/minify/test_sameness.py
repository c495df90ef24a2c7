"""Programs that are the same except for names and spellings, and programs that are not."""

import ast

import pytest

from primesong.number.minify.sameness import is_same_program


def same(left: str, right: str) -> bool:
    return is_same_program(ast.parse(left), ast.parse(right))


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
