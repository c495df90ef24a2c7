"""The readable GPT: its slopes are right, it learns, and the same seed gives the same names. The golfed one prints what
the published one prints."""

import hashlib
import importlib.util
import math
import random
import re
import subprocess
import sys

import pytest

from primesong.number.digits import to_digits
from primesong.number.payload import pack
from primesong.resources import asset
from primesong.sandbox.interpreter import find_python
from primesong.sandbox.process import execute, find_level
from primesong.sandbox.quota import Quota

#: Of what the published program prints with assets/names.txt as its input.txt: 500 losses, 20 names (2 min 18 s).
PUBLISHED_OUTPUT_SHA256 = "ecea5af603fe0db057621571bc48dae7f2c408604719d4d0d4bb5e0af6bc10bc"


@pytest.fixture(scope="module")
def gpt():
    spec = importlib.util.spec_from_file_location("gpt", asset("gpt.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_operation_has_its_slope(gpt):
    operations = {
        "add": lambda a, b: a + b + a,
        "multiply": lambda a, b: a * b * a,
        "scale": lambda a, b: a.scale(-3) + b,
        "power": lambda a, b: a.power(-0.5) + b.power(2),
        "exp": lambda a, b: a.exp() * b,
        "log": lambda a, b: a.log() * b.log(),
        "relu": lambda a, b: a.relu() + b.scale(-1).relu(),
    }
    for name, operation in operations.items():
        a, b = gpt.Value(1.3), gpt.Value(0.7)
        operation(a, b).backward()
        for slope, (up, down) in ((a.slope, ((1, 0), (-1, 0))), (b.slope, ((0, 1), (0, -1)))):
            step = 1e-6
            high, low = (
                operation(gpt.Value(1.3 + way[0] * step), gpt.Value(0.7 + way[1] * step)).number for way in (up, down)
            )
            assert slope == pytest.approx((high - low) / (2 * step), abs=1e-7), name


def test_the_losss_slopes_are_finite_differences(gpt):
    random.seed(1)
    weights = gpt.model(5)
    for rows in weights[6], weights[8]:  # these start at zero, where nothing passes through them
        for row in rows:
            for value in row:
                value.number = random.gauss(0, 0.1)
    word = [4, 0, 3, 4]
    gpt.loss_of(weights, word).backward()
    for rows in weights:
        for _ in range(4):
            value = random.choice(random.choice(rows[:5]))
            number, step = value.number, 1e-5
            losses = []
            for value.number in (number + step, number - step):
                losses.append(gpt.loss_of(weights, word).number)
            value.number = number
            assert value.slope == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-5, abs=1e-8)


def test_its_parts(gpt):
    chances = gpt.softmax([gpt.Value(number) for number in (1000, 1001, 999)])
    assert [chance.number for chance in chances] == pytest.approx([0.24472847, 0.66524096, 0.09003057])
    normal = gpt.norm([gpt.Value(number) for number in (3, -4, 12, 0)])
    assert sum(value.number**2 for value in normal) / 4 == pytest.approx(1, abs=1e-6)
    assert gpt.linear([gpt.Value(2), gpt.Value(3)], [[gpt.Value(5), gpt.Value(7)]])[0].number == 31
    weights = gpt.model(27)
    assert sum(len(row) for rows in weights for row in rows) == 4_064, "as many parameters as the published one has"
    assert len(weights[3]) == gpt.WIDTH == 16
    assert (gpt.HEADS, gpt.SPAN, gpt.STEPS, gpt.NAMES) == (4, 8, 500, 20)


def test_no_letter_sees_the_ones_after_it(gpt):
    random.seed(2)
    weights = gpt.model(5)
    first, second = ([], []), ([], [])
    here = [gpt.scores_of(weights, letter, place, *first) for place, letter in enumerate((4, 1, 2))][1]
    there = [gpt.scores_of(weights, letter, place, *second) for place, letter in enumerate((4, 1, 0))][1]
    assert [value.number for value in here] == [value.number for value in there]


def test_the_loss_falls(gpt):
    random.seed(3)
    weights = gpt.model(4)
    losses = list(gpt.train(weights, [[3, 0, 1, 2, 3], [3, 1, 0, 2, 3]], 20))
    assert losses[0] == pytest.approx(math.log(4), abs=0.02), "at first every letter is as likely as another"
    assert sum(losses[-4:]) / 4 < losses[0] / 2


def test_the_same_seed_gives_the_same_names(tmp_path):
    (tmp_path / "input.txt").write_text("sa\nre\nga\n")
    source = asset("gpt.py").read_text()
    (tmp_path / "gpt.py").write_text(source.replace("500, 20, 0.5", "10, 5, 0.5"))
    runs = [
        subprocess.run(
            [sys.executable, "-I", "-S", "-B", "gpt.py"], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    lines = runs[0].splitlines()
    assert lines[:3] == ["num docs: 3", "vocab size: 6", "num params: 3392"]
    assert lines[3].startswith("step    1 /   10 | loss 1.")
    assert sum(line.startswith("sample ") for line in lines) == 5


def test_it_needs_nothing_but_the_standard_library():
    text = asset("gpt.py").read_text()
    assert [line for line in text.splitlines() if "import" in line] == ["import math", "import random"]


def test_the_names_are_names():
    names = asset("names.txt").read_text("ascii").split("\n")
    assert names.pop() == ""
    assert len(names) == 5_163
    assert names == sorted(set(names))
    assert all(name.isascii() and name.isalpha() and name.islower() for name in names)


def run(program):
    """Run a program in the sandbox, on the names; return what it prints."""
    python, lines = find_python(), []
    names = {"input.txt": asset("names.txt").read_bytes()}
    ending = execute(program, python, find_level(python), Quota(cpu=600), files=names, show=lines.append)
    assert ending.code == 0, lines
    return lines


def shorten(program, steps):
    """Let a GPT learn for `steps` instead of 500: replace each number that counts steps."""
    counts = {"500": steps, "501": steps + 1, "499": steps - 1, "521": steps + 21, "1e3": 2 * steps}
    text, replaced = re.subn(
        r"\b(?:499|500|501|521|(?<=pi/)1e3)\b", lambda found: f"{counts[found[0]]:3d}", program.decode()
    )
    assert replaced
    return text.encode()


def test_the_golfed_one_prints_line_for_line_what_the_published_one_prints(song):
    steps = 3
    golfed = run(shorten(asset("gpt_golfed.py").read_bytes(), steps))
    assert golfed == run(shorten(song.program, steps))
    assert len(golfed) == 3 + steps + 2 + 20


def test_the_golfed_one_prints_the_published_ones_500_losses_and_20_names():
    printed = run(asset("gpt_golfed.py").read_bytes())
    assert hashlib.sha256("".join(f"{line}\n" for line in printed).encode()).hexdigest() == PUBLISHED_OUTPUT_SHA256


def test_the_golfed_ones_number_has_fewer_than_2_200_digits():
    payload = pack(asset("gpt_golfed.py").read_bytes(), "zopfli")
    assert len(to_digits(int.from_bytes(payload + bytes(4)))) < 2_200
