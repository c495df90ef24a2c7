"""Solve a sudoku by trying the cell with the fewest candidates."""

PUZZLE = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"


def list_candidates(grid, place):
    row, column = divmod(place, 9)
    seen = set()
    for other in range(9):
        seen.add(grid[9 * row + other])
        seen.add(grid[9 * other + column])
        seen.add(grid[9 * (row // 3 * 3 + other // 3) + column // 3 * 3 + other % 3])
    return [digit for digit in "123456789" if digit not in seen]


def solve(grid):
    empty = [place for place in range(81) if grid[place] == "."]
    if not empty:
        return grid
    best = min(empty, key=lambda place: len(list_candidates(grid, place)))
    for digit in list_candidates(grid, best):
        solution = solve(grid[:best] + digit + grid[best + 1 :])
        if solution is not None:
            return solution
    return None


def show(grid):
    for row in range(9):
        print(" ".join(grid[9 * row : 9 * row + 9]))


show(solve(PUZZLE))
