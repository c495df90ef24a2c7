/* Two pairs of residues modulo one number, side by side in four lanes of transform.h: for what verifies that number.
 *
 * A pair (v, w) becomes, for each bit of its exponent from the highest, (v v + square, v w + mixed), or, where the bit
 * is 1, (v w + mixed, w w + square): Lucas sequences, and powers where nothing is added (Montgomery, "Evaluating
 * recurrences of form X(m+n) = f(X(m), X(n), X(m-n)) via Lucas chains", 1983). With what is added below N, a residue
 * stays below 2 N in size.
 */

#define CHAIN_LANES 4
#define CHAIN_NUMBERS 10

/* Follow two pairs. `given` holds numbers of `size` bytes: the modulus N, 1 / N modulo R, then v, w, v, w, and square,
 * mixed, square, mixed. The residues v, w, v, w come back in `output`. -1 without memory. */
__attribute__((target("avx2,fma"), noinline)) static int chain(
    const uint8_t *given, long size, const struct transform *r, const struct transform *q, const uint8_t *exponents,
    long exponent_size, uint8_t *output)
{
    const long length = r->length;
    fft4_C *room = aligned((size_t)(6 * length) * sizeof(fft4_C)), *reciprocal = room + length;
    fft4_C *modulus = reciprocal + length, *x = modulus + length, *added = x + length;
    if (room == NULL)
        return -1;
    for (int lane = 0; lane < CHAIN_LANES; lane++) {
        const uint8_t *start = given + 2 * size, *addend = start + CHAIN_LANES * size;
        to_words(given, size, (double *)modulus + lane, CHAIN_LANES, q);
        to_words(given + size, size, (double *)room + lane, CHAIN_LANES, q);
        to_words(start + lane * size, size, (double *)x + lane, CHAIN_LANES, q);
        to_words(addend + lane * size, size, (double *)added + lane, CHAIN_LANES, q);
        to_words(addend + (lane ^ 1) * size, size, (double *)(added + length) + lane, CHAIN_LANES, q);
    }
    fft4_pack(room, reciprocal, length);
    fft4_forward(reciprocal, r);
    fft4_forward(modulus, q);
    for (long place = 8 * exponent_size - 1; place >= 0; place--) {
        fft4_M upper;
        for (int lane = 0; lane < CHAIN_LANES; lane++)
            upper[lane] = -(int64_t)(exponents[lane / 2 * exponent_size + place / 8] >> place % 8 & 1);
        fft4_step(x, room, reciprocal, modulus, r, q, (fft4_V){1, 1, 1, 1}, added, &upper);
    }
    for (int lane = 0; lane < CHAIN_LANES; lane++)
        from_words((double *)x + lane, CHAIN_LANES, q, output + lane * size, size);
    release(room);
    return 0;
}
