"""`primesong encode`: with its wishes, interrupted and resumed, and what it refuses before it searches."""

import gzip
import json
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import gmpy2
import pytest
from support.command import run
from support.greeting import PROGRAM, base_of, number_of, program_of

from primesong.actions import encode, prove
from primesong.cli.main import main
from primesong.cli.parser import load_command
from primesong.errors import LostError
from primesong.primes import plan
from primesong.primes.kernel import extension
from primesong.primes.plan import find_prime
from primesong.primes.tally import SearchProgress


@pytest.mark.parametrize("options", [(), ("--workers", 1), ("--kernel", "gmpy2"), ("--compressor", "zlib")])
def test_encode_is_next_prime(hello, options):
    number = number_of(run("encode", hello, *options, cwd=hello.parent))
    assert program_of(number) == PROGRAM
    assert number == gmpy2.next_prime((number >> 32 << 32) - 1)
    assert sorted(path.name for path in hello.parent.iterdir()) == ["hello.py"]


def test_encode_minified_is_shorter_and_says_so(hello):
    plain = number_of(run("encode", hello, "--quiet", "--compressor", "zlib"))
    done = run("encode", hello, "--minify", "--effort", 1)
    shorter = number_of(done)
    assert shorter < plain
    said = re.fullmatch(
        r"payload (\d+) bytes \(minified, zopfli\); zlib alone (\d+): (\d+) bytes, about (\d+) digits, "
        r"([\d.]+) s of music saved\n",
        done.stderr.decode(),
    )
    assert said, done.stderr
    assert int(said[4]) == len(str(plain)) - len(str(shorter))
    assert float(said[5]) == pytest.approx(int(said[4]) / 4, abs=0.05)
    printed = subprocess.run([sys.executable, "-c", program_of(shorter)], capture_output=True, check=True).stdout
    assert printed == b"sa re ga\n"


def test_the_best_choice_is_taken_and_all_are_told(hello):
    done = run("encode", hello, "--best", "--effort", 1)
    rows = [
        re.fullmatch(
            r"(.+): +([\d,]+) bytes +([\d,]+) notes +(\d+:\d\d) minutes; saves (\d+) notes, \d+:\d\d minutes", line
        )
        for line in done.stderr.decode().splitlines()
    ]
    assert [row[1] for row in rows] == [
        "zlib",
        "zopfli",
        "zopfli, several encodings",
        "minified, zopfli",
        "minified, zopfli, several encodings",
    ]
    notes = [int(row[3].replace(",", "")) for row in rows]
    assert len(str(number_of(done))) == min(notes) < notes[0]
    assert [notes[0] - int(row[5]) for row in rows] == notes
    printed = subprocess.run([sys.executable, "-c", program_of(number_of(done))], capture_output=True, check=True)
    assert printed.stdout == b"sa re ga\n"


def test_the_best_choice_for_what_is_not_python_is_not_minified():
    done = run("encode", "-", "--best", "--effort", 1, stdin=b"sa re ga ma " * 9)
    assert [line.split(":")[0] for line in done.stderr.decode().splitlines()] == [
        "zlib",
        "zopfli",
        "zopfli, several encodings",
    ]
    assert program_of(number_of(done)) == b"sa re ga ma " * 9


def test_a_ready_member_is_taken_as_it_is(tmp_path):
    member = gzip.compress(PROGRAM, mtime=1_700_000_000)
    (tmp_path / "ready.gz").write_bytes(member)
    number = number_of(run("encode", "--payload", tmp_path / "ready.gz"))
    assert number == gmpy2.next_prime(base_of(member) - 1)
    assert number_of(run("encode", "--payload", "-", stdin=member)) == number


def test_a_name_that_is_empty_is_no_file():
    for arguments in (("",), ("--payload", "")):
        done = run("encode", *arguments)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.decode().count("\n") == 1
        assert "cannot be read" in done.stderr.decode()


