"""Conway's game of life: a glider on a torus."""

WIDTH = 16
HEIGHT = 10


def count_neighbors(cells, row, column):
    total = 0
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            if (down, right) != (0, 0):
                total += ((row + down) % HEIGHT, (column + right) % WIDTH) in cells
    return total


def step(cells):
    following = set()
    for row in range(HEIGHT):
        for column in range(WIDTH):
            neighbors = count_neighbors(cells, row, column)
            if neighbors == 3 or (neighbors == 2 and (row, column) in cells):
                following.add((row, column))
    return following


def show(cells):
    for row in range(HEIGHT):
        print("".join("#" if (row, column) in cells else "." for column in range(WIDTH)))
    print()


glider = {(0, 1), (1, 2), (2, 0), (2, 1), (2, 2)}
for _ in range(8):
    show(glider)
    glider = step(glider)
