/* Squarings modulo several numbers at once by Fourier transforms, one number a vector lane.
 *
 * This text is included once for each width. The includer defines NAME(x), the name of x in this inclusion; TARGET, the
 * function attribute that allows the instructions; and LANES, the doubles in a vector.
 *
 * A number has 2 h words of b bits, balanced (each at most 2^(b-1) + 1 in size) and held in doubles; k = 2 h b. Words j
 * and j + h are the two parts of one complex number. Two moduli need no more for a product than transforms of h complex
 * numbers, the ring of polynomials modulo X^h - e^(i theta):
 *
 *   Q = 2^k + 1             words u, v become u + i v   (theta = a quarter turn: "right-angle convolution",
 *                           Crandall, Fagin, "Discrete weighted transforms and large-integer arithmetic", 1994)
 *   R = 2^k + 2^(k/2) + 1   words u, v become u + w v, w^2 + w + 1 = 0   (theta = a third of a turn)
 *
 * and R = 2^(k/2) modulo Q, whose inverse is -2^(k/2), in Q's packing -i. Montgomery's step goes by the two together,
 * as McLaughlin's does ("New frameworks for Montgomery's modular multiplication method", 2004) with 2^k - 1 and
 * 2^k + 1: with m = x^2 / N modulo R, (x^2 - m N) / R is whole, below Q / 2 in size, known from what it is modulo
 * Q: i (m N - x^2). Seven transforms make a squaring.
 *
 * Rounding never errs: the Python side chooses h and b by Percival's bound. N is at most 2^(k-6), so that with
 * |m| < 0.51 R every |x| stays below 1.1 N, the doubling included.
 */

typedef double NAME(V) __attribute__((vector_size(8 * LANES)));
typedef struct {
    NAME(V) re, im;
} NAME(C);
typedef int64_t NAME(M) __attribute__((vector_size(8 * LANES)));
#define V NAME(V)
#define M NAME(M)
#define C NAME(C)
#define INLINE TARGET static inline __attribute__((always_inline))

INLINE C NAME(add)(C a, C b)
{
    return (C){a.re + b.re, a.im + b.im};
}

INLINE C NAME(sub)(C a, C b)
{
    return (C){a.re - b.re, a.im - b.im};
}

/* a + i b s, for a real s */
INLINE C NAME(add_i)(C a, C b, double s)
{
    return (C){a.re - b.im * s, a.im + b.re * s};
}

