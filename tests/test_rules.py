"""The rules of the house, as far as a program can read them: how code and tests are laid out."""

import ast
from pathlib import Path

import pytest

import primesong

PACKAGE = Path(primesong.__file__).parent
TESTS = Path(__file__).parent

MODULES = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}

each_module = pytest.mark.parametrize("module", MODULES)


def parse(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text("utf-8"))


def imports(tree: ast.AST) -> set[str]:
    """Return the modules of ours that a piece of code names in its imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] == "primesong"}


@each_module
def test_our_modules_are_imported_at_the_top(module):
    functions = [node for node in ast.walk(parse(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [(function.name, imports(function)) for function in functions if imports(function)] == []


def test_no_modules_import_each_other_in_a_circle():
    """The package's own `__init__` apart, which loads each name when it is first used."""
    names = {"primesong." + name.removesuffix(".py").replace("/", "."): name for name in MODULES if "__" not in name}
    needs = {name: (imports(parse(module)) & set(names)) - {name} for name, module in names.items()}
    while ready := {name for name, needed in needs.items() if not needed}:
        needs = {name: needed - ready for name, needed in needs.items() if name not in ready}
    assert needs == {}


@pytest.mark.parametrize("module", [name for name in MODULES if name.endswith("/__init__.py")])
def test_a_folders_init_holds_no_implementation(module):
    docstring, *rest = parse(module).body
    assert isinstance(docstring, ast.Expr)
    assert rest == []


def test_tests_stand_where_what_they_test_stands():
    """`tests/a/test_b.py` tests the module `a/b.py` or the folder `a/b`; in `tests` itself stands what binds them."""
    for path in sorted(TESTS.glob("*/**/test_*.py")):
        tested = PACKAGE / path.relative_to(TESTS).with_name(path.stem.removeprefix("test_"))
        assert tested.is_dir() or tested.with_suffix(".py").is_file(), path.relative_to(TESTS)
