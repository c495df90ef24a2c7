"""Play noughts and crosses against itself, perfectly."""

from functools import cache

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def find_winner(board):
    for a, b, c in LINES:
        if board[a] != " " and board[a] == board[b] == board[c]:
            return board[a]
    return None


def play(board, place, player):
    return board[:place] + player + board[place + 1 :]


@cache
def evaluate(board, player):
    winner = find_winner(board)
    if winner is not None:
        return (1 if winner == player else -1), None
    free = [place for place in range(9) if board[place] == " "]
    if not free:
        return 0, None
    opponent = "O" if player == "X" else "X"
    best_value = -2
    best_place = None
    for place in free:
        value = -evaluate(play(board, place, player), opponent)[0]
        if value > best_value:
            best_value = value
            best_place = place
    return best_value, best_place


def show(board):
    for row in range(3):
        print(" | ".join(board[3 * row : 3 * row + 3]))
        if row < 2:
            print("--+---+--")
    print()


board = " " * 9
player = "X"
while find_winner(board) is None and " " in board:
    value, place = evaluate(board, player)
    board = play(board, place, player)
    show(board)
    player = "O" if player == "X" else "X"
