/* One pair of chain.h limb by limb, by AVX-512 IFMA: what verifies a number too short for transforms to pay.
 *
 * Here the lanes hold one number. It has 8 k limbs of 52 bits, k even; vector j holds the limbs j, k + j, 2 k + j and so
 * on, so that a product that moves down by a limb moves to the next vector, and only what leaves the lowest one changes
 * its lane. The other operand is scanned by two limbs at a time, and Montgomery's reduction with it (Koc, Acar, Kaliski,
 * 1996, CIOS). A sum collects four halves below 2^52 for each limb scanned and stays below 2^64. With R = 2^(52 limbs)
 * >= 16 N and what is added below N, residues stay below 3 N.
 */

#define LIMB_CHAIN_MOST 1000 /* limbs */
#define LIMB_CHAIN_LEAST 32
#define LIMB_CHAIN_NUMBERS 5
#define PRODUCTS 2 /* side by side, since each row waits for its quotient */

typedef V Both[PRODUCTS];

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

/* Add x times two limbs, the second IFMA_LANES words above the first, and the multiples of the modulus that make the two
 * lowest limbs vanish: from the vectors 0 to k - 1 of each sum to its vectors 2 to k + 1. */
IFMA static inline __attribute__((always_inline)) void add_rows(
    Both *sum, const V *x, const uint64_t *const limbs[], const V *modulus, V inverse, long k)
{
    const V zero = {0};
    V x0 = x[0], x1 = x[1], m0 = modulus[0], m1 = modulus[1];
    Both d, e, p, q, lowest, second;
    for (int i = 0; i < PRODUCTS; i++) {
        d[i] = zero + limbs[i][0], e[i] = zero + limbs[i][IFMA_LANES];
        lowest[i] = add_low(sum[0][i], x0, d[i]);
        p[i] = quotient_of(lowest[i], inverse);
        lowest[i] = add_low(lowest[i], m0, p[i]);
        second[i] = add_high(add_low(add_high(add_low(sum[1][i], x1, d[i]), x0, d[i]), x0, e[i]), m0, p[i]);
        second[i] = add_low(second[i] + carry_of(lowest[i]), m1, p[i]);
        q[i] = quotient_of(second[i], inverse);
        second[i] = add_low(second[i], m0, q[i]);
        sum[2][i] += carry_of(second[i]);
    }
#pragma GCC unroll 4
    for (long j = 2; j < k; j++) {
        const V x2 = x[j], m2 = modulus[j];
        for (int i = 0; i < PRODUCTS; i++) {
            const V column = add_high(add_low(add_high(add_low(sum[j][i], x2, d[i]), x1, d[i]), x1, e[i]), x0, e[i]);
            sum[j][i] = add_high(add_low(add_high(add_low(column, m2, p[i]), m1, p[i]), m1, q[i]), m0, q[i]);
        }
        x0 = x1, x1 = x2, m0 = m1, m1 = m2;
    }
    for (int i = 0; i < PRODUCTS; i++) {
        const V column = add_high(add_low(add_high(lowered(lowest[i]), x1, d[i]), x1, e[i]), x0, e[i]);
        sum[k][i] = add_high(add_low(add_high(column, m1, p[i]), m1, q[i]), m0, q[i]);
        sum[k + 1][i] = add_high(add_high(lowered(second[i]), x1, e[i]), m1, q[i]);
    }
}

/* Carry one of the sums and an addend, until every limb has 52 bits. */
IFMA static inline void carry_limbs(V *z, const Both *sum, int i, const V *addend, long k)
{
    const V zero = {0};
    V carry = zero;
    for (long j = 0; j < k; j++) {
        V limb = sum[j][i] + addend[j] + carry;
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

/* Follow a pair. `given` holds numbers of `size` bytes: the modulus N, then v, w, and square, mixed, below N. The residues
 * v, w come back in `output`. -1 without memory. */
IFMA static __attribute__((noinline)) int limb_chain(
    const uint8_t *given, long size, const uint8_t *exponent, long exponent_size, uint8_t *output)
{
    const long limbs = size * 8 / LIMB_BITS, k = limbs / IFMA_LANES;
    V *modulus = aligned((size_t)((LIMB_CHAIN_NUMBERS + 2 * PRODUCTS) * k) * sizeof(V) + (size_t)limbs * sizeof(uint64_t));
    V *x = modulus + k, *added = x + PRODUCTS * k;
    Both *sum = (Both *)(added + PRODUCTS * k);
    uint64_t *plain = (uint64_t *)(sum + 2 * k);
    if (modulus == NULL)
        return -1;
    for (long number = 0; number < LIMB_CHAIN_NUMBERS; number++) {
        to_limbs(given + number * size, size, plain, LIMB_BITS, limbs, 1);
        for (long i = 0; i < limbs; i++)
            ((uint64_t *)(modulus + number * k))[limb_place(i, k)] = plain[i];
    }
    const V inverse = (V){0} + negated_inverse(*(uint64_t *)modulus);
    for (long place = 8 * exponent_size - 1; place >= 0; place--) {
        const int upper = exponent[place / 8] >> place % 8 & 1;
        V *squared = x + upper * k, *other = x + (1 - upper) * k; /* v and w, or where the bit is 1 w and v */
        memset(sum, 0, (size_t)(2 * k) * sizeof *sum);
        for (int lane = 0; lane < IFMA_LANES; lane++) {
            for (long j = 0; j < k; j += 2) {
                const uint64_t *limbs_of[] = {(uint64_t *)(squared + j) + lane, (uint64_t *)(other + j) + lane};
                add_rows(sum + j, squared, limbs_of, modulus, inverse, k);
            }
            memcpy(sum, sum + k, (size_t)k * sizeof *sum);
        }
        carry_limbs(squared, sum, 0, added, k);
        carry_limbs(other, sum, 1, added + k, k);
    }
    for (int i = 0; i < PRODUCTS; i++) {
        for (long limb = 0; limb < limbs; limb++)
            plain[limb] = ((uint64_t *)(x + i * k))[limb_place(limb, k)];
        to_bytes(plain, limbs, 1, output + i * size, size);
    }
    release(modulus);
    return 0;
}
