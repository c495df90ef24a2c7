"""Print the primes below a limit, by the sieve of Eratosthenes."""

import math


def find_primes(limit):
    is_prime = [True] * limit
    is_prime[0] = is_prime[1] = False
    for number in range(2, math.isqrt(limit) + 1):
        if is_prime[number]:
            for multiple in range(number * number, limit, number):
                is_prime[multiple] = False
    return [number for number, prime in enumerate(is_prime) if prime]


primes = find_primes(200)
print(len(primes), "primes:")
print(" ".join(str(prime) for prime in primes))
