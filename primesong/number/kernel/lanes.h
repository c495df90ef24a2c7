/* Squarings modulo several numbers at once, one number a vector lane.
 *
 * This text is included once for each kind of processor. The includer defines
 *
 *   NAME(x)            the name of x in this inclusion
 *   TARGET             the function attribute that allows the instructions
 *   V, LANES           a vector of unsigned 64-bit integers, and how many it holds
 *   O                  a vector of operands: limbs in the form that MAC multiplies
 *   MAC(lo, hi, a, b)  lo += low half of a * b + LOW_BIAS, hi += high half of a * b + HIGH_BIAS
 *   LOW_PRODUCT(a, b)  the low half of a * b as an integer vector
 *   OPERAND(v)         an integer vector below 2^52 as operands
 *   ZERO, SET(s), ADD, SUB, AND, OR, SHL(v, n), SHR(v, n), SHLV(v, w), SHRV(v, w)
 *   ENTER, LEAVE       what must be set before multiplying, and put back after
 *
 * A limb has 52 bits, the lowest limb first; a number has n limbs, n a multiple of BLOCK. Montgomery's R is 2^(52 n),
 * at least 16 times the modulus N, so that no value need be reduced below N: from x < 4 N come x^2 / R + N < 2 N and,
 * doubled, again less than 4 N (Walter, "Montgomery exponentiation needs no final subtractions", 1999).
 *
 * The product is scanned column by column (Koc, Acar, Kaliski, "Analyzing and comparing Montgomery multiplication
 * algorithms", 1996, FIPS), in square blocks, as large as the registers allow: one of 4 by 4 limbs costs 8 loads and 32
 * multiplications. A column collects at most 2 n low and 2 n high halves, each below 2^52, n of each from the square and
 * n from the reduction. The low ones are carried on before the two meet, so that sums stay below 2^64 for n <=
 * UNFOLDED_LIMBS; for longer numbers, up to MOST_LIMBS, the square's sums are carried on before the reduction's come.
 */

#define COLUMNS (2 * BLOCK - 1)

TARGET static inline __attribute__((always_inline)) void NAME(block)(V *lo, V *hi, const O *a, const O *b)
{
#pragma GCC unroll 4
    for (int i = 0; i < BLOCK; i++) {
#pragma GCC unroll 4
        for (int j = 0; j < BLOCK; j++)
            MAC(lo[i + j], hi[i + j], a[i], b[j]);
    }
}

/* Take out what `blocks` calls of block() have added beside the products. */
TARGET static inline __attribute__((always_inline)) void NAME(unbias)(V *lo, V *hi, uint64_t blocks)
{
    if (LOW_BIAS == 0 && HIGH_BIAS == 0)
        return;
#pragma GCC unroll 7
    for (int k = 0; k < COLUMNS; k++) {
        uint64_t products = blocks * (uint64_t)(k < BLOCK ? k + 1 : COLUMNS - k);
        lo[k] = SUB(lo[k], SET(products * LOW_BIAS));
        hi[k] = SUB(hi[k], SET(products * HIGH_BIAS));
    }
}

