/* The sieve: which numbers of a progression have a small factor.
 *
 * A prime p divides base + i 2^k where i = -base / 2^k modulo p. The residue of a long base is the work of it: Hensel's
 * division from the lowest limb up costs two multiplications a limb (Jebelean, "An algorithm for exact division", 1993)
 * and, many primes side by side, fills the vector units; it leaves -base / 2^(32 limbs), and a power of two modulo p
 * puts that right. Primes are found by Eratosthenes' sieve in segments that stay in the first cache.
 */

#define SIEVE_LIMIT UINT32_C(0x7fffffff)
#define SEGMENT 32768 /* bytes, one an odd number */
#define GROUP 32      /* primes side by side */

/* Divide a number of `count` limbs by 2^(count limb bits) modulo each prime: c = -number / 2^(count limb bits), at most p.
 * `inverse` is 1 / p modulo 2^64. */
typedef void (*hensel_function)(
    const uint64_t *limbs, long count, const uint64_t *primes, const uint64_t *inverse, uint64_t *c);

static void hensel_plain(
    const uint64_t *limbs, long count, const uint64_t *primes, const uint64_t *inverse, uint64_t *c)
{
    for (int j = 0; j < GROUP; j++) {
        uint64_t p = primes[j], v = 0;
        for (long i = 0; i < count; i++) {
            uint64_t difference = limbs[i] - v;
            uint64_t q = (uint32_t)(difference * inverse[j]);
            v = (q * p >> 32) + (difference >> 63);
        }
        c[j] = v;
    }
}

#if defined(__GNUC__) && defined(__x86_64__)
#define SIEVE_VARIANTS 1
#include <immintrin.h>

__attribute__((target("avx2"))) static void hensel_avx2(
    const uint64_t *limbs, long count, const uint64_t *primes, const uint64_t *inverse, uint64_t *c)
{
    for (int half = 0; half < GROUP; half += 16) {
        __m256i p[4], v[4], w[4];
        for (int j = 0; j < 4; j++) {
            p[j] = _mm256_loadu_si256((const __m256i *)(primes + half + 4 * j));
            v[j] = _mm256_loadu_si256((const __m256i *)(inverse + half + 4 * j));
            w[j] = _mm256_setzero_si256();
        }
        for (long i = 0; i < count; i++) {
            __m256i limb = _mm256_set1_epi64x((long long)limbs[i]);
#pragma GCC unroll 4
            for (int j = 0; j < 4; j++) {
                __m256i difference = _mm256_sub_epi64(limb, w[j]);
                __m256i q = _mm256_mul_epu32(_mm256_mul_epu32(difference, v[j]), p[j]);
                w[j] = _mm256_add_epi64(_mm256_srli_epi64(q, 32), _mm256_srli_epi64(difference, 63));
            }
        }
        for (int j = 0; j < 4; j++)
            _mm256_storeu_si256((__m256i *)(c + half + 4 * j), w[j]);
    }
}

__attribute__((target("avx512f,avx512ifma"))) static void hensel_ifma(
    const uint64_t *limbs, long count, const uint64_t *primes, const uint64_t *inverse, uint64_t *c)
{
    __m512i p[4], v[4], w[4];
    for (int j = 0; j < 4; j++) {
        p[j] = _mm512_loadu_si512(primes + 8 * j);
        v[j] = _mm512_loadu_si512(inverse + 8 * j);
        w[j] = _mm512_setzero_si512();
    }
    for (long i = 0; i < count; i++) {
        __m512i limb = _mm512_set1_epi64((long long)limbs[i]);
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
            __m512i difference = _mm512_sub_epi64(limb, w[j]);
            __m512i q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), difference, v[j]);
            w[j] = _mm512_madd52hi_epu64(_mm512_srli_epi64(difference, 63), q, p[j]);
        }
    }
    for (int j = 0; j < 4; j++)
        _mm512_storeu_si512(c + 8 * j, w[j]);
}
#endif

static const struct division {
    int limb_bits;
    hensel_function hensel;
} PLAIN_DIVISION = {32, hensel_plain};

/* The fastest division that this processor can do. */
static struct division choose_division(void)
{
#ifdef SIEVE_VARIANTS
    static const struct division AVX2 = {32, hensel_avx2}, IFMA = {52, hensel_ifma};
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma"))
        return IFMA;
    if (__builtin_cpu_supports("avx2"))
        return AVX2;
#endif
    return PLAIN_DIVISION;
}

/* a b / 2^32 modulo p for a b < 2^32 p; `inverse` is 1 / p. */
static inline uint64_t hensel_product(uint64_t a, uint64_t b, uint64_t p, uint64_t inverse)
{
    uint64_t product = a * b, q = (uint32_t)((0 - product) * inverse);
    uint64_t v = (product + q * p) >> 32;
    return v >= p ? v - p : v;
}

