"""`primesong decode` as a user meets it: the program on standard output, remarks on standard error."""

import hashlib
import io
from dataclasses import replace

import mido
import pytest
from support.command import run
from support.damage import change_digit
from support.published import PROGRAM_BYTES, PROGRAM_SHA256
from support.songs import encode
from support.terminal import run_on_a_terminal

from primesong.cli.main import main
from primesong.files.kinds import MIDI, SARGAM
from primesong.number.payload import pack
from primesong.repair.coda import add_coda
from primesong.repair.search import exhaustive
from primesong.score.midi import write_notes
from primesong.song import compose


@pytest.mark.parametrize("name", ["femtogpt.mid", "femtogpt.musicxml", "femtogpt.mxl", "femtogpt.sargam"])
def test_decode_gives_the_program(composed, name):
    done = run("decode", composed / name)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout) == PROGRAM_BYTES
    assert hashlib.sha256(done.stdout).hexdigest() == PROGRAM_SHA256


def test_pipes(composed):
    digits = run("decode", "-", stdin=(composed / "femtogpt.mid").read_bytes())
    assert len(digits.stdout) == PROGRAM_BYTES
    number = run("encode", "-", stdin=b"print('sa')\n")
    assert run("decode", "-", stdin=number.stdout).stdout == b"print('sa')\n"
    hexadecimal = hex(int(number.stdout)).encode()
    assert run("decode", "-", stdin=hexadecimal).stdout == b"print('sa')\n"


