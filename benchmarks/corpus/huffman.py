"""Huffman codes of a text's letters."""

import heapq
from collections import Counter

TEXT = "sa re ga ma pa dha ni sa, sa ni dha pa ma ga re sa"


def make_codes(text):
    counts = Counter(text)
    heap = [(count, letter, letter) for letter, count in counts.items()]
    heapq.heapify(heap)
    codes = dict.fromkeys(counts, "")
    while len(heap) > 1:
        left_count, left_name, left_letters = heapq.heappop(heap)
        right_count, right_name, right_letters = heapq.heappop(heap)
        for letter in left_letters:
            codes[letter] = "0" + codes[letter]
        for letter in right_letters:
            codes[letter] = "1" + codes[letter]
        merged = (left_count + right_count, min(left_name, right_name), left_letters + right_letters)
        heapq.heappush(heap, merged)
    return codes


def encode(text, codes):
    return "".join([codes[letter] for letter in text])


def decode(bits, codes):
    letters = {code: letter for letter, code in codes.items()}
    text = ""
    current = ""
    for bit in bits:
        current += bit
        if current in letters:
            text += letters[current]
            current = ""
    return text


codes = make_codes(TEXT)
bits = encode(TEXT, codes)
for letter, code in sorted(codes.items(), key=lambda item: (len(item[1]), item[1])):
    print(repr(letter), code)
print(len(bits), "bits instead of", 8 * len(TEXT))
print(decode(bits, codes) == TEXT)
