"""The harmonium as a hand plays it, in a room, with who plays along."""
