/* Squarings modulo eight numbers at once by AVX-512 IFMA, one number a vector lane.
 *
 * A limb has 52 bits, the lowest limb first; a number has n limbs, n a multiple of BLOCK. Montgomery's R is 2^(52 n),
 * at least 16 times the modulus N, so that no value need be reduced below N: from x < 4 N come x^2 / R + N < 2 N and,
 * doubled, again less than 4 N (Walter, "Montgomery exponentiation needs no final subtractions", 1999).
 *
 * The product is scanned column by column (Koc, Acar, Kaliski, "Analyzing and comparing Montgomery multiplication
 * algorithms", 1996, FIPS), in square blocks, as large as the registers allow: one of 4 by 4 limbs costs 8 loads and 32
 * multiplications. A column collects at most 2 n low and 2 n high halves, each below 2^52, n from the square and n from
 * the reduction. The low ones are carried on before the two meet, so that sums stay below 2^64 for n <=
 * MOST_LIMBS.
 */

#define BLOCK 4
#define COLUMNS (2 * BLOCK - 1)
#define IFMA_LANES 8
#define IFMA __attribute__((target("avx512f,avx512ifma")))

typedef uint64_t V __attribute__((vector_size(8 * IFMA_LANES)));

/* An accumulator and the low half of a * b, or the high half. */
IFMA static inline __attribute__((always_inline)) V add_low(V sum, V a, V b)
{
    return (V)_mm512_madd52lo_epu64((__m512i)sum, (__m512i)a, (__m512i)b);
}

IFMA static inline __attribute__((always_inline)) V add_high(V sum, V a, V b)
{
    return (V)_mm512_madd52hi_epu64((__m512i)sum, (__m512i)a, (__m512i)b);
}

IFMA static inline __attribute__((always_inline)) void block(V *lo, V *hi, const V *a, const V *b)
{
#pragma GCC unroll 4
    for (int i = 0; i < BLOCK; i++) {
#pragma GCC unroll 4
        for (int j = 0; j < BLOCK; j++) {
            lo[i + j] = add_low(lo[i + j], a[i], b[j]);
            hi[i + j] = add_high(hi[i + j], a[i], b[j]);
        }
    }
}

/* x := x^2 / R modulo the modulus, then doubled in the lanes where `bit` is 1. */
IFMA static inline __attribute__((always_inline)) void square(
    V *x, V *q, const V *modulus, V inverse, V bit, long blocks)
{
    const V zero = {0};
    V spill[BLOCK + 1], carry = zero, last = zero;
    for (int k = 0; k <= BLOCK; k++)
        spill[k] = zero;
    for (long column = 0; column < 2 * blocks; column++) {
        V lo[COLUMNS], hi[COLUMNS], c[2 * BLOCK + 1];
#pragma GCC unroll 7
        for (int k = 0; k < COLUMNS; k++)
            lo[k] = hi[k] = zero;
        long first = column < blocks ? 0 : column - blocks + 1;
        long i = first, j = column - first;
        for (; i < j; i++, j--)
            block(lo, hi, x + BLOCK * i, x + BLOCK * j);
#pragma GCC unroll 7
        for (int k = 0; k < COLUMNS; k++) {
            lo[k] += lo[k];
            hi[k] += hi[k];
        }
        if (i == j)
            block(lo, hi, x + BLOCK * i, x + BLOCK * i);
        long end = column < blocks ? column : blocks;
        for (i = first, j = column - first; i < end; i++, j--)
            block(lo, hi, q + BLOCK * i, modulus + BLOCK * j);
#pragma GCC unroll 7
        for (int k = 0; k < COLUMNS; k++) {
            hi[k] += lo[k] >> LIMB_BITS;
            lo[k] &= LIMB_MASK;
        }
        c[0] = spill[0] + carry + lo[0];
#pragma GCC unroll 7
        for (int k = 1; k < COLUMNS; k++) {
            c[k] = lo[k] + hi[k - 1];
            if (k <= BLOCK)
                c[k] += spill[k];
        }
        c[COLUMNS] = hi[COLUMNS - 1];
        c[COLUMNS + 1] = zero;
        if (column < blocks) {
            /* The block of q that makes these columns vanish modulo R. */
#pragma GCC unroll 4
            for (int k = 0; k < BLOCK; k++) {
                V digit = add_low(zero, c[k], inverse);
                q[BLOCK * column + k] = digit;
#pragma GCC unroll 4
                for (int m = 0; m < BLOCK; m++) {
                    c[k + m] = add_low(c[k + m], digit, modulus[m]);
                    c[k + m + 1] = add_high(c[k + m + 1], digit, modulus[m]);
                }
                carry = c[k] >> LIMB_BITS;
                if (k + 1 < BLOCK)
                    c[k + 1] += carry;
            }
        } else {
#pragma GCC unroll 4
            for (int k = 0; k < BLOCK; k++) {
                V limb = c[k] & LIMB_MASK;
                x[BLOCK * (column - blocks) + k] = (limb << bit | last >> (LIMB_BITS - bit)) & LIMB_MASK;
                last = limb;
                carry = c[k] >> LIMB_BITS;
                if (k + 1 < BLOCK)
                    c[k + 1] += carry;
            }
        }
        for (int k = 0; k <= BLOCK; k++)
            spill[k] = c[BLOCK + k];
    }
}

/* Follow the exponent's bits from `high` - 1 down to `low`: square, and double where N - 1 has the bit. The residues
 * come and go as integers, lane beside lane. 0 if `stop` was set meanwhile, -1 without memory. */
IFMA static __attribute__((noinline)) int ladder(
    const uint64_t *moduli, uint64_t *residues, long limbs, long high, long low, const volatile char *stop)
{
    const size_t size = (size_t)limbs * sizeof(V);
    V *modulus = aligned(3 * size), *x = modulus + limbs, *q = x + limbs, inverse;
    if (modulus == NULL)
        return -1;
    memcpy(modulus, moduli, size);
    memcpy(x, residues, size);
    for (int lane = 0; lane < IFMA_LANES; lane++)
        inverse[lane] = negated_inverse(moduli[lane]);
    int finished = 1;
    for (long place = high - 1; finished && place >= low; place--) {
        /* N - 1 differs from the odd N in bit 0 alone. */
        V bit = place == 0 ? (V){0} : modulus[place / LIMB_BITS] >> place % LIMB_BITS & 1;
        square(x, q, modulus, inverse, bit, limbs / BLOCK);
        finished = !*stop;
    }
    memcpy(residues, x, size);
    release(modulus);
    return finished;
}
