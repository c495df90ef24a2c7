"""`primesong certificate`: certificates checked, and written in the formats of others."""

import pytest
from support.command import run

NUMBER = "170141183460469231731687303715884105727"  # 2^127 - 1, proved by Lucas in 1876


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of a number of 39 digits."""
    path = tmp_path_factory.mktemp("certificate") / "m127.json"
    assert run("prove", NUMBER, "-o", path, cwd=path.parent).returncode == 0
    return path


@pytest.mark.parametrize(("form", "start"), [("primo", b"[PRIMO"), ("pari", b"["), ("primesong", b"{")])
def test_a_certificate_is_written_in_each_format_and_read_again(certificate, form, start):
    written = run("certificate", certificate, "--format", form)
    assert written.returncode == 0
    assert written.stdout.startswith(start)
    checked = run("certificate", "-", stdin=written.stdout)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith(b"the number of 127 bits is prime: proved by elliptic curves")


def test_a_proof_is_written_in_the_format_that_is_asked_for(tmp_path):
    done = run("prove", NUMBER, "--format", "primo", cwd=tmp_path)
    assert done.stdout == b"number.certificate.primo\n"
    assert (tmp_path / "number.certificate.primo").read_bytes().startswith(b"[PRIMO")
