"""What the studio's jobs do: songs opened from every kind of file, repaired, arranged and written; programs run."""

import hashlib
from dataclasses import replace

import pytest
from support.command import run
from support.damage import change_digits
from support.songs import decode, encode, load_bytes
from support.studio import CHECKS, KINDS, PROGRAM, SHA256, damage, ignore, make_content

from primesong.actions import decode as actions
from primesong.actions.arrange import arrange
from primesong.errors import PrimesongError
from primesong.files.kinds import DOWNLOADS
from primesong.limits import DEFAULT_LIMITS
from primesong.player.studio import work
from primesong.sargam.raga import RAGAS, Raga, parse_pitches
from primesong.sargam.tuning import Tuning
from primesong.song import Song, compose


@pytest.fixture(scope="module")
def small():
    """A short song, at a tempo that makes its sound short."""
    return compose(encode(PROGRAM), tempo=120.0, title="small")


def check(song):
    return work.check(ignore, DEFAULT_LIMITS, song)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_gives_its_song(small, tmp_path, kind):
    what, *also = KINDS[kind]
    (tmp_path / "upload").write_bytes(make_content(small, kind, tmp_path))
    opened = work.open_file(ignore, DEFAULT_LIMITS, tmp_path / "upload", f"mine{kind}")
    assert opened.song.digits == small.digits
    assert work.describe(opened)["source"] == f"“mine{kind}” is {what}"
    checks = check(opened.song)
    assert (checks["program"], checks["holds"]) == (SHA256, True)
    assert {label for label, _ in checks["facts"]} == CHECKS | set(also)


@pytest.mark.parametrize("name", ["femtogpt", "-", "/etc/passwd", "../../../etc/passwd", ""])
def test_a_files_name_is_never_a_path(tmp_path, name):
    (tmp_path / "upload").write_bytes(b"3141592653")
    for opened in (
        work.open_file(ignore, DEFAULT_LIMITS, tmp_path / "upload", name),
        work.open_text(ignore, DEFAULT_LIMITS, b"3141592653", name),
    ):
        assert work.describe(opened)["digits"] == 10
        assert work.describe(opened)["source"].endswith(" is a number")


def test_a_damaged_file_is_repaired_as_the_command_does_and_says_so(small, tmp_path):
    (tmp_path / "damaged.mid").write_bytes(make_content(damage(small), ".mid", tmp_path))
    opened = work.open_file(ignore, DEFAULT_LIMITS, tmp_path / "damaged.mid", "damaged.mid")
    assert opened.song.digits == small.digits
    checks = check(opened.song)
    assert checks["program"] == SHA256
    corrected = dict(checks["facts"])["corrected"]
    assert corrected.startswith("1 note was corrected: ")
    done = run("decode", "damaged.mid", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, PROGRAM)
    assert corrected in done.stderr.decode()


def test_what_is_beyond_repair_is_opened_as_it_is(monkeypatch):
    monkeypatch.setattr(actions, "DEFAULT_EFFORT", 0.5)  # seconds
    digits = change_digits(compose(encode(PROGRAM)).digits, range(20, 120))
    opened = work.open_text(ignore, DEFAULT_LIMITS, digits.encode(), "broken")
    checks = check(opened.song)
    assert (checks["program"], checks["holds"], opened.song.digits) == (None, False, digits)
    assert "corrected" not in dict(checks["facts"])


def test_a_search_is_told_by_stage_and_phase():
    told = []
    text = b"".join(b"print(%r)\n" % hashlib.sha256(bytes([n])).hexdigest() for n in range(5))
    opened = work.open_text(told.append, DEFAULT_LIMITS, text, "five lines")
    assert opened.song.program == text
    search = [message for message in told if message.get("stage") == "search"]
    assert {message["phase"] for message in search} == {"sieve", "test", "verify"}
    assert all(message["digits"] == len(opened.song.digits) > 400 for message in search)
    assert all(0 <= message["share"] <= 1 for message in search if message["phase"] != "verify")
    assert next(message["stage"] for message in told if "stage" in message) == "compress"


def test_a_search_that_takes_too_long_is_not_begun(monkeypatch):
    monkeypatch.setattr(work, "LONGEST_SEARCH", 0.0)
    with pytest.raises(PrimesongError, match=r"will have \d+ digits, and finding its prime takes about") as refusal:
        work.open_text(ignore, DEFAULT_LIMITS, PROGRAM, "hello.py")
    assert refusal.value.command == "encode"


def test_limits_hold_for_what_is_opened(tmp_path):
    limits = DEFAULT_LIMITS._replace(digits=5)
    (tmp_path / "upload").write_bytes(b"314159")
    for begin in (
        lambda: work.open_file(ignore, limits, tmp_path / "upload", "pi.txt"),
        lambda: work.open_text(ignore, limits, b"314159", "pi"),
    ):
        with pytest.raises(PrimesongError, match="more than 5 digits") as refusal:
            begin()
        assert refusal.value.limit == "digits"


@pytest.mark.parametrize(
    "kind", sorted({kind.suffix for kind in DOWNLOADS} - {".pdf", ".songbook.pdf", ".wav", ".mp3", ".mxl", ".mp4"})
)
def test_a_download_holds_the_exact_program(small, tmp_path, kind):
    """So does the video, which takes longer, and is downloaded by the page (`test_web`)."""
    loaded = load_bytes(make_content(small, kind, tmp_path), f"taken{kind}")
    assert isinstance(loaded, Song)
    assert decode(loaded) == PROGRAM


def test_paper_can_be_downloaded(small, tmp_path):
    for kind in (".pdf", ".songbook.pdf"):
        assert make_content(small, kind, tmp_path).startswith(b"%PDF-")


def test_a_tuning_of_the_songs_own_can_be_named(small):
    setting = small.melody.setting
    own = Tuning("mine", tuple(place * 101.0 for place in range(12)))
    song = Song(replace(small.melody, setting=replace(setting, tuning=own)))
    assert work.arrange_by_names(song, {"tuning": "mine", "tempo": "90"}).melody.setting.tuning == own
    assert work.arrange_by_names(song, {"tuning": "just"}).melody.setting.tuning.name == "just"
    with pytest.raises(PrimesongError, match="“mine” is not a tuning; expected one of equal, just, gandhar"):
        work.arrange_by_names(small, {"tuning": "mine"})


def test_a_raga_of_the_songs_own_can_be_named(small):
    own = Raga("mine", parse_pitches("S P S' R G m d n G' 'N"))
    song = arrange(small, raga=own)
    assert work.describe(work.Opened(song, "a song"))["raga"] == "mine"
    assert work.arrange_by_names(song, {"raga": "mine", "tala": "rupak"}).mapping.raga == own
    assert work.arrange_by_names(song, {"raga": "durga"}).mapping.raga == RAGAS["durga"]
    with pytest.raises(PrimesongError, match="“mine” is not a raga; expected one of nat-bhairav, bhupali"):
        work.arrange_by_names(small, {"raga": "mine"})


def test_what_goes_wrong_in_a_program_is_said():
    song = compose(encode(b"raise MemoryError"))
    shown = work.introduce_program(ignore, song)
    told = []
    ended = work.run_song(told.append, song, shown["sha256"], shown["level"])
    assert "exit code 1, because it used up the memory it may use" in ended["fault"]
    assert ended["fault"].endswith("; primesong run --memory raises that limit")
    assert any("MemoryError" in message["output"] for message in told)
