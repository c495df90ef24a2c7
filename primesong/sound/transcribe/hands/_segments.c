/* The compiled search for segments: the same results as `search` in segments.py, some fifty times as fast. The
 * explanations are there.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { NOTES = 10, REST = NOTES, STATES, BUFFERS = 8 };
enum { SUMS, ONSET, AGAIN, RESTS, PRICES, STEPS, CAME, BEFORE };

/* The best of the states other than `left_out`. */
static int choose(const double *scores, int left_out)
{
    int best = left_out == 0;
    for (int state = best + 1; state < STATES; state++)
        if (state != left_out && scores[state] > scores[best])
            best = state;
    return best;
}

/* `begun[frame]` is what is known where a note may begin: the best before it, less the sums there. */
static void search(Py_ssize_t frames, Py_ssize_t longest, double rest_cost, Py_buffer *given, double *begun)
{
    const double *sums = given[SUMS].buf, *onset = given[ONSET].buf, *again = given[AGAIN].buf;
    const double *rests = given[RESTS].buf, *prices = given[PRICES].buf;
    const int64_t *steps = given[STEPS].buf;
    int64_t *came = given[CAME].buf, *before = given[BEFORE].buf;
    double scores[STATES], ended = 0;
    int64_t rested = 0;
    scores[REST] = -INFINITY;
    for (int note = 0; note < NOTES; note++)
        begun[note] = onset[0];
    for (Py_ssize_t frame = 1; frame <= frames; frame++) {
        const double *price = prices + steps[frame - 1] * longest;
        int64_t *first = came + frame * STATES;
        if (ended - rest_cost > scores[REST]) {
            scores[REST] = ended - rest_cost;
            rested = frame - 1;
        }
        scores[REST] += rests[frame - 1];
        first[REST] = rested;
        for (int note = 0; note < NOTES; note++) {
            scores[note] = -INFINITY;
            first[note] = frame - longest;
        }
        for (Py_ssize_t length = frame < longest ? frame : longest; length > 0; length--) {
            double worth = price[longest - length];
            if (worth == -INFINITY)
                continue;
            const double *row = begun + (frame - length) * NOTES;
            for (int note = 0; note < NOTES; note++)
                if (row[note] + worth > scores[note]) {
                    scores[note] = row[note] + worth;
                    first[note] = frame - length;
                }
        }
        for (int note = 0; note < NOTES; note++)
            scores[note] += sums[frame * NOTES + note];
        int last = choose(scores, REST), best = scores[REST] > scores[last] ? REST : last;
        int64_t *states = before + frame * STATES;
        ended = scores[last];
        states[REST] = last;
        if (frame == frames)
            states[0] = best;
        else
            for (int note = 0; note < NOTES; note++) {
                int other = note == best ? choose(scores, note) : best;
                int same = scores[note] + again[frame] > scores[other] + onset[frame];
                states[note] = same ? note : other;
                begun[frame * NOTES + note] =
                    scores[states[note]] + (same ? again : onset)[frame] - sums[frame * NOTES + note];
            }
    }
}

/* Whether the arrays fit each other. */
static int fit(const Py_buffer *given, Py_ssize_t longest)
{
    Py_ssize_t frames = given[ONSET].len, row = sizeof(double);
    if (frames == 0 || longest <= 0 || given[AGAIN].len != frames || given[RESTS].len != frames ||
        given[STEPS].len != frames || given[CAME].len != STATES * (frames + row) ||
        given[BEFORE].len != STATES * (frames + row) || given[SUMS].len != NOTES * (frames + row))
        return 0;
    Py_ssize_t paces = given[PRICES].len / row / longest;
    const int64_t *steps = given[STEPS].buf;
    for (Py_ssize_t frame = 0; frame < frames / row; frame++)
        if (steps[frame] < 0 || steps[frame] >= paces)
            return 0;
    return 1;
}

static PyObject *py_search(PyObject *self, PyObject *args)
{
    (void)self;
    Py_buffer given[BUFFERS];
    Py_ssize_t longest;
    double rest_cost, *begun = NULL;
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*w*w*nd", &given[SUMS], &given[ONSET], &given[AGAIN], &given[RESTS],
                          &given[PRICES], &given[STEPS], &given[CAME], &given[BEFORE], &longest, &rest_cost))
        return NULL;
    if (!fit(given, longest))
        PyErr_SetString(PyExc_ValueError, "the arrays do not fit each other");
    else if ((begun = malloc((size_t)given[ONSET].len * NOTES)) == NULL)
        PyErr_NoMemory();
    if (begun != NULL) {
        Py_BEGIN_ALLOW_THREADS
        search(given[ONSET].len / (Py_ssize_t)sizeof(double), longest, rest_cost, given, begun);
        Py_END_ALLOW_THREADS
    }
    int found = begun != NULL;
    free(begun);
    for (int number = 0; number < BUFFERS; number++)
        PyBuffer_Release(&given[number]);
    return found ? Py_NewRef(Py_None) : NULL;
}

static PyMethodDef METHODS[] = {
    {"search", py_search, METH_VARARGS,
     "search(sums, onset, again, rest, prices, steps, came, before, longest, rest cost); the result is in came and before"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_segments", "Find the likeliest segments of a recording.", 0, METHODS, NULL, NULL, NULL,
    NULL,
};

PyMODINIT_FUNC PyInit__segments(void)
{
    return PyModule_Create(&MODULE);
}
