/* The compiled reader: the same results as reader.py, some hundred times as fast. The explanations are there.
 *
 * Costs are in eighths of a bit. Bits of a deflate stream are counted from its first; `data` is the number's bytes from
 * the deflate stream on. RFC 1951; codes are decoded a bit at a time, by the count of codes of each length.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 10, ORDER_LIMIT = 6, BLOCKS = 64, LETTERS = 256, MIX = 512, TEXT_LIMIT = 1 << 20, UNIT = 8 };
enum { DEAD, WORN, RAN_OUT, ENDED };

typedef struct {
    uint64_t key;
    int16_t cost, back;
} Entry;

typedef struct {
    Entry *entries;
    uint64_t mask;
    int order;
    int32_t unseen[LETTERS], letters[LETTERS], mixed[2 * MIX + 1], lengths[320 * 16], heads[64 + 19 * 8];
    int32_t constants[8];
} Model;

enum { TYPE, SHORT_COMPLETE, COMPLETE, BLOCK_END, LAST_END, STRANGE_END, FIXED, SURE };

static const uint16_t LENGTH_BASE[29] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31,
    35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t LENGTH_EXTRA[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5,
    5, 0};
static const uint16_t DISTANCE_BASE[30] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769,
    1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t DISTANCE_EXTRA[30] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11,
    11, 12, 12, 13, 13};
static const uint8_t HEAD_ORDER[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

typedef struct {
    uint16_t count[16], symbols[288];
} Code;

typedef struct {
    Code letters, distances;
    uint8_t size[256];
    int literal; /* the cost of being a literal, by this code */
    int last;    /* no block follows */
} Block;

typedef struct {
    int32_t bit, length, score, best, best_bit;
    int32_t block;    /* the block that is read, or was read last; -1 before the first */
    int32_t inside;   /* whether its head has been read */
    int32_t distance; /* of the match that was read last, 0 after a letter */
} Mark;

typedef struct {
    const Model *model;
    const uint8_t *data;
    int bits, whole; /* bits that are there; bits there will be, the rest of the number included */
    int limit, patience; /* how far the score may fall below the best, among symbols and in heads */
    uint8_t *text; /* after ORDER_LIMIT line ends, from which reading starts */
    int reach; /* how much of the text has been written */
    Block *blocks;
    Mark now, *marks;
    int marked, heads, scratch; /* scratch: where the next head is kept, or -1: after the others */
    int out; /* bits were asked for that are not there */
} Reader;

static int unit_log2(double x)
{
    /* floor(8 log2(x) + 1/2) for x >= 1, exactly, without a logarithm that another library rounds otherwise */
    static const double ROOT[8] = {1.0, 1.0905077326652577, 1.189207115002721, 1.2968395546510096, 1.4142135623730951,
        1.5422108254079407, 1.6817928305074292, 1.8340080864093424};
    int whole = 0, part = 0;
    x *= 1.0442737824274138; /* 2^(1/16): to the nearest */
    while (x >= 2) {
        x /= 2;
        whole++;
    }
    while (part < 7 && x >= ROOT[part + 1])
        part++;
    return UNIT * whole + part;
}

static const Entry *find(const Model *model, uint64_t key)
{
    uint64_t place = (key * 0x9E3779B97F4A7C15ULL) >> 20;
    for (;; place++) {
        const Entry *entry = model->entries + (place & model->mask);
        if (entry->key == key)
            return entry;
        if (entry->key == 0)
            return NULL;
    }
}

/* The cost of the letter at `at` after the `most` letters before it. */
static int letter_cost(const Model *model, const uint8_t *at, int most)
{
    uint64_t gram = *at, context = 0, grams[ORDER_LIMIT];
    int backs[ORDER_LIMIT], known = 0, total = 0;
    while (known < most) { /* the longest context that is known: in noise a short one */
        context |= (uint64_t)at[-known - 1] << (8 * known);
        gram |= (uint64_t)at[-known - 1] << (8 * (known + 1));
        const Entry *entry = find(model, context | (uint64_t)(known + 1) << 56);
        if (entry == NULL)
            break;
        grams[known] = gram | (uint64_t)(known + 2) << 56;
        backs[known++] = entry->back;
    }
    while (known--) {
        const Entry *entry = find(model, grams[known]);
        if (entry != NULL && entry->cost >= 0)
            return total + entry->cost;
        total += backs[known];
    }
    return total + model->unseen[*at];
}

static int mix(const Model *model, int gain)
{
    return model->mixed[gain < -MIX ? 0 : gain > MIX ? 2 * MIX : gain + MIX];
}

