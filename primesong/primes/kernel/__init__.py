"""Strong probable-prime tests of several numbers at once, compiled."""
