/* From the wire to Python objects. The bytes come from the host, and still
 * nothing about them is taken for granted. Written as Python:
 *
 *     def decode(wire):
 *         match head(wire):
 *             case 0, n: return n
 *             case 1, n: return -1 - n
 *             case 2, n: return wire.read(n)
 *             case 3, n: return wire.read(n).decode("utf-8")
 *             case 4, n: return [decode(wire) for _ in range(n)]
 *             case 5, n: return {decode(wire): decode(wire) for _ in range(n)}
 *             case 6, tag: return _py_plugin_values.rebuild(tag, decode(wire))
 *             case 7, _: return False, True, None or a float
 *
 * Keys and the items of sets are hashed: there an array is a tuple, and a set
 * a frozenset.
 */
#include "bridge.h"
#include "decoder.h"
#include "tags.h"

#include <math.h>

int
plug_wrong(struct decoder *self, const char *problem)
{
    PyErr_Format(PyExc_ValueError, "cannot read the wire at byte %zd: %s",
                 (Py_ssize_t)(self->at - self->start), problem);
    return -1;
}

static int
demand(struct decoder *self, uint64_t size)
{
    return size <= (uint64_t)(self->end - self->at) ? 0
         : plug_wrong(self, "the bytes end too early");
}

static int
read_argument(struct decoder *self, struct head *head)
{
    if (head->detail > 27) {
        return plug_wrong(self, "a reserved length");
    }
    int size = 1 << (head->detail - 24);
    if (demand(self, (uint64_t)size) < 0) {
        return -1;
    }
    head->argument = 0;
    for (int i = 0; i < size; i++) {
        head->argument = head->argument << 8 | *self->at++;
    }
    return 0;
}

int
plug_read_head(struct decoder *self, struct head *head)
{
    if (demand(self, 1) < 0) {
        return -1;
    }
    head->major = *self->at >> 5;
    head->detail = *self->at++ & 31;
    head->argument = (uint64_t)head->detail;
    return head->detail < 24 || head->detail == INDEFINITE ? 0
         : read_argument(self, head);
}

/* How many bytes or items follow: each takes at least one byte, so a longer
   claim is a lie. UNKNOWN for an item that ends with a break. */
int
plug_length_of(struct decoder *self, const struct head *head, uint64_t *length)
{
    if (head->detail == INDEFINITE) {
        *length = UNKNOWN;
        return 0;
    }
    *length = head->argument;
    return *length <= (uint64_t)(self->end - self->at) ? 0
         : plug_wrong(self, "a length past the end");
}

/* 1 when the next byte ends an item of unknown length and was passed. */
static int
pass_break(struct decoder *self)
{
    if (demand(self, 1) < 0) {
        return -1;
    }
    if (*self->at != 0xFF) {
        return 0;
    }
    self->at++;
    return 1;
}

static PyObject *
decode_int(struct decoder *self, const struct head *head)
{
    if (head->detail == INDEFINITE) {
        plug_wrong(self, "an integer without a length");
        return NULL;
    }
    if (head->argument <= INT64_MAX) {
        long long argument = (long long)head->argument;
        return PyLong_FromLongLong(head->major == 0 ? argument
                                                    : -1 - argument);
    }
    PyObject *number = PyLong_FromUnsignedLongLong(head->argument);
    if (number == NULL || head->major == 0) {
        return number;
    }
    PyObject *negative = PyNumber_Invert(number);
    Py_DECREF(number);
    return negative;
}

static PyObject *
text_of(struct decoder *self, const char *data, Py_ssize_t size)
{
    PyObject *text = PyUnicode_DecodeUTF8(data, size, "strict");
    if (text == NULL && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
        PyErr_Clear();
        plug_wrong(self, "the text is not UTF-8");
    }
    return text;
}

/* `size` bytes as bytes, or as str. */
static PyObject *
take(struct decoder *self, int major, uint64_t size)
{
    const char *data = (const char *)self->at;
    self->at += size;
    return major == 2 ? PyBytes_FromStringAndSize(data, (Py_ssize_t)size)
         : text_of(self, data, (Py_ssize_t)size);
}