def test_decode_writes_to_a_file_or_to_standard_output(composed, tmp_path):
    done = run("decode", composed / "femtogpt.mid", "-o", "-", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert hashlib.sha256(done.stdout).hexdigest() == PROGRAM_SHA256
    assert list(tmp_path.iterdir()) == []
    assert run("decode", composed / "femtogpt.mid", "-o", "gpt.py", cwd=tmp_path).stdout == b""
    assert hashlib.sha256((tmp_path / "gpt.py").read_bytes()).hexdigest() == PROGRAM_SHA256


def test_decode_gives_the_beginning_of_a_program_that_cannot_be_mended(tmp_path, song):
    """The second half of the notes reversed."""
    (tmp_path / "wrong.txt").write_text(song.digits[:1800] + song.digits[:1799:-1])
    decoded = run("decode", tmp_path / "wrong.txt", "--effort", "1")
    assert (decoded.returncode, decoded.stdout) == (1, b"")
    assert b"bytes of the program are plausible; --partial prints them" in decoded.stderr
    partial = run("decode", tmp_path / "wrong.txt", "--effort", "1", "--partial")
    assert partial.returncode == 1
    assert len(partial.stdout) > 1000
    assert song.program.startswith(partial.stdout)


def test_what_is_not_damaged_is_not_repaired(tmp_path, monkeypatch, capsys, song):
    """A program beyond the limit, a number without one whose record says that it is whole, too many notes."""
    member = pack(b"sa re ga ma " * 100_000)
    (tmp_path / "large.txt").write_text(hex(int.from_bytes(member + bytes(4), "big")))
    (tmp_path / "pi.txt").write_text("31415926535897932384626433832795\n")
    monkeypatch.chdir(tmp_path)
    assert main(["compose", "pi.txt", "--format", "mid", "--quiet"]) == 0
    search, tried = exhaustive.search, []
    monkeypatch.setattr(exhaustive, "search", lambda *given, **how: tried.append(how) or search(*given, **how))
    capsys.readouterr()
    for source, sentence in (
        (
            "large.txt",
            "the program is longer than 1,048,576 bytes, the limit for unpacking; --limit program=N raises it",
        ),
        ("pi.mid", "the number holds no program: its first bytes are 01 8c 86, not gzip's 1f 8b 08"),
    ):
        assert main(["decode", source]) == 1
        assert capsys.readouterr().err == f"primesong: {sentence}\n"
    (tmp_path / "long.txt").write_text("25669205232646188" * 6_000)
    assert main(["decode", "long.txt"]) == 1
    assert tried == []
    (tmp_path / "wrong.txt").write_text(change_digit(song.digits, 2000))
    assert main(["decode", "wrong.txt"]) == 0
    assert len(tried) == 1, "what is damaged is repaired"


def test_a_program_cannot_steer_the_terminal(tmp_path):
    hostile = b"\x1b]0;gone\x07\x1b[2J\xe2\x80\xae# \xff\nprint(1)\n"
    number = run("encode", "-", stdin=hostile).stdout
    (tmp_path / "hostile.txt").write_bytes(number)
    shown, _ = run_on_a_terminal("decode", "hostile.txt", cwd=tmp_path)
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "print(1)" in shown
    assert run("decode", tmp_path / "hostile.txt").stdout == hostile


def test_sargam_without_its_record_is_read(composed, tmp_path):
    lines = (composed / "femtogpt.sargam").read_text().splitlines()
    bare = "\n".join(line for line in lines if not line.startswith("#"))
    (tmp_path / "bare.txt").write_text(bare)
    assert hashlib.sha256(run("decode", tmp_path / "bare.txt").stdout).hexdigest() == PROGRAM_SHA256
    assert SARGAM.suffix == ".sargam"


def test_decode_says_what_an_excerpt_lacks(tmp_path, capsys):
    assert main(["compose", "--format", "mid,mxl", "--start", "2", "--end", "11", "-o", str(tmp_path)]) == 0
    for name in ("femtogpt.mid", "femtogpt.mxl"):
        assert main(["decode", str(tmp_path / name)]) == 1
        assert "3,440 of the song's 3,600 notes are missing" in capsys.readouterr().err
        assert main(["verify", str(tmp_path / name)]) == 1
        assert "3,440 of the song's 3,600 notes are missing" in capsys.readouterr().out


@pytest.fixture(scope="module")
def rivals():
    """Two songs."""
    return [compose(encode(program)) for program in (b"print('sa')\n", b"print('pa ma ga')\n")]


def join_tracks(*files):
    """Put the tracks of MIDI files into one file."""
    made, *others = (mido.MidiFile(file=io.BytesIO(data)) for data in files)
    for other in others:
        made.tracks += other.tracks
    out = io.BytesIO()
    made.save(file=out)
    return out.getvalue()


def test_another_song_in_the_file_is_remarked(tmp_path, capsys, rivals):
    path = tmp_path / "two.mid"
    path.write_bytes(join_tracks(*(MIDI.write(song.melody) for song in rivals)))
    assert main(["decode", str(path)]) == 0
    assert capsys.readouterr() == ("print('sa')\n", "primesong: another song in the file was not decoded\n")
    path.write_bytes(join_tracks(*[MIDI.write(rivals[0].melody)] * 2))
    assert main(["decode", str(path)]) == 0
    assert capsys.readouterr() == ("print('sa')\n", "")


def test_a_record_of_another_number_is_remarked(tmp_path, capsys, rivals):
    ours, others = (song.melody.record.sha256.encode() for song in rivals)
    text = SARGAM.write(rivals[0].melody, ("roman",))
    assert ours in text
    (tmp_path / "song.sargam").write_bytes(text.replace(ours, others))
    assert main(["decode", str(tmp_path / "song.sargam")]) == 0
    told = "primesong: the SHA-256 in the file's record is of another number\n"
    assert capsys.readouterr() == ("print('sa')\n", told)


def test_a_coda_that_does_not_agree_is_remarked(tmp_path, capsys, rivals):
    melody = add_coda(rivals[0], 0.2).melody
    wrong = melody.coda_digits[:12] + str((int(melody.coda_digits[12]) + 1) % 10) + melody.coda_digits[13:]
    for coda, told in (
        (melody.coda_digits, ""),
        (wrong, "primesong: the error-correction notes do not agree with the number's notes\n"),
        (
            wrong[:9] + wrong[-10:8:-1] + wrong[-9:],
            "primesong: the error-correction notes do not agree with the number's notes\n",
        ),
    ):
        (tmp_path / "song.sargam").write_bytes(SARGAM.write(replace(melody, coda_digits=coda), ("roman",)))
        assert main(["decode", str(tmp_path / "song.sargam")]) == 0
        assert capsys.readouterr() == ("print('sa')\n", told)


@pytest.mark.parametrize("command", ["decode", "verify", "notes"])
def test_how_a_files_notes_were_read_is_said_in_one_line(command, tmp_path, capsys):
    song = compose(encode(b"print('sa re ga ma pa dha ni sa')"))
    file = mido.MidiFile(file=io.BytesIO(write_notes([12, *song.melody.midi_notes], 60.0)))
    file.tracks[0] = mido.MidiTrack(
        octave for message in file.tracks[0] for octave in (
            [message, message.copy(note=message.note + 12, time=0)] if message.type == "note_on" else [message]
        )
    )  # fmt: skip
    file.save(tmp_path / "song.mid")
    assert main([command, str(tmp_path / "song.mid")]) == 0
    told = capsys.readouterr().err
    assert "notes outside the song's ten pitches were left out; " in told
    assert (told.count("\n"), told.count("primesong: ")) == (1, 1)
