"""A stranger's program: what it reaches for, how it is locked in, what came of it. Nothing else executes a program."""