/* The chunks of a string of unknown length (RFC 8949 section 3.2.3). */
static PyObject *
take_chunks(struct decoder *self, int major)
{
    PyObject *whole = major == 2 ? PyBytes_FromStringAndSize(NULL, 0)
                                 : PyUnicode_FromString("");
    int done = 0;
    while (whole != NULL && (done = pass_break(self)) == 0) {
        struct head head;
        uint64_t size;
        PyObject *chunk = NULL;
        if (plug_read_head(self, &head) == 0
            && plug_length_of(self, &head, &size) == 0)
        {
            if (head.major != major || size == UNKNOWN) {
                plug_wrong(self, "a chunk of another kind");
            }
            else {
                chunk = take(self, major, size);
            }
        }
        PyObject *longer = chunk == NULL ? NULL
                         : PySequence_Concat(whole, chunk);
        Py_XDECREF(chunk);
        Py_SETREF(whole, longer);
    }
    if (done < 0) {
        Py_CLEAR(whole);
    }
    return whole;
}

static PyObject *
decode_string(struct decoder *self, const struct head *head)
{
    uint64_t size;
    if (plug_length_of(self, head, &size) < 0) {
        return NULL;
    }
    return size == UNKNOWN ? take_chunks(self, head->major)
         : take(self, head->major, size);
}

/* Whether one more item follows; -1 with an error set. */
static int
more(struct decoder *self, uint64_t length, uint64_t count)
{
    if (length != UNKNOWN) {
        return count < length;
    }
    int ended = pass_break(self);
    return ended < 0 ? -1 : !ended;
}

static int
grow(struct decoder *self)
{
    size_t size = self->room * 2 * sizeof(*self->items);
    int moves = self->items == self->few;
    PyObject **items = PyMem_Realloc(moves ? NULL : self->items, size);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (moves) {
        memcpy(items, self->few, self->size * sizeof(*items));
    }
    self->items = items;
    self->room *= 2;
    return 0;
}

/* Put an item, stolen, on the stack of items: 0, or -1 with an error set. */
int
plug_push(struct decoder *self, PyObject *item)
{
    if (self->size == self->room && grow(self) < 0) {
        Py_XDECREF(item);
        return -1;
    }
    self->items[self->size++] = item;
    return 0;
}

/* The items of an array onto the stack: how many, or -1 with an error set.
   They become a list together: code that runs meanwhile sees no half of one. */
Py_ssize_t
plug_push_items(struct decoder *self, const struct head *head)
{
    uint64_t length;
    if (plug_length_of(self, head, &length) < 0) {
        return -1;
    }
    Py_ssize_t count = 0;
    int follows;
    while ((follows = more(self, length, (uint64_t)count)) > 0) {
        PyObject *item = plug_decode_value(self);
        if (item == NULL || plug_push(self, item) < 0) {
            return -1;
        }
        count++;
    }
    return follows < 0 ? -1 : count;
}

static PyObject *
decode_array(struct decoder *self, const struct head *head)
{
    Py_ssize_t count = plug_push_items(self, head);
    if (count < 0) {
        return NULL;
    }
    PyObject *array = self->hashed ? PyTuple_New(count) : PyList_New(count);
    if (array == NULL) {
        return NULL;
    }
    self->size -= (size_t)count;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = self->items[self->size + (size_t)i];
        if (self->hashed) {
            PyTuple_SET_ITEM(array, i, item);
        }
        else {
            PyList_SET_ITEM(array, i, item);
        }
    }
    return array;
}

/* A value that will be hashed, new. */
static PyObject *
decode_hashed(struct decoder *self)
{
    int before = self->hashed;
    self->hashed = 1;
    PyObject *value = plug_decode_value(self);
    self->hashed = before;
    return value;
}

