/* The compiled part of primesong.primes.kernel without Python, for machines that are emulated.
 *
 * Standard input holds one request after another, a line of words and what follows it:
 *
 *     ladder NAME LENGTH WORD_BITS DEPTH SIZE HIGH LOW     radices, roots, moduli, reciprocals, residues; answer: residues
 *     strike SIZE EXPONENT FIRST LAST WINDOW               base; answer: marks
 *
 * The numbers are those that `transform_ladder` and `strike` of _kernel.c take; DEPTH is that of the radices, SIZE that
 * of a number in bytes.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "sieve.h"

#include "machines.h"

static char go_on = 0;

static void *take(size_t size)
{
    void *room = malloc(size);
    if (room == NULL || fread(room, 1, size, stdin) != size)
        exit(3);
    return room;
}

static int run_ladder(const char *line)
{
    char name[8];
    int lanes, word_bits;
    long length, depth, size, high, low;
    if (sscanf(line, "ladder %7s %ld %d %ld %ld %ld %ld", name, &length, &word_bits, &depth, &size, &high, &low) != 7)
        return 2;
    const transform_ladder climb = find_ladder(name, &lanes);
    if (climb == NULL || !available(name))
        return 4;
    uint8_t *radices = take((size_t)depth), *roots = take((size_t)(4 * (length - 1)) * sizeof(double));
    uint8_t *moduli = take((size_t)(lanes * size)), *reciprocals = take((size_t)(lanes * size));
    uint8_t *residues = take((size_t)(lanes * size));
    struct transform r, q;
    if (!lay_out(&r, length, word_bits, radices, depth, (double *)roots) ||
        !lay_out(&q, length, word_bits, radices, depth, (double *)roots + 2 * (length - 1)))
        return 5;
    if (climb(moduli, reciprocals, residues, size, &r, &q, high, low, &go_on) != 1)
        return 6;
    fwrite(residues, 1, (size_t)(lanes * size), stdout);
    free(radices);
    free(roots);
    free(moduli);
    free(reciprocals);
    free(residues);
    return 0;
}

static int run_strike(const char *line)
{
    long size, exponent, first, last, window;
    if (sscanf(line, "strike %ld %ld %ld %ld %ld", &size, &exponent, &first, &last, &window) != 5)
        return 2;
    const int limb_bits = choose_division().limb_bits;
    const long count = size * 8 / limb_bits + 1;
    uint8_t *base = take((size_t)size), *marks = calloc((size_t)window, 1);
    uint64_t *limbs = malloc((size_t)count * sizeof(uint64_t));
    if (marks == NULL || limbs == NULL)
        return 3;
    to_limbs(base, size, limbs, limb_bits, count, 1);
    if (sieve_strike(limbs, count, (unsigned long)exponent, (uint32_t)first, (uint32_t)last, marks, (uint64_t)window,
                     &go_on) != 1)
        return 6;
    fwrite(marks, 1, (size_t)window, stdout);
    free(base);
    free(marks);
    free(limbs);
    return 0;
}

int main(void)
{
    char line[256];
#ifdef _WIN32
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
#endif
    while (fgets(line, sizeof line, stdin) != NULL) {
        int status = line[0] == 'l' ? run_ladder(line) : run_strike(line);
        if (status != 0)
            return status;
        fflush(stdout);
    }
    return 0;
}
