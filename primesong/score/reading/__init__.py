"""Notes as they sound together in a file to lines of notes, one after the other."""
