"""A small GPT that learns names and makes up new ones, in nothing but Python's standard library.

It reads names, one a line, from input.txt, learns from one name a step which letter follows which, and then makes up
twenty. One layer, 4 heads of attention, 16 dimensions, a context of 8 letters: some 4,000 parameters, each a number
that remembers how it came about, so that the loss can be traced back to it.
"""

import math
import random

WIDTH, HEADS, SPAN, STEPS, NAMES, HEAT = 16, 4, 8, 500, 20, 0.5
HEAD = WIDTH // HEADS
RATE, BETA1, BETA2, TINY = 0.01, 0.9, 0.95, 1e-8  # of Adam (Kingma and Ba, 2014)


class Value:
    """A number in a calculation: its parents, and how fast it changes with each of them (the slopes).

    After `backward` on the result, `slope` says how fast the result changes with this number.
    """

    def __init__(self, number, parents=(), slopes=(), /):
        self.number = number
        self.parents = parents
        self.slopes = slopes
        self.slope = 0

    def __add__(self, other, /):
        return Value(self.number + other.number, (self, other), (1, 1))

    def __mul__(self, other, /):
        return Value(self.number * other.number, (self, other), (other.number, self.number))

    def scale(self, factor, /):
        """Multiply by a plain number."""
        return Value(self.number * factor, (self,), (factor,))

    def power(self, exponent, /):
        """Raise to a plain number."""
        return Value(self.number**exponent, (self,), (exponent * self.number ** (exponent - 1),))

    def exp(self):
        """Give e to the power of this number."""
        power = math.exp(self.number)
        return Value(power, (self,), (power,))

    def log(self):
        """Give the natural logarithm."""
        return Value(math.log(self.number), (self,), (1 / self.number,))

    def relu(self):
        """Give the number itself if it is above 0, else 0."""
        return Value(max(0, self.number), (self,), (self.number > 0,))

    def backward(self):
        """Set `slope` in every number that this one came from, by the chain rule, from the last to the first."""
        order, seen = [], set()

        def visit(value, /):
            if value not in seen:
                seen.add(value)
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.slope = 1
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes):
                parent.slope += slope * value.slope


def total(values, /):
    """Add up values."""
    first, *rest = values
    for value in rest:
        first = first + value
    return first


def matrix(rows, columns, spread=0.02, /):
    """Make a matrix of random numbers around 0; with spread 0, of zeros."""
    return [[Value(random.gauss(0, spread)) for _ in range(columns)] for _ in range(rows)]


def dot(left, right, /):
    """Multiply two vectors, element by element, and add up."""
    return total([a * b for a, b in zip(left, right)])


def linear(vector, weights, /):
    """Multiply a vector by a matrix."""
    return [dot(vector, row) for row in weights]


def add(left, right, /):
    """Add two vectors."""
    return [a + b for a, b in zip(left, right)]


def softmax(scores, /):
    """Make probabilities of scores; taking the greatest away keeps the powers small."""
    greatest = Value(-max(score.number for score in scores))
    powers = [(score + greatest).exp() for score in scores]
    share = total(powers).power(-1)
    return [power * share for power in powers]


def norm(vector, /):
    """Divide a vector by the root of its mean square (RMSNorm; Zhang and Sennrich, 2019)."""
    square = dot(vector, vector).scale(1 / len(vector))
    factor = (square + Value(1e-5)).power(-0.5)
    return [value * factor for value in vector]


def model(letters, /):
    """Make the parameters: letters, places, output; query, key, value, projection; up, down."""
    shapes = (
        [(letters, WIDTH), (SPAN, WIDTH), (letters, WIDTH)]
        + [(WIDTH, WIDTH)] * 3
        + [(WIDTH, WIDTH, 0), (4 * WIDTH, WIDTH), (WIDTH, 4 * WIDTH, 0)]
    )
    return [matrix(*shape) for shape in shapes]


def scores_of(weights, letter, place, keys, values, /):
    """Give a score for each letter that could follow this one, at this place, after those in `keys` and `values`."""
    letters, places, output, to_query, to_key, to_value, project, up, down = weights
    before = norm(add(letters[letter], places[place]))
    vector = norm(before)
    query = linear(vector, to_query)
    keys.append(linear(vector, to_key))
    values.append(linear(vector, to_value))
    found = []
    for start in range(0, WIDTH, HEAD):
        part = slice(start, start + HEAD)
        attention = softmax([dot(query[part], key[part]).scale(HEAD**-0.5) for key in keys])
        found += [dot(attention, column) for column in list(zip(*values))[part]]
    before = add(linear(found, project), before)
    hidden = [value.relu().power(2) for value in linear(norm(before), up)]
    return linear(add(linear(hidden, down), before), output)


def loss_of(weights, word, /):
    """Give the mean surprise, in nats a letter, at a word that begins and ends with the end mark."""
    keys, values = [], []
    surprises = [
        softmax(scores_of(weights, letter, place, keys, values))[following].log()
        for place, (letter, following) in enumerate(zip(word[:SPAN], word[1:]))
    ]
    return total(surprises).scale(-1 / len(surprises))


def train(weights, words, steps, /):
    """Learn from a word a step with Adam, ever more slowly along half a cosine; give each step's loss in turn."""
    parameters = [value for rows in weights for row in rows for value in row]
    means = [0] * len(parameters)
    squares = [0] * len(parameters)
    for step in range(steps):
        loss = loss_of(weights, words[step % len(words)])
        loss.backward()
        rate = RATE * 0.5 * (1 + math.cos(math.pi * step / steps))
        for place, value in enumerate(parameters):
            means[place] = BETA1 * means[place] + (1 - BETA1) * value.slope
            squares[place] = BETA2 * squares[place] + (1 - BETA2) * value.slope**2
            mean = means[place] / (1 - BETA1 ** (step + 1))
            square = squares[place] / (1 - BETA2 ** (step + 1))
            value.number -= rate * mean / (square**0.5 + TINY)
            value.slope = 0
        yield loss.number


def sample(weights, end, /):
    """Make up a word, letter by letter, until the end mark falls or the context is full."""
    keys, values, word, letter = [], [], [], end
    for place in range(SPAN):
        scores = scores_of(weights, letter, place, keys, values)
        chances = softmax([score.scale(1 / HEAT) for score in scores])
        letter = random.choices(range(end + 1), [chance.number for chance in chances])[0]
        if letter == end:
            break
        word.append(letter)
    return word


def main():
    """Learn the names in input.txt and make up twenty."""
    random.seed(42)
    with open("input.txt") as file:
        names = file.read().split()
    random.shuffle(names)
    alphabet = sorted(set("".join(names)))
    end = len(alphabet)
    words = [[end, *map(alphabet.index, name), end] for name in names]
    weights = model(end + 1)
    print("num docs:", len(names))
    print("vocab size:", end + 1)
    print("num params:", sum(len(row) for rows in weights for row in rows))
    for step, loss in enumerate(train(weights, words, STEPS), start=1):
        print(f"step {step:4d} / {STEPS:4d} | loss {loss:.4f}")
    print("\n--- inference ---")
    for number in range(1, NAMES + 1):
        print(f"sample {number:2d}:", "".join(alphabet[letter] for letter in sample(weights, end)))


if __name__ == "__main__":
    main()
