"""The player: a song heard and seen in time, while the program comes out of it."""
