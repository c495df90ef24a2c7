"""A program becomes a prime number, the prime a song in sargam, and the song the program again."""
