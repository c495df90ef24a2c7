"""The player in the browser, and the local server behind it."""
