"""What a program reaches for, as its syntax tree tells."""

import pytest

from primesong.errors import PrimesongError
from primesong.sandbox.reach import read_reach


@pytest.mark.parametrize(
    ("program", "imports", "leads"),
    [
        (b"print(1)", (), {}),
        (b"import os.path, math\nfrom urllib import request", ("os.path", "math", "urllib"),
         {"files": ("os",), "network": ("urllib",), "processes": ("os",)}),
        (b"().__class__.__subclasses__()", (), {"hidden code": ("__subclasses__",)}),
        (b"def f():\n  import socket\n  exec(open('x'))", ("socket",),
         {"files": ("open",), "network": ("socket",), "hidden code": ("exec",)}),
        (b"# a remark\rimport socket", ("socket",), {"network": ("socket",)}),
    ],
)  # fmt: skip
def test_what_a_program_reaches_for(program, imports, leads):
    reach = read_reach(program)
    assert (reach.imports, reach.leads, reach.fault) == (imports, leads, None)


@pytest.mark.parametrize("program", [b"print(", b"(" * 10_000, b"-" * 100_000 + b"1"])
def test_a_program_that_is_not_python_has_a_fault(program):
    assert read_reach(program).fault


@pytest.mark.parametrize("program", [b"\x00", b"\xff\xfe", b"# coding: moo"])
def test_a_program_that_python_could_read_differently_is_refused(program):
    with pytest.raises(PrimesongError, match=r"null byte|not UTF-8|the encoding moo"):
        read_reach(program)
