"""Trees as text with gaps: every filling is the same tree."""

import ast
import itertools
from pathlib import Path

import pytest

from primesong.number.minify.spelling import INDENT, make_template

CORPUS = Path(__file__).parents[3] / "benchmarks" / "corpus"

#: Lines whose spelling is delicate.
DELICATE = r"""
x = (1, 2)
y = -(-x[0]) - -1
z = 1 if x else (yield_ := 2)
a = 'it\'s', "say \"so\"", 'both \'"', b'\x00"', r'\d', 'two\nlines', ''
b = 0.5, 5.0, 1e-05, 1e22, 0.001, 1000000, 0xffff, 3j, 123456789.125
c = f'{x[0]:>{y}} {x!r} {{}} {a[0]}'
for d, e in ((1, 2), (3, 4)): print(d, (e,), *x)
try:
    assert (x, y)
except (ValueError, TypeError) as error:
    raise error from None
else:
    del x
if not x in a: pass
elif (x): lambda *p, q=(1,): (p, q)
@(lambda f: f)
def g(a, /, b, *, c): return (a, b)
print((d for d in a), (1).real, 1.0.real, ... is not Ellipsis, a[1:2, ...], a if(not(y))else-1)
"""


@pytest.mark.parametrize("source", [DELICATE, *(path.read_text("utf-8") for path in sorted(CORPUS.glob("*.py"))[:8])])
def test_each_spelling_is_the_same_tree(source: str) -> None:
    tree = ast.parse(source)
    template = make_template(tree)
    most = max(map(len, template.spellings.values()))
    for turn, indent in itertools.product(range(most), " \t"):
        values = {slot: spellings[turn % len(spellings)] for slot, spellings in template.spellings.items()}
        text = template.fill(values | {INDENT: indent})
        assert ast.dump(ast.parse(text)) == ast.dump(tree)
        assert len(text) < len(ast.unparse(tree))


def test_nothing_more_than_needed_is_written() -> None:
    tree = ast.parse("if (a and b):\n    x = (1, 2)\n    return_ = 0.5 if x else 'y'\nprint ( x [ 0 ] )")
    template = make_template(tree)
    values = {slot: spellings[0] for slot, spellings in template.spellings.items()}
    assert template.fill(values | {INDENT: " "}) == b'if a and b:x=1,2;return_=.5 if x else"y"\nprint(x[0])'
