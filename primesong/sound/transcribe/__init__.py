"""Recording to notes with probabilities."""
