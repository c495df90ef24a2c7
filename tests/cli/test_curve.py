"""The curve of the losses, drawn in Braille."""

import pytest

from primesong.cli.curve import _draw_curve, draw_dots
from primesong.sandbox.training import Training

#: The dots of a Braille character, from the top, left before right (Unicode, "Braille Patterns").
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def read_dots(rows):
    """Return the places of the dots as (column, height from below)."""
    return {
        (2 * column + side, 4 * (len(rows) - 1 - row) + 3 - dot)
        for row, text in enumerate(rows)
        for column, character in enumerate(text)
        for dot, bits in enumerate(DOTS)
        for side, bit in enumerate(bits)
        if character != " " and (ord(character) - 0x2800) & bit
    }


def test_each_height_has_its_dot():
    heights = [0, 3, 1, 7, 7, 2]
    dots = read_dots(draw_dots(heights, 2))
    assert {(column, height) for column, height in enumerate(heights)} <= dots
    for column in range(len(heights)):  # and nothing stands between that does not join two of them
        lit = sorted(height for at, height in dots if at == column)
        assert lit == list(range(lit[0], lit[-1] + 1))


@pytest.mark.parametrize("heights", [[5.0], [2.0, 2.0, 2.0]])
def test_a_level_curve_is_a_line(heights):
    assert read_dots(draw_dots(heights, 3)) == {(column, 0) for column in range(len(heights))}


@pytest.mark.parametrize("steps", [1, 7, 400])
def test_the_losses_are_drawn_as_far_as_they_are_known(steps):
    training = Training()
    for step in range(1, steps + 1):
        training.read(f"step {step:4d} / {400:4d} | loss {3 - step / 400:.4f}")
    rows = _draw_curve(training, 60).plain.splitlines()
    assert all(len(row) <= 100 for row in rows)
    assert len(rows) == 15
    assert rows[-1].startswith(f"loss; step {steps} of 400, mean loss of the last 50: ")
    widest = max(len(row.rstrip()) for row in rows[:-1]) - 9
    assert widest == pytest.approx(51 * steps / 400, abs=1.1)
    if steps > 1:
        assert float(rows[0].partition("│")[0]) > float(rows[-2].partition("│")[0])
