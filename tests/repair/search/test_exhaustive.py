"""Single faults and pairs of them in short programs that look like nothing in particular."""

import random

import pytest
from support.damage import change_digit, change_digits

from primesong.number.correction import Correction
from primesong.number.digits import to_digits
from primesong.number.header import list_openings
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.repair.search.exhaustive import search

PROGRAMS = {
    "sql": b"SELECT n.name, MAX(t.bpm) FROM nawab n LEFT JOIN tune t ON t.nid = n.id WHERE t.bpm > 41 GROUP BY 1;\n",
    "forth": b": sq dup * ; : cube dup sq * ; 9 0 do i cube . loop cr bye\n",
    "perl": b"print join q{,}, map { $_ % 2 ? () : $_ ** 3 } grep { !/7/ } 1 .. 42;\n",
    "random": random.Random(5).randbytes(70),
    "dna": b"GATTACAGGCCTTAACGTGCATGCATTTAGGCACCATG",
}


@pytest.fixture(scope="module", params=PROGRAMS)
def program(request):
    return PROGRAMS[request.param]


@pytest.fixture(scope="module")
def digits(program):
    return to_digits(find_prime(pack(program)))


def find(heard, digits, **options):
    known = next(known for known in list_openings(len(digits)) if digits.startswith(known))
    return search(heard, len(digits), known, 60, **options)


def test_what_is_right_stays(digits, program):
    found = find(digits, digits)
    assert (found.digits, found.program, found.corrections, found.tried) == (digits, program, (), 1)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_one_wrong_digit_is_found(share, digits, program):
    place = round(share * len(digits))
    found = find(change_digit(digits, place, 4), digits, pairs=False)
    assert (found.digits, found.program) == (digits, program)
    heard = change_digit(digits, place, 4)[place]
    assert found.corrections == (Correction(place, heard, digits[place]),)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_one_missing_digit_is_found(share, digits, program):
    place = round(share * len(digits))
    found = find(digits[:place] + digits[place + 1 :], digits, pairs=False)
    assert (found.digits, found.program) == (digits, program)
    assert [(one.heard, one.digit) for one in found.corrections] == [("", digits[place])]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_one_digit_too_many_is_found(share, digits, program):
    place = round(share * len(digits))
    found = find(digits[:place] + "5" + digits[place:], digits, pairs=False)
    assert (found.digits, found.program) == (digits, program)
    assert [(one.heard, one.digit) for one in found.corrections] == [("5", "")]


@pytest.mark.parametrize("missing", [1, 3, 8])
def test_lost_last_digits_are_found(missing, digits, program):
    """They lie in the padding: the program needs none of them, and the prime is found again."""
    found = find(digits[:-missing], digits)
    assert (found.digits, found.program) == (digits, program)
    places = range(len(digits) - missing, len(digits))
    assert found.corrections == tuple(Correction(place, "", digits[place]) for place in places)


def test_swapped_neighbors_are_found(digits, program):
    place = next(place for place in range(len(digits) // 2, len(digits)) if digits[place] != digits[place + 1])
    heard = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    found = find(heard, digits)
    assert (found.digits, found.program) == (digits, program)
    assert [one.place for one in found.corrections] == [place, place + 1]


def test_one_digit_missing_and_another_doubled_are_found(digits):
    middle = len(digits) // 2
    heard = digits[:middle] + digits[middle + 1 : middle + 3] + digits[middle + 2 :]
    assert find(heard, digits).digits == digits


def test_two_wrong_digits_far_from_each_other_are_found():
    program = PROGRAMS["forth"]
    digits = to_digits(find_prime(pack(program)))
    assert find(change_digits(digits, [40, 110], 3), digits).digits == digits


def test_all_single_faults_of_a_long_number_are_tried(song):
    """The middle of 3,600 digits, near the end, and one that is missing, without pairs."""
    for place in (1800, 3555):
        found = find(change_digit(song.digits, place, 7), song.digits, pairs=False)
        assert (found.digits, found.program) == (song.digits, song.program)
    assert find(song.digits[:1800] + song.digits[1801:], song.digits, pairs=False).digits == song.digits


def test_a_record_settles_what_checksums_do_not():
    """More of the last digits are missing than CRC-32 and length leave: only the number's SHA-256 can tell."""
    digits = to_digits(find_prime(pack(PROGRAMS["dna"])))
    heard = digits[:-24]
    assert find(heard, digits) is None
    assert find(heard, digits, fits=lambda other: other == digits).digits == digits


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_not_made_a_program(seed):
    chance = random.Random(seed)
    right = to_digits(find_prime(pack(PROGRAMS["perl"])))
    known = next(known for known in list_openings(len(right)) if right.startswith(known))
    heard = known + "".join(chance.choice("0123456789") for _ in range(len(right) - len(known)))
    assert search(heard, len(heard), known, 1) is None


def test_other_numbers_are_left_alone():
    assert search("31415926535897932384" * 5, 100, "", 1) is None
    assert search("31415926535897932384" * 5, 100, "", 0) is None


@pytest.mark.parametrize("by", range(1, 10))
def test_a_wrong_digit_that_changes_the_header_is_found(by, digits):
    """The first digit after those of the eight known bytes: a smaller one borrows from all of them."""
    place = min(len(known) for known in list_openings(len(digits)))
    heard = change_digit(digits, place, by)
    assert search(heard, len(digits), heard[:place], 60, pairs=False).digits == digits


def test_changes_that_carry_into_earlier_bytes_are_read_as_well(song):
    """Near pairs over a stretch where, once in 256 times, a change also changes the bytes before it."""
    heard = change_digits(song.digits, (1000, 1001), 8)
    known = next(known for known in list_openings(3600) if song.digits.startswith(known))
    assert search(heard, 3600, known, 60).digits == song.digits
