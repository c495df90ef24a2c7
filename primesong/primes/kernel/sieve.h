/* The sieve: which numbers of a progression have a small factor.
 *
 * A prime p divides base + i 2^k where i = -base / 2^k modulo p. The residue of a long base is the work of it: Hensel's
 * division from the lowest limb up costs two multiplications a limb (Jebelean, "An algorithm for exact division", 1993)
 * and, many primes side by side, fills the vector units; it leaves -base / 2^(32 limbs), and a power of two modulo p
 * puts that right. Primes are found by Eratosthenes' sieve in segments that stay in the first cache.
 */

#define SIEVE_LIMIT UINT32_C(0x7fffffff)
#define SEGMENT 32768 /* bytes, one an odd number */
#define GROUP 64      /* primes side by side */

/* Divide a number of `count` limbs by 2^(count limb bits) modulo each prime p: c = -number / 2^(count limb bits) <= p.
 * `inverse` is 1 / p modulo 2^64. */
typedef void (*hensel_function)(
    const uint64_t *limbs, long count, const uint64_t *primes, const uint64_t *inverse, uint64_t *c);

/* Square each power `steps` times, doubling it after those marked, the last first; then multiply the indices by them.
 * Each product is divided by 2^32 (Montgomery), all modulo primes[j] < 2^31. */
typedef void (*scale_function)(
    const uint64_t *primes, const uint64_t *inverse, uint64_t *power, const char *doubled, int steps,
    uint64_t *indices);

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

/* a b / 2^32 modulo p for a b < 2^32 p; `inverse` is 1 / p. */
static inline uint64_t hensel_product(uint64_t a, uint64_t b, uint64_t p, uint64_t inverse)
{
    uint64_t product = a * b, q = (uint32_t)((0 - product) * inverse);
    uint64_t v = (product + q * p) >> 32;
    return v >= p ? v - p : v;
}

static void scale_plain(
    const uint64_t *primes, const uint64_t *inverse, uint64_t *power, const char *doubled, int steps, uint64_t *indices)
{
    for (int j = 0; j < GROUP; j++) {
        uint64_t p = primes[j];
        for (int step = steps; step-- > 0;) {
            uint64_t v = hensel_product(power[j], power[j], p, inverse[j]) << doubled[step];
            power[j] = v >= p ? v - p : v;
        }
        indices[j] = hensel_product(indices[j], power[j], p, inverse[j]);
    }
}

#if defined(__GNUC__) && defined(__x86_64__)
#define SIEVE_VARIANTS 1
#include <immintrin.h>

/* v, less p where it is not below p; v < 2^32 */
__attribute__((target("avx2"))) static inline __m256i below_avx2(__m256i v, __m256i p)
{
    return _mm256_min_epu32(v, _mm256_sub_epi32(v, p));
}

/* hensel_product() of four. */
__attribute__((target("avx2"))) static inline __m256i product_avx2(__m256i a, __m256i b, __m256i p, __m256i inverse)
{
    __m256i product = _mm256_mul_epu32(a, b);
    __m256i q = _mm256_mul_epu32(_mm256_sub_epi64(_mm256_setzero_si256(), product), inverse);
    return below_avx2(_mm256_srli_epi64(_mm256_add_epi64(product, _mm256_mul_epu32(q, p)), 32), p);
}

__attribute__((target("avx2"))) static void scale_avx2(
    const uint64_t *primes, const uint64_t *inverse, uint64_t *power, const char *doubled, int steps, uint64_t *indices)
{
    for (int half = 0; half < GROUP; half += 16) {
        __m256i p[4], v[4], w[4];
        for (int j = 0; j < 4; j++) {
            p[j] = _mm256_loadu_si256((const __m256i *)(primes + half + 4 * j));
            v[j] = _mm256_loadu_si256((const __m256i *)(inverse + half + 4 * j));
            w[j] = _mm256_loadu_si256((const __m256i *)(power + half + 4 * j));
        }
        for (int step = steps; step-- > 0;) {
            const __m128i count = _mm_cvtsi32_si128(doubled[step]);
#pragma GCC unroll 4
            for (int j = 0; j < 4; j++)
                w[j] = below_avx2(_mm256_sll_epi64(product_avx2(w[j], w[j], p[j], v[j]), count), p[j]);
        }
        for (int j = 0; j < 4; j++) {
            __m256i *index = (__m256i *)(indices + half + 4 * j);
            _mm256_storeu_si256(index, product_avx2(_mm256_loadu_si256(index), w[j], p[j], v[j]));
        }
    }
}

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
    __m512i p[8], v[8], w[8];
    for (int j = 0; j < 8; j++) {
        p[j] = _mm512_loadu_si512(primes + 8 * j);
        v[j] = _mm512_loadu_si512(inverse + 8 * j);
        w[j] = _mm512_setzero_si512();
    }
    for (long i = 0; i < count; i++) {
        __m512i limb = _mm512_set1_epi64((long long)limbs[i]);
#pragma GCC unroll 8
        for (int j = 0; j < 8; j++) {
            __m512i difference = _mm512_sub_epi64(limb, w[j]);
            __m512i q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), difference, v[j]);
            w[j] = _mm512_madd52hi_epu64(_mm512_srli_epi64(difference, 63), q, p[j]);
        }
    }
    for (int j = 0; j < 8; j++)
        _mm512_storeu_si512(c + 8 * j, w[j]);
}
#endif

static const struct division {
    int limb_bits;
    hensel_function hensel;
    scale_function scale;
} PLAIN_DIVISION = {32, hensel_plain, scale_plain};

/* The fastest division that this processor can do. */
static struct division choose_division(void)
{
#ifdef SIEVE_VARIANTS
    static const struct division AVX2 = {32, hensel_avx2, scale_avx2}, IFMA = {52, hensel_ifma, scale_avx2};
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma"))
        return IFMA;
    if (__builtin_cpu_supports("avx2"))
        return AVX2;
#endif
    return PLAIN_DIVISION;
}

/* indices[j] := -base / 2^exponent modulo primes[j]. */
static void residues(
    struct division division, const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes,
    uint64_t *indices)
{
    uint64_t inverse[GROUP], power[GROUP];
    for (int j = 0; j < GROUP; j++) {
        uint64_t p = primes[j], v = 3 * p ^ 2;
        for (int step = 0; step < 4; step++)
            v *= 2 - p * v; /* five right bits, then 10, 20, 40, 80 */
        inverse[j] = v;
    }
    division.hensel(base, count, primes, inverse, indices);
    /* Now indices = -base / 2^(limb bits * count). What is missing is a factor 2^(limb bits * count - exponent), and as
     * a product here divides by 2^32, the power sought is 2^f: built from 2^33 by f -> 2 f - 32 and f -> f + 1. */
    long f = division.limb_bits * count - (long)exponent + 32;
    char doubled[64];
    int steps = 0;
    for (; f > 33; f = (f + 32) / 2) {
        doubled[steps++] = f & 1;
        f -= f & 1;
    }
    for (int j = 0; j < GROUP; j++) { /* 2^32 modulo p by a short division, and doubled */
        uint32_t p = (uint32_t)primes[j], rest = (0 - p) % p;
        power[j] = 2 * (uint64_t)rest >= p ? 2 * rest - p : 2 * rest;
    }
    division.scale(primes, inverse, power, doubled, steps, indices);
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
    struct division division, const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes,
    int held, uint8_t *marks, uint64_t window)
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
            primes[held] = low + 2 * (uint64_t)at;
            held += !composite[at]; /* no branch: nobody can foretell it */
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
