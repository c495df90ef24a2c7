"""Place eight queens on a board so that none attacks another."""


def is_safe(placed, column):
    row = len(placed)
    for other_row, other_column in enumerate(placed):
        if other_column == column or abs(other_column - column) == row - other_row:
            return False
    return True


def solve(size, placed=()):
    if len(placed) == size:
        yield placed
        return
    for column in range(size):
        if is_safe(placed, column):
            yield from solve(size, (*placed, column))


def draw(solution):
    size = len(solution)
    for column in solution:
        print(". " * column + "Q " + ". " * (size - column - 1))


solutions = list(solve(8))
print(len(solutions), "solutions; the first:")
draw(solutions[0])
