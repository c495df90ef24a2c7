/* The compiled search for segments: the same results as `search` in segments.py, some fifty times as fast. The
 * explanations are there.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { NOTES = 10, REST = -1, BUFFERS = 7 };
enum { SUMS, ONSET, RESTS, PRICES, STEPS, CAME, PITCH };

/* `begun[frame]` is what is known where a note may begin: the best before it, less the sums there. */
static void search(Py_ssize_t frames, Py_ssize_t longest, double rest_cost, Py_buffer *given, double *begun)
{
    const double *sums = given[SUMS].buf, *onset = given[ONSET].buf, *rests = given[RESTS].buf;
    const double *prices = given[PRICES].buf;
    const int64_t *steps = given[STEPS].buf;
    int64_t *came = given[CAME].buf, *pitch = given[PITCH].buf;
    double before = 0, resting = -INFINITY;
    int64_t rested = 0;
    for (int note = 0; note < NOTES; note++)
        begun[note] = onset[0];
    for (Py_ssize_t frame = 1; frame <= frames; frame++) {
        const double *price = prices + steps[frame - 1] * longest;
        double best[NOTES];
        int64_t first[NOTES];
        for (int note = 0; note < NOTES; note++) {
            best[note] = -INFINITY;
            first[note] = frame - longest;
        }
        for (Py_ssize_t length = frame < longest ? frame : longest; length > 0; length--) {
            double worth = price[longest - length];
            if (worth == -INFINITY)
                continue;
            const double *row = begun + (frame - length) * NOTES;
            for (int note = 0; note < NOTES; note++)
                if (row[note] + worth > best[note]) {
                    best[note] = row[note] + worth;
                    first[note] = frame - length;
                }
        }
        int chosen = 0;
        for (int note = 0; note < NOTES; note++) {
            best[note] += sums[frame * NOTES + note];
            if (best[note] > best[chosen])
                chosen = note;
        }
        double score = best[chosen];
        came[frame] = first[chosen];
        pitch[frame] = chosen;
        if (before - rest_cost > resting) {
            resting = before - rest_cost;
            rested = frame - 1;
        }
        resting += rests[frame - 1];
        if (resting > score) {
            score = resting;
            came[frame] = rested;
            pitch[frame] = REST;
        }
        before = score;
        if (frame < frames)
            for (int note = 0; note < NOTES; note++)
                begun[frame * NOTES + note] = score + onset[frame] - sums[frame * NOTES + note];
    }
}

/* Whether the arrays fit each other. */
static int fit(const Py_buffer *given, Py_ssize_t longest)
{
    Py_ssize_t frames = given[ONSET].len, row = sizeof(double);
    if (frames == 0 || longest <= 0 || given[RESTS].len != frames || given[STEPS].len != frames ||
        given[CAME].len != frames + row || given[PITCH].len != frames + row ||
        given[SUMS].len != NOTES * (frames + row))
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
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*w*w*nd", &given[SUMS], &given[ONSET], &given[RESTS], &given[PRICES],
                          &given[STEPS], &given[CAME], &given[PITCH], &longest, &rest_cost))
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
     "search(sums, onset, rest, prices, steps, came, pitch, longest, rest cost); the result is in came and pitch"},
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
