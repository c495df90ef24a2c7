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
#define SPARE 8       /* numbers that are written beyond those listed */

/* Find where each prime first divides: indices[j] := -base / 2^exponent modulo primes[j] < 2^31, of a base of `count`
 * limbs. */
typedef void (*residues_function)(
    const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes, uint64_t *indices);

/* List the odd numbers from `low` on whose flags are 1, SEGMENT flags; return how many there are. */
typedef long (*list_function)(const uint8_t *flags, uint64_t low, uint64_t *listed);

/* Divide a number of `count` limbs of 32 bits by 2^(32 count) modulo each prime p: c = -number / 2^(32 count) <= p.
 * `inverse` is 1 / p modulo 2^64. */
typedef void (*hensel_function)(
    const uint64_t *limbs, long count, const uint64_t *primes, const uint64_t *inverse, uint64_t *c);

/* Square each power `steps` times, doubling it after those marked, the last first; then multiply the indices by them.
 * Each product is divided by 2^32 (Montgomery), all modulo primes[j] < 2^31. */
typedef void (*scale_function)(
    const uint64_t *primes, const uint64_t *inverse, uint64_t *power, const char *doubled, int steps,
    uint64_t *indices);

#define MOST_STEPS 64

/* Hensel's division leaves -base / 2^(limb bits * count). What is missing is a factor 2^(limb bits * count - exponent),
 * and as a product divides by the radix, the power sought is 2^f: built from twice the radix by f -> 2 f - radix bits
 * and f -> f + 1. Mark the steps that double, the last first; return how many there are. */
static int plan_power(int limb_bits, long count, unsigned long exponent, int radix_bits, char *doubled)
{
    long f = limb_bits * count - (long)exponent + radix_bits;
    int steps = 0;
    for (; f > radix_bits + 1; f = (f + radix_bits) / 2) {
        doubled[steps++] = f & 1;
        f -= f & 1;
    }
    return steps;
}

static long list_plain(const uint8_t *flags, uint64_t low, uint64_t *listed)
{
    long found = 0;
    for (long i = 0; i < SEGMENT; i++) { /* no branch: nobody can foretell it */
        listed[found] = low + 2 * (uint64_t)i;
        found += flags[i];
    }
    return found;
}

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

#define IFMA_SIEVE __attribute__((target("avx512f,avx512dq,avx512ifma"))) static
#define LOW(sum, a, b) _mm512_madd52lo_epu64(sum, a, b)
#define HIGH(sum, a, b) _mm512_madd52hi_epu64(sum, a, b)
#define SIDE_BY_SIDE (GROUP / 8)
#define PAIRS (SIDE_BY_SIDE / 2)
#define PAIR_LIMIT (UINT64_C(1) << 26) /* the product of two primes below it is below 2^52 */

/* v, less p where it is not below p */
IFMA_SIEVE inline __m512i below_ifma(__m512i v, __m512i p)
{
    return _mm512_min_epu64(v, _mm512_sub_epi64(v, p));
}

/* a b / 2^52 modulo p, for a and b of at most p. */
IFMA_SIEVE inline __m512i product_ifma(__m512i a, __m512i b, __m512i p, __m512i inverse)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i q = LOW(zero, LOW(zero, a, b), inverse);
    __m512i difference = _mm512_sub_epi64(HIGH(zero, a, b), HIGH(zero, q, p));
    return _mm512_min_epu64(difference, _mm512_add_epi64(difference, p));
}

/* 1 / p modulo 2^52, as residues_by_halves() finds it. */
IFMA_SIEVE inline __m512i inverse_ifma(__m512i p)
{
    const __m512i zero = _mm512_setzero_si512(), two = _mm512_set1_epi64(2);
    __m512i v = _mm512_xor_si512(LOW(zero, p, _mm512_set1_epi64(3)), two);
    for (int step = 0; step < 4; step++)
        v = LOW(zero, v, _mm512_sub_epi64(two, LOW(zero, p, v)));
    return v;
}

/* v modulo p, for v <= 2^52 and p < 2^52: the quotient of doubles is off by one at most. */
IFMA_SIEVE inline __m512i rest_ifma(__m512i v, __m512i p)
{
    const __m512d number = _mm512_cvtepu64_pd(v), divisor = _mm512_cvtepu64_pd(p);
    __m512d quotient = _mm512_roundscale_pd(_mm512_div_pd(number, divisor), _MM_FROUND_TO_NEG_INF);
    __m512d rest = _mm512_fnmadd_pd(quotient, divisor, number);
    rest = _mm512_mask_add_pd(rest, _mm512_cmp_pd_mask(rest, _mm512_setzero_pd(), _CMP_LT_OQ), rest, divisor);
    return below_ifma(_mm512_cvtpd_epu64(rest), p);
}