def test_wishes(hello):
    number = number_of(run("encode", hello, "--tala", "rupak"))
    assert len(str(number)) % 7 == 0
    sung = run("encode", "-", "--cadence", "--quiet", stdin=b"sa")
    if sung.returncode == 0:
        digits = str(number_of(sung))
        assert digits.count(digits[-1]) == max(map(digits.count, digits))
    else:
        assert b"no prime ends on it" in sung.stderr


def test_a_number_is_not_written_without_its_certificate(hello):
    (hello.parent / "file").write_text("no folder")
    words = ("encode", hello, "--provable", "--quiet", "-o", "number.txt", "--certificate")
    done = run(*words, "file/proof.json", cwd=hello.parent)
    assert done.returncode == 1
    assert b"file/proof.json" in done.stderr
    assert not (hello.parent / "number.txt").exists()
    assert run(*words, "../" + hello.parent.name + "/number.txt", cwd=hello.parent).returncode == 2
    default = ("encode", hello, "--provable", "-o", "hello.certificate.json")
    done = run(*default, cwd=hello.parent)
    assert (done.returncode, b"need a file each" in done.stderr) == (2, True)
    assert run(*words, "proof.json", cwd=hello.parent).stdout == b"number.txt\n"
    assert (hello.parent / "number.txt").exists()
    assert (hello.parent / "proof.json").exists()


def test_provable(hello):
    number = number_of(run("encode", hello, "--provable", "--quiet", cwd=hello.parent))
    certificate = hello.parent / "hello.certificate.json"
    (hello.parent / "hello.txt").write_text(str(number))
    verified = run("verify", "hello.txt", "--proof", certificate, cwd=hello.parent)
    assert verified.returncode == 0, verified.stderr
    assert b"prime, for certain: proved by the factor 2^" in verified.stdout
    (hello.parent / "checker.py").write_bytes(run("certificate", "--checker").stdout)
    alone = subprocess.run(
        [sys.executable, "-I", hello.parent / "checker.py", certificate], capture_output=True, check=False
    )
    assert (alone.returncode, alone.stdout) == (0, b"the number is prime\n")


def test_a_certificate_is_kept_and_that_is_known_before_the_search(hello, never_searched, capsys):
    (hello.parent / "hello.certificate.json").write_text("of old")
    assert main(["encode", str(hello), "--provable", "--quiet"]) == 1
    assert capsys.readouterr() == ("", "primesong: hello.certificate.json exists and was kept; --force replaces it\n")
    assert (hello.parent / "hello.certificate.json").read_text() == "of old"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("encode", "hello.py"), "hello.search.json"),
        (("encode", "hello.py", "--state", "notes.txt"), "notes.txt"),
        (("prove", "91"), "number.proof.json"),
        (("prove", "hello.txt"), "hello.proof.json"),
        (("prove", "91", "--state", "notes.txt"), "notes.txt"),
    ],
)
def test_a_state_that_is_there_is_kept(hello, never_searched, arguments, name, capsys):
    (hello.parent / name).write_text("hours of work")
    assert main(arguments) == 1
    said = f"primesong: {name} exists and was kept; --resume continues from it, --force starts again\n"
    assert capsys.readouterr() == ("", said)
    assert (hello.parent / name).read_text() == "hours of work"


