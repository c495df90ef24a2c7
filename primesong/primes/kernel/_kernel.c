/* The compiled part of the search for a prime: the sieve's strokes and the squarings of base-2 tests.
 *
 * Numbers come and go as little-endian bytes. Every loop that takes long runs without the GIL and looks at a byte,
 * `stop`, that another thread may set. Nothing here chooses: the Python side names the kernel, having asked
 * `kernels()` what this processor can do.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "native/sieve.h"

#include "native/machines.h"

static PyObject *py_kernels(PyObject *module, PyObject *unused)
{
    PyObject *table = PyDict_New();
    for (size_t i = 0; table != NULL && i < sizeof KERNELS / sizeof *KERNELS; i++) {
        if (!available(KERNELS[i].name))
            continue;
        PyObject *lanes = PyLong_FromLong(KERNELS[i].lanes);
        if (lanes == NULL || PyDict_SetItemString(table, KERNELS[i].name, lanes) < 0)
            Py_CLEAR(table);
        Py_XDECREF(lanes);
    }
    return table;
}

#ifdef HAS_TRANSFORMS
/* What a ladder answers: None if it was stopped (0), an error if it found no memory (below 0). */
static void settle(PyObject **answer, int finished)
{
    if (finished < 0) {
        Py_CLEAR(*answer);
        PyErr_NoMemory();
    } else if (!finished) {
        Py_DECREF(*answer);
        *answer = Py_NewRef(Py_None);
    }
}

#ifdef HAS_LIMBS
static PyObject *py_ladder(PyObject *module, PyObject *args)
{
    Py_buffer moduli, residues, stop;
    Py_ssize_t limbs, high, low;
    if (!PyArg_ParseTuple(args, "y*y*nnny*:ladder", &moduli, &residues, &limbs, &high, &low, &stop))
        return NULL;
    PyObject *answer = NULL;
    uint64_t *words = NULL;
    const long size = (long)(limbs * LIMB_BITS / 8);
    const size_t count = (size_t)limbs * IFMA_LANES;
    if (!available("ifma"))
        PyErr_SetString(PyExc_ValueError, "no kernel ifma on this processor");
    else if (limbs < BLOCK || limbs % BLOCK || limbs > MOST_LIMBS || low < 0 || high < low ||
             high > limbs * LIMB_BITS || moduli.len != size * IFMA_LANES || residues.len != moduli.len || stop.len < 1)
        PyErr_SetString(PyExc_ValueError, "moduli, residues and stop do not fit the number of limbs");
    else if ((words = malloc(2 * count * sizeof(uint64_t))) == NULL)
        PyErr_NoMemory();
    else if ((answer = PyBytes_FromStringAndSize(NULL, residues.len)) != NULL) {
        uint8_t *output = (uint8_t *)PyBytes_AsString(answer);
        int finished;
        Py_BEGIN_ALLOW_THREADS
        for (int lane = 0; lane < IFMA_LANES; lane++) {
            to_limbs((uint8_t *)moduli.buf + lane * size, size, words + lane, LIMB_BITS, limbs, IFMA_LANES);
            to_limbs((uint8_t *)residues.buf + lane * size, size, words + count + lane, LIMB_BITS, limbs, IFMA_LANES);
        }
        finished = ladder(words, words + count, limbs, high, low, stop.buf);
        for (int lane = 0; lane < IFMA_LANES; lane++)
            to_bytes(words + count + lane, limbs, IFMA_LANES, output + lane * size, size);
        Py_END_ALLOW_THREADS
        settle(&answer, finished);
    }
    free(words);
    PyBuffer_Release(&moduli);
    PyBuffer_Release(&residues);
    PyBuffer_Release(&stop);
    return answer;
}

