"""The form that the front end's modules keep to, so that they can be joined into one."""

import posixpath
import re
from itertools import chain

import pytest

from primesong.page.front_end import MODULES, WEB, join_modules

IMPORT = re.compile(r'import \{ [\w, ]+ \} from "(\.{1,2}/[\w/]+\.js)";\n')
EXPORT = re.compile(r"export (async function|function|class|const) \w+")
DECLARATION = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def read_lines(name):
    return (WEB / name).read_text("utf-8").splitlines(keepends=True)


def test_every_module_is_joined_once():
    assert sorted(MODULES) == sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js"))


@pytest.mark.parametrize("name", MODULES)
def test_imports_and_exports_stand_on_lines_of_their_own(name):
    before = MODULES[: MODULES.index(name)]
    for line in read_lines(name):
        if line.startswith("import"):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(name), IMPORT.fullmatch(line)[1])) in before
        if line.startswith("export"):
            assert EXPORT.match(line)


@pytest.mark.parametrize("name", MODULES)
def test_comments_share_no_line_with_code_that_would_be_left_out(name):
    inside = False
    for line in map(str.strip, read_lines(name)):
        if line.startswith("/**"):
            inside = "*/" not in line
            assert not line.endswith("*/") or line.count("*/") == 1
        elif inside:
            assert line.startswith("*")
            assert line.count("*/") == line.endswith("*/")
            inside = not line.endswith("*/")
        else:
            assert not line.startswith(("*", "/*"))


def test_no_two_modules_give_a_name_to_different_things():
    declared = list(chain.from_iterable(DECLARATION.findall("".join(read_lines(name))) for name in MODULES))
    assert len(declared) > 50
    assert sorted(set(declared)) == sorted(declared)


def test_the_joined_module_exports_what_a_page_needs():
    *lines, last = join_modules().splitlines()
    assert last == "export { mount, unpackSong };"
    assert not [line for line in lines if line.startswith(("import ", "export "))]