/* What residues_function says, of some vectors of moduli below 2^52. */
IFMA_SIEVE inline __attribute__((always_inline)) void divide_ifma(
    const uint64_t *base, long count, unsigned long exponent, const __m512i *p, __m512i *indices, const int vectors)
{
    char doubled[MOST_STEPS];
    const int steps = plan_power(52, count, exponent, 52, doubled);
    __m512i v[SIDE_BY_SIDE], w[SIDE_BY_SIDE];
    for (int j = 0; j < vectors; j++) {
        v[j] = inverse_ifma(p[j]);
        w[j] = _mm512_setzero_si512();
    }
    for (long i = 0; i < count; i++) {
        __m512i limb = _mm512_set1_epi64((long long)base[i]);
#pragma GCC unroll 8
        for (int j = 0; j < vectors; j++) {
            __m512i difference = _mm512_sub_epi64(limb, w[j]);
            __m512i q = LOW(_mm512_setzero_si512(), difference, v[j]);
            w[j] = HIGH(_mm512_srli_epi64(difference, 63), q, p[j]);
        }
    }
    for (int j = 0; j < vectors; j++) {
        indices[j] = w[j];
        w[j] = rest_ifma(_mm512_set1_epi64(1LL << 52), p[j]);
        w[j] = below_ifma(_mm512_add_epi64(w[j], w[j]), p[j]);
    }
    for (int step = steps; step-- > 0;) {
        const __m128i shift = _mm_cvtsi32_si128(doubled[step]);
#pragma GCC unroll 8
        for (int j = 0; j < vectors; j++)
            w[j] = below_ifma(_mm512_sll_epi64(product_ifma(w[j], w[j], p[j], v[j]), shift), p[j]);
    }
    for (int j = 0; j < vectors; j++)
        indices[j] = product_ifma(indices[j], w[j], p[j], v[j]);
}

IFMA_SIEVE long list_ifma(const uint8_t *flags, uint64_t low, uint64_t *listed)
{
    const __m512i step = _mm512_set1_epi64(16);
    __m512i numbers = _mm512_add_epi64(_mm512_set1_epi64((long long)low), _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14));
    long found = 0;
    for (long i = 0; i < SEGMENT; i += 8) {
        const __m512i set = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(flags + i)));
        const __mmask8 mask = _mm512_test_epi64_mask(set, set);
        _mm512_storeu_si512(listed + found, _mm512_maskz_compress_epi64(mask, numbers));
        found += __builtin_popcount(mask);
        numbers = _mm512_add_epi64(numbers, step);
    }
    return found;
}

/* Primes whose product is below 2^52 are divided by in pairs, as one modulus. */
IFMA_SIEVE void residues_ifma(
    const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes, uint64_t *indices)
{
    __m512i p[SIDE_BY_SIDE], moduli[PAIRS], index[SIDE_BY_SIDE];
    for (int j = 0; j < SIDE_BY_SIDE; j++)
        p[j] = _mm512_loadu_si512(primes + 8 * j);
    if (primes[GROUP - 1] < PAIR_LIMIT) {
        for (int j = 0; j < PAIRS; j++)
            moduli[j] = _mm512_mul_epu32(p[j], p[j + PAIRS]);
        divide_ifma(base, count, exponent, moduli, index, PAIRS);
        for (int j = 0; j < SIDE_BY_SIDE; j++)
            p[j] = rest_ifma(index[j % PAIRS], p[j]);
    } else {
        divide_ifma(base, count, exponent, p, index, SIDE_BY_SIDE);
        memcpy(p, index, sizeof p);
    }
    for (int j = 0; j < SIDE_BY_SIDE; j++)
        _mm512_storeu_si512(indices + 8 * j, p[j]);
}
#endif

/* What residues_function says, by Hensel's division and powers of two modulo 2^32. */
static inline void residues_by_halves(
    hensel_function hensel, scale_function scale, const uint64_t *base, long count, unsigned long exponent,
    const uint64_t *primes, uint64_t *indices)
{
    uint64_t inverse[GROUP], power[GROUP];
    for (int j = 0; j < GROUP; j++) {
        uint64_t p = primes[j], v = 3 * p ^ 2;
        for (int step = 0; step < 4; step++)
            v *= 2 - p * v; /* five right bits, then 10, 20, 40, 80 */
        inverse[j] = v;
    }
    hensel(base, count, primes, inverse, indices);
    char doubled[MOST_STEPS];
    const int steps = plan_power(32, count, exponent, 32, doubled);
    for (int j = 0; j < GROUP; j++) { /* 2^32 modulo p by a short division, and doubled */
        uint32_t p = (uint32_t)primes[j], rest = (0 - p) % p;
        power[j] = 2 * (uint64_t)rest >= p ? 2 * rest - p : 2 * rest;
    }
    scale(primes, inverse, power, doubled, steps, indices);
}

