"""The table of kinds: every row can be called, and nothing else lists kinds."""

import importlib

import pytest

from primesong.errors import PrimesongError
from primesong.files.kinds import BHATKHANDE, KINDS, MIDI, PLAYER, SAVED, SOUND, kind_of_suffix


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_readers_and_writers_that_a_row_names_exist(kind):
    for name in filter(None, (kind.reader, kind.rereader, kind.writer, kind.packer, kind.test)):
        module, _, function = name.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_names_and_suffixes_are_each_given_once():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    suffixes = [suffix for kind in SAVED for suffix in kind.suffixes]
    assert len(set(suffixes)) == len(suffixes)


def test_a_suffix_stands_for_a_kind():
    assert kind_of_suffix("song.MID") is MIDI
    assert kind_of_suffix("song.midi") is MIDI
    assert kind_of_suffix("song.player.html") is PLAYER
    assert kind_of_suffix("song.html") is BHATKHANDE
    with pytest.raises(PrimesongError, match=r"song\.doc: expected a file name that ends in \.wav, .* or \.mp3"):
        kind_of_suffix("song.doc", SOUND)
