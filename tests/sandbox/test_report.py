"""What is said before a program is run, and after it has ended."""

import hashlib

import pytest

from primesong.errors import PrimesongError
from primesong.sandbox.levels import LEVELS
from primesong.sandbox.process import Ending
from primesong.sandbox.quota import MIB, Quota
from primesong.sandbox.report import describe_program, describe_progress, find_fault, summarize
from primesong.sandbox.training import Training


def test_an_introduction_names_program_reach_and_sandbox():
    program = b"import os, socket\nprint(eval('6 * 7'), open)\n"
    assert describe_program(program, LEVELS[0]) == [
        ("program", f"45 bytes, SHA-256 {hashlib.sha256(program).hexdigest()}"),
        ("imports", "os, socket"),
        ("reaches", "files: os, open"),
        ("reaches", "network: socket"),
        ("reaches", "processes: os"),
        ("reaches", "hidden code: eval"),
        ("sandbox", "bubblewrap: no network, none of your files, a read-only system, one process"),
    ]
    assert dict(describe_program(b"print(", LEVELS[1]))["syntax"] == "Python cannot read it: '(' was never closed"
    with pytest.raises(PrimesongError, match="only UTF-8 is run"):
        describe_program(b"# coding: unicode_escape\n", LEVELS[0])


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("cpu", "it used up 1,800 s of processor time"),
        ("time", "it ran for 3,600 s"),
        ("disk", "its files took more than 0.5 MiB"),
        ("output", "it printed more than 16 MiB"),
    ],
)
def test_a_limit_is_named_and_hinted_at(limit, text):
    fault = find_fault(Ending(-9, 2.0, limit, Quota(disk=MIB // 2)), Training())
    assert (str(fault), fault.option) == (f"the program was stopped: {text}", limit)


@pytest.mark.parametrize(
    ("code", "last_words", "text", "option"),
    [
        (1, "", "with exit code 1", None),
        (125, "sa", "with exit code 125 (its last words: sa)", None),
        (-11, "", "with signal SIGSEGV", None),
        (1, "MemoryError", "with exit code 1, because it used up the memory it may use (its last words: MemoryError)",
         "memory"),
        (1, "OSError: [Errno 28] No space left on device", "with exit code 1, because it used up the space for files "
         "(its last words: OSError: [Errno 28] No space left on device)", "disk"),
        (1, "PermissionError: [Errno 1] Operation not permitted", "with exit code 1, because the sandbox forbids what "
         "it tried (its last words: PermissionError: [Errno 1] Operation not permitted)", None),
    ],
)  # fmt: skip
def test_a_failure_is_explained_by_the_last_words(code, last_words, text, option):
    training = Training([3.5], 500, [], last_words)
    fault = find_fault(Ending(code, 1.0, None, Quota()), training)
    assert (str(fault), fault.option) == (f"the program failed after step 1 of 500 {text}", option)


def test_a_good_end_has_no_fault():
    assert find_fault(Ending(0, 1.0, None, Quota()), Training(last_words="MemoryError")) is None
    assert describe_progress(Training()) == ""


def test_a_summary_counts_names_against_the_list():
    training = Training(names=["anna", "zyx", "anna"])
    assert summarize(training, b"anna\nben\n") == [
        ("names", "2 different: 1 in the list of 2 that it learned from, 1 new"),
        ("known", "anna"),
        ("new", "zyx"),
    ]
    assert summarize(Training(), b"anna\n") == []
