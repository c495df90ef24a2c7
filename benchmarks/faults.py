"""How many short programs come back from a song with a fault anywhere: 31, about half of them not Python.

    python benchmarks/faults.py [--seconds 6]

For each kind of fault: how many of the programs were repaired, and the seconds of processor time, median and most. The
songs have no record.
"""

import argparse
import base64
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from primesong.errors import NoProgramError
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.repair.song import repair_song
from primesong.song import Song, compose

NOT_PYTHON = [
    b"# up and down\nnotes = 'sa re ga ma pa dha ni'.split()\nfor n in notes + notes[::-1]: print(n)\n",
    b'#!/bin/sh\nfor f in *.wav; do\n  sox "$f" "${f%.wav}.flac" norm -1 && rm -- "$f"\ndone\n',
    b"SELECT a.title, COUNT(*) FROM album a JOIN track t ON t.album = a.id GROUP BY a.id HAVING COUNT(*) > 9;\n",
    b"++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++.\n",
    b'10 LET A=1\n20 PRINT A;" ";A*A\n30 LET A=A+1\n40 IF A<=12 THEN GOTO 20\n50 END\n',
    b"(define (fact n) (if (< n 2) 1 (* n (fact (- n 1)))))\n(display (map fact '(1 2 3 4 5 6 7)))\n",
    b"<?php foreach (range('a','f') as $c) { echo str_repeat($c, ord($c) % 7), PHP_EOL; } ?>\n",
    b'fn main(){let v:Vec<u64>=(1..=20).filter(|n|n%3!=0).map(|n|n*n).collect();println!("{:?}",v);}\n',
    b'{"raga":"Nat Bhairav","vadi":"ma","samvadi":"sa","time":[5,8],"thaat":null}\n',
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M1 1h7v7H1z' stroke='red'/></svg>\n",
    b"S G m P, n D P m G m R S | 'N S R, m G P m D P n D S'\n",
    b"ACGTTGCAAGGCTTACGGATCCATTGACCGTAAGCTTGGCATCAGGTACCTTGAACGTTGGCCAATT\n",
    random.Random(1).randbytes(60),
    random.Random(2).randbytes(90),
    b":(){ :|:& };:\n",
    b"MOV AX,13h\nINT 10h\nMOV AX,0A000h\nMOV ES,AX\nL: INC AL\nSTOSB\nJMP L\n",
]


def make_program(kind: int, chance: random.Random) -> bytes:
    """Make a short Python program that is mostly data, or mostly code."""
    numbers = ",".join(str(chance.randrange(10 ** chance.randint(1, 6))) for _ in range(chance.randint(5, 40)))
    lines = ("print(%d)", "x=%d", "import os%d", "if 1<%d:pass")
    makers = (
        lambda: f"K='{base64.b64encode(chance.randbytes(chance.randint(10, 60))).decode()}'\nprint(K)",
        lambda: f"x=[{numbers}]\nprint(sum(x))",
        lambda: "\n".join(
            f"def f{i}(a,b={chance.randrange(99)}):\n    return a*{chance.random():.3f}+b" for i in range(3)
        ),
        lambda: "\n".join(chance.choice(lines) % chance.randrange(1000) for _ in range(chance.randint(3, 15))),
    )
    return makers[kind]().encode() + b"\n"


def change(digits: str, place: int, chance: random.Random) -> str:
    """Return the digits with another one at a place."""
    other = chance.choice([digit for digit in "0123456789" if digit != digits[place]])
    return digits[:place] + other + digits[place + 1 :]


#: Faults: digits, a place and chance to damaged digits.
FAULTS: dict[str, Callable[[str, int, random.Random], str]] = {
    "wrong": change,
    "missing": lambda digits, place, chance: digits[:place] + digits[place + 1 :],
    "doubled": lambda digits, place, chance: digits[: place + 1] + digits[place:],
    "inserted": lambda digits, place, chance: digits[:place] + chance.choice("0123456789") + digits[place:],
    "three last": lambda digits, place, chance: digits[:-3],
    "nine last": lambda digits, place, chance: digits[:-9],
    "twelve last": lambda digits, place, chance: digits[:-12],
    "swapped": lambda digits, place, chance: digits[:place] + digits[place : place + 2][::-1] + digits[place + 2 :],
    "two near": lambda digits, place, chance: change(change(digits, place, chance), place - 2, chance),
}


def repair(right: Song, digits: str, seconds: float) -> tuple[bool, float]:
    """Repair a song with these digits; return whether its program came back, and the processor time it took."""
    damaged = Song(replace(right.melody, number_digits=digits))
    start = time.process_time()
    try:
        program = damaged.program if digits == right.digits else repair_song(damaged, seconds).program
    except NoProgramError:
        program = b""
    return program == right.program, time.process_time() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6)
    options = parser.parse_args()
    chance = random.Random(41)
    programs = [make_program(number % 4, chance) for number in range(31 - len(NOT_PYTHON))] + NOT_PYTHON
    songs = [compose(find_prime(pack(program, "zopfli"))) for program in programs]
    print(f"{'fault':12} repaired  median s  most s")
    for name, damage in FAULTS.items():
        results = []
        for number, song in enumerate(songs):
            chance = random.Random(f"{name} {number}")
            digits = damage(song.digits, chance.randrange(2, len(song.digits) - 1), chance)
            results.append(repair(song, digits, options.seconds))
        seconds = [spent for _, spent in results]
        repaired = sum(right for right, _ in results)
        print(
            f"{name:12} {repaired:2} of {len(songs)}  {statistics.median(seconds):8.2f}  {max(seconds):6.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
