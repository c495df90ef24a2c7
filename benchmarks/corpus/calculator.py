"""Evaluate arithmetic expressions by recursive descent."""

import math


class Parser:
    """A parser of one expression."""

    def __init__(self, text):
        self.text = text.replace(" ", "")
        self.place = 0

    def peek(self):
        if self.place < len(self.text):
            return self.text[self.place]
        return ""

    def take(self):
        character = self.peek()
        self.place += 1
        return character

    def expression(self):
        value = self.term()
        while self.peek() in ("+", "-") and self.peek():
            if self.take() == "+":
                value += self.term()
            else:
                value -= self.term()
        return value

    def term(self):
        value = self.power()
        while self.peek() in ("*", "/") and self.peek():
            if self.take() == "*":
                value *= self.power()
            else:
                value /= self.power()
        return value

    def power(self):
        base = self.factor()
        if self.peek() == "^":
            self.take()
            return math.pow(base, self.power())
        return base

    def factor(self):
        if self.peek() == "-":
            self.take()
            return -self.factor()
        if self.peek() == "(":
            self.take()
            value = self.expression()
            self.take()
            return value
        start = self.place
        while self.peek().isdigit() or self.peek() == ".":
            self.take()
        return float(self.text[start : self.place])


for text in ("1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-4 / (1 - 3)", "1.5 * (2 + 2.5)"):
    print(text, "=", Parser(text).expression())
