/* Four lanes: AVX2 and FMA, with limbs held as whole numbers in doubles.
 *
 * Rounding toward zero, fma(a, b, 2^104) is 2^104 plus the product's high half, exactly, and subtracting that again
 * leaves room for the low half above 2^52 (Emmart, Zheng, Weems, "Faster modular exponentiation using double precision
 * floating point arithmetic on the GPU", 2018). Both are then added as the integers their bits are, exponent and all;
 * LOW_BIAS and HIGH_BIAS are what the exponents add.
 */

#define NAME(x) fma_##x
#define TARGET __attribute__((target("avx2,fma")))
#define V __m256i
#define LANES 4
#define O __m256d
#define BLOCK 2
#define LOW_BIAS UINT64_C(0x4330000000000000)  /* the bits of 2^52 */
#define HIGH_BIAS UINT64_C(0x4670000000000000) /* the bits of 2^104 */
#define MAC(lo, hi, a, b)                                                                                   \
    do {                                                                                                    \
        const __m256d high_ = _mm256_fmadd_pd((a), (b), _mm256_set1_pd(0x1p104));                           \
        const __m256d low_ = _mm256_fmadd_pd((a), (b), _mm256_sub_pd(_mm256_set1_pd(0x1p104 + 0x1p52), high_)); \
        (lo) = _mm256_add_epi64((lo), _mm256_castpd_si256(low_));                                           \
        (hi) = _mm256_add_epi64((hi), _mm256_castpd_si256(high_));                                          \
    } while (0)
#define LOW_PRODUCT(a, b) fma_low_product((a), (b))
#define OPERAND(v) _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256((v), SET(LOW_BIAS))), _mm256_set1_pd(0x1p52))
#define INTEGER(o) _mm256_xor_si256(_mm256_castpd_si256(_mm256_add_pd((o), _mm256_set1_pd(0x1p52))), SET(LOW_BIAS))
#define ZERO _mm256_setzero_si256()
#define SET(s) _mm256_set1_epi64x((long long)(s))
#define ADD(a, b) _mm256_add_epi64((a), (b))
#define SUB(a, b) _mm256_sub_epi64((a), (b))
#define AND(a, b) _mm256_and_si256((a), (b))
#define OR(a, b) _mm256_or_si256((a), (b))
#define SHR(v, n) _mm256_srli_epi64((v), (n))
#define SHLV(v, w) _mm256_sllv_epi64((v), (w))
#define SHRV(v, w) _mm256_srlv_epi64((v), (w))
#define ENTER const unsigned rounding = _MM_GET_ROUNDING_MODE(); _MM_SET_ROUNDING_MODE(_MM_ROUND_TOWARD_ZERO);
#define LEAVE _MM_SET_ROUNDING_MODE(rounding);

TARGET static inline __attribute__((always_inline)) V fma_low_product(O a, O b)
{
    V lo = ZERO, hi = ZERO;
    MAC(lo, hi, a, b);
    return SUB(lo, SET(LOW_BIAS));
}

#include "lanes.h"
#include "lanes_end.h"
