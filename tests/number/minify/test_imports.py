"""Imports: taken out, put back in another way, and left where another name may hide them."""

import ast

import pytest

from primesong.number.minify.fixed import read_names
from primesong.number.minify.imports import import_again, open_imports


@pytest.mark.parametrize(
    ("way", "written"),
    [
        ("module", "import math\nprint(math.pi)"),
        ("names", "from math import pi\nprint(pi)"),
        ("star", "from math import *\nprint(pi)"),
    ],
)
@pytest.mark.parametrize(
    "program",
    ["import math as m\nprint(m.pi)", "from math import pi as p\nprint(p)", "from math import *\nprint(pi)"],
)
def test_whatever_the_way_of_an_import_it_is_put_back_in_any(program: str, way: str, written: str) -> None:
    tree = ast.parse(program)
    used = open_imports(tree, read_names(tree))
    assert used == {"math": ["pi"]}
    import_again(tree, used, {"math": way})
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
    tree = ast.parse(program)
    assert open_imports(tree, read_names(tree)) == {}
    assert ast.unparse(tree) == program
