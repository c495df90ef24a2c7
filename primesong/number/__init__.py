"""Program to digits, and back: gzip payload, probable prime, decimal digits."""
