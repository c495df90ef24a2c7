"""Commands that read or make a song, and are done."""
