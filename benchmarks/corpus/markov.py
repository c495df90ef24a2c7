"""Make up text by a Markov chain of words."""

import random
from collections import defaultdict

TEXT = """the morning raga opens with the tonic and the tonic returns with the evening
the drone holds the tonic while the melody climbs and the melody falls
while the evening listens the raga opens and the drone returns"""


def learn(words, order):
    followers = defaultdict(list)
    for place in range(len(words) - order):
        key = tuple(words[place : place + order])
        followers[key].append(words[place + order])
    return followers


def generate(followers, length, seed):
    generator = random.Random(seed)
    state = generator.choice(sorted(followers))
    output = list(state)
    while len(output) < length:
        possible = followers.get(state)
        if not possible:
            state = generator.choice(sorted(followers))
            continue
        word = generator.choice(possible)
        output.append(word)
        state = (*state[1:], word)
    return " ".join(output)


chain = learn(TEXT.split(), 1)
for number in range(1, 4):
    print(number, generate(chain, 12, number))
