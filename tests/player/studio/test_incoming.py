"""Recordings on their way: in order, whole, bounded, and known by their tokens alone."""

import threading

import pytest

from primesong.errors import PrimesongError
from primesong.player.studio import incoming
from primesong.player.studio.incoming import Growing, Incoming


def test_what_is_added_is_read_while_it_grows(tmp_path):
    recordings = Incoming()
    token = recordings.begin(tmp_path)
    stream = Growing(tmp_path)
    read = []
    reader = threading.Thread(target=lambda: read.extend(iter(lambda: stream.read(4), b"")))
    reader.start()
    for part in (b"abcdef", b"", b"g", b"hij"):
        recordings.add(token, part)
    recordings.end(token)
    reader.join(10)
    assert read == [b"abcd", b"efgh", b"ij"]
    stream.close()


def test_a_recording_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(incoming, "MOST_RECORDED", 8)
    recordings = Incoming()
    token = recordings.begin(tmp_path)
    recordings.add(token, b"12345678")
    with pytest.raises(PrimesongError, match="longer than 0 MiB, the limit here"):
        recordings.add(token, b"9")
    assert (tmp_path / "samples").read_bytes() == b"12345678"


def test_only_its_token_reaches_it(tmp_path):
    recordings = Incoming()
    token = recordings.begin(tmp_path)
    assert len(token) > 20
    for wrong in ("", "samples", "../samples", token + "x"):
        with pytest.raises(PrimesongError, match="no longer listens"):
            recordings.add(wrong, b"x")
        with pytest.raises(PrimesongError, match="no longer listens"):
            recordings.end(wrong)
    recordings.forget(token)
    with pytest.raises(PrimesongError, match="no longer listens"):
        recordings.add(token, b"x")
