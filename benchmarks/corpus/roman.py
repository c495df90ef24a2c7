"""Roman numerals, there and back."""

NUMERALS = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
]


def to_roman(number):
    numeral = ""
    for value, letters in NUMERALS:
        while number >= value:
            numeral += letters
            number -= value
    return numeral


def from_roman(numeral):
    number = 0
    for value, letters in NUMERALS:
        while numeral.startswith(letters):
            number += value
            numeral = numeral[len(letters) :]
    return number


for year in (1, 4, 9, 14, 1666, 1947, 1994, 2026):
    numeral = to_roman(year)
    print(year, numeral, from_roman(numeral) == year)
