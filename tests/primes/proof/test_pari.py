"""PARI's rows: what GP writes is read, what is written GP checks; damage is named."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import gmpy2
import pytest

from primesong.errors import PrimesongError
from primesong.primes.proof.certificate import ELLIPTIC_CURVES, Certificate
from primesong.primes.proof.checking import check
from primesong.primes.proof.formats import read_certificate
from primesong.primes.proof.pari import read_pari, write_pari

ROOT = Path(__file__).parents[3]

#: Rows that GP 2.15 wrote for 10^40 + 121.
ROWS = """[[10000000000000000000000000000000000000121, -22, 9459152, 1,
[8986749531375339305571207626880980158008, 264228802877425555654626166509072893057]],
[1057177218422962227480856634928797, 62077446265796342, 8, 1057177218422962227480856634928796,
[905038879671103388539143088846700, 503347634661221293400802691838893]],
[132147152302870270675426296141557, 19090413001043459, 3028746964909, 132147152237868558693369200973557,
[66474910464743596764054967879224, 65282052016992429384368617117346]],
[43630964829325274911, -13164857771, 1568796679, 0, [37072770371681123870, 18457839869214529154]]]"""


def run_gp(tool: Callable[..., str], script: str) -> str:
    """Run a script by GP. Return what it printed."""
    command, memory = [tool("gp"), "-q", "-f"], "default(parisizemax, 1000000000);\n"
    return subprocess.run(command, input=memory + script, capture_output=True, text=True, check=True).stdout.strip()


def is_valid(tool: Callable[..., str], rows: str) -> str:
    """Return what `primecertisvalid` says of rows: "1" or "0"."""
    return run_gp(tool, f"print(primecertisvalid({rows.strip()}));\n")


def test_rows_that_gp_wrote() -> None:
    certificate = read_pari(ROWS)
    assert certificate.number == 10**40 + 121
    assert len(certificate.steps) == 4
    assert check(certificate)
    assert "".join(write_pari(certificate).split()) == "".join(ROWS.split())


def test_rows_and_back(by_curves: Certificate) -> None:
    assert read_pari(write_pari(by_curves)) == by_curves


def test_a_number_below_2_64_is_its_own_certificate() -> None:
    small = Certificate(2**61 - 1, ELLIPTIC_CURVES)
    assert write_pari(small) == f"{2**61 - 1}\n"
    assert read_pari(write_pari(small)) == small
    assert check(small)


def test_gp_finds_ours_valid(by_curves: Certificate, tool: Callable[..., str]) -> None:
    assert is_valid(tool, write_pari(by_curves)) == "1"
    assert is_valid(tool, write_pari(by_curves).replace("[[1", "[[2", 1)) == "0"


def test_we_find_gps_valid(tool: Callable[..., str]) -> None:
    """Of a number for which GP takes a second, other curves than ours."""
    rows = run_gp(tool, "print(primecert(nextprime(10^120)));\n")
    certificate = read_pari(rows)
    assert certificate.number == gmpy2.next_prime(10**120)
    assert check(certificate)


def test_gp_finds_a_sample_of_the_published_proof_valid(tool: Callable[..., str]) -> None:
    """The steps below 1,500 bits; the whole takes GP 2.15 four minutes on one core, and holds."""
    whole = read_certificate((ROOT / "assets" / "femtogpt.certificate.json.xz").read_bytes())
    rows = write_pari(whole)[1:].strip().split("]], ")
    first = next(place for place, row in enumerate(rows) if int(gmpy2.mpz(row.strip("[]").split(",")[0])) < 2**1500)
    assert 40 < len(rows) - first < len(rows)
    assert is_valid(tool, "[" + "]], ".join(rows[first:])) == "1"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[5, 1, 1]]", r"PARI's rows are \[N, t, s, a, \[x, y\]\]"),
        (ROWS[:-1], "PARI's rows are"),
        (ROWS.replace("-22", "x"), "PARI's rows are"),
        (ROWS.replace("[[1000", "[[3000"), "the proof is damaged at row 2: its number does not follow"),
        (ROWS.replace("[43630964829325274911", "[43630964829325274913"), "the proof is damaged at row 4"),
    ],
)
def test_damaged_rows(text: str, fault: str) -> None:
    with pytest.raises(PrimesongError, match=fault):
        read_pari(text)


def test_a_forged_row_proves_nothing() -> None:
    assert not check(read_pari(ROWS.replace("8986749531", "8986749532")))


def test_what_rows_cannot_hold(by_power: Certificate, by_curves: Certificate) -> None:
    mixed = Certificate(23, ELLIPTIC_CURVES, steps=((-1, 2, 2),))
    for certificate in (by_power, mixed):
        with pytest.raises(PrimesongError, match="PARI's rows hold proofs by elliptic curves alone"):
            write_pari(certificate)
    damaged = Certificate(by_curves.number + 2, ELLIPTIC_CURVES, steps=by_curves.steps)
    with pytest.raises(PrimesongError, match="the certificate is damaged at step 1"):
        write_pari(damaged)
