"""Find the prime that holds a payload; prove a prime."""
