"""What is too much is refused in one sentence, which names the limit and the flag that raises it; then it is read."""

import contextlib
import io
import json
import lzma
import struct
import time
import tracemalloc
import zipfile
import zlib

import mido
import numpy as np
import pytest
import soundfile

import primesong
from primesong.cli.main import main
from primesong.cli.options import parse_limit
from primesong.errors import PrimesongError, SongError
from primesong.files.kinds import MIDI, MUSICXML, MXL, SARGAM
from primesong.limits import DEFAULT_LIMITS, UNITS, Limits
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.score.bhatkhande.page import read_page
from primesong.score.qr.code import read_qr
from primesong.score.reading.midi import read_midi
from primesong.score.reading.musicxml import read_musicxml, read_mxl
from primesong.score.reading.sargam import read_sargam
from primesong.sound.capture import read_stream
from primesong.sound.file import read_recording, stream_recording


@pytest.fixture(scope="module")
def sung():
    """A song of a program that shrinks a hundredfold, and its melody without a record."""
    return primesong.compose(find_prime(pack(b"print(1)\n" + b"#" * 3000)))


def archive(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def bomb():
    """An .mxl whose score is mostly blanks."""
    score = MUSICXML.write(primesong.compose(31415926535).melody).replace(b"<part ", b" " * (3 << 20) + b"<part ")
    return archive({"META-INF/container.xml": "<container><rootfile full-path='s.xml'/></container>", "s.xml": score})


def png(width, height):
    """A PNG whose header says so many pixels, and which has none."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + b"\0\0\0\0IDAT5\xaf\x06\x1e"
    )


def wav(seconds=3, rate=8000, channels=1, frames=None):
    out = io.BytesIO()
    samples = np.sin(np.arange(int(seconds * rate) * channels) / 5).reshape(-1, channels)
    soundfile.write(out, samples, rate, format="WAV", subtype="PCM_16")
    data = out.getvalue()
    return data if frames is None else data[:40] + struct.pack("<I", 2 * channels * frames) + data[44:]


#: For each limit: the suffix of a file, what makes its content of a song, a value that is too small for it, and one
#: that is not.
CASES = {
    "file": ("txt", lambda song: song.digits.encode(), 100, 1000),
    "text": ("sargam", lambda song: SARGAM.write(song.melody), 100, 5000),
    "digits": ("mid", lambda song: MIDI.write(song.melody), 100, 200),
    "program": ("mid", lambda song: MIDI.write(song.melody), 3008, 3009),
    "xml": ("musicxml", lambda song: MUSICXML.write(song.melody), 1000, 10**6),
    "depth": ("musicxml", lambda song: MUSICXML.write(song.melody), 6, 7),
    "entries": ("mxl", lambda song: MXL.write(song.melody), 2, 3),
    "tracks": ("mid", lambda song: MIDI.write(song.melody), 1, 2),
    "events": ("mid", lambda song: MIDI.write(song.melody), 300, 1000),
    "ticks": ("mid", lambda song: MIDI.write(song.melody), 1000, 100_000),
}


@pytest.mark.parametrize("name", CASES)
def test_every_limit_has_its_sentence_and_its_flag(name, sung, tmp_path, capsys):
    suffix, make, little, enough = CASES[name]
    path = tmp_path / f"song.{suffix}"
    path.write_bytes(make(sung))
    assert main(["decode", str(path), "--limit", f"{name}={little}"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f" {little:,} {UNITS[name].removesuffix(' of program')}" in told.err
    assert told.err.endswith(f"--limit {name}=N raises it\n")
    assert told.err.count("\n") == 1
    assert main(["decode", str(path), "--limit", "depth=99", "--limit", f"{name}={enough}"]) == 0
    assert capsys.readouterr().out.startswith("print(1)\n###")
    assert primesong.decode(path, Limits(**{name: enough})).program.startswith(b"print(1)")
    with pytest.raises(PrimesongError) as caught:
        primesong.decode(path, Limits(**{name: little}))
    assert caught.value.limit == name


@pytest.mark.parametrize(
    ("name", "suffix", "data", "little", "enough"),
    [
        ("digits", "txt", b"0x" + b"f" * 90, 100, 120),
        ("digits", "txt", b"1_" * 101, 100, 101),
        ("ratio", "mxl", bomb(), 200, 2_000),
        ("sound", "wav", wav(), 2, 3),
        ("channels", "wav", wav(channels=9), 8, 9),
        ("pixels", "png", png(100, 101), 10_000, 10_100),
    ],
)
def test_limits_of_files_that_hold_no_song_are_raised_too(name, suffix, data, little, enough, tmp_path, capsys):
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(data)
    assert main(["decode", str(path), "--limit", f"{name}={little}"]) == 1
    assert f"more than {little:,} {UNITS[name]}, the limit for reading; --limit {name}=N raises it\n" in (
        capsys.readouterr().err
    )
    assert main(["decode", str(path), "--limit", f"{name}={enough}"]) == 1
    assert "--limit" not in capsys.readouterr().err


def test_an_instruments_recording_has_a_limit_of_its_own(tmp_path, capsys):
    (tmp_path / "note.wav").write_bytes(wav(seconds=5))
    command = ["render", "femtogpt", "-o", str(tmp_path / "x.wav"), "--sample", str(tmp_path / "note.wav")]
    assert main([*command, "--limit", "sample=4"]) == 1
    assert "note.wav has more than 4 seconds of sound, the limit for reading; --limit sample=N" in (
        capsys.readouterr().err
    )
    assert read_recording(tmp_path / "note.wav", Limits(sample=5)).samples.shape == (40_000, 1)


def test_every_limit_is_named_in_the_help_and_tested_here(capsys):
    assert main(["help", "limits"]) == 0
    told = capsys.readouterr().out
    others = {"ratio", "sound", "sample", "channels", "pixels", "proof"}
    assert set(UNITS) == set(DEFAULT_LIMITS._fields) == others | set(CASES)
    assert all(f"  {name} " in told and told.count(unit) for name, unit in UNITS.items())


@pytest.mark.parametrize(
    ("text", "read"),
    [("digits=7", {"digits": 7}), ("program=4M", {"program": 4 << 20}), ("4096", {"program": 4096}),
     ("file=2G", {"file": 2 << 30}), ("text=1K", {"text": 1024})],
)  # fmt: skip
def test_limits_are_read(text, read):
    assert parse_limit(text) == read


@pytest.mark.parametrize(
    ("text", "message"),
    [("=", "“” is not a limit; expected file"), ("notes=5", "“notes” is not a limit; expected file, text, digits"),
     ("digits=", "expected a whole number above 0, got “”"), ("digits=M", "expected a whole number above 0, got “”"),
     ("digits=-1", "got “-1”"), ("digits=9999999999G", "a limit is at most")],
)  # fmt: skip
def test_what_is_no_limit_is_named(text, message, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["decode", "femtogpt", "--limit", text])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../score.xml", "/etc/passwd", "a/../../b", "..\\\\b"])
def test_an_mxl_names_no_file_outside_it(name):
    container = f"<container><rootfile full-path='{name}'/></container>"
    with pytest.raises(SongError, match="lies outside it"):
        read_mxl(archive({"META-INF/container.xml": container}))


def test_headers_lie(tmp_path):
    recording = stream_recording(io.BytesIO(wav(frames=10**9)))  # libsndfile believes the file's size more
    assert (sum(map(len, recording.blocks)), recording.sample_rate) == (24_000, 8000)
    slow = wav()[:24] + struct.pack("<I", 7) + wav()[28:]
    with pytest.raises(SongError, match="sample rate is 7 Hz; expected 4,000 to"):
        stream_recording(io.BytesIO(slow))
    recording = stream_recording(io.BytesIO(wav()), Limits(sound=2)._replace(sound=3))
    assert len(list(recording.blocks)) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"RIFF    WAVEfmt \x04\0\0\0\1\0\1\0", "format is cut short"),
        (b"RIFF    WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 0, 8000, 0, 0, 16), "no channels"),
        (b"RIFF    WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 99, 8000, 0, 0, 16), "more than 8 channels"),
        (b"RIFF    WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 2**32 - 1, 0, 0, 16), "4,294,967,295 Hz"),
        (b"RIFF    WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 0, 0, 24), "have 24 bits"),
        (b"RIFF    WAVELIST" + struct.pack("<I", 2**32 - 1), "ends before its samples"),
    ],
)
def test_a_pipes_wav_is_named_where_it_is_wrong(data, message):
    with pytest.raises(SongError, match=message):
        read_stream(io.BytesIO(data))


def test_listening_ends_at_the_limit(tmp_path, monkeypatch, capsys):
    (tmp_path / "long.wav").write_bytes(wav(seconds=20))
    with (tmp_path / "long.wav").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(["listen", "-", "--quiet", "--limit", "sound=5"]) == 1
    assert "the recording has more than 5 seconds of sound" in capsys.readouterr().err


def test_a_certificate_that_is_a_bomb(tmp_path, capsys):
    (tmp_path / "bomb.xz").write_bytes(lzma.compress(bytes(100_000)))
    assert main(["certificate", str(tmp_path / "bomb.xz"), "--limit", "text=50000"]) == 1
    assert "more than 50,000 bytes of text" in capsys.readouterr().err
    (tmp_path / "cut.xz").write_bytes(lzma.compress(bytes(100_000))[:-20])
    assert main(["certificate", str(tmp_path / "cut.xz")]) == 1
    assert "the xz file is cut short" in capsys.readouterr().err


def test_a_certificate_of_a_number_too_long_to_check(tmp_path, capsys):
    """It would be checked for days: a power of a number of a million digits."""
    claim = {"format": "primesong certificate 1", "theorem": "power of two", "number": hex(3 << 3_500_000 | 1)}
    (tmp_path / "long.xz").write_bytes(lzma.compress(json.dumps(claim | {"power": 3_500_000, "witness": 3}).encode()))
    assert main(["certificate", str(tmp_path / "long.xz")]) == 1
    told = capsys.readouterr().err
    assert "the certificate has more than 100,000 digits to be proved" in told
    assert told.endswith("--limit proof=N raises it\n")
    assert main(["certificate", str(tmp_path / "long.xz"), "--limit", "proof=2M", "--format", "primesong"]) == 0


def midi_of(events, tracks=1):
    """A MIDI file of ready events, told by the standard and not by a library."""
    track = b"MTrk" + struct.pack(">I", len(events)) + events
    return b"MThd" + struct.pack(">IHHH", 6, 1, tracks, 480) + track * tracks


#: Files that are small, or of a few megabytes, and would take gigabytes or minutes.
HOSTILE = {
    "a MIDI file of 200,000 events in running status": (read_midi, midi_of(b"\0\x90" + b"\0<\1" * 200_000)),
    "a MIDI file of many tracks": (read_midi, b"MThd" + struct.pack(">IHHH", 6, 1, 65535, 1) + b"MTrk\0\0\0\0" * 65535),
    "a MIDI file of one long text": (read_midi, midi_of(b"\0\xff\1\x83\xff\xff\x7f" + b'"primesong"[' * 699_050)),
    "XML of nothing but elements": (read_musicxml, b"<score-partwise>" + b"<a/>" * 500_000),
    "XML of nothing but ties": (read_musicxml, b"<score-partwise><note>" + b"<tie/>" * 400_000),
    "XML of one long name": (read_musicxml, b"<" + b"a" * 4_000_000 + b"/>"),
    "XML that is deep": (read_musicxml, b"<a>" * 1_000_000),
    "a page of comments without end": (read_page, b"<html>" + b"<!--" * 300_000),
    "a page of tags without end": (read_page, b"<html>" + b"<b" * 1_000_000),
    "a page of declarations": (read_page, b"<html>" + b"<!" * 1_000_000),
    "a page of one tag": (read_page, b"<b " + b"a " * 1_000_000),
    "sargam of marks": (read_sargam, b"S" + ("\u0323\u0952" * 500_000).encode()),
    "sargam of lines": (read_sargam, b"\n" * 500_000),
    "sargam of remarks": (read_sargam, b"# \"primesong\" [[[\n" * 50_000),
    "sargam of bars": (read_sargam, b"|" * 4_000_000),
    "an .mxl of many entries": (read_mxl, archive({f"f{number}": b"" for number in range(1_001)})),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_little_time_and_memory(name):
    read, data = HOSTILE[name]
    tracemalloc.start()
    started = time.process_time()
    try:
        with contextlib.suppress(SongError):
            read(data)
    finally:
        seconds, (_, most) = time.process_time() - started, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert seconds < 30, "linear time is far below, quadratic time far above"
    assert most < 100 << 20


def test_a_picture_is_measured_by_its_header():
    with pytest.raises(SongError, match="more than 50,000,000 pixels"):
        read_qr(png(60_000, 60_000))
    with pytest.raises(SongError, match="picture is damaged"):
        read_qr(png(60_000, 60_000), Limits(pixels=1 << 40))
    with pytest.raises(SongError, match="picture is damaged"):
        read_qr(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")


def test_our_reading_of_midi_is_midos():
    """Running status, system exclusive and meta events between notes, read by both."""
    events = bytes.fromhex(
        "00 90 3c 40  10 3e 40  00 f0 03 01 02 f7  08 ff 01 02 68 69  00 90 40 40  81 00 41 00  00 c0 05  05 d0 07"
        "00 e0 00 40  00 91 45 40  7f 47 01  00 99 23 40  00 ff 2f 00"
    )
    data = midi_of(events, tracks=2)
    lines = []
    for number, track in enumerate(mido.MidiFile(file=io.BytesIO(data)).tracks, start=1):
        for channel in (0, 1):
            on = [message for message in track if message.type == "note_on" and message.velocity]
            notes = [message.note for message in on if message.channel == channel]
            lines.append((notes, f"track {number}, channel {channel + 1}"))
    lines.sort(key=lambda line: -len(line[0]))
    assert [(line.midi_notes, line.source) for line in read_midi(data)] == lines
    assert lines[0][0] == [60, 62, 64]


def test_chunks_of_other_kinds_are_passed_over():
    data = midi_of(b"\0\x90\x3c\x40\0\xff\x2f\0")
    assert read_midi(data[:14] + b"XFIH\0\0\0\3abc" + data[14:])[0].midi_notes == [60]


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (b"\0\x3c\x40", "track 1 has no event at byte 23"),
        (b"\0\x90\x3c", "track 1 ends within the event at byte 23"),
        (b"\0\xff\1\x7fa", "track 1 ends within the event at byte 23"),
        (b"\xff\xff\xff\xff\x7f\x90\x3c\x40", "quantity at byte 23 is longer than 4 bytes"),
        (b"\0\x90", "track 1 ends within"),
        (b"\0", "it ends too soon"),
    ],
)
def test_damage_in_a_track_is_named(events, message):
    with pytest.raises(SongError, match=message):
        read_midi(midi_of(events))
