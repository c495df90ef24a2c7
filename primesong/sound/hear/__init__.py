"""Notes with probabilities to the song: where it begins, what is missing, which program it holds."""
