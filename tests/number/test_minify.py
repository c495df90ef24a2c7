"""Minified programs: the same tree except for names, or an error."""

import ast
from pathlib import Path

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.number import minify as module
from primesong.number.minify import is_same_except_names, minify
from primesong.number.padding import leading_bytes
from primesong.number.payload import pack, unpack

ROOT = Path(__file__).parents[2]


def same(left: str, right: str) -> bool:
    return is_same_except_names(ast.parse(left), ast.parse(right))


def test_published_program_becomes_shorter() -> None:
    number = int(gmpy2.mpz((ROOT / "assets" / "femtogpt.txt").read_text().strip()))
    program = unpack(leading_bytes(number))[0]
    assert len(pack(minify(program), "zopfli")) < len(pack(program, "zopfli")) < 1491


def test_minified_program_does_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    program = b'''
"""A program."""
import math

def area(radius: float) -> float:
    """Give the area."""
    squared = radius ** 2
    return math.pi * squared

total = sum(area(radius=number) for number in range(3) if number)
print(f"{total:.3f}")
'''
    shorter = minify(program)
    assert len(shorter) < len(program) / 1.5
    for source in (program, shorter):
        exec(compile(source, "program", "exec"), {})
    assert capsys.readouterr().out == "15.708\n15.708\n"


@pytest.mark.parametrize("path", sorted((ROOT / "primesong" / "number").glob("*.py")), ids=lambda path: path.name)
def test_own_modules(path: Path) -> None:
    source = path.read_bytes()
    assert is_same_except_names(ast.parse(source), ast.parse(minify(source)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("import a, b", "import a\nimport b"),
        ("from a import b, c as d", "from a import b as x, c as y"),
        ("def f(a: int) -> int:\n 'doc'\n b = a\n return b", "def f(a):\n c = a\n return c"),
        ("x: int = 1\ny: int", "x = 1"),
        ("def f(x): return [x for x in x]", "def f(x): return [y for y in x]"),
        ("lambda a: a", "lambda b: b"),
        ("try: pass\nexcept E as e: print(e)", "try: 0\nexcept E as x: print(x)"),
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
        ("a = b = 1; print(a)", "a = b = 1; print(b)"),
        ("a = 1; b = 2; print(a)", "x = 1; x = 2; print(x)"),
        ("def f(a, b): return a", "def f(a, b): return b"),
        ("def f(a=x): pass\ny = 1", "def f(a=y): pass\ny = 1"),
        ("if a: b", "if a: b\nelse: c"),
        ("a + b", "a - b"),
    ],
)
def test_not_the_same(left: str, right: str) -> None:
    assert not same(left, right)


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
        module.minify(b"print(1)")
    assert error.value.option == "minify"
