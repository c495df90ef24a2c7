"""Frequencies of a scale: just, Pythagorean, equal, and how far they are apart."""

import math
from fractions import Fraction

TONIC = 146.83
NAMES = ["Sa", "Re", "Ga", "Ma", "Pa", "Dha", "Ni"]
JUST = ["1", "9/8", "5/4", "4/3", "3/2", "5/3", "15/8"]
SEMITONES = [0, 2, 4, 5, 7, 9, 11]


def cents(ratio):
    return 1200 * math.log2(ratio)


def pythagorean(semitones):
    fifths = semitones * 7 % 12
    if fifths == 11:
        fifths = -1
    ratio = Fraction(3, 2) ** fifths
    while ratio >= 2:
        ratio /= 2
    while ratio < 1:
        ratio *= 2
    return ratio


print("swara    just  pythag.   equal")
for name, just, semitones in zip(NAMES, JUST, SEMITONES, strict=True):
    ratios = [float(Fraction(just)), float(pythagorean(semitones)), 2 ** (semitones / 12)]
    print(f"{name:5}", " ".join(f"{TONIC * ratio:8.2f}" for ratio in ratios))
    print("     ", " ".join(f"{cents(ratio) - 100 * semitones:+8.2f}" for ratio in ratios))