static void residues_plain(
    const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes, uint64_t *indices)
{
    residues_by_halves(hensel_plain, scale_plain, base, count, exponent, primes, indices);
}

#ifdef SIEVE_VARIANTS
static void residues_avx2(
    const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes, uint64_t *indices)
{
    residues_by_halves(hensel_avx2, scale_avx2, base, count, exponent, primes, indices);
}
#endif

/* The fastest division that this processor can do, the limbs that it takes, and how its primes are listed. */
static struct division {
    int limb_bits;
    residues_function residues;
    list_function list;
} choose_division(void)
{
#ifdef SIEVE_VARIANTS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512ifma"))
        return (struct division){52, residues_ifma, list_ifma};
    if (__builtin_cpu_supports("avx2"))
        return (struct division){32, residues_avx2, list_plain};
#endif
    return (struct division){32, residues_plain, list_plain};
}

#define WHEEL 1155 /* 3 5 7 11: which odd numbers they divide is known beforehand, and comes again after so many */
#define WHEEL_PRIMES 4

/* wheel[i] := whether 2 i + 1 has no factor 3, 5, 7, 11, for WHEEL + SEGMENT numbers. */
static void turn_wheel(uint8_t *wheel)
{
    memset(wheel, 1, WHEEL);
    for (int p = 3; p <= 11; p += p == 7 ? 4 : 2) {
        for (int i = p / 2; i < WHEEL; i += p)
            wheel[i] = 0;
    }
    for (int i = WHEEL; i < WHEEL + SEGMENT; i++)
        wheel[i] = wheel[i - WHEEL];
}

#define SMALL_PRIMES 6541 /* odd primes below 2^16: all that a segment below 2^32 needs */

/* Find the odd primes whose squares are below `last`, by the plain sieve; return how many there are. */
static int small_primes(uint32_t last, uint32_t *primes)
{
    uint8_t composite[SEGMENT] = {0};
    int found = 0;
    for (uint32_t n = 3; n < 2 * SEGMENT && n * n < last; n += 2) {
        if (composite[n / 2])
            continue;
        primes[found++] = n;
        for (uint64_t m = (uint64_t)n * n; m < 2 * SEGMENT && m * m < last; m += 2 * n)
            composite[m / 2] = 1;
    }
    return found;
}

/* Strike out of the window what a group of primes divides. */
static void strike_group(
    struct division division, const uint64_t *base, long count, unsigned long exponent, const uint64_t *primes,
    long held, uint8_t *marks, uint64_t window)
{
    uint64_t indices[GROUP];
    division.residues(base, count, exponent, primes, indices);
    for (long j = 0; j < held; j++) {
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
    uint8_t *prime = malloc(SEGMENT), *wheel = malloc(WHEEL + SEGMENT);
    uint64_t *primes = malloc((GROUP + SEGMENT + SPARE) * sizeof *primes), start = first < 3 ? 3 : first | 1;
    int ready = WHEEL_PRIMES, status = -1;
    long held = 0;
    if (small == NULL || next == NULL || prime == NULL || wheel == NULL || primes == NULL)
        goto end;
    const int found = small_primes(last, small);
    turn_wheel(wheel);
    status = 1;
    for (uint64_t low = start; low < last; low += 2 * SEGMENT) {
        if (*stop) {
            status = 0;
            break;
        }
        uint64_t high = low + 2 * SEGMENT;
        memcpy(prime, wheel + low / 2 % WHEEL, SEGMENT);
        for (uint64_t p = low; p <= 11; p += 2)
            prime[(p - low) / 2] = p != 9;
        for (; ready < found && (uint64_t)small[ready] * small[ready] < high; ready++) {
            uint64_t p = small[ready], multiple = (low + p - 1) / p | 1;
            next[ready] = (uint32_t)(((multiple < p ? p : multiple) * p - low) / 2);
        }
        for (int k = WHEEL_PRIMES; k < ready; k++) {
            uint32_t at = next[k];
            for (; at < SEGMENT; at += small[k])
                prime[at] = 0;
            next[k] = at - SEGMENT;
        }
        if (high > last)
            memset(prime + (last - low + 1) / 2, 0, SEGMENT - (last - low + 1) / 2);
        held += division.list(prime, low, primes + held);
        long done = 0;
        for (; held - done >= GROUP; done += GROUP)
            strike_group(division, base, count, exponent, primes + done, GROUP, marks, window);
        held -= done;
        memmove(primes, primes + done, (size_t)held * sizeof *primes);
    }
    if (held > 0) {
        for (long j = held; j < GROUP; j++)
            primes[j] = primes[held - 1];
        strike_group(division, base, count, exponent, primes, held, marks, window);
    }
end:
    free(small);
    free(next);
    free(prime);
    free(wheel);
    free(primes);
    return status;
}
