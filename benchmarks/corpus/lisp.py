"""A small Lisp: numbers, lists, conditions and functions."""

import math
import operator

PROGRAM = """
(define factorial (lambda (n) (if (< n 2) 1 (* n (factorial (- n 1))))))
(define square (lambda (x) (* x x)))
(define compose (lambda (f g) (lambda (x) (f (g x)))))
(factorial 10)
((compose square factorial) 4)
(map square (list 1 2 3 4))
(sqrt (+ (square 3) (square 4)))
"""


def tokenize(text):
    return text.replace("(", " ( ").replace(")", " ) ").split()


def parse(tokens):
    token = tokens.pop(0)
    if token == "(":
        items = []
        while tokens[0] != ")":
            items.append(parse(tokens))
        tokens.pop(0)
        return items
    try:
        return int(token)
    except ValueError:
        return token


def make_globals():
    return {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "<": operator.lt,
        "sqrt": math.sqrt,
        "list": lambda *items: list(items),
        "map": lambda function, items: [function(item) for item in items],
    }


def evaluate(expression, names):
    if isinstance(expression, str):
        return names[expression]
    if not isinstance(expression, list):
        return expression
    head = expression[0]
    if head == "if":
        _, test, yes, no = expression
        return evaluate(yes if evaluate(test, names) else no, names)
    if head == "define":
        names[expression[1]] = evaluate(expression[2], names)
        return None
    if head == "lambda":
        _, parameters, body = expression
        return lambda *values: evaluate(body, {**names, **scope, **dict(zip(parameters, values, strict=True))})
    function, *values = [evaluate(part, names) for part in expression]
    return function(*values)


scope = make_globals()
tokens = tokenize(PROGRAM)
while tokens:
    result = evaluate(parse(tokens), scope)
    if result is not None:
        print(result)
