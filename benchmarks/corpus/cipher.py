"""Encrypt by Vigenere's table and break Caesar's by letter frequencies."""

import string

FREQUENCIES = {"e": 12.7, "t": 9.1, "a": 8.2, "o": 7.5, "i": 7.0, "n": 6.7, "s": 6.3, "h": 6.1, "r": 6.0}
LETTERS = string.ascii_lowercase


def shift(letter, distance):
    if letter not in LETTERS:
        return letter
    return LETTERS[(LETTERS.index(letter) + distance) % len(LETTERS)]


def caesar(text, distance):
    return "".join([shift(letter, distance) for letter in text])


def vigenere(text, key, sign=1):
    output = []
    place = 0
    for letter in text:
        if letter in LETTERS:
            distance = LETTERS.index(key[place % len(key)])
            output.append(shift(letter, sign * distance))
            place += 1
        else:
            output.append(letter)
    return "".join(output)


def score(text):
    return sum(FREQUENCIES.get(letter, 0) for letter in text)


def break_caesar(text):
    candidates = [caesar(text, -distance) for distance in range(len(LETTERS))]
    return max(candidates, key=score)


message = "the song is the program and the program is the song"
secret = caesar(message, 7)
print(secret)
print(break_caesar(secret))
hidden = vigenere(message, "sargam")
print(hidden)
print(vigenere(hidden, "sargam", sign=-1))
