/* The pairs of chain.h limb by limb, by AVX-512 IFMA: what verifies a number too short for transforms to pay.
 *
 * Here the lanes hold one number. It has 8 k limbs of 52 bits; vector j holds the limbs j, k + j, 2 k + j and so on, so
 * that a product that moves down by a limb moves to the next vector, and only what leaves the lowest one changes its
 * lane. One operand is scanned limb by limb, and Montgomery's reduction with it (Koc, Acar, Kaliski, 1996, CIOS). A sum
 * collects four halves below 2^52 for each limb scanned and stays below 2^64. With R = 2^(52 limbs) >= 16 N and what is
 * added below N, residues stay below 3 N.
 */

#define LIMB_CHAIN_MOST 1000 /* limbs */
#define LIMB_CHAIN_LEAST 16
#define LIMB_CHAIN_NUMBERS 9

/* The multiple of the modulus that makes a sum's lowest limb vanish, in every lane. */
IFMA static inline V quotient_of(V lowest, V inverse)
{
    const V quotient = add_low((V){0}, lowest, inverse);
    return (V)_mm512_broadcastq_epi64(_mm512_castsi512_si128((__m512i)quotient));
}

/* What the lowest limb, which vanishes but for its carry, adds to the next; and what its vector is, one lane down. */
IFMA static inline V carry_of(V lowest)
{
    return (V)_mm512_maskz_srli_epi64(1, (__m512i)lowest, LIMB_BITS);
}

IFMA static inline V lowered(V lowest)
{
    return (V)_mm512_alignr_epi64((__m512i)(V){0}, (__m512i)lowest, 1);
}

/* Add x times two limbs, and the multiples of the modulus that make the two lowest limbs vanish: from the vectors 0 to
 * k - 1 of a sum to its vectors 2 to k + 1. */
IFMA static inline __attribute__((always_inline)) void add_rows(
    V *sum, const V *x, uint64_t limb, uint64_t next_limb, const V *modulus, V inverse, long k)
{
    const V zero = {0}, d = zero + limb, e = zero + next_limb;
    V x0 = x[0], x1 = x[1], m0 = modulus[0], m1 = modulus[1];
    V lowest = add_low(sum[0], x0, d);
    const V p = quotient_of(lowest, inverse);
    lowest = add_low(lowest, m0, p);
    V second = add_low(add_high(add_low(sum[1], x1, d), x0, d), x0, e);
    second = add_low(add_high(second + carry_of(lowest), m0, p), m1, p);
    const V q = quotient_of(second, inverse);
    second = add_low(second, m0, q);
    V carry = carry_of(second);
#pragma GCC unroll 4
    for (long j = 2; j < k; j++) {
        const V x2 = x[j], m2 = modulus[j];
        V a = add_high(add_low(add_high(add_low(sum[j] + carry, x2, d), x1, d), x1, e), x0, e);
        V b = add_high(add_low(add_high(add_low(zero, m2, p), m1, p), m1, q), m0, q);
        sum[j] = a + b;
        carry = zero;
        x0 = x1, x1 = x2, m0 = m1, m1 = m2;
    }
    V a = add_high(add_low(add_high(lowered(lowest) + carry, x1, d), x1, e), x0, e);
    sum[k] = a + add_high(add_low(add_high(zero, m1, p), m1, q), m0, q);
    sum[k + 1] = add_high(add_high(lowered(second), x1, e), m1, q);
}

/* The same with one limb: from the vectors 0 to k - 1 to 1 to k. */
IFMA static inline __attribute__((always_inline)) void add_row(
    V *sum, const V *x, uint64_t limb, const V *modulus, V inverse, long k)
{
    const V digit = (V){0} + limb;
    V lowest = add_low(sum[0], x[0], digit);
    const V quotient = quotient_of(lowest, inverse);
    lowest = add_low(lowest, modulus[0], quotient);
    sum[1] += carry_of(lowest);
    sum[k] = lowered(lowest);
    for (long j = 1; j <= k; j++) {
        V column = add_high(add_high(sum[j], x[j - 1], digit), modulus[j - 1], quotient);
        sum[j] = j < k ? add_low(add_low(column, x[j], digit), modulus[j], quotient) : column;
    }
}