PyObject *
plug_decode_key(struct decoder *self)
{
    if (self->at < self->end && *self->at >= 0x60
        && *self->at <= 0x60 + 23)
    {
        size_t size = *self->at - 0x60u;
        PyObject *key = size >= (size_t)(self->end - self->at) ? NULL
                      : plug_kept_key(self->at + 1, size);
        if (key != NULL) {
            self->at += 1 + size;
            return key;
        }
    }
    return decode_hashed(self);
}

/* One key and value into `dict`: 0, or -1 with an error set. */
static int
decode_pair(struct decoder *self, PyObject *dict)
{
    int status = -1;
    PyObject *value = NULL, *key = plug_decode_key(self);
    if (key != NULL && (value = plug_decode_value(self)) != NULL) {
        status = PyDict_SetItem(dict, key, value);
    }
    Py_XDECREF(value);
    Py_XDECREF(key);
    return status;
}

static PyObject *
decode_map(struct decoder *self, const struct head *head)
{
    uint64_t length;
    if (self->hashed) {
        plug_wrong(self, "a dict as a key or in a set");
        return NULL;
    }
    if (plug_length_of(self, head, &length) < 0) {
        return NULL;
    }
    PyObject *dict = PyDict_New();
    int follows = 0;
    uint64_t count = 0;
    while (dict != NULL && (follows = more(self, length, count)) > 0) {
        if (decode_pair(self, dict) < 0) {
            Py_CLEAR(dict);
        }
        count++;
    }
    if (dict != NULL && follows == 0
        && (uint64_t)PyDict_GET_SIZE(dict) != count)
    {
        follows = plug_wrong(self, "two keys of a dict that are equal");
    }
    if (follows < 0) {
        Py_CLEAR(dict);
    }
    return dict;
}

/* A set of the array that comes next. */
static PyObject *
decode_set(struct decoder *self)
{
    int frozen = self->hashed;
    PyObject *items = decode_hashed(self), *set = NULL;
    if (items == NULL) {
        return NULL;
    }
    if (!PyTuple_CheckExact(items)) {
        plug_wrong(self, "a set that is no array");
    }
    else {
        set = frozen ? PyFrozenSet_New(items) : PySet_New(items);
    }
    if (set != NULL && PySet_GET_SIZE(set) != PyTuple_GET_SIZE(items)) {
        plug_wrong(self, "two items of a set that are equal");
        Py_CLEAR(set);
    }
    Py_DECREF(items);
    return set;
}

static PyObject *
decode_bignum(struct decoder *self, uint64_t tag, PyObject *content)
{
    if (!PyBytes_Check(content)) {
        plug_wrong(self, "a bignum that is no byte string");
        return NULL;
    }
    PyObject *number = PyLong_FromUnsignedNativeBytes(
        PyBytes_AS_STRING(content), (size_t)PyBytes_GET_SIZE(content),
        Py_ASNATIVEBYTES_BIG_ENDIAN);
    if (number == NULL || tag == TAG_BIGNUM) {
        return number;
    }
    PyObject *negative = PyNumber_Invert(number);
    Py_DECREF(number);
    return negative;
}

/* The object that the host calls `number`; `taken`: it needs it no more. */
static PyObject *
held(PyObject *number, int taken)
{
    unsigned long long value = PyLong_AsUnsignedLongLong(number);
    PyObject *object = PyErr_Occurred() ? NULL : plug_held(value);
    Py_XINCREF(object);
    if (object != NULL && taken) {
        plug_release((uint32_t)value);
    }
    return object;
}

/* What a tag makes of its content, borrowed: a new object. */
static PyObject *
rebuild(struct decoder *self, uint64_t tag, PyObject *content)
{
    if ((tag == TAG_PYTHON_OBJECT || tag == TAG_ATTACHED)
        && PyLong_CheckExact(content))
    {
        return held(content, tag == TAG_ATTACHED);
    }
    return tag == TAG_BIGNUM || tag == TAG_NEGATIVE_BIGNUM
         ? decode_bignum(self, tag, content)
         : plug_rebuild(tag, content);
}

