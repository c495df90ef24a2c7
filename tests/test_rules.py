"""The rules of the house, as far as a program can read them: how code and tests are laid out, and what they may say."""

import ast
import io
import re
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path

import primesong

PACKAGE = Path(primesong.__file__).parent
TESTS = Path(__file__).parent

#: A module is read at one sitting.
MOST_LINES = 300

#: A folder is seen at a glance; its `__init__.py` apart.
MOST_FILES = 14

#: What files of ours in the package end in.
WRITTEN = {".py", ".pyi", ".c", ".h", ".js", ".css", ".html", ".md"}

#: The lines that half of all functions' bodies have at most, without the docstring.
MEDIAN_BODY = 6

#: Those that nine in ten have at most.
LONG_BODY = 20

#: Where hints become text: for the terminal, and for the studio, which somebody started from one.
SPEAKERS = ("cli/", "player/studio/hints.py", "packages.py")

#: What makes a row of the table of kinds.
KIND_MAKERS = ("Kind", "_caption_kind")

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


def test_no_folder_holds_more_than_one_sees_at_a_glance():
    files = Counter(
        str(path.parent.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*")
        if path.suffix in WRITTEN and path.name != "__init__.py"
    )
    assert len(files) > 40
    assert {folder: count for folder, count in files.items() if count > MOST_FILES} == {}


def test_functions_are_short():
    lengths = sorted(
        node.end_lineno - node.body[ast.get_docstring(node) is not None :][0].lineno + 1
        for module in MODULES
        for node in ast.walk(parse(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.body[ast.get_docstring(node) is not None :]
    )
    assert lengths[len(lengths) // 2] <= MEDIAN_BODY
    assert lengths[len(lengths) * 9 // 10] <= LONG_BODY


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
    """One name a line, under a comment of its own: what it is, in which unit, and why it is so large."""
    several = [
        (module, node.lineno)
        for module in MODULES
        for node in parse(module).body
        if isinstance(node, ast.Assign) and (len(node.targets) > 1 or isinstance(node.targets[0], ast.Tuple | ast.List))
    ]
    assert several == []
    bare = {module: find_bare_constants(path.read_text("utf-8")) for module, path in MODULES.items()}
    assert {module: names for module, names in bare.items() if names} == {}


def test_a_constant_without_a_comment_is_found():
    assert find_bare_constants("#: In seconds.\nLEAST = 1\nMOST: int = 2\n\n_MIDDLE = (\n    3,\n)\n") == [
        "MOST",
        "_MIDDLE",
    ]
    assert find_bare_constants("#: In seconds.\nLEAST = 1\n#: In hours.\nMOST = 2\n") == []
    assert find_bare_constants('RED = "1"  #: Sa\nGREEN = "2"  # Ga\nBLUE = "# Pa"\n') == ["GREEN", "BLUE"]
    assert find_bare_constants('MIDI = Kind("MIDI", 1)\nEXAMPLES = ("",)\nSamples = float\nT = TypeVar("T")\n') == []


def find_bare_constants(source: str) -> list[str]:
    """Find the constants of a module that have no comment of their own, on the line before them or at a line's end."""
    comments = {
        token.start[0]: bool(token.line[: token.start[1]].strip())
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and token.string.startswith("#:")
    }
    return [
        name.id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(name := node.targets[0] if isinstance(node, ast.Assign) else node.target, ast.Name)
        and re.fullmatch(r"_?[A-Z][A-Z0-9_]+", name.id)
        and not is_explained_elsewhere(name.id, node.value)
        and comments.get(node.lineno - 1, True)
        and not any(comments.get(line, False) for line in range(node.lineno, (node.end_lineno or 0) + 1))
    ]


def is_explained_elsewhere(name: str, value: ast.expr | None) -> bool:
    """Whether a constant is a row of the table of kinds, which says what it is, or the examples that a command has."""
    is_row = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in KIND_MAKERS
    return is_row or name == "EXAMPLES"


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