INLINE C NAME(product)(C a, C b)
{
    return (C){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/* a times a root, or its conjugate */
INLINE C NAME(turned)(C a, const double *root)
{
    return (C){a.re * root[0] - a.im * root[1], a.re * root[1] + a.im * root[0]};
}

INLINE C NAME(turned_back)(C a, const double *root)
{
    return (C){a.re * root[0] + a.im * root[1], a.im * root[0] - a.re * root[1]};
}

/* One polynomial modulo X^(r s) - w^r becomes r modulo X^s - w, X^s - w e^(2 pi i / r) and so on; `roots` holds w, w^2
 * up to w^(r-1). Each split_ is undone, except for a factor r, by its join_. */
INLINE void NAME(split_2)(C *z, long s, const double *roots)
{
    C t0 = z[0], t1 = NAME(turned)(z[s], roots);
    z[0] = NAME(add)(t0, t1);
    z[s] = NAME(sub)(t0, t1);
}

INLINE void NAME(join_2)(C *z, long s, const double *roots)
{
    C y0 = z[0], y1 = z[s];
    z[0] = NAME(add)(y0, y1);
    z[s] = NAME(turned_back)(NAME(sub)(y0, y1), roots);
}

INLINE void NAME(split_3)(C *z, long s, const double *roots)
{
    C t0 = z[0], t1 = NAME(turned)(z[s], roots), t2 = NAME(turned)(z[2 * s], roots + 2);
    C sum = NAME(add)(t1, t2), difference = NAME(sub)(t1, t2);
    C middle = {t0.re - 0.5 * sum.re, t0.im - 0.5 * sum.im};
    z[0] = NAME(add)(t0, sum);
    z[s] = NAME(add_i)(middle, difference, SIN_60);
    z[2 * s] = NAME(add_i)(middle, difference, -SIN_60);
}

INLINE void NAME(join_3)(C *z, long s, const double *roots)
{
    C y0 = z[0], sum = NAME(add)(z[s], z[2 * s]), difference = NAME(sub)(z[s], z[2 * s]);
    C middle = {y0.re - 0.5 * sum.re, y0.im - 0.5 * sum.im};
    z[0] = NAME(add)(y0, sum);
    z[s] = NAME(turned_back)(NAME(add_i)(middle, difference, -SIN_60), roots);
    z[2 * s] = NAME(turned_back)(NAME(add_i)(middle, difference, SIN_60), roots + 2);
}

INLINE void NAME(split_4)(C *z, long s, const double *roots)
{
    C t0 = z[0], t1 = NAME(turned)(z[s], roots), t2 = NAME(turned)(z[2 * s], roots + 2);
    C t3 = NAME(turned)(z[3 * s], roots + 4);
    C a = NAME(add)(t0, t2), b = NAME(sub)(t0, t2), c = NAME(add)(t1, t3), d = NAME(sub)(t1, t3);
    z[0] = NAME(add)(a, c);
    z[s] = NAME(add_i)(b, d, 1);
    z[2 * s] = NAME(sub)(a, c);
    z[3 * s] = NAME(add_i)(b, d, -1);
}

INLINE void NAME(join_4)(C *z, long s, const double *roots)
{
    C y0 = z[0], y1 = z[s], y2 = z[2 * s], y3 = z[3 * s];
    C a = NAME(add)(y0, y2), b = NAME(sub)(y0, y2), c = NAME(add)(y1, y3), d = NAME(sub)(y1, y3);
    z[0] = NAME(add)(a, c);
    z[s] = NAME(turned_back)(NAME(add_i)(b, d, -1), roots);
    z[2 * s] = NAME(turned_back)(NAME(sub)(a, c), roots + 2);
    z[3 * s] = NAME(turned_back)(NAME(add_i)(b, d, 1), roots + 4);
}

/* Do to each of `nodes` polynomials what `step` does to the numbers at one place of its parts. */
#define EACH(step, r)                                                        \
    for (long node = 0; node < nodes; node++, z += r * s, roots += 2 * r - 2) \
        for (long j = 0; j < s; j++)                                         \
            step(z + j, s, roots);

TARGET static void NAME(split)(C *z, const struct layer *layer, long first, long nodes)
{
    const long s = layer->part;
    const double *roots = layer->roots + 2 * (layer->radix - 1) * first;
    if (layer->radix == 2) {
        EACH(NAME(split_2), 2)
    } else if (layer->radix == 3) {
        EACH(NAME(split_3), 3)
    } else if (s > 1) {
        EACH(NAME(split_4), 4)
    } else { /* the same once more, for the compiler's sake: half of all the roots are used here */
        for (long node = 0; node < nodes; node++)
            NAME(split_4)(z + 4 * node, 1, roots + 6 * node);
    }
}

/* The reverse of split(), except for a factor. */
TARGET static void NAME(join)(C *z, const struct layer *layer, long first, long nodes)
{
    const long s = layer->part;
    const double *roots = layer->roots + 2 * (layer->radix - 1) * first;
    if (layer->radix == 2) {
        EACH(NAME(join_2), 2)
    } else if (layer->radix == 3) {
        EACH(NAME(join_3), 3)
    } else if (s > 1) {
        EACH(NAME(join_4), 4)
    } else {
        for (long node = 0; node < nodes; node++)
            NAME(join_4)(z + 4 * node, 1, roots + 6 * node);
    }
}

/* Evaluate. What is too long for the first cache is split until its pieces fit, and each piece then to the end. */
TARGET static void NAME(forward)(C *z, const struct transform *transform)
{
    const struct layer *layer = transform->layers, *end = layer + transform->depth;
    long size = transform->length, pieces = 1;
    for (; size * (long)sizeof(C) > NEAR; pieces *= layer->radix, size = layer->part, layer++)
        NAME(split)(z, layer, 0, pieces);
    for (long piece = 0; piece < pieces; piece++, z += size) {
        long nodes = 1;
        for (const struct layer *next = layer; next < end; nodes *= next->radix, next++)
            NAME(split)(z, next, piece * nodes, nodes);
    }
}

/* Interpolate, times the length. The reverse of forward(). */
TARGET static void NAME(inverse)(C *z, const struct transform *transform)
{
    const struct layer *layer = transform->layers, *end = layer + transform->depth;
    long size = transform->length, pieces = 1;
    for (; size * (long)sizeof(C) > NEAR; pieces *= layer->radix, size = layer->part, layer++)
        ;
    for (long piece = 0; piece < pieces; piece++) {
        long nodes = size;
        for (const struct layer *next = end; next-- > layer;) {
            nodes /= next->radix;
            NAME(join)(z + piece * size, next, piece * nodes, nodes);
        }
    }
    while (layer-- > transform->layers) {
        pieces /= layer->radix;
        NAME(join)(z, layer, 0, pieces);
    }
}

INLINE V NAME(rounded)(V v)
{
    return v + ROUNDER - ROUNDER;
}

/* Leave a balanced word of v; return what goes to the next. */
INLINE V NAME(carried)(V *v, double radix, double inverse_radix)
{
    V carry = NAME(rounded)(*v * inverse_radix);
    *v -= carry * radix;
    return carry;
}

/* Lane by lane the second number where the mask is set, else the first. */
INLINE V NAME(chosen)(V first, V second, const M *mask)
{
    return (V)(((M)second & *mask) | ((M)first & ~*mask));
}

/* a b, where b is a itself, or, with a mask, the same for both lanes of a pair: the lower, or where set the upper. */
INLINE C NAME(multiplied)(C a, const M *upper)
{
    C b = a;
    if (upper != NULL) {
        V low_re, high_re, low_im, high_im;
        for (int lane = 0; lane < LANES; lane++) {
            low_re[lane] = a.re[lane & ~1];
            high_re[lane] = a.re[lane | 1];
            low_im[lane] = a.im[lane & ~1];
            high_im[lane] = a.im[lane | 1];
        }
        b = (C){NAME(chosen)(low_re, high_re, upper), NAME(chosen)(low_im, high_im, upper)};
    }
    return NAME(product)(a, b);
}

/* What inverse() gives becomes words, times a whole `factor`, carries done; `modulo_r` as in R's packing, else in Q's.
 * To keep the processor busy, eight stretches of words are carried through at once; what comes out of a stretch goes
 * into the next. With a mask, the second of two numbers in `added` is added where it is set, else the first. */
INLINE void NAME(carry)(
    C *z, const struct transform *transform, int modulo_r, V factor, const C *added, const M *upper)
{
    const long stretch = transform->length / STRETCHES;
    const double scale = 1.0 / (double)transform->length, radix = transform->radix, inverse_radix = 1.0 / radix;
    V low[STRETCHES], high[STRETCHES], carry = {0};
    for (int k = 0; k < STRETCHES; k++)
        low[k] = high[k] = carry;
    for (long j = 0; j < stretch; j++) {
#pragma GCC unroll 4
        for (int k = 0; k < STRETCHES; k++) {
            C *word = z + k * stretch + j;
            V u = word->re * scale, v = word->im * scale;
            if (modulo_r) { /* u + w v, with w = -1/2 + i sin 60 */
                v = word->im * (scale / SIN_60);
                u = u + 0.5 * v;
            }
            word->re = NAME(rounded)(u) * factor + low[k];
            word->im = NAME(rounded)(v) * factor + high[k];
            if (upper != NULL) {
                const C *first = added + k * stretch + j, *second = first + transform->length;
                word->re += NAME(chosen)(first->re, second->re, upper);
                word->im += NAME(chosen)(first->im, second->im, upper);
            }
            low[k] = NAME(carried)(&word->re, radix, inverse_radix);
            high[k] = NAME(carried)(&word->im, radix, inverse_radix);
        }
    }
    const V beyond = high[STRETCHES - 1]; /* 2^k is -1 modulo Q, -1 - 2^(k/2) modulo R */
    for (int k = STRETCHES - 1; k > 0; k--)
        high[k] = high[k - 1];
    high[0] = modulo_r ? low[STRETCHES - 1] - beyond : low[STRETCHES - 1];
    for (int k = STRETCHES - 1; k > 0; k--)
        low[k] = low[k - 1];
    low[0] = -beyond;
    for (int k = 0; k < STRETCHES; k++) {
        C *word = z + k * stretch;
        for (int j = 0; j < 3; j++, word++) { /* a carry is at most 2 h 2^b: the third is -1, 0 or 1 */
            word->re += low[k];
            word->im += high[k];
            low[k] = NAME(carried)(&word->re, radix, inverse_radix);
            high[k] = NAME(carried)(&word->im, radix, inverse_radix);
        }
        word->re += low[k];
        word->im += high[k];
    }
}

/* Words in Q's packing, as they come from carry(), into R's. */
TARGET static void NAME(pack)(const C *x, C *z, long length)
{
    for (long j = 0; j < length; j++)
        z[j] = (C){x[j].re - 0.5 * x[j].im, x[j].im * SIN_60};
}

/* x := x^2 / R modulo N, times `factor`; or, with a mask, x times what multiplied() says, and what carry() says added.
 * `reciprocal` is the transform of 1 / N modulo R, `modulus` that of N modulo Q; z is room for as many numbers. */
INLINE void NAME(step)(
    C *x, C *z, const C *reciprocal, const C *modulus, const struct transform *r, const struct transform *q, V factor,
    const C *added, const M *upper)
{
    const long length = r->length;
    const V one = (V){0} + 1;
    NAME(pack)(x, z, length);
    NAME(forward)(z, r);
    for (long j = 0; j < length; j++)
        z[j] = NAME(multiplied)(z[j], upper);
    NAME(inverse)(z, r);
    NAME(carry)(z, r, 1, one, NULL, NULL);
    NAME(pack)(z, z, length);
    NAME(forward)(z, r);
    for (long j = 0; j < length; j++)
        z[j] = NAME(product)(z[j], reciprocal[j]);
    NAME(inverse)(z, r);
    NAME(carry)(z, r, 1, one, NULL, NULL);
    NAME(forward)(z, q);
    NAME(forward)(x, q);
    for (long j = 0; j < length; j++) {
        C t = NAME(sub)(NAME(product)(z[j], modulus[j]), NAME(multiplied)(x[j], upper));
        x[j] = (C){-t.im, t.re};
    }
    NAME(inverse)(x, q);
    NAME(carry)(x, q, 0, factor, added, upper);
}

/* Follow the exponent's bits from `high` - 1 down to `low`: square, and double where N - 1 has the bit. The residues
 * come and go as signed integers of `size` bytes, as do N and 1 / N modulo R, lane after lane. 0 if `stop` was set
 * meanwhile, -1 without memory. */
TARGET static __attribute__((noinline)) int NAME(ladder)(
    const uint8_t *moduli, const uint8_t *reciprocals, uint8_t *residues, long size, const struct transform *r,
    const struct transform *q, long high, long low, const volatile char *stop)
{
    const long length = r->length;
    C *room = aligned((size_t)(4 * length) * sizeof(C)), *x = room + length;
    C *reciprocal = x + length, *modulus = reciprocal + length;
    if (room == NULL)
        return -1;
    for (int lane = 0; lane < LANES; lane++) {
        to_words(moduli + lane * size, size, (double *)modulus + lane, LANES, q);
        to_words(reciprocals + lane * size, size, (double *)room + lane, LANES, q);
        to_words(residues + lane * size, size, (double *)x + lane, LANES, q);
    }
    NAME(pack)(room, reciprocal, length);
    NAME(forward)(reciprocal, r);
    NAME(forward)(modulus, q);
    int finished = 1;
    for (long place = high - 1; finished && place >= low; place--) {
        V factor;
        for (int lane = 0; lane < LANES; lane++) /* N - 1 differs from the odd N in bit 0 alone */
            factor[lane] = place > 0 && moduli[lane * size + place / 8] >> place % 8 & 1 ? 2 : 1;
        NAME(step)(x, room, reciprocal, modulus, r, q, factor, NULL, NULL);
        finished = !*stop;
    }
    for (int lane = 0; lane < LANES; lane++)
        from_words((double *)x + lane, LANES, q, residues + lane * size, size);
    release(room);
    return finished;
}

#undef EACH
#undef INLINE
#undef V
#undef M
#undef C
#undef NAME
#undef TARGET
#undef LANES
