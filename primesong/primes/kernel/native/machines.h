/* What each machine can compile and run: limb by limb (IFMA), transforms by their width, the chain.
 *
 * x86-64 has eight lanes by AVX-512 and four by AVX2 and FMA, asked for at run time; 64-bit ARM always has two (NEON).
 * Without GCC or Clang there is none of them. Nothing here knows of Python, so that a program can test it alone.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LIMB_BITS 52
#define LIMB_MASK ((UINT64_C(1) << LIMB_BITS) - 1)
#define MOST_LIMBS 2040

/* Little-endian bytes to limbs of `limb_bits` bits, at most 56, `stride` words apart. */
static void to_limbs(const uint8_t *bytes, long size, uint64_t *limbs, int limb_bits, long count, int stride)
{
    uint64_t window = 0;
    int held = 0;
    for (long i = 0; i < count; i++) {
        uint64_t limb = window;
        int bits = held;
        while (bits < limb_bits) {
            uint64_t byte = size > 0 ? *bytes++ : 0;
            size--;
            limb |= byte << bits;
            bits += 8;
        }
        held = bits - limb_bits;
        window = limb >> limb_bits;
        limbs[i * stride] = limb & ((UINT64_C(1) << limb_bits) - 1);
    }
}

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__aarch64__))
#define HAS_TRANSFORMS 1

/* Room for vectors, aligned to a cache line; release() takes it back. */
static void *aligned(size_t size)
{
#ifdef _WIN32
    return _aligned_malloc(size, 64);
#else
    void *room = NULL;
    return posix_memalign(&room, 64, size) == 0 ? room : NULL;
#endif
}

static void release(void *room)
{
#ifdef _WIN32
    _aligned_free(room);
#else
    free(room);
#endif
}

#include "words.h"

/* As NAME(ladder) in transform.h. */
typedef int (*transform_ladder)(
    const uint8_t *moduli, const uint8_t *reciprocals, uint8_t *residues, long size, const struct transform *r,
    const struct transform *q, long high, long low, const volatile char *stop);

#pragma GCC diagnostic ignored "-Wpsabi" /* how vectors are passed does not matter inside one file */
#endif

#if defined(__GNUC__) && defined(__x86_64__)
#define HAS_LIMBS 1
#define HAS_CHAIN 1
#include <immintrin.h>

/* 52-bit limbs to little-endian bytes. The reverse of to_limbs() with LIMB_BITS. */
static void to_bytes(const uint64_t *limbs, long count, int stride, uint8_t *bytes, long size)
{
    uint64_t window = 0;
    int held = 0;
    for (long i = 0; i < count; i++) {
        window |= limbs[i * stride] << held;
        held += LIMB_BITS;
        for (; held >= 8; held -= 8, window >>= 8) {
            if (size-- > 0)
                *bytes++ = (uint8_t)window;
        }
    }
    for (; size > 0; size--, window >>= 8)
        *bytes++ = (uint8_t)window;
}

/* -1 / n modulo 2^52 for odd n, by Newton's iteration: each step doubles the right bits, n itself has three. */
static uint64_t negated_inverse(uint64_t n)
{
    uint64_t inverse = n;
    for (int step = 0; step < 5; step++)
        inverse *= 2 - n * inverse;
    return -inverse & LIMB_MASK;
}

#include "lanes.h"

#define NAME(x) fft8_##x
#define TARGET __attribute__((target("avx512f")))
#define LANES 8
#include "transform.h"
#define NAME(x) fft4_##x
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#include "transform.h"
#include "chain.h"
#include "limb_chain.h"
#endif

#if defined(__GNUC__) && defined(__aarch64__)
#define NAME(x) fft2_##x
#define TARGET
#define LANES 2
#include "transform.h"
#endif

static const struct kernel {
    const char *name;
    int lanes;
} KERNELS[] = {{"ifma", 8}, {"fft8", 8}, {"fft4", 4}, {"fft2", 2}};

/* Whether this processor can run a kernel. */
static int available(const char *name)
{
#if defined(__GNUC__) && defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(name, "ifma") == 0)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
    if (strcmp(name, "fft8") == 0)
        return __builtin_cpu_supports("avx512f") != 0;
    if (strcmp(name, "fft4") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(__GNUC__) && defined(__aarch64__)
    return strcmp(name, "fft2") == 0;
#endif
    return 0;
}

#ifdef HAS_TRANSFORMS
/* The ladder of a kernel by transforms, and its lanes; NULL and 1 if this machine knows none of that name. */
static transform_ladder find_ladder(const char *name, int *lanes)
{
    *lanes = 1;
    for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++) {
        if (strcmp(name, KERNELS[i].name) == 0)
            *lanes = KERNELS[i].lanes;
    }
#ifdef __aarch64__
    return strcmp(name, "fft2") == 0 ? fft2_ladder : NULL;
#else
    return strcmp(name, "fft8") == 0 ? fft8_ladder : strcmp(name, "fft4") == 0 ? fft4_ladder : NULL;
#endif
}
#endif