/* Carry a sum and an addend, until every limb has 52 bits. */
IFMA static inline void carry_limbs(V *z, const V *sum, const V *addend, long k)
{
    const V zero = {0};
    V carry = zero;
    for (long j = 0; j < k; j++) {
        V limb = sum[j] + addend[j] + carry;
        z[j] = limb & LIMB_MASK;
        carry = limb >> LIMB_BITS;
    }
    while (_mm512_test_epi64_mask((__m512i)carry, (__m512i)carry)) { /* to the next lane; above the highest is nothing */
        carry = (V)_mm512_alignr_epi64((__m512i)carry, (__m512i)zero, IFMA_LANES - 1);
        for (long j = 0; j < k; j++) {
            V limb = z[j] + carry;
            z[j] = limb & LIMB_MASK;
            carry = limb >> LIMB_BITS;
        }
    }
}

/* Where limb i lies. */
static long limb_place(long i, long k)
{
    return i % k * IFMA_LANES + i / k;
}

/* Follow two pairs. `given` holds numbers of `size` bytes: the modulus N, then v, w, v, w, and square, mixed, square,
 * mixed, below N. The residues v, w, v, w come back in `output`. -1 without memory. */
IFMA static __attribute__((noinline)) int limb_chain(
    const uint8_t *given, long size, const uint8_t *exponents, long exponent_size, uint8_t *output)
{
    const long limbs = size * 8 / LIMB_BITS, k = limbs / IFMA_LANES;
    V *modulus = aligned((size_t)((LIMB_CHAIN_NUMBERS + 2 * CHAIN_LANES) * k) * sizeof(V) + (size_t)limbs * sizeof(uint64_t));
    V *x = modulus + k, *added = x + CHAIN_LANES * k, *sums = added + CHAIN_LANES * k;
    uint64_t *plain = (uint64_t *)(sums + 2 * CHAIN_LANES * k);
    if (modulus == NULL)
        return -1;
    for (long number = 0; number < LIMB_CHAIN_NUMBERS; number++) {
        to_limbs(given + number * size, size, plain, LIMB_BITS, limbs, 1);
        for (long i = 0; i < limbs; i++)
            ((uint64_t *)(modulus + number * k))[limb_place(i, k)] = plain[i];
    }
    const V inverse = (V){0} + negated_inverse(*(uint64_t *)modulus);
    for (long place = 8 * exponent_size - 1; place >= 0; place--) {
        const V *left[CHAIN_LANES], *right[CHAIN_LANES];
        int upper[2];
        for (int pair = 0; pair < 2; pair++) {
            const V *v = x + 2 * pair * k, *w = v + k;
            upper[pair] = exponents[pair * exponent_size + place / 8] >> place % 8 & 1;
            left[2 * pair] = right[2 * pair] = upper[pair] ? w : v;
            left[2 * pair + 1] = v;
            right[2 * pair + 1] = w;
        }
        memset(sums, 0, (size_t)(2 * CHAIN_LANES * k) * sizeof(V));
        for (int lane = 0; lane < IFMA_LANES; lane++) {
            for (long j = 0; j + 1 < k; j += 2) {
                for (int i = 0; i < CHAIN_LANES; i++) /* side by side, since each row waits for its quotient */
                    add_rows(sums + 2 * i * k + j, left[i], ((uint64_t *)(right[i] + j))[lane], ((uint64_t *)(right[i] + j + 1))[lane], modulus, inverse, k);
            }
            for (int i = 0; k % 2 && i < CHAIN_LANES; i++)
                add_row(sums + 2 * i * k + k - 1, left[i], ((uint64_t *)(right[i] + k - 1))[lane], modulus, inverse, k);
            for (int i = 0; i < CHAIN_LANES; i++)
                memcpy(sums + 2 * i * k, sums + (2 * i + 1) * k, (size_t)k * sizeof(V));
        }
        for (int i = 0; i < CHAIN_LANES; i++) /* the square is v's, or where the bit is 1 w's */
            carry_limbs(x + (i ^ upper[i / 2]) * k, sums + 2 * i * k, added + i * k, k);
    }
    for (int i = 0; i < CHAIN_LANES; i++) {
        for (long limb = 0; limb < limbs; limb++)
            plain[limb] = ((uint64_t *)(x + i * k))[limb_place(limb, k)];
        to_bytes(plain, limbs, 1, output + i * size, size);
    }
    release(modulus);
    return 0;
}
