"""Carve a maze by depth-first search and find the way through it."""

import random
from collections import deque

ROWS = 8
COLUMNS = 18
DIRECTIONS = [(0, 1), (1, 0), (0, -1), (-1, 0)]


def carve(seed):
    random.seed(seed)
    passages = {(0, 0): set()}
    stack = [(0, 0)]
    while stack:
        row, column = stack[-1]
        choices = []
        for down, right in DIRECTIONS:
            cell = (row + down, column + right)
            if 0 <= cell[0] < ROWS and 0 <= cell[1] < COLUMNS and cell not in passages:
                choices.append(cell)
        if not choices:
            stack.pop()
            continue
        cell = random.choice(choices)
        passages[cell] = {(row, column)}
        passages[row, column].add(cell)
        stack.append(cell)
    return passages


def find_way(passages, start, goal):
    came_from = {start: None}
    queue = deque([start])
    while queue:
        cell = queue.popleft()
        if cell == goal:
            break
        for neighbor in sorted(passages[cell]):
            if neighbor not in came_from:
                came_from[neighbor] = cell
                queue.append(neighbor)
    way = []
    while goal is not None:
        way.append(goal)
        goal = came_from[goal]
    return way[::-1]


def show(passages, way):
    print("+" + "--+" * COLUMNS)
    for row in range(ROWS):
        middle = "|"
        below = "+"
        for column in range(COLUMNS):
            cell = (row, column)
            middle += "()" if cell in way else "  "
            middle += " " if (row, column + 1) in passages[cell] else "|"
            below += "  +" if (row + 1, column) in passages[cell] else "--+"
        print(middle)
        print(below)


maze = carve(5)
show(maze, find_way(maze, (0, 0), (ROWS - 1, COLUMNS - 1)))