/* x := x^2 / R modulo the modulus, then doubled in the lanes where `bit` is 1. */
TARGET static inline __attribute__((always_inline)) void NAME(square)(
    O *x, O *q, const O *modulus, V inverse, V bit, long blocks)
{
    const V mask = SET(LIMB_MASK), other = SUB(SET(LIMB_BITS), bit);
    const O inverse_operand = OPERAND(inverse);
    const int folded = blocks * BLOCK > UNFOLDED_LIMBS;
    V spill[BLOCK + 1], carry = ZERO, last = ZERO;
    for (int k = 0; k <= BLOCK; k++)
        spill[k] = ZERO;
    for (long column = 0; column < 2 * blocks; column++) {
        V lo[COLUMNS], hi[COLUMNS], top[COLUMNS], c[2 * BLOCK + 1];
#pragma GCC unroll 7
        for (int k = 0; k < COLUMNS; k++)
            lo[k] = hi[k] = top[k] = ZERO;
        long first = column < blocks ? 0 : column - blocks + 1;
        long i = first, j = column - first;
        for (; i < j; i++, j--)
            NAME(block)(lo, hi, x + BLOCK * i, x + BLOCK * j);
        NAME(unbias)(lo, hi, (uint64_t)(i - first));
#pragma GCC unroll 7
        for (int k = 0; k < COLUMNS; k++) {
            lo[k] = ADD(lo[k], lo[k]);
            hi[k] = ADD(hi[k], hi[k]);
        }
        if (folded) {
#pragma GCC unroll 7
            for (int k = 0; k < COLUMNS; k++) {
                hi[k] = ADD(hi[k], SHR(lo[k], LIMB_BITS));
                lo[k] = AND(lo[k], mask);
                top[k] = SHR(hi[k], LIMB_BITS);
                hi[k] = AND(hi[k], mask);
            }
        }
        uint64_t added = 0;
        if (i == j) {
            NAME(block)(lo, hi, x + BLOCK * i, x + BLOCK * i);
            added++;
        }
        long end = column < blocks ? column : blocks;
        for (i = first, j = column - first; i < end; i++, j--, added++)
            NAME(block)(lo, hi, q + BLOCK * i, modulus + BLOCK * j);
        NAME(unbias)(lo, hi, added);
#pragma GCC unroll 7
        for (int k = 0; k < COLUMNS; k++) {
            hi[k] = ADD(hi[k], SHR(lo[k], LIMB_BITS));
            lo[k] = AND(lo[k], mask);
        }
        c[0] = ADD(ADD(spill[0], carry), lo[0]);
#pragma GCC unroll 7
        for (int k = 1; k < COLUMNS; k++) {
            c[k] = ADD(lo[k], hi[k - 1]);
            if (k <= BLOCK)
                c[k] = ADD(c[k], spill[k]);
        }
        c[COLUMNS] = hi[COLUMNS - 1];
        c[COLUMNS + 1] = ZERO;
        if (folded) {
#pragma GCC unroll 7
            for (int k = 0; k < COLUMNS; k++)
                c[k + 2] = ADD(c[k + 2], top[k]);
        }
        if (column < blocks) {
            /* The block of q that makes these columns vanish modulo R. */
#pragma GCC unroll 4
            for (int k = 0; k < BLOCK; k++) {
                const V unbias_low = SET(LOW_BIAS), unbias_high = SET(HIGH_BIAS);
                O digit = OPERAND(LOW_PRODUCT(OPERAND(AND(c[k], mask)), inverse_operand));
                q[BLOCK * column + k] = digit;
#pragma GCC unroll 4
                for (int m = 0; m < BLOCK; m++) {
                    MAC(c[k + m], c[k + m + 1], digit, modulus[m]);
                    c[k + m] = SUB(c[k + m], unbias_low);
                    c[k + m + 1] = SUB(c[k + m + 1], unbias_high);
                }
                carry = SHR(c[k], LIMB_BITS);
                if (k + 1 < BLOCK)
                    c[k + 1] = ADD(c[k + 1], carry);
            }
        } else {
#pragma GCC unroll 4
            for (int k = 0; k < BLOCK; k++) {
                V limb = AND(c[k], mask);
                x[BLOCK * (column - blocks) + k] = OPERAND(AND(OR(SHLV(limb, bit), SHRV(last, other)), mask));
                last = limb;
                carry = SHR(c[k], LIMB_BITS);
                if (k + 1 < BLOCK)
                    c[k + 1] = ADD(c[k + 1], carry);
            }
        }
        for (int k = 0; k <= BLOCK; k++)
            spill[k] = c[BLOCK + k];
    }
}

/* Follow the exponent's bits from `high` - 1 down to `low`: square, and double where N - 1 has the bit. The residues
 * come and go as integers, lane beside lane. False if `stop` was set meanwhile. */
TARGET static __attribute__((noinline)) int NAME(ladder)(
    const uint64_t *moduli, uint64_t *residues, long limbs, long high, long low, const volatile char *stop)
{
    V *room = aligned((size_t)(4 * limbs) * sizeof(V));
    if (room == NULL)
        return -1;
    V *bits = room;
    O *modulus = (O *)(room + limbs), *x = modulus + limbs, *q = x + limbs;
    uint64_t inverses[LANES];
    for (int lane = 0; lane < LANES; lane++)
        inverses[lane] = negated_inverse(moduli[lane]);
    ENTER
    for (long i = 0; i < limbs; i++) {
        memcpy(&bits[i], moduli + LANES * i, sizeof(V));
        modulus[i] = OPERAND(bits[i]);
        V residue;
        memcpy(&residue, residues + LANES * i, sizeof(V));
        x[i] = OPERAND(residue);
    }
    V inverse;
    memcpy(&inverse, inverses, sizeof(V));
    int finished = 1;
    for (long place = high - 1; place >= low; place--) {
        if (*stop) {
            finished = 0;
            break;
        }
        /* N - 1 differs from the odd N in bit 0 alone. */
        V bit = place == 0 ? ZERO : AND(SHR(bits[place / LIMB_BITS], (int)(place % LIMB_BITS)), SET(1));
        NAME(square)(x, q, modulus, inverse, bit, limbs / BLOCK);
    }
    for (long i = 0; i < limbs; i++) {
        V residue = INTEGER(x[i]);
        memcpy(residues + LANES * i, &residue, sizeof(V));
    }
    LEAVE
    free(room);
    return finished;
}
