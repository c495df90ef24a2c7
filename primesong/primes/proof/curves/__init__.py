"""What a proof by elliptic curves is made of: the way down to smaller primes, and for each a curve and a point."""
