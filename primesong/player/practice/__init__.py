"""A song that the listener plays, on a terminal: what is next, what was wrong, what was played."""
