"""A network of two layers learns exclusive or, by backpropagation."""

import math
import random

HIDDEN = 4
RATE = 0.7
EXAMPLES = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]


def sigmoid(value):
    return 1 / (1 + math.exp(-value))


def forward(inputs, hidden_weights, output_weights):
    hidden = []
    for weights in hidden_weights:
        total = weights[-1]
        for weight, value in zip(weights, inputs, strict=False):
            total += weight * value
        hidden.append(sigmoid(total))
    total = output_weights[-1]
    for weight, value in zip(output_weights, hidden, strict=False):
        total += weight * value
    return hidden, sigmoid(total)


def train(epochs):
    random.seed(1)
    hidden_weights = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(HIDDEN)]
    output_weights = [random.uniform(-1, 1) for _ in range(HIDDEN + 1)]
    for epoch in range(epochs):
        loss = 0
        for inputs, target in EXAMPLES:
            hidden, output = forward(inputs, hidden_weights, output_weights)
            error = target - output
            loss += error**2
            output_slope = error * output * (1 - output)
            for number in range(HIDDEN):
                slope = output_slope * output_weights[number] * hidden[number] * (1 - hidden[number])
                output_weights[number] += RATE * output_slope * hidden[number]
                hidden_weights[number][-1] += RATE * slope
                for place in range(2):
                    hidden_weights[number][place] += RATE * slope * inputs[place]
            output_weights[-1] += RATE * output_slope
        if epoch % 1000 == 0:
            print(f"epoch {epoch:5d}  loss {loss:.4f}")
    return hidden_weights, output_weights


hidden_weights, output_weights = train(5000)
for inputs, target in EXAMPLES:
    print(inputs, target, round(forward(inputs, hidden_weights, output_weights)[1], 2))
