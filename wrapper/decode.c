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
 */
#include "bridge.h"
#include "codec.h"
#include "tags.h"

#include <math.h>
#include <string.h>

/* The detail of a head without a length, and what stands for that length. */
#define INDEFINITE 31
#define UNKNOWN UINT64_MAX

struct decoder {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    int depth;
};

struct head {
    int major;
    int detail;
    uint64_t argument;
};

static PyObject *decode(struct decoder *self);

static int
wrong(struct decoder *self, const char *problem)
{
    PyErr_Format(PyExc_ValueError, "cannot read the wire at byte %zd: %s",
                 (Py_ssize_t)(self->at - self->start), problem);
    return -1;
}

static int
demand(struct decoder *self, uint64_t size)
{
    return size <= (uint64_t)(self->end - self->at) ? 0
         : wrong(self, "the bytes end too early");
}

static int
read_head(struct decoder *self, struct head *head)
{
    if (demand(self, 1) < 0) {
        return -1;
    }
    head->major = *self->at >> 5;
    head->detail = *self->at++ & 31;
    head->argument = (uint64_t)head->detail;
    if (head->detail < 24 || head->detail == INDEFINITE) {
        return 0;
    }
    if (head->detail > 27) {
        return wrong(self, "a reserved length");
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

/* How many bytes or items follow: each takes at least one byte, so a longer
   claim is a lie. UNKNOWN for an item that ends with a break. */
static int
length_of(struct decoder *self, const struct head *head, uint64_t *length)
{
    *length = head->detail == INDEFINITE ? UNKNOWN : head->argument;
    if (*length == UNKNOWN
        || *length <= (uint64_t)(self->end - self->at))
    {
        return 0;
    }
    return wrong(self, "a length past the end");
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
        wrong(self, "an integer without a length");
        return NULL;
    }
    PyObject *number = PyLong_FromUnsignedLongLong(head->argument);
    if (number == NULL || head->major == 0) {
        return number;
    }
    PyObject *negative = PyNumber_Invert(number);
    Py_DECREF(number);
    return negative;
}

/* `size` bytes as bytes, or as str. */
static PyObject *
take(struct decoder *self, int major, uint64_t size)
{
    const char *data = (const char *)self->at;
    self->at += size;
    if (major == 2) {
        return PyBytes_FromStringAndSize(data, (Py_ssize_t)size);
    }
    PyObject *text = PyUnicode_DecodeUTF8(data, (Py_ssize_t)size, "strict");
    if (text == NULL && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
        PyErr_Clear();
        wrong(self, "the text is not UTF-8");
    }
    return text;
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
        if (read_head(self, &head) == 0 && length_of(self, &head, &size) == 0)
        {
            if (head.major != major || size == UNKNOWN) {
                wrong(self, "a chunk of another kind");
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
    if (length_of(self, head, &size) < 0) {
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

static PyObject *
decode_array(struct decoder *self, const struct head *head)
{
    uint64_t length;
    if (length_of(self, head, &length) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    int follows = 0;
    for (uint64_t i = 0;
         list != NULL && (follows = more(self, length, i)) > 0; i++)
    {
        PyObject *item = decode(self);
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    if (follows < 0) {
        Py_CLEAR(list);
    }
    return list;
}

/* One key and value into `dict`: 0, or -1 with an error set. */
static int
decode_pair(struct decoder *self, PyObject *dict)
{
    int status = -1;
    PyObject *value = NULL, *key = decode(self);
    if (key != NULL && (value = decode(self)) != NULL) {
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
    if (length_of(self, head, &length) < 0) {
        return NULL;
    }
    PyObject *dict = PyDict_New();
    int follows = 0;
    for (uint64_t i = 0;
         dict != NULL && (follows = more(self, length, i)) > 0; i++)
    {
        if (decode_pair(self, dict) < 0) {
            Py_CLEAR(dict);
        }
    }
    if (follows < 0) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *
decode_bignum(struct decoder *self, uint64_t tag, PyObject *content)
{
    if (!PyBytes_Check(content)) {
        wrong(self, "a bignum that is no byte string");
        return NULL;
    }
    PyObject *number = PyObject_CallMethod((PyObject *)&PyLong_Type,
                                           "from_bytes", "Os", content, "big");
    if (number == NULL || tag == TAG_BIGNUM) {
        return number;
    }
    PyObject *negative = PyNumber_Invert(number);
    Py_DECREF(number);
    return negative;
}

/* What a tag makes of its content, borrowed: a new object. */
static PyObject *
rebuild(struct decoder *self, uint64_t tag, PyObject *content)
{
    if (tag == TAG_BIGNUM || tag == TAG_NEGATIVE_BIGNUM) {
        return decode_bignum(self, tag, content);
    }
    if (tag == TAG_PYTHON_OBJECT && PyLong_CheckExact(content)) {
        unsigned long long number = PyLong_AsUnsignedLongLong(content);
        return PyErr_Occurred() ? NULL : Py_XNewRef(plug_held(number));
    }
    if (tag == TAG_SET && PyList_CheckExact(content)) {
        return PySet_New(content);
    }
    PyObject *module = PyImport_ImportModule("_py_plugin_values");
    if (module == NULL) {
        return NULL;
    }
    PyObject *value = PyObject_CallMethod(module, "rebuild", "KO",
                                          (unsigned long long)tag, content);
    Py_DECREF(module);
    return value;
}

static PyObject *
decode_tagged(struct decoder *self, const struct head *head)
{
    if (head->detail == INDEFINITE) {
        wrong(self, "no tag");
        return NULL;
    }
    PyObject *content = decode(self);
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
        wrong(self, "an unknown simple value");
        return NULL;
    }
}

static PyObject *
decode_nested(struct decoder *self, const struct head *head)
{
    if (self->depth == PLUG_MAX_DEPTH) {
        wrong(self, "values nested deeper than " Py_STRINGIFY(PLUG_MAX_DEPTH));
        return NULL;
    }
    self->depth++;
    PyObject *value = head->major == 4 ? decode_array(self, head)
                    : head->major == 5 ? decode_map(self, head)
                    : decode_tagged(self, head);
    self->depth--;
    return value;
}

static PyObject *
decode(struct decoder *self)
{
    struct head head;
    if (read_head(self, &head) < 0) {
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

PyObject *
plug_decode(const uint8_t **data, const uint8_t *end)
{
    struct decoder self = {.start = *data, .at = *data, .end = end};
    PyObject *value = decode(&self);
    *data = self.at;
    return value;
}
