/* Products modulo one number, its limbs spread over the lanes: for what cannot be done side by side.
 *
 * lanes.h tests eight numbers in the time of eight; to verify one find, one number must be quick. A product is scanned
 * by its second operand (Koc, Acar, Kaliski, 1996: CIOS): for each limb of b, a * b and q * modulus are added to an
 * accumulator that moves down by one limb (Gueron, Krasnov, "Software implementation of modular exponentiation, using
 * advanced vector instructions architectures", 2012). A lane takes up four halves of products a step, for as many steps
 * as there are limbs, so that CHAIN_LIMBS keeps its sum below 2^64. Bounds as in lanes.h: R >= 16 N, values below 4 N.
 */

#define CHAIN_LANES 8
#define CHAIN_LIMBS 1016

/* out := a b / R + added, as limbs of 52 bits. `sums` has room for the limbs. */
__attribute__((target("avx512f,avx512ifma"))) static void chain_product(
    const uint64_t *a, const uint64_t *b, const uint64_t *modulus, uint64_t inverse, const uint64_t *added, long limbs,
    uint64_t *sums, uint64_t *out)
{
    const long words = limbs / CHAIN_LANES;
    memset(sums, 0, (size_t)limbs * sizeof(uint64_t));
    uint64_t lowest = 0;
    for (long i = 0; i < limbs; i++) {
        lowest += a[0] * b[i] & LIMB_MASK;
        uint64_t digit = lowest * inverse & LIMB_MASK;
        uint64_t carry = (lowest + (modulus[0] * digit & LIMB_MASK)) >> LIMB_BITS;
        const __m512i factor = _mm512_set1_epi64((long long)b[i]), q = _mm512_set1_epi64((long long)digit);
        __m512i av = _mm512_load_si512(a), mv = _mm512_load_si512(modulus), here = _mm512_load_si512(sums);
        here = _mm512_madd52lo_epu64(_mm512_madd52lo_epu64(here, av, factor), mv, q);
        here = _mm512_add_epi64(here, _mm512_maskz_set1_epi64(2, (long long)carry)); /* lane 1 becomes the lowest */
        for (long word = 1; word < words; word++) {
            const __m512i next_av = _mm512_load_si512(a + CHAIN_LANES * word);
            const __m512i next_mv = _mm512_load_si512(modulus + CHAIN_LANES * word);
            __m512i next = _mm512_load_si512(sums + CHAIN_LANES * word);
            next = _mm512_madd52lo_epu64(_mm512_madd52lo_epu64(next, next_av, factor), next_mv, q);
            here = _mm512_alignr_epi64(next, here, 1);
            here = _mm512_madd52hi_epu64(_mm512_madd52hi_epu64(here, av, factor), mv, q);
            _mm512_store_si512(sums + CHAIN_LANES * (word - 1), here);
            here = next, av = next_av, mv = next_mv;
        }
        here = _mm512_alignr_epi64(_mm512_setzero_si512(), here, 1);
        here = _mm512_madd52hi_epu64(_mm512_madd52hi_epu64(here, av, factor), mv, q);
        _mm512_store_si512(sums + CHAIN_LANES * (words - 1), here);
        lowest = sums[0];
    }
    uint64_t carry = 0;
    for (long i = 0; i < limbs; i++) {
        carry += sums[i] + added[i];
        out[i] = carry & LIMB_MASK;
        carry >>= LIMB_BITS;
    }
}

/* Follow an exponent's bits from the highest: (v, w) becomes (v v + square, v w + mixed), or, where the bit is 1,
 * (v w + mixed, w w + square). `room` holds modulus, v, w, mixed, square and four numbers more. */
static void chain_follow(uint64_t *room, long limbs, const uint8_t *exponent, long bits)
{
    const uint64_t *modulus = room, *mixed = room + 3 * limbs, *square = room + 4 * limbs;
    uint64_t *v = room + limbs, *w = room + 2 * limbs, *sums = room + 5 * limbs;
    uint64_t *product = room + 6 * limbs, *power = room + 7 * limbs;
    const uint64_t inverse = negated_inverse(modulus[0]);
    const size_t size = (size_t)limbs * sizeof(uint64_t);
    for (long place = bits - 1; place >= 0; place--) {
        uint64_t *same = exponent[place / 8] >> place % 8 & 1 ? w : v, *other = same == w ? v : w;
        chain_product(v, w, modulus, inverse, mixed, limbs, sums, product);
        chain_product(same, same, modulus, inverse, square, limbs, sums, power);
        memcpy(same, power, size);
        memcpy(other, product, size);
    }
}
