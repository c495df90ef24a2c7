"""Program to number to digits, and back: gzip payload, its padding, decimal digits."""