static PyObject *
decode_tagged(struct decoder *self, const struct head *head)
{
    if (head->detail == INDEFINITE) {
        plug_wrong(self, "no tag");
        return NULL;
    }
    if (head->argument == TAG_SET) {
        return decode_set(self);
    }
    int before = self->hashed;
    self->hashed = 0;       /* what is rebuilt takes lists */
    PyObject *content = plug_decode_value(self);
    self->hashed = before;
    if (content == NULL) {
        return NULL;
    }
    PyObject *value = rebuild(self, head->argument, content);
    Py_DECREF(content);
    return value;
}

/* IEEE 754 half precision; RFC 8949 appendix D. */
static double
half(uint64_t bits)
{
    int exponent = (int)(bits >> 10) & 0x1F;
    int mantissa = (int)bits & 0x3FF;
    double value = exponent == 0 ? ldexp(mantissa, -24)
                 : exponent != 31 ? ldexp(mantissa + 1024, exponent - 25)
                 : mantissa == 0 ? INFINITY : NAN;
    return bits & 0x8000 ? -value : value;
}

static double
float_of(const struct head *head)
{
    if (head->detail == 25) {
        return half(head->argument);
    }
    if (head->detail == 26) {
        uint32_t bits = (uint32_t)head->argument;
        float value;
        memcpy(&value, &bits, sizeof(value));
        return value;
    }
    double value;
    memcpy(&value, &head->argument, sizeof(value));
    return value;
}

static PyObject *
decode_simple(struct decoder *self, const struct head *head)
{
    switch (head->detail) {
    case 20:
        Py_RETURN_FALSE;
    case 21:
        Py_RETURN_TRUE;
    case 22:
    case 23:
        Py_RETURN_NONE;
    case 25:
    case 26:
    case 27:
        return PyFloat_FromDouble(float_of(head));
    default:
        plug_wrong(self, "an unknown simple value");
        return NULL;
    }
}

static PyObject *
decode_nested(struct decoder *self, const struct head *head)
{
    if (self->depth == PLUG_MAX_DEPTH) {
        plug_wrong(self, "values nested deeper than "
                   Py_STRINGIFY(PLUG_MAX_DEPTH));
        return NULL;
    }
    self->depth++;
    PyObject *value = head->major == 4 ? decode_array(self, head)
                    : head->major == 5 ? decode_map(self, head)
                    : decode_tagged(self, head);
    self->depth--;
    return value;
}

PyObject *
plug_decode_value(struct decoder *self)
{
    struct head head;
    if (plug_read_head(self, &head) < 0) {
        return NULL;
    }
    switch (head.major) {
    case 0:
    case 1:
        return decode_int(self, &head);
    case 2:
    case 3:
        return decode_string(self, &head);
    case 7:
        return decode_simple(self, &head);
    default:
        return decode_nested(self, &head);
    }
}

/* Begin to read at `data`, with room for FEW items. */
struct decoder
plug_begin_decoder(const uint8_t *data, const uint8_t *end, PyObject **few)
{
    return (struct decoder){
        .start = data, .at = data, .end = end,
        .items = few, .room = FEW, .few = few,
    };
}

/* Let go of the stack of items. */
void
plug_drop_items(PyObject **items, size_t size, PyObject **few)
{
    while (size > 0) {
        Py_XDECREF(items[--size]);
    }
    if (items != few) {
        PyMem_Free(items);
    }
}

static PyObject *
read_one(const uint8_t **data, const uint8_t *end,
         PyObject *(*read)(struct decoder *))
{
    PyObject *few[FEW];
    struct decoder self = plug_begin_decoder(*data, end, few);
    PyObject *value = read(&self);
    *data = self.at;
    plug_drop_items(self.items, self.size, few);
    return value;
}

PyObject *
plug_decode(const uint8_t **data, const uint8_t *end)
{
    return read_one(data, end, plug_decode_value);
}

PyObject *
plug_decode_name(const uint8_t **data, const uint8_t *end)
{
    return read_one(data, end, plug_decode_key);
}
