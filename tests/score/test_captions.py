"""Captions: an avartan a caption, at its time, with the program as far as it is known by then."""

import pytest
from support.songs import encode

from primesong.files.kinds import LRC, SRT, VTT
from primesong.files.save import SaveOptions, write_bytes
from primesong.number.unfolding import unfold
from primesong.sargam.melody import cut
from primesong.sargam.tala import TALAS
from primesong.score.captions import Caption, caption_melody, write_lrc, write_srt, write_vtt
from primesong.song import Song, compose

CAPTIONS = [
    Caption(0, 4.0, "S R G M | P", ""),
    Caption(3599.9996, 4223.25, "D N", "if a<b --> c&d:"),
]


def test_subrip():
    assert write_srt(CAPTIONS).decode() == (
        "1\n00:00:00,000 --> 00:00:04,000\nS R G M | P\n\n2\n01:00:00,000 --> 01:10:23,250\nD N\nif a<b --> c&d:\n"
    )


def test_webvtt():
    assert write_vtt(CAPTIONS).decode() == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nS R G M | P\n\n"
        "01:00:00.000 --> 01:10:23.250\nD N\nif a&lt;b --&gt; c&amp;d:\n"
    )


def test_lyrics():
    assert write_lrc(CAPTIONS).decode() == "[00:00.00] S R G M | P\n[60:00.00] D N\n[60:00.00] if a<b --> c&d:\n"


def test_the_published_song(song):
    """225 avartans of four seconds; the program's first character comes with digit 181, in the twelfth."""
    captions = caption_melody(song.melody, ("letters",))
    assert len(captions) == 225
    assert [(one.begin, one.end) for one in captions] == [(4.0 * place, 4.0 * place + 4) for place in range(225)]
    assert captions[0].sargam == "R m 'N 'N | S' R P m | R S R 'N | d 'N G' G"
    assert [one.program for one in captions[:11]] == [""] * 11
    assert captions[11].program.startswith("s")
    for number in (56, 224):
        text = unfold(song.digits).text((number + 1) * 16)
        assert (
            captions[number].program.removeprefix("…") == " ".join(text.split())[-len(captions[number].program) + 1 :]
        )


def test_talas_and_short_endings():
    captions = caption_melody(compose(3141592653589, tala=TALAS["jhaptal"], tempo=30.0).melody, ("digit",))
    assert [one.sargam for one in captions] == ["3 1 | 4 1 5 | 9 2 | 6 5 3", "5 8 | 9"]
    assert [(one.begin, one.end) for one in captions] == [(0.0, 5.0), (5.0, 6.5)]


def test_an_excerpt_has_no_program(song):
    captions = caption_melody(cut(song.melody, 40, 41))
    assert [(one.begin, one.program) for one in captions] == [(0.0, ""), (4.0, "")]


@pytest.mark.parametrize("kind", [SRT, VTT, LRC])
def test_they_are_saved_in_a_script(kind):
    song = compose(encode(b"print('\x1b[2J\xe2\x80\xae--> \n\n<b>')"), title="x")
    text = write_bytes(song, kind, SaveOptions(scripts=("devanagari",))).decode()
    assert "सा" in text
    assert "print('[2J--" in text
    assert not {"\x1b", "\u202e"} & set(text)
    assert kind is not VTT or "<b>" not in text
    assert write_bytes(Song(song.melody), kind) != text.encode()
