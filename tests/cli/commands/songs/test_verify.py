"""`primesong verify`: what it reports of a song that holds, and of one that is damaged."""

import json

from support.command import run
from support.damage import change_digit
from support.published import BITS, DIGITS, MEMBER_BYTES, PROGRAM_BYTES, PROGRAM_SHA256, TRAILING_BYTES


def test_verify_reports_every_check(composed):
    done = run("verify", composed / "femtogpt.mid")
    assert done.returncode == 0
    text = done.stdout.decode()
    for part in (
        "3,600 digits",
        "11,957 bits",
        "not a proof",
        "1,491 bytes, then 4 bytes",
        "2,750 bytes",
        PROGRAM_SHA256,
    ):
        assert part in text
    report = json.loads(run("verify", composed / "femtogpt.mxl", "--json").stdout)
    assert (report["digits"], report["bits"]) == (DIGITS, BITS)
    assert (report["payload_bytes"], report["trailing_bytes"]) == (MEMBER_BYTES, TRAILING_BYTES)
    assert (report["program_bytes"], report["program_sha256"]) == (PROGRAM_BYTES, PROGRAM_SHA256)
    assert (report["probable_prime"], report["record_agrees"], report["holds"]) == (True, True, True)


def test_verify_of_a_wrong_digit_says_exactly_what_fails(tmp_path, song):
    place = 2000
    wrong = change_digit(song.digits, place)
    (tmp_path / "wrong.txt").write_text(wrong)
    done = run("verify", tmp_path / "wrong.txt")
    assert done.returncode == 1
    assert b"composite, for certain" in done.stdout
    assert b"program   the program is damaged: its gzip member fails with" in done.stdout
    assert done.stdout.endswith(b"Not all checks passed.\n")
    decoded = run("decode", tmp_path / "wrong.txt")
    assert (decoded.returncode, decoded.stdout) == (0, song.program)
    changed = f"was {wrong[place]} and is {song.digits[place]}"
    assert decoded.stderr.decode() == f"primesong: 1 note was corrected: note 2,001 (avartan 126, matra 1) {changed}\n"
