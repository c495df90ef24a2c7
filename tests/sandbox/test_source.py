"""Consent shows what Python runs: every line break, every character, or the program is refused."""

import subprocess
import sys

import pytest

from primesong.errors import PrimesongError
from primesong.sandbox.source import read_source, show_source

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    "program",
    [
        b"# coding: unicode_escape\n# Nothing. \\nprint('hidden')\n",
        b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\n",
        b"\n \t\x0c# vim: set fileencoding=utf-7 :\n",
        b"# one\r# coding: rot13\n",
        b"# one\r# two\r# coding=raw_unicode_escape\n",
        BOM + b"# coding: cp1252\n",
        b"# coding: utf_16\n",
    ],
)
def test_other_encodings_are_refused(program):
    with pytest.raises(PrimesongError, match=r"declares the encoding .*; only UTF-8 is run"):
        read_source(program)


@pytest.mark.parametrize("name", [b"utf-8", b"UTF-8", b"utf8", b"utf_8"])
def test_utf_8_may_be_declared(name):
    program = b"# coding: " + name + b"\nprint('\xc3\xa1')\n"
    assert read_source(program).endswith("print('á')\n")


def test_a_third_line_declares_nothing():
    assert read_source(b"x = 1\n\n# coding: latin-1\n") == "x = 1\n\n# coding: latin-1\n"


def test_null_bytes_and_other_bytes_are_refused():
    with pytest.raises(PrimesongError, match="contains a null byte"):
        read_source(b"print('a')\0print('b')\n")
    with pytest.raises(PrimesongError, match=r"is not UTF-8 \(byte 7\)"):
        read_source(b"print('\xff')\n")


@pytest.mark.parametrize("newline", [b"\r", b"\r\n", b"\n"])
def test_line_breaks_are_pythons(newline, tmp_path):
    """A carriage return ends a comment in Python, and so it does on the screen."""
    program = b"# A harmless remark" + newline + b"print('seen')" + newline
    assert show_source(program) == "# A harmless remark\nprint('seen')\n"
    (tmp_path / "program.py").write_bytes(program)
    done = subprocess.run([sys.executable, tmp_path / "program.py"], capture_output=True, text=True, check=True)
    assert done.stdout == "seen\n"


@pytest.mark.parametrize("code", [0x0B, 0x0C, 0x1C, 0x85, 0x2028, 0x2029])
def test_what_only_looks_like_a_line_break_is_shown_as_none(code, tmp_path):
    program = f"# A remark{chr(code)}print('not run')\n".encode()
    assert show_source(program) == f"# A remark⟨U+{code:04X}⟩print('not run')\n"
    (tmp_path / "program.py").write_bytes(program)
    done = subprocess.run([sys.executable, tmp_path / "program.py"], capture_output=True, text=True, check=True)
    assert done.stdout == ""


@pytest.mark.parametrize("code", [0x00A0, 0x001B, 0x0008, 0x009B, 0x202E, 0x2066, 0x200B, 0xFEFF, 0x3164, 0xE0041])
def test_what_cannot_be_seen_is_shown_by_its_number(code):
    assert show_source(f"x = 'a{chr(code)}b'\n".encode()) == f"x = 'a⟨U+{code:04X}⟩b'\n"


def test_text_is_shown_as_it_is():
    program = "def सरगम():\n\treturn 'é, ☕, 𝄞'\n"
    assert show_source(program.encode()) == program
    assert show_source(BOM + program.encode()) == program
