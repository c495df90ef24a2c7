"""Count the words of standard input, or of a sample, and draw a bar for each of the most frequent."""

import re
import sys
from collections import Counter

SAMPLE = """A program becomes a prime, the prime becomes a song, and the song becomes the program again.
Sing the song, and the program runs; run the program, and the song is sung."""
MOST = 8


def count_words(text):
    words = re.findall(r"[a-z']+", text.lower())
    return Counter(words)


def draw(counts, width=40):
    top = counts.most_common(MOST)
    largest = top[0][1]
    longest = max(len(word) for word, count in top)
    for word, count in top:
        bar = "#" * round(width * count / largest)
        print(word.rjust(longest), bar, count)


text = SAMPLE if sys.stdin.isatty() or len(sys.argv) < 2 else sys.stdin.read()
counts = count_words(text)
print(sum(counts.values()), "words,", len(counts), "different")
draw(counts)
