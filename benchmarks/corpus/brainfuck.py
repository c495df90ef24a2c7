"""Run a program of eight instructions."""

import sys

PROGRAM = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."


def match_brackets(program):
    partners = {}
    stack = []
    for place, instruction in enumerate(program):
        if instruction == "[":
            stack.append(place)
        elif instruction == "]":
            start = stack.pop()
            partners[start] = place
            partners[place] = start
    return partners


def execute(program):
    partners = match_brackets(program)
    memory = [0] * 300
    pointer = 0
    place = 0
    while place < len(program):
        instruction = program[place]
        if instruction == ">":
            pointer += 1
        elif instruction == "<":
            pointer -= 1
        elif instruction == "+":
            memory[pointer] = (memory[pointer] + 1) % 256
        elif instruction == "-":
            memory[pointer] = (memory[pointer] - 1) % 256
        elif instruction == ".":
            sys.stdout.write(chr(memory[pointer]))
        elif (instruction == "[" and memory[pointer] == 0) or (instruction == "]" and memory[pointer] != 0):
            place = partners[place]
        place += 1


execute(PROGRAM)