static int bits(Reader *reader, int count)
{
    int value = 0, bit = reader->now.bit;
    if (bit + count > reader->bits) {
        reader->out = 1;
        return 0;
    }
    for (int i = 0; i < count; i++, bit++)
        value |= (reader->data[bit >> 3] >> (bit & 7) & 1) << i;
    reader->now.bit = bit;
    return value;
}

/* Build a code from its lengths: 0 if it is incomplete or has too many codes. A single code may be incomplete. */
static int build(Code *code, const uint8_t *size, int count)
{
    int left = 1, used = 0;
    uint16_t offsets[16];
    memset(code->count, 0, sizeof code->count);
    for (int symbol = 0; symbol < count; symbol++)
        code->count[size[symbol]]++;
    used = count - code->count[0];
    code->count[0] = 0;
    for (int length = 1; length < 16; length++) {
        left = 2 * left - code->count[length];
        if (left < 0)
            return 0;
    }
    if (left > 0 && !(used == 0 || (used == 1 && code->count[1] == 1)))
        return 0;
    offsets[1] = 0;
    for (int length = 1; length < 15; length++)
        offsets[length + 1] = offsets[length] + code->count[length];
    for (int symbol = 0; symbol < count; symbol++)
        if (size[symbol])
            code->symbols[offsets[size[symbol]]++] = symbol;
    return 1;
}

