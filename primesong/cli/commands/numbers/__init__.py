"""Commands for the number alone: find it, prove it."""
