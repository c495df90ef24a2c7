"""Digits to melody, and back: the swaras, the mapping by frequency, the tala."""