/* Read a symbol, or -1; `spent` is the number of its bits. */
static int decode(Reader *reader, const Code *code, int *spent)
{
    int value = 0, first = 0, index = 0, bit = reader->now.bit;
    for (int length = 1; length < 16; length++, bit++) {
        if (bit >= reader->bits) {
            reader->out = 1;
            return -1;
        }
        value |= reader->data[bit >> 3] >> (bit & 7) & 1;
        int count = code->count[length];
        if (value - count < first) {
            reader->now.bit = bit + 1;
            *spent = length;
            return code->symbols[index + value - first];
        }
        index += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    return -1;
}

static void gain(Reader *reader, int amount)
{
    reader->now.score += amount;
    if (reader->now.score > reader->now.best) {
        reader->now.best = reader->now.score;
        reader->now.best_bit = reader->now.bit;
    }
}

static int worn(const Reader *reader)
{
    return reader->now.score < reader->now.best - (reader->now.inside ? reader->limit : reader->patience);
}

static void seal(Block *block)
{
    int mass = 0;
    for (int symbol = 0; symbol < 256; symbol++)
        if (block->size[symbol])
            mass += 1 << (15 - block->size[symbol]);
    block->literal = mass ? 15 * UNIT - unit_log2(mass) : 15 * UNIT;
}

/* Read the head of a block: 0, or -1 if it is not one. RFC 1951, 3.2.3 and 3.2.7 */
static int head(Reader *reader, Block *block)
{
    const Model *model = reader->model;
    uint8_t size[320], short_size[19] = {0};
    Code code;
    int spent;
    block->last = bits(reader, 1);
    int type = bits(reader, 2);
    if (reader->out || type == 0 || type == 3)
        return -1;
    if (type == 1) {
        for (int i = 0; i < 320; i++)
            size[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : i < 288 ? 8 : 5;
        build(&block->letters, size, 288);
        build(&block->distances, size + 288, 32);
        memcpy(block->size, size, sizeof block->size);
        seal(block);
        gain(reader, model->constants[FIXED]);
        return 0;
    }
    gain(reader, model->constants[TYPE]);
    int letters = bits(reader, 5), distances = bits(reader, 5), shorts = bits(reader, 4);
    if (reader->out || letters > 29 || distances > 29)
        return -1;
    gain(reader, model->heads[letters] + model->heads[32 + distances]);
    letters += 257;
    distances += 1;
    for (int i = 0; i < shorts + 4; i++) {
        short_size[HEAD_ORDER[i]] = bits(reader, 3);
        if (reader->out)
            return -1;
        gain(reader, model->heads[64 + 8 * i + short_size[HEAD_ORDER[i]]]);
        if (worn(reader))
            return -1;
    }
    if (!build(&code, short_size, 19))
        return -1;
    gain(reader, model->constants[SHORT_COMPLETE]);
    for (int i = 0; i < letters + distances;) {
        int symbol = decode(reader, &code, &spent), repeat = 1, value = symbol;
        if (symbol < 0)
            return -1;
        if (symbol == 16) {
            if (i == 0)
                return -1;
            value = size[i - 1];
            repeat = 3 + bits(reader, 2);
            spent += 2;
        } else if (symbol > 16) {
            value = 0;
            repeat = symbol == 17 ? 3 + bits(reader, 3) : 11 + bits(reader, 7);
            spent += symbol == 17 ? 3 : 7;
        }
        if (reader->out || i + repeat > letters + distances)
            return -1;
        int cost = 0;
        for (; repeat; repeat--, i++) {
            int kind = i < letters ? i : 286 + i - letters;
            cost += model->lengths[16 * kind + value];
            size[i] = value;
        }
        gain(reader, mix(model, UNIT * spent - cost));
        if (worn(reader))
            return -1;
    }
    if (size[256] == 0 || !build(&block->letters, size, letters) || !build(&block->distances, size + letters, distances))
        return -1;
    memset(block->size, 0, sizeof block->size);
    memcpy(block->size, size, letters < 256 ? letters : 256);
    seal(block);
    gain(reader, model->constants[COMPLETE]);
    return 0;
}

/* Whether the last `length` letters occur nearer than `distance` before: an encoder would have used that. */
static int nearer(const uint8_t *end, int length, int distance)
{
    const uint8_t *start = end - length;
    for (int back = 1; back < distance; back++)
        if (start[-back] == start[0] && memcmp(start - back, start, length) == 0)
            return 1;
    return 0;
}

/* Read from `now` until the stream ends, fails, is worn out or runs out. */
static int read_on(Reader *reader)
{
    const Model *model = reader->model;
    Mark *now = &reader->now;
    for (;;) {
        if (!now->inside) {
            if (reader->marks != NULL)
                reader->marks[reader->marked++] = *now;
            int slot = reader->scratch >= 0 ? reader->scratch : now->block + 1;
            if (reader->heads++ == BLOCKS)
                return DEAD;
            if (head(reader, reader->blocks + slot) < 0)
                return reader->out ? RAN_OUT : worn(reader) ? WORN : DEAD;
            now->block = slot;
            now->distance = 0;
            now->inside = 1;
        }
        const Block *block = reader->blocks + now->block;
        for (;;) {
            int spent, more;
            uint8_t *text = reader->text + now->length;
            if (reader->marks != NULL)
                reader->marks[reader->marked++] = *now;
            int symbol = decode(reader, &block->letters, &spent);
            if (symbol < 0)
                return reader->out ? RAN_OUT : DEAD;
            if (symbol == 256)
                break;
            if (now->length + 258 > TEXT_LIMIT)
                return DEAD;
            if (symbol < 256) {
                *text = symbol;
                int cost = letter_cost(model, text, model->order - 1) + block->literal;
                int amount = UNIT * spent - cost;
                if (now->distance && text[-now->distance] == symbol)
                    amount = -MIX;
                now->length++;
                now->distance = 0;
                gain(reader, mix(model, amount));
            } else {
                if (symbol > 285)
                    return DEAD;
                int length = LENGTH_BASE[symbol - 257] + bits(reader, LENGTH_EXTRA[symbol - 257]);
                int away = decode(reader, &block->distances, &more);
                if (away < 0 || away > 29)
                    return reader->out ? RAN_OUT : DEAD;
                int distance = DISTANCE_BASE[away] + bits(reader, DISTANCE_EXTRA[away]);
                if (reader->out)
                    return RAN_OUT;
                if (distance > now->length)
                    return DEAD;
                for (int i = 0; i < length; i++)
                    text[i] = text[i - distance];
                int amount = 0;
                for (int i = 0; i < length && i < model->order - 1; i++) {
                    amount += i ? letter_cost(model, text + i, i) : model->letters[*text];
                    amount -= letter_cost(model, text + i, model->order - 1);
                }
                if ((now->distance && text[-now->distance] == *text) || nearer(text + length, length, distance))
                    amount = -MIX;
                now->length += length;
                now->distance = length < 258 ? distance : 0;
                gain(reader, mix(model, amount));
            }
            if (now->length > reader->reach)
                reader->reach = now->length;
            if (worn(reader))
                return WORN;
        }
        if (!block->last) {
            gain(reader, model->constants[BLOCK_END]);
            if (worn(reader))
                return WORN;
            now->inside = 0;
            continue;
        }
        int rest = reader->whole - (now->bit + 7) / 8 * 8;
        if (rest < 8 * 8)
            return DEAD;
        gain(reader, model->constants[rest == 8 * 12 ? LAST_END : STRANGE_END]);
        return ENDED;
    }
}

static void model_free(PyObject *capsule)
{
    Model *model = PyCapsule_GetPointer(capsule, "model");
    if (model != NULL) {
        free(model->entries);
        free(model);
    }
}

static int fill(int32_t *into, size_t size, const Py_buffer *from)
{
    if ((size_t)from->len != size) {
        PyErr_SetString(PyExc_ValueError, "a table of the model has the wrong size");
        return -1;
    }
    memcpy(into, from->buf, size);
    return 0;
}

static PyObject *py_model(PyObject *module, PyObject *args)
{
    Py_buffer keys, costs, backs, tables[6];
    int order;
    if (!PyArg_ParseTuple(args, "iy*y*y*y*y*y*y*y*y*:model", &order, &keys, &costs, &backs, tables, tables + 1, tables + 2,
            tables + 3, tables + 4, tables + 5))
        return NULL;
    PyObject *capsule = NULL;
    Model *model = calloc(1, sizeof *model);
    size_t count = (size_t)keys.len / 8, size = 64;
    while (size < 2 * count + 2)
        size *= 2;
    if (model != NULL)
        model->entries = calloc(size, sizeof(Entry));
    if (model == NULL || model->entries == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    model->order = order;
    model->mask = size - 1;
    if (order < 1 || order > ORDER_LIMIT || (size_t)costs.len != 2 * count || (size_t)backs.len != 2 * count) {
        PyErr_SetString(PyExc_ValueError, "keys, costs and backs must be equally many");
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t key = ((uint64_t *)keys.buf)[i], place = (key * 0x9E3779B97F4A7C15ULL) >> 20;
        while (model->entries[place & model->mask].key)
            place++;
        model->entries[place & model->mask] = (Entry){key, ((int16_t *)costs.buf)[i], ((int16_t *)backs.buf)[i]};
    }
    if (fill(model->unseen, sizeof model->unseen, tables) || fill(model->letters, sizeof model->letters, tables + 1) ||
        fill(model->mixed, sizeof model->mixed, tables + 2) || fill(model->lengths, sizeof model->lengths, tables + 3) ||
        fill(model->heads, sizeof model->heads, tables + 4) ||
        fill(model->constants, sizeof model->constants, tables + 5))
        goto done;
    capsule = PyCapsule_New(model, "model", model_free);
done:
    if (capsule == NULL && model != NULL) {
        free(model->entries);
        free(model);
    }
    PyBuffer_Release(&keys);
    PyBuffer_Release(&costs);
    PyBuffer_Release(&backs);
    for (int i = 0; i < 6; i++)
        PyBuffer_Release(tables + i);
    return capsule;
}

/* Prepare to read `size` bytes; -1 without memory. */
static int open_reader(Reader *reader, const Model *model, int size, int whole, int in_heads, int in_symbols)
{
    memset(reader, 0, sizeof *reader);
    reader->model = model;
    reader->bits = 8 * size;
    reader->whole = 8 * whole;
    reader->patience = in_heads;
    reader->limit = in_symbols;
    reader->scratch = -1;
    reader->now.block = -1;
    reader->text = malloc(TEXT_LIMIT + ORDER_LIMIT + 300);
    reader->blocks = malloc((BLOCKS + 2) * sizeof(Block));
    reader->marks = malloc((8 * (size_t)size + BLOCKS + 2) * sizeof(Mark));
    if (reader->text == NULL || reader->blocks == NULL || reader->marks == NULL)
        return -1;
    memset(reader->text, '\n', ORDER_LIMIT);
    reader->text += ORDER_LIMIT;
    return 0;
}

static void close_reader(Reader *reader)
{
    if (reader->text != NULL)
        free(reader->text - (reader->marks != NULL && reader->blocks != NULL ? ORDER_LIMIT : 0));
    free(reader->blocks);
    free(reader->marks);
}

static PyObject *py_read_stream(PyObject *module, PyObject *args)
{
    PyObject *capsule, *answer = NULL;
    Py_buffer data;
    int whole, in_heads, in_symbols;
    if (!PyArg_ParseTuple(args, "Oy*i(ii):read_stream", &capsule, &data, &whole, &in_heads, &in_symbols))
        return NULL;
    Model *model = PyCapsule_GetPointer(capsule, "model");
    Reader reader;
    if (model == NULL)
        goto done;
    if (open_reader(&reader, model, (int)data.len, whole, in_heads, in_symbols) < 0)
        PyErr_NoMemory();
    else {
        reader.data = data.buf;
        int end = read_on(&reader);
        int known = 0, sure = reader.now.best - model->constants[SURE];
        for (int i = 0; i < reader.marked && reader.marks[i].bit <= reader.now.best_bit; i++)
            if (reader.marks[i].score <= sure)
                known = reader.marks[i].length;
        answer = Py_BuildValue("iiiiy#i", end, reader.now.best, reader.now.best_bit, reader.now.bit, reader.text,
            (Py_ssize_t)reader.now.length, known);
    }
    close_reader(&reader);
done:
    PyBuffer_Release(&data);
    return answer;
}

/* Read numbers that begin like one that was read, each from its first change on; -1 without memory. */
static int read_variants(Reader *reader, PyObject *variants, const uint8_t *parent, int size, int32_t *out)
{
    Mark *marks = reader->marks;
    int marked = reader->marked, reach = reader->reach;
    uint8_t *copy = malloc(reach + 1);
    if (copy == NULL)
        return -1;
    memcpy(copy, reader->text, reach);
    reader->marks = NULL;
    reader->scratch = reader->now.block + 1;
    for (Py_ssize_t i = 0; i < PyList_Size(variants); i++, out += 2) {
        PyObject *item = PyList_GetItem(variants, i);
        const uint8_t *child = (const uint8_t *)PyBytes_AsString(item);
        int same = 0;
        out[0] = out[1] = 0;
        if (PyBytes_Size(item) != size)
            continue;
        while (same < size && child[same] == parent[same])
            same++;
        if (same < HEADER - 2 || same == size) /* XFL and OS may differ */
            continue;
        int low = 0, high = marked; /* the last mark at or before the first change */
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (marks[middle].bit <= 8 * (same - HEADER))
                low = middle;
            else
                high = middle;
        }
        reader->data = child + HEADER;
        reader->now = marks[low];
        reader->out = reader->heads = reader->reach = 0;
        read_on(reader);
        out[0] = reader->now.best;
        out[1] = reader->now.bit;
        int from = marks[low].length, upto = reader->reach < reach ? reader->reach : reach;
        if (upto > from)
            memcpy(reader->text + from, copy + from, upto - from);
    }
    reader->marks = marks;
    free(copy);
    return 0;
}

static PyObject *py_read_variants(PyObject *module, PyObject *args)
{
    PyObject *capsule, *variants, *answer = NULL;
    Py_buffer number;
    int whole, in_heads, in_symbols, done;
    if (!PyArg_ParseTuple(args, "Oy*O!i(ii):read_variants", &capsule, &number, &PyList_Type, &variants, &whole,
            &in_heads, &in_symbols))
        return NULL;
    Model *model = PyCapsule_GetPointer(capsule, "model");
    int size = (int)number.len;
    Reader reader;
    memset(&reader, 0, sizeof reader);
    if (model == NULL)
        goto done;
    if (size < HEADER) {
        PyErr_SetString(PyExc_ValueError, "a number begins with a gzip header");
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyList_Size(variants); i++)
        if (!PyBytes_Check(PyList_GetItem(variants, i))) {
            PyErr_SetString(PyExc_TypeError, "numbers are bytes");
            goto done;
        }
    answer = PyBytes_FromStringAndSize(NULL, PyList_Size(variants) * 2 * sizeof(int32_t));
    if (answer == NULL || open_reader(&reader, model, size - HEADER, whole, in_heads, in_heads) < 0) {
        Py_CLEAR(answer);
        PyErr_NoMemory();
        goto done;
    }
    int32_t *out = (int32_t *)PyBytes_AsString(answer);
    memset(out, 0, PyBytes_Size(answer));
    Py_BEGIN_ALLOW_THREADS
    reader.data = (const uint8_t *)number.buf + HEADER;
    read_on(&reader);
    reader.limit = in_symbols;
    done = read_variants(&reader, variants, number.buf, size, out);
    Py_END_ALLOW_THREADS
    if (done < 0) {
        Py_CLEAR(answer);
        PyErr_NoMemory();
    }
done:
    close_reader(&reader);
    PyBuffer_Release(&number);
    return answer;
}

static PyMethodDef METHODS[] = {
    {"model", py_model, METH_VARARGS, "model(order, keys, costs, backs, six tables) -> a model"},
    {"read_stream", py_read_stream, METH_VARARGS,
     "read_stream(model, data, whole, patience) -> end, best, best_bit, bit, text, known"},
    {"read_variants", py_read_variants, METH_VARARGS,
     "read_variants(model, number, variants, whole, patience) -> best and bit of each, int32"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_reader", "Read deflate streams and score how plausible their text is.", 0, METHODS,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__reader(void)
{
    return PyModule_Create(&MODULE);
}
