"""The towers of Hanoi, drawn move by move."""

DISKS = 4


def draw(towers):
    for level in reversed(range(DISKS)):
        line = ""
        for tower in towers:
            size = tower[level] if level < len(tower) else 0
            line += ("=" * (2 * size)).center(2 * DISKS + 2)
        print(line)
    print("-" * (3 * (2 * DISKS + 2)))


def move(towers, count, source, target, spare):
    if count == 0:
        return 0
    moves = move(towers, count - 1, source, spare, target)
    towers[target].append(towers[source].pop())
    draw(towers)
    return moves + 1 + move(towers, count - 1, spare, target, source)


towers = [list(range(DISKS, 0, -1)), [], []]
draw(towers)
print(move(towers, DISKS, 0, 2, 1), "moves")