/* indices[j] := -base / 2^exponent modulo primes[j]. */
static void residues(
    struct division division, const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes,
    uint64_t *indices)
{
    uint64_t inverse[GROUP], power[GROUP];
    for (int j = 0; j < GROUP; j++) {
        uint64_t p = primes[j], v = p;
        for (int step = 0; step < 5; step++)
            v *= 2 - p * v; /* three right bits, then 6, 12, 24, 48, 96 */
        inverse[j] = v;
    }
    division.hensel(base, count, primes, inverse, indices);
    /* Now indices = -base / 2^(limb bits * count). What is missing is a factor 2^(limb bits * count - exponent), and as
     * hensel_product() divides by 2^32, the power sought is 2^f: built from 2^33 by f -> 2 f - 32 and f -> f + 1. */
    long f = division.limb_bits * count - (long)exponent + 32;
    long odd[64];
    int steps = 0;
    for (; f > 33; f = (f + 32) / 2) {
        odd[steps++] = f & 1;
        f -= f & 1;
    }
    for (int j = 0; j < GROUP; j++)
        power[j] = (UINT64_C(1) << 33) % primes[j];
    while (steps-- > 0) {
        int doubled = odd[steps] != 0;
        for (int j = 0; j < GROUP; j++) {
            uint64_t p = primes[j], v = hensel_product(power[j], power[j], p, inverse[j]) << doubled;
            power[j] = v >= p ? v - p : v;
        }
    }
    for (int j = 0; j < GROUP; j++)
        indices[j] = hensel_product(indices[j], power[j], primes[j], inverse[j]);
}

#define SMALL_PRIMES 6541 /* odd primes below 2^16: all that a segment below 2^32 needs */

/* Find them, by the plain sieve. */
static void small_primes(uint32_t *primes)
{
    static const uint32_t limit = 65536;
    uint8_t composite[32768] = {0};
    for (uint32_t n = 3; n < limit; n += 2) {
        if (composite[n / 2])
            continue;
        *primes++ = n;
        for (uint64_t m = (uint64_t)n * n; m < limit; m += 2 * n)
            composite[m / 2] = 1;
    }
}

/* Strike out of the window what a group of primes divides. */
static void strike_group(
    struct division division, const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes, int held,
    uint8_t *marks, uint64_t window)
{
    uint64_t indices[GROUP];
    residues(division, base, count, exponent, primes, indices);
    for (int j = 0; j < held; j++) {
        for (uint64_t i = indices[j]; i < window; i += primes[j])
            marks[i] = 1;
    }
}

/* marks[i] := 1 wherever an odd prime in [first, last) divides base + i 2^exponent. The base has `count` limbs of
 * choose_division().limb_bits, and at least as many bits as the exponent. 0 if stopped, -1 without memory. */
static int sieve_strike(
    const uint64_t *base, long count, unsigned long exponent, uint32_t first, uint32_t last, uint8_t *marks,
    uint64_t window, const volatile char *stop)
{
    const struct division division = choose_division();
    uint32_t *small = malloc(SMALL_PRIMES * sizeof(uint32_t)), *next = malloc(SMALL_PRIMES * sizeof(uint32_t));
    uint8_t *composite = malloc(SEGMENT);
    uint64_t primes[GROUP], start = first < 3 ? 3 : first | 1;
    int held = 0, ready = 0, status = -1;
    if (small == NULL || next == NULL || composite == NULL)
        goto done;
    small_primes(small);
    status = 1;
    for (uint64_t low = start; low < last; low += 2 * SEGMENT) {
        if (*stop) {
            status = 0;
            break;
        }
        uint64_t high = low + 2 * SEGMENT;
        memset(composite, 0, SEGMENT);
        for (; ready < SMALL_PRIMES && (uint64_t)small[ready] * small[ready] < high; ready++) {
            uint64_t p = small[ready], multiple = (low + p - 1) / p | 1;
            next[ready] = (uint32_t)(((multiple < p ? p : multiple) * p - low) / 2);
        }
        for (int k = 0; k < ready; k++) {
            uint32_t at = next[k];
            for (; at < SEGMENT; at += small[k])
                composite[at] = 1;
            next[k] = at - SEGMENT;
        }
        long size = high > last ? (long)((last - low + 1) / 2) : SEGMENT;
        for (long at = 0; at < size; at++) {
            if (composite[at])
                continue;
            primes[held++] = low + 2 * (uint64_t)at;
            if (held == GROUP) {
                strike_group(division, base, count, exponent, primes, held, marks, window);
                held = 0;
            }
        }
    }
    if (held > 0) {
        for (int j = held; j < GROUP; j++)
            primes[j] = 3;
        strike_group(division, base, count, exponent, primes, held, marks, window);
    }
done:
    free(small);
    free(next);
    free(composite);
    return status;
}
