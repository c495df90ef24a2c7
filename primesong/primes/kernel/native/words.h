/* What the transforms of transform.h share at every width: their layers, and numbers as words in doubles. */

#define MOST_LAYERS 16
#define STRETCHES 4 /* of words, and as many in the upper half */
#define SHORTEST_TRANSFORM 16
#define NEAR 32768 /* bytes: stays in the first cache */
#define ROUNDER 0x1.8p52 /* added and taken away again, it rounds what is below 2^51 */
#define SIN_60 0.86602540378443864676

struct layer {
    int radix;           /* 2, 3 or 4: what one polynomial becomes */
    long part;           /* the length of each of those */
    const double *roots; /* for each polynomial radix - 1 complex numbers */
};

struct transform {
    long length; /* complex numbers */
    int word_bits;
    double radix; /* 2^word_bits */
    int depth;
    struct layer layers[MOST_LAYERS];
};

/* Lay out the layers. The roots are for all of them, length - 1 complex numbers. 0 if the radices do not fit. */
static int lay_out(
    struct transform *transform, long length, int word_bits, const uint8_t *radices, long depth, const double *roots)
{
    long part = length;
    *transform = (struct transform){length, word_bits, (double)(INT64_C(1) << word_bits), (int)depth, {{0}}};
    if (depth > MOST_LAYERS || length < SHORTEST_TRANSFORM || length % STRETCHES)
        return 0;
    for (long i = 0; i < depth; i++) {
        if (radices[i] < 2 || radices[i] > 4 || part % radices[i])
            return 0;
        long nodes = length / part;
        part /= radices[i];
        transform->layers[i] = (struct layer){radices[i], part, roots};
        roots += 2 * nodes * (radices[i] - 1);
    }
    return part == 1;
}

/* Where word i lies: the words of the upper half are beside those of the lower. */
static long word_place(long i, long length, int lanes)
{
    return (i < length ? 2 * i : 2 * (i - length) + 1) * lanes;
}

/* A signed integer's bytes to balanced words, `lanes` doubles apart. */
static void to_words(const uint8_t *bytes, long size, double *words, int lanes, const struct transform *transform)
{
    const long count = 2 * transform->length;
    const int64_t radix = INT64_C(1) << transform->word_bits;
    const int negative = bytes[size - 1] >> 7;
    int64_t carry = 0;
    uint64_t window = 0;
    int held = 0;
    for (long i = 0; i < count; i++) {
        for (; held < transform->word_bits; held += 8)
            window |= (uint64_t)(size-- > 0 ? *bytes++ : negative ? 255 : 0) << held;
        int64_t word = (int64_t)(window & (uint64_t)(radix - 1)) + carry;
        window >>= transform->word_bits;
        held -= transform->word_bits;
        carry = i + 1 < count ? word >= radix / 2 : negative; /* above the last word a negative number is all ones */
        words[word_place(i, transform->length, lanes)] = (double)(word - carry * radix);
    }
}

/* The reverse of to_words(). */
static void from_words(const double *words, int lanes, const struct transform *transform, uint8_t *bytes, long size)
{
    int64_t window = 0;
    int held = 0;
    for (long i = 0; i < 2 * transform->length; i++) {
        window += (int64_t)words[word_place(i, transform->length, lanes)] * (INT64_C(1) << held);
        held += transform->word_bits;
        for (; held >= 8; held -= 8, window >>= 8) {
            if (size-- > 0)
                *bytes++ = (uint8_t)window;
        }
    }
    for (; size-- > 0; window >>= 8)
        *bytes++ = (uint8_t)window;
}
