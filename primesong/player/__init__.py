"""The player, in the terminal and in the browser: a song heard and seen in time, while the program comes out of it."""
