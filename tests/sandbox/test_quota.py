"""Limits are above zero, and as large as anybody likes."""

import resource

import pytest

from primesong.sandbox.quota import Quota


@pytest.mark.parametrize("name", ["cpu", "time", "memory", "disk", "output"])
def test_limits_are_above_zero(name):
    with pytest.raises(ValueError, match="above 0"):
        Quota(**{name: 0})


def test_limits_that_the_system_cannot_hold_are_the_highest():
    huge = 9_999_999_999_999 << 20
    limits = Quota(cpu=huge, memory=huge, disk=huge).process_limits()
    for name in ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_FSIZE"):
        assert set(limits[name]) == {(1 << 63) - 1}
    assert set(limits) <= set(dir(resource))
