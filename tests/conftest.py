"""What the tests share: the published song, the tools of others, and no skipping in CI."""

import os

# Tests run on all cores side by side; threads of linear algebra would only wait for each other, and spin. Set before
# NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import functools
import gc
import importlib
import pkgutil
import shutil
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings
from support import players
from support.minute import PROGRAM, render_mono

import primesong.deadline
import primesong.repair
import primesong.sound.hear
from primesong.actions import verify
from primesong.actions.decode import load
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.sandbox.process import find_level
from primesong.sargam.melody import Melody
from primesong.song import Song, compose

ROOT = Path(__file__).parent.parent

pytest_plugins = ["support.browser"]

#: Helpers and scripts, not tests.
collect_ignore = ["support"]

# A shell that starts the tests in the background has Ctrl-C ignored, by all that they start too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Most tests verify one number, whose test takes half a second.
verify.is_probable_prime = functools.cache(verify.is_probable_prime)


def count_effort_in_processor_time() -> None:
    """Count the effort of repairs in processor time: they get as far on a busy machine as on an idle one."""
    clock = SimpleNamespace(monotonic=time.process_time)
    modules = [primesong.deadline]
    for package in (primesong.repair, primesong.sound.hear):
        below = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        modules += [importlib.import_module(found.name) for found in below]
    for module in modules:
        if hasattr(module, "time"):
            module.time = clock


count_effort_in_processor_time()


def pytest_collection_modifyitems(items):
    """Begin with what is heard in real time: later it would stand beside tests that take all cores, and lose sound."""
    items.sort(key=lambda item: item.get_closest_marker("real_time") is None)


def pytest_collection_finish(session):
    """Leave what was imported and collected, which stays, out of garbage collections, and have fewer of them: they took
    more than a tenth of all time."""
    gc.freeze()
    gc.set_threshold(100_000)


settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")


@pytest.fixture(scope="session")
def song() -> Song:
    """The published song."""
    return load("femtogpt")


@pytest.fixture(scope="session")
def melody(song: Song) -> Melody:
    """The published song's melody."""
    return song.melody


@pytest.fixture(scope="session")
def short_song() -> Song:
    """A song of a minute and a half, 445 notes, four a second."""
    return compose(find_prime(pack(PROGRAM)))


@pytest.fixture(scope="session")
def short(short_song: Song) -> Melody:
    """Its melody."""
    return short_song.melody


@pytest.fixture(scope="session")
def strokes(short: Melody) -> list[players.Stroke]:
    """It, as a steady player strikes its keys."""
    return players.perform(short, players.STEADY)


@pytest.fixture(scope="session")
def sound(short, tmp_path_factory):
    """Its sound."""
    samples = render_mono(short, tmp_path_factory.mktemp("short"))
    samples.flags.writeable = False
    return samples


@pytest.fixture
def untried():
    """Forget which level works here, before and after a test."""
    find_level.cache_clear()
    yield
    find_level.cache_clear()


@pytest.fixture(scope="session")
def long_sound(melody, tmp_path_factory):
    """The published song's sound."""
    samples = render_mono(melody, tmp_path_factory.mktemp("long"))
    samples.flags.writeable = False
    return samples


@pytest.fixture
def tool():
    """Find a program that others wrote; skip the test, saying which is missing."""

    def find(*names: str) -> str:
        for name in names:
            if path := shutil.which(name):
                return path
        pytest.skip(f"{names[0]} is not installed")

    return find


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI nothing is skipped: {call.excinfo.value}"
