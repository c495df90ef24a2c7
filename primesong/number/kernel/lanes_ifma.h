/* Eight lanes: AVX-512 IFMA multiplies 52-bit integers and adds either half of the product. */

#define NAME(x) ifma_##x
#define TARGET __attribute__((target("avx512f,avx512ifma")))
#define V __m512i
#define LANES 8
#define O __m512i
#define BLOCK 4
#define LOW_BIAS UINT64_C(0)
#define HIGH_BIAS UINT64_C(0)
#define MAC(lo, hi, a, b) \
    ((lo) = _mm512_madd52lo_epu64((lo), (a), (b)), (hi) = _mm512_madd52hi_epu64((hi), (a), (b)))
#define LOW_PRODUCT(a, b) _mm512_madd52lo_epu64(ZERO, (a), (b))
#define OPERAND(v) (v)
#define INTEGER(o) (o)
#define ZERO _mm512_setzero_si512()
#define SET(s) _mm512_set1_epi64((long long)(s))
#define ADD(a, b) _mm512_add_epi64((a), (b))
#define SUB(a, b) _mm512_sub_epi64((a), (b))
#define AND(a, b) _mm512_and_si512((a), (b))
#define OR(a, b) _mm512_or_si512((a), (b))
#define SHR(v, n) _mm512_srli_epi64((v), (unsigned)(n))
#define SHLV(v, w) _mm512_sllv_epi64((v), (w))
#define SHRV(v, w) _mm512_srlv_epi64((v), (w))
#define ENTER
#define LEAVE

#include "lanes.h"
#include "lanes_end.h"
