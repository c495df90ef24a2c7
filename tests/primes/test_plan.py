"""Program to prime: the smallest above its base, padding that fills avartans, primes that end on Sa, saved states."""

from collections import Counter
from functools import partial
from pathlib import Path

import gmpy2
import pytest
from support.published import MEMBER_BYTES, OFFSET, TRAILING_BYTES

from primesong.errors import PrimesongError
from primesong.number.digits import to_digits
from primesong.number.payload import base_of, leading_bytes, pack, unpack
from primesong.primes import plan
from primesong.primes.plan import Plan, State, find, find_prime
from primesong.primes.primality import is_probable_prime
from primesong.primes.search import first_prime
from primesong.primes.tally import SearchProgress
from primesong.song import Song

PUBLISHED = int(gmpy2.mpz((Path(__file__).parents[2] / "assets" / "femtogpt.txt").read_text().strip()))


@pytest.mark.parametrize("matras", [1, 6, 7, 10, 12, 16])
@pytest.mark.parametrize("program", [b"", b"print(1)", bytes(range(90))])
def test_whole_avartans(program: bytes, matras: int) -> None:
    payload = pack(program)
    padding = plan.fit_padding(payload, matras)
    prime = find_prime(payload, padding)
    assert len(to_digits(prime)) % matras == 0
    assert unpack(leading_bytes(prime))[0] == program
    assert all(len(to_digits(base_of(payload, less))) % matras for less in range(4, padding))


def test_published_number_fills_tintal() -> None:
    payload = unpack(leading_bytes(PUBLISHED))[1]
    assert plan.count_digits(payload) == 3600
    assert plan.fit_padding(payload, 16) == 4
    plan.check_cadence(payload)  # Sa is 3


def test_cadence() -> None:
    programs = [b"program %d" % number for number in range(40)]
    heard = refused = 0
    for payload in map(pack, programs):
        try:
            plan.check_cadence(payload)
        except PrimesongError as fault:
            refused += "no prime ends on it" in str(fault)
            continue
        digits = to_digits(base_of(payload))
        if Counter(digits[:-10]).most_common(1)[0][0] in plan.LAST_DIGITS and heard < 4:
            number, _ = find(Plan(payload, cadence=True))
            text = to_digits(number)
            assert text[-1] == Counter(text).most_common(1)[0][0]
            heard += 1
    assert heard
    assert refused


def test_ends_on_sa_breaks_ties_by_first_occurrence() -> None:
    assert plan.ends_on_sa(3113)
    assert not plan.ends_on_sa(1133)


def test_wrong_calls() -> None:
    with pytest.raises(ValueError, match="at least one matra"):
        plan.fit_padding(pack(b""), 0)
    with pytest.raises(PrimesongError, match="fills whole cycles of 100000 matras"):
        plan.fit_padding(pack(b""), 100_000)


def test_digits_of_bytes() -> None:
    for length in range(300):
        payload = pack(bytes(range(length % 256)) * 2)
        assert plan.estimate_digits(len(payload)) == plan.count_digits(payload)


def test_the_published_number_is_where_it_was_published(song: Song) -> None:
    data = leading_bytes(song.number)
    assert len(data) == MEMBER_BYTES + TRAILING_BYTES
    assert int.from_bytes(data[MEMBER_BYTES:], "big") == OFFSET
    assert is_probable_prime(song.number)
    assert not is_probable_prime(song.number + 2)


@pytest.mark.parametrize("program", [b"", b"x", b"print(1)\n"])
def test_the_prime_is_the_smallest_above_its_base(program: bytes) -> None:
    payload = pack(program)
    base = int.from_bytes(payload, "big") << 32
    prime = find_prime(payload)
    assert prime == gmpy2.next_prime(base)
    assert leading_bytes(prime)[: len(payload)] == payload


def test_a_base_that_is_prime_is_its_own_answer() -> None:
    assert find_prime(b"\x0d", padding=0) == 13


def test_too_little_padding_is_named() -> None:
    with pytest.raises(PrimesongError, match="more padding"):
        find_prime(b"\x0e", padding=0)


def test_the_published_member_gives_the_published_number(song: Song) -> None:
    plan = Plan(song.payload)
    near = State(plan.fingerprint, OFFSET // 2 - 160)  # the last tests only; the whole search is a benchmark
    assert find(plan, state=near.to_text()) == (song.number, None)
    assert song.number - base_of(song.payload) == OFFSET


@pytest.mark.parametrize("workers", [1, 2])
def test_a_longer_program(workers: int) -> None:
    payload = pack(bytes(range(256)))
    assert find_prime(payload, workers=workers) == gmpy2.next_prime(base_of(payload) - 1)


@pytest.mark.parametrize("payload", [b"\0", b"\1", b"\2", b"\3", b"\x1f\x8b"])
@pytest.mark.parametrize("padding", [1, 4])
def test_tiny_payloads(payload: bytes, padding: int) -> None:
    assert find_prime(payload, padding) == gmpy2.next_prime(base_of(payload, padding) - 1)


def test_a_state_beyond_the_numbers_that_hold_the_program() -> None:
    plan = Plan(pack(b"print(1)"))
    for cleared in (1 << 31, 10**30):
        with pytest.raises(PrimesongError, match="it lies beyond the numbers that hold the program"):
            find(plan, state=State(plan.fingerprint, cleared).to_text())


def test_a_search_keeps_its_state_and_resumes() -> None:
    """Interrupted as soon as something is tested, it has kept what is needed to find the same prime."""
    plan, kept = Plan(pack(bytes(range(256)) * 2)), list[str]()
    whole = find_prime(plan.payload)

    def interrupt(progress: SearchProgress) -> None:
        if progress.cleared > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find(plan, search=partial(first_prime, workers=1), progress=interrupt, keep=kept.append)
    (text,) = kept
    state = State.from_text(text)
    assert 0 < state.cleared <= (whole - plan.progression.base) // 2
    assert find(plan, state=text) == (whole, None)
    with pytest.raises(PrimesongError, match="the saved state belongs to another program or to other options"):
        find(Plan(plan.payload, padding=5), state=text)


@pytest.mark.parametrize("cleared", ["-1", "1e999", "NaN", "[]", '"x"'])
def test_a_damaged_state_is_named(cleared: str) -> None:
    with pytest.raises(PrimesongError, match="the file is not the saved state of a search, or it is"):
        State.from_text('{"format": "primesong search 1", "search": "", "cleared": ' + cleared + "}")