@pytest.mark.parametrize("arguments", [("encode", "hello.py"), ("prove", "97")])
def test_a_state_that_cannot_be_written_is_known_before_the_search(hello, never_searched, arguments, capsys):
    assert main([*arguments, "--state", "hello.py/state.json"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert re.fullmatch(r"primesong: .*hello\.py.* cannot be written: .*", said)


@pytest.mark.parametrize(
    ("command", "name"), [("encode hello.py", "hello.search.json"), ("prove 97", "number.proof.json")]
)
def test_what_this_run_has_not_written_is_not_its_own(hello, monkeypatch, command, name, capsys):
    def interrupt(*given, **how):
        raise KeyboardInterrupt

    monkeypatch.chdir(hello.parent)
    Path(name).write_text("of another number")
    assert main([*command.split(), "--force"]) == 0
    assert Path(name).read_text() == "of another number"
    monkeypatch.setattr(plan, "find", interrupt)
    monkeypatch.setattr(prove, "prove_by_curves", interrupt)
    assert main([*command.split(), "--force"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "primesong: interrupted; nothing was written"
    assert Path(name).read_text() == "of another number"


def progress_at(cleared):
    """Return the progress of a search that has come as far as an index."""
    return SearchProgress(stage="test", share=1.0, seconds_left=1.0, cleared=cleared, tested=5, rate=1.0, chance=0.1)


def test_a_search_whose_cluster_is_lost_can_be_resumed(hello, monkeypatch, capsys):
    def lose(numbers, progress, **how):
        progress(progress_at(5))
        raise LostError("the cluster was lost", option="resume")

    monkeypatch.chdir(hello.parent)
    monkeypatch.setattr(encode, "first_prime", lose)
    assert main(["encode", "hello.py"]) == 1
    assert (
        capsys.readouterr().err.splitlines()[-1]
        == "primesong: the cluster was lost; --resume continues from the saved state"
    )
    assert json.loads(Path("hello.search.json").read_text())["cleared"] == 5
    monkeypatch.undo()
    monkeypatch.chdir(hello.parent)
    assert main(["encode", "hello.py", "--resume"]) == 0
    assert not Path("hello.search.json").exists()


def test_a_state_that_fails_to_be_saved_costs_nothing_else(hello, monkeypatch, capsys):
    """The folder of the state becomes a file while the search goes on."""
    first_prime = encode.first_prime

    def find_without_folder(numbers, progress, **how):
        Path("folder").write_bytes(b"")
        for cleared in (1, 2):
            progress(progress_at(cleared))
        return first_prime(numbers, progress=progress, **how)

    monkeypatch.chdir(hello.parent)
    monkeypatch.setattr(encode, "KEEP_SECONDS", -1)
    monkeypatch.setattr(encode, "first_prime", find_without_folder)
    assert main(["encode", "hello.py", "--state", "folder/state.json", "--workers", "1"]) == 0
    out, err = capsys.readouterr()
    assert program_of(gmpy2.mpz(out.strip())) == PROGRAM
    remarks = [line for line in err.splitlines() if line.startswith("primesong: ")]
    assert len(remarks) == 1
    assert re.search(r"folder.* cannot be written: .*; it goes on without being saved", remarks[0])


def test_interrupted_and_resumed(tmp_path):
    """A search that takes gmpy2 some seconds, for its gap is six times the average, goes on to the same prime after
    Ctrl-C."""
    program = random.Random(56).randbytes(390)
    (tmp_path / "long.bin").write_bytes(program)
    member = gzip.compress(program, 0, mtime=0)
    (tmp_path / "long.gz").write_bytes(member)
    script = (
        "import sys; from primesong.cli.main import main; from primesong.actions import encode; "
        "encode.KEEP_SECONDS = 0.2; sys.exit(main())"
    )
    command = [sys.executable, "-c", script, "encode", "--payload", "long.gz", "--kernel", "gmpy2", "--workers", "1"]
    searching = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    saved = 0
    while not saved and searching.poll() is None:
        time.sleep(0.05)
        if (tmp_path / "long.search.json").exists():
            saved = json.loads((tmp_path / "long.search.json").read_text())["cleared"]
    searching.send_signal(signal.SIGINT)
    out, complaint = searching.communicate(timeout=60)
    assert (searching.returncode, out) == (130, b"")
    assert b"interrupted; long.search.json keeps the progress, and --resume continues" in complaint
    state = json.loads((tmp_path / "long.search.json").read_text())
    assert state["cleared"] >= saved > 0
    other = run("encode", "-", "--resume", "--state", tmp_path / "long.search.json", stdin=b"another")
    assert (other.returncode, other.stdout) == (1, b"")
    assert b"the saved state belongs to another program or to other options" in other.stderr
    assert (tmp_path / "long.search.json").exists()
    # what is left is a benchmark's length; the state's index is put where the find is near

    number = find_prime(member)
    state["cleared"] = int(number - base_of(member)) // 2 - 20
    (tmp_path / "long.search.json").write_text(json.dumps(state))
    resumed = run("encode", "--payload", "long.gz", "--resume", cwd=tmp_path)
    assert number_of(resumed) == number
    trust = b"long.search.json is not checked: that no smaller number is prime depends in part on it"
    assert trust in resumed.stderr
    assert trust not in run("encode", "-", stdin=b"another").stderr
    assert not (tmp_path / "long.search.json").exists()


@pytest.mark.parametrize(
    ("member", "complaint"),
    [
        (PROGRAM, "holds no program"),
        (gzip.compress(PROGRAM, mtime=0) + b"x", "bytes long, but its gzip member only"),
        (gzip.compress(PROGRAM, mtime=0)[:-1], "cut short"),
    ],
)
def test_members_that_are_none(member, complaint):
    done = run("encode", "--payload", "-", stdin=member)
    assert (done.returncode, done.stdout) == (1, b"")
    assert complaint in done.stderr.decode()


def test_a_program_that_is_no_python_is_not_minified():
    done = run("encode", "-", "--minify", stdin=b"print(")
    assert done.returncode == 1
    assert b"the program is not Python code that this version can compile" in done.stderr


@pytest.mark.parametrize("command", ["compose", "studio --no-browser"])
def test_no_command_searches_for_hours_unasked(hello, never_searched, command, monkeypatch, capsys):
    monkeypatch.setattr(load_command(command.partition(" ")[0]), "LONGEST_SEARCH", 0)
    assert main([*command.split(), "hello.py"]) == 1
    assert re.fullmatch(
        r"primesong: the number will have 238 digits, and finding its prime takes about [\d.]+ s here, or two to "
        r"three times that with bad luck; primesong encode --yes finds it, and its number can then be given in place "
        r"of the program\n",
        capsys.readouterr().err,
    )
    assert [path.name for path in hello.parent.iterdir()] == ["hello.py"]


def test_a_program_too_large_gets_the_expected_time(tmp_path):
    (tmp_path / "large.bin").write_bytes(random.Random(1).randbytes(21_000))
    done = run("encode", tmp_path / "large.bin", "--quiet", "--compressor", "zlib")
    assert (done.returncode, done.stdout) == (1, b"")
    said = done.stderr.decode()
    assert re.search(
        r"the number will have 50,\d{3} digits, and finding its prime takes about [\d.,]+ (days|hours)", said
    )
    assert "--yes searches anyway" in said


def test_the_number_goes_into_a_file(hello):
    done = run("encode", "hello.py", "-o", "hello.txt", "--quiet", cwd=hello.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"hello.txt\n", b"")
    assert program_of(int((hello.parent / "hello.txt").read_text())) == PROGRAM
    again = run("encode", "hello.py", "-o", "hello.txt", cwd=hello.parent)
    assert again.stderr == b"primesong: hello.txt exists and was kept; --force replaces it\n"
    printed = run("encode", "hello.py", "-o", "-", "--quiet", cwd=hello.parent)
    assert printed.stdout == (hello.parent / "hello.txt").read_bytes()


def test_without_a_compiler_it_says_that_it_is_slower(hello, monkeypatch):
    monkeypatch.setattr(extension, "compiled", None)
    said = run("encode", hello, "--compressor", "zlib").stderr.decode().splitlines()
    slower = "primesong: searches are five to ten times slower here: primesong was installed without a C compiler"
    assert [line for line in said if "slower" in line] == [slower]
    assert b"slower" not in run("encode", hello, "--quiet").stderr