static PyObject *py_limb_chain(PyObject *module, PyObject *args)
{
    Py_buffer given, exponent;
    Py_ssize_t limbs;
    if (!PyArg_ParseTuple(args, "y*ny*:limb_chain", &given, &limbs, &exponent))
        return NULL;
    PyObject *answer = NULL;
    const long size = (long)(limbs * LIMB_BITS / 8);
    if (!available("ifma"))
        PyErr_SetString(PyExc_ValueError, "no kernel ifma on this processor");
    else if (limbs < LIMB_CHAIN_LEAST || limbs % (2 * IFMA_LANES) || limbs > LIMB_CHAIN_MOST ||
             given.len != LIMB_CHAIN_NUMBERS * size)
        PyErr_SetString(PyExc_ValueError, "five numbers must fit the number of limbs");
    else if ((answer = PyBytes_FromStringAndSize(NULL, PRODUCTS * size)) != NULL) {
        uint8_t *output = (uint8_t *)PyBytes_AsString(answer);
        int status;
        Py_BEGIN_ALLOW_THREADS
        status = limb_chain(given.buf, size, exponent.buf, (long)exponent.len, output);
        Py_END_ALLOW_THREADS
        if (status < 0) {
            Py_CLEAR(answer);
            PyErr_NoMemory();
        }
    }
    PyBuffer_Release(&given);
    PyBuffer_Release(&exponent);
    return answer;
}

#endif

/* Lay out the layers for R and for Q, from arguments yet to be trusted. */
static int both_fit(
    struct transform *r, struct transform *q, long length, int word_bits, const Py_buffer *radices,
    const Py_buffer *roots)
{
    const long points = length - 1;
    const double *root = roots->buf;
    return word_bits >= 8 && word_bits <= 24 && roots->len == 4 * points * (long)sizeof(double) &&
           lay_out(r, length, word_bits, radices->buf, (long)radices->len, root) &&
           lay_out(q, length, word_bits, radices->buf, (long)radices->len, root + 2 * points);
}

static PyObject *py_transform_ladder(PyObject *module, PyObject *args)
{
    const char *name;
    Py_buffer moduli, reciprocals, residues, radices, roots, stop;
    Py_ssize_t length, high, low;
    int word_bits;
    if (!PyArg_ParseTuple(args, "sy*y*y*niy*y*nny*:transform_ladder", &name, &moduli, &reciprocals, &residues, &length,
                          &word_bits, &radices, &roots, &high, &low, &stop))
        return NULL;
    PyObject *answer = NULL;
    struct transform r, q;
    int lanes;
    const transform_ladder climb = find_ladder(name, &lanes);
    const long size = (long)(moduli.len / lanes);
    if (climb == NULL || !available(name))
        PyErr_Format(PyExc_ValueError, "no kernel %s on this processor", name);
    else if (!both_fit(&r, &q, (long)length, word_bits, &radices, &roots) || size < 1 ||
             moduli.len != size * lanes || reciprocals.len != moduli.len || residues.len != moduli.len ||
             low < 0 || high < low || high > 8 * size || stop.len < 1)
        PyErr_SetString(PyExc_ValueError, "moduli, residues, roots and stop do not fit the transform's length");
    else if ((answer = PyBytes_FromStringAndSize(residues.buf, residues.len)) != NULL) {
        uint8_t *output = (uint8_t *)PyBytes_AsString(answer);
        int finished;
        Py_BEGIN_ALLOW_THREADS
        finished = climb(moduli.buf, reciprocals.buf, output, size, &r, &q, (long)high, (long)low, stop.buf);
        Py_END_ALLOW_THREADS
        settle(&answer, finished);
    }
    PyBuffer_Release(&moduli);
    PyBuffer_Release(&reciprocals);
    PyBuffer_Release(&residues);
    PyBuffer_Release(&radices);
    PyBuffer_Release(&roots);
    PyBuffer_Release(&stop);
    return answer;
}

