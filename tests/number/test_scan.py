"""Numbers as they stand in pages, in programs and in dumps."""

import base64
import random
import subprocess
import time

import pytest

from primesong.number.digits import to_digits
from primesong.number.payload import pack
from primesong.number.scan import find_numbers

PAYLOAD = pack(b"for swara in 'sa re ga ma pa dha ni'.split(): print(swara)")
NUMBER = int.from_bytes(PAYLOAD + bytes(4), "big") + 13
DIGITS = to_digits(NUMBER)
HEX = f"{NUMBER:x}"


def grouped(digits, size, between):
    return between.join(digits[at : at + size] for at in range(0, len(digits), size))


@pytest.mark.parametrize(
    "text",
    [
        f"# My prime\n\nof 2026, with {len(DIGITS)} digits:\n\n{DIGITS}\n\nIt has 3 parts.\n",
        f"```\n{grouped(DIGITS, 64, chr(10))}\n```\n",
        f"The number {grouped(DIGITS, 3, ',')}. Is it prime?",
        f"The number {grouped(DIGITS, 3, chr(0x202F))}!",
        f"In 1999, 12 {grouped(DIGITS, 10, ' ')} 7\nor so",
        f"p = 0x{HEX}\nassert is_prime(p)\n",
        f"p = 0x{HEX.upper()}\nadd = 1",
        f"p = {DIGITS}\nprint(p.to_bytes(99, 'big'))",
        f"p = int(\n    '{grouped(DIGITS, 50, chr(39) + chr(10) + '    ' + chr(39))}'\n)\n",
        f"const p = {DIGITS}n;",
        f"p = {grouped(DIGITS, 70, chr(92) + chr(10))}",
        f"<p>{DIGITS}</p>",
        HEX,
        grouped(HEX, 60, "\n"),
        grouped(HEX, 2, " "),
        f"n: {DIGITS}\nagain: 0x{HEX}\n",
        f"n = {DIGITS}.",
        f"Die Zahl {grouped(DIGITS, 3, '.')} ist prim.",
        grouped(DIGITS, 3, "’"),
        "\n".join(f"> {line}" for line in grouped(DIGITS, 60, "\n").split()),
        f"From: a\n\n{grouped(DIGITS, 75, '=' + chr(10))}\n",
        f"<html><body>{grouped(DIGITS, 70, '<br>')}</body></html>",
        f"{{'n': \"{DIGITS}\"}}",
        grouped(DIGITS, 9, "\u00ad"),
        f"\u202a{DIGITS}\u202c",
        DIGITS.translate({ord("0") + digit: 0x966 + digit for digit in range(10)}),
        DIGITS.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
        "\n".join(f"{at:6}\t{line}" for at, line in enumerate(grouped(DIGITS, 40, "\n").split(), start=1)),
        "\n\n".join(f"{at}: {line}" for at, line in enumerate(grouped(DIGITS, 50, "\n").split(), start=7)),
        grouped(HEX, 2, ":"),
        "unsigned char p[] = {0x" + grouped(HEX, 2, ", 0x") + "};",
        "unsigned char p[] = {0X" + grouped(HEX.upper(), 2, ",\n  0X") + "};",
        "p='\\x" + grouped(HEX, 2, "\\x") + "'",
        f"p = {NUMBER.to_bytes(len(PAYLOAD) + 4, 'big')!r}\n",
    ],
)
def test_one_number_among_other_text_is_found(text):
    assert find_numbers(text) == [NUMBER]


@pytest.mark.parametrize("words", [["xxd"], ["xxd", "-p"], ["xxd", "-g1", "-u"], ["hexdump", "-C"]], ids=" ".join)
def test_dumps_are_read(tool, words):
    """Of the number's bytes, and of its digits."""
    for data in (NUMBER.to_bytes(len(PAYLOAD) + 4, "big"), DIGITS.encode()):
        if words[-1] == "-p" and data.isdigit():
            continue
        dump = subprocess.run([tool(words[0]), *words[1:]], input=data, capture_output=True, check=True).stdout
        assert find_numbers(dump.decode()) == [NUMBER]


def test_the_payload_alone_is_a_number():
    assert find_numbers(PAYLOAD.hex()) == [int.from_bytes(PAYLOAD, "big")]


@pytest.mark.parametrize("encode", [base64.b64encode, base64.encodebytes])
@pytest.mark.parametrize("size", [len(PAYLOAD), len(PAYLOAD) + 1, len(PAYLOAD) + 2])
def test_base64_is_read(encode, size):
    data = PAYLOAD + bytes(size - len(PAYLOAD))
    assert find_numbers(f"see\n\n{encode(data).decode()}\n") == [int.from_bytes(data, "big")]


def test_different_numbers_are_all_found():
    other = int.from_bytes(pack(b"print('another program altogether')") + bytes(4), "big") + 1
    assert find_numbers(f"{DIGITS}\n\nand\n\n{other}\n") == [NUMBER, other]


def test_a_damaged_number_is_found_if_there_is_no_other():
    wrong = DIGITS[:90] + str(9 - int(DIGITS[90])) + DIGITS[91:]
    assert find_numbers(f"p = {wrong};") == [int(wrong)]
    assert find_numbers(f"p = {wrong}; q = {DIGITS}") == [NUMBER]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no number",
        "3.14159",
        "7" * 400,
        "0x" + "ab" * 60,
        "1f8b",
        "1 2 3\n" * 50,
        "H4sI",
        r"b'\x1f\x8b\x08\q'",
    ],
)
def test_other_numbers_are_not_found(text):
    assert find_numbers(text) == []


def test_long_texts_take_no_time():
    rng = random.Random(3)
    noise = " ".join(str(rng.randrange(10**6)) for _ in range(150_000))
    start = time.process_time()
    assert find_numbers(noise) == []
    find_numbers("1f8b08 " * 100_000)
    assert find_numbers("'" * 1_000_000) == []
    assert time.process_time() - start < 20
