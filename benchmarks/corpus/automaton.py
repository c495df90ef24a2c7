"""Elementary cellular automata, by Wolfram's numbers."""


def make_table(rule):
    table = {}
    for pattern in range(8):
        table[pattern] = (rule >> pattern) & 1
    return table


def advance(cells, table):
    size = len(cells)
    following = []
    for place in range(size):
        left = cells[(place - 1) % size]
        center = cells[place]
        right = cells[(place + 1) % size]
        following.append(table[4 * left + 2 * center + right])
    return following


def run(rule, size, steps):
    cells = [0] * size
    cells[size // 2] = 1
    table = make_table(rule)
    for _ in range(steps):
        print("".join("*" if cell else " " for cell in cells))
        cells = advance(cells, table)


for rule in (30, 90, 110):
    print("Rule", rule)
    run(rule, 63, 16)