#ifdef HAS_CHAIN
static PyObject *py_chain(PyObject *module, PyObject *args)
{
    Py_buffer given, exponents, radices, roots;
    Py_ssize_t length;
    int word_bits;
    if (!PyArg_ParseTuple(args, "y*y*niy*y*:chain", &given, &exponents, &length, &word_bits, &radices, &roots))
        return NULL;
    PyObject *answer = NULL;
    struct transform r, q;
    const long size = (long)(given.len / CHAIN_NUMBERS);
    if (!available("fft4"))
        PyErr_SetString(PyExc_ValueError, "this processor has no AVX2");
    else if (!both_fit(&r, &q, (long)length, word_bits, &radices, &roots) || size < 1 ||
             given.len != CHAIN_NUMBERS * size || exponents.len % 2)
        PyErr_SetString(PyExc_ValueError, "ten numbers, two exponents and the roots must fit the transform's length");
    else if ((answer = PyBytes_FromStringAndSize(NULL, CHAIN_LANES * size)) != NULL) {
        uint8_t *output = (uint8_t *)PyBytes_AsString(answer);
        int status;
        Py_BEGIN_ALLOW_THREADS
        status = chain(given.buf, size, &r, &q, exponents.buf, (long)exponents.len / 2, output);
        Py_END_ALLOW_THREADS
        if (status < 0) {
            Py_CLEAR(answer);
            PyErr_NoMemory();
        }
    }
    PyBuffer_Release(&given);
    PyBuffer_Release(&exponents);
    PyBuffer_Release(&radices);
    PyBuffer_Release(&roots);
    return answer;
}
#endif
#endif

static PyObject *py_strike(PyObject *module, PyObject *args)
{
    Py_buffer base, marks, stop;
    unsigned long exponent;
    unsigned long long first, last;
    if (!PyArg_ParseTuple(args, "y*kKKw*y*:strike", &base, &exponent, &first, &last, &marks, &stop))
        return NULL;
    int status = -1, limb_bits = choose_division().limb_bits;
    long count = (long)(base.len * 8 / limb_bits + 1);
    uint64_t *words = NULL;
    if (last > SIEVE_LIMIT || stop.len < 1 || exponent > 8 * (unsigned long)base.len)
        PyErr_SetString(PyExc_ValueError, "the sieve's primes stay below 2^31, the exponent within the base's bits");
    else if ((words = malloc((size_t)count * sizeof(uint64_t))) == NULL)
        PyErr_NoMemory();
    else {
        Py_BEGIN_ALLOW_THREADS
        to_limbs(base.buf, (long)base.len, words, limb_bits, count, 1);
        status = sieve_strike(
            words, count, exponent, (uint32_t)first, (uint32_t)last, marks.buf, (uint64_t)marks.len, stop.buf);
        Py_END_ALLOW_THREADS
        if (status < 0)
            PyErr_NoMemory();
    }
    free(words);
    PyBuffer_Release(&base);
    PyBuffer_Release(&marks);
    PyBuffer_Release(&stop);
    return status < 0 ? NULL : PyBool_FromLong(status);
}

static PyMethodDef METHODS[] = {
    {"kernels", py_kernels, METH_NOARGS, "kernels() -> {name: lanes} of what this processor can run"},
#ifdef HAS_LIMBS
    {"ladder", py_ladder, METH_VARARGS,
     "ladder(moduli, residues, limbs, high, low, stop) -> residues, or None if stopped"},
    {"limb_chain", py_limb_chain, METH_VARARGS, "limb_chain(numbers, limbs, exponent) -> v + w, as chain()"},
#endif
#ifdef HAS_TRANSFORMS
    {"transform_ladder", py_transform_ladder, METH_VARARGS,
     "transform_ladder(kernel, moduli, reciprocals, residues, length, word_bits, radices, roots, high, low, stop)\n"
     "-> residues, or None if stopped"},
#endif
#ifdef HAS_CHAIN
    {"chain", py_chain, METH_VARARGS,
     "chain(numbers, exponents, length, word_bits, radices, roots) -> v + w + v + w: for each bit of the exponents\n"
     "v v + square and v w + mixed, or v w + mixed and w w + square; see chain.h"},
#endif
    {"strike", py_strike, METH_VARARGS,
     "strike(base, exponent, first, last, marks, stop) -> False if stopped; marks[i] = 1 where a prime\n"
     "in [first, last) divides base + i * 2**exponent"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_kernel", "The sieve's strokes and the squarings of base-2 tests.", 0, METHODS,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void)
{
    PyObject *module = PyModule_Create(&MODULE);
    if (module != NULL && PyModule_AddIntConstant(module, "MOST_LIMBS", MOST_LIMBS) < 0)
        Py_CLEAR(module);
    return module;
}
