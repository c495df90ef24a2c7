"""The rules of the house, as far as a program can read them: how code and tests are laid out, and what they may say."""

import ast
import re
from functools import cache
from pathlib import Path

import primesong

PACKAGE = Path(primesong.__file__).parent
TESTS = Path(__file__).parent

#: A module is read at one sitting.
MOST_LINES = 300

#: Where hints become text: for the terminal, and for the studio, which somebody started from one.
SPEAKERS = ("cli/", "player/studio/hints.py", "packages.py")

MODULES = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
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


def test_no_module_is_longer_than_a_sitting():
    lengths = {module: len(path.read_text("utf-8").splitlines()) for module, path in MODULES.items()}
    assert {module: length for module, length in lengths.items() if length > MOST_LINES} == {}


def test_our_modules_are_imported_at_the_top():
    functions = [
        (module, node)
        for module in MODULES
        for node in ast.walk(parse(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [(module, function.name) for module, function in functions if imports(function)] == []


def test_no_modules_import_each_other_in_a_circle():
    """The package's own `__init__` apart, which loads each name when it is first used."""
    names = {"primesong." + name.removesuffix(".py").replace("/", "."): name for name in MODULES if "__" not in name}
    needs = {name: (imports(parse(module)) & set(names)) - {name} for name, module in names.items()}
    while ready := {name for name, needed in needs.items() if not needed}:
        needs = {name: needed - ready for name, needed in needs.items() if name not in ready}
    assert needs == {}


def test_a_folders_init_holds_no_implementation():
    for module in (name for name in MODULES if name.endswith("/__init__.py")):
        docstring, *rest = parse(module).body
        assert isinstance(docstring, ast.Expr), module
        assert rest == [], module


def test_each_constant_stands_alone():
    several = [
        (module, node.lineno)
        for module in MODULES
        for node in parse(module).body
        if isinstance(node, ast.Assign) and (len(node.targets) > 1 or isinstance(node.targets[0], ast.Tuple | ast.List))
    ]
    assert several == []


@cache
def options() -> set[str]:
    """Return the options of all commands."""
    sources = (path.read_text("utf-8") for name, path in MODULES.items() if name.startswith("cli/"))
    return {option for source in sources for option in re.findall(r'"(--[a-z][a-z-]*)"', source)}


def test_only_the_command_line_speaks_of_its_options():
    """An error carries its hint as data; the command line and the studio say what to do about it."""
    texts = {module: list_texts(parse(module)) for module in MODULES if not module.startswith(SPEAKERS)}
    said = {module: set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", " ".join(spoken))) for module, spoken in texts.items()}
    assert {module: words & options() for module, words in said.items() if words & options()} == {}
    assert [module for module, spoken in texts.items() if any("pip install" in text for text in spoken)] == []


def list_texts(tree: ast.Module) -> list[str]:
    """List the texts in a module that are not docstrings."""
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node) is not None
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings
    ]


def test_tests_stand_where_what_they_test_stands():
    """`tests/a/test_b.py` tests the module `a/b.py` or the folder `a/b`; in `tests` itself stands what binds them."""
    for path in sorted(TESTS.glob("*/**/test_*.py")):
        tested = PACKAGE / path.relative_to(TESTS).with_name(path.stem.removeprefix("test_"))
        assert tested.is_dir() or tested.with_suffix(".py").is_file(), path.relative_to(TESTS)
