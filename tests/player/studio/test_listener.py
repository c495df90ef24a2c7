"""Where the studio listens."""

import pytest

from primesong.player.studio.listener import is_loopback


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
     ("192.0.2.7", False), ("localhost.evil.example", False)],
)  # fmt: skip
def test_loopback_is_told_apart(host, loopback):
    assert is_loopback(host) is loopback
