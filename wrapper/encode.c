/* From Python objects to the wire. Written as Python:
 *
 *     def encode(value):
 *         match value:
 *             case None | bool() | int() | float() | str() | bytes(): ...
 *             case list() | tuple() | dict() | set() | frozenset(): ...
 *             case _:
 *                 tag, content = _py_plugin_values.reduce(value)
 *                 if tag is ...:
 *                     tag, content = PYTHON_OBJECT, [hold(value), *content]
 *                 head(6, tag); encode(content)
 *
 * Only the exact builtin types are known here, for speed; everything else,
 * their subclasses included, is reduced to them by Python code.
 */
#include "bridge.h"
#include "codec.h"
#include "tags.h"

#include <string.h>

struct encoder {
    struct plug_buffer *out;    /* borrowed */
    PyObject *steps;            /* owned; where the error is, inside out */
    struct plug_buffer held;    /* numbers of the objects held so far */
    int depth;
    PyObject *ancestors[PLUG_MAX_DEPTH];    /* borrowed */
};

static int encode(struct encoder *self, PyObject *value);

static int
out_of_memory(void)
{
    PyErr_NoMemory();
    return -1;
}

static int
append(struct encoder *self, const void *data, size_t size)
{
    return plug_buffer_append(self->out, data, size) < 0 ? out_of_memory() : 0;
}

/* An item's head: its major type and argument, in the shortest form. */
static int
head(struct encoder *self, int major, uint64_t argument)
{
    uint8_t bytes[9];
    int size = argument < 24 ? 0 : argument <= UINT8_MAX ? 1
             : argument <= UINT16_MAX ? 2 : argument <= UINT32_MAX ? 4 : 8;
    static const uint8_t details[] = {[1] = 24, [2] = 25, [4] = 26, [8] = 27};
    bytes[0] = (uint8_t)(major << 5
                         | (size == 0 ? (int)argument : details[size]));
    for (int i = 0; i < size; i++) {
        bytes[size - i] = (uint8_t)(argument >> (8 * i));
    }
    return append(self, bytes, (size_t)size + 1);
}

static int
simple(struct encoder *self, uint8_t byte)
{
    return append(self, &byte, 1);
}

static int
encode_float(struct encoder *self, double value)
{
    uint8_t bytes[9] = {0xFB};
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    for (int i = 0; i < 8; i++) {
        bytes[8 - i] = (uint8_t)(bits >> (8 * i));
    }
    return append(self, bytes, sizeof(bytes));
}

static int
encode_bytes(struct encoder *self, const void *data, Py_ssize_t size)
{
    return head(self, 2, (uint64_t)size) < 0 ? -1
         : append(self, data, (size_t)size);
}

/* An int beyond 64 bits: tag 2, or tag 3 over -1 - value. */
static int
encode_bignum(struct encoder *self, PyObject *value, int negative)
{
    int status = -1;
    PyObject *bytes = NULL;
    PyObject *magnitude = negative ? PyNumber_Invert(value) : Py_NewRef(value);
    if (magnitude == NULL) {
        return -1;
    }
    const int flags = Py_ASNATIVEBYTES_BIG_ENDIAN
                    | Py_ASNATIVEBYTES_UNSIGNED_BUFFER;
    Py_ssize_t size = PyLong_AsNativeBytes(magnitude, NULL, 0, flags);
    if (size < 0 || (bytes = PyBytes_FromStringAndSize(NULL, size)) == NULL) {
        goto done;
    }
    char *data = PyBytes_AS_STRING(bytes);
    if (PyLong_AsNativeBytes(magnitude, data, size, flags) < 0) {
        goto done;
    }
    while (size > 1 && *data == 0) {    /* room for a sign that is not there */
        data++;
        size--;
    }
    if (head(self, 6, negative ? TAG_NEGATIVE_BIGNUM : TAG_BIGNUM) == 0) {
        status = encode_bytes(self, data, size);
    }
done:
    Py_XDECREF(bytes);
    Py_DECREF(magnitude);
    return status;
}

static int
encode_int(struct encoder *self, PyObject *value)
{
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow != 0) {
        return encode_bignum(self, value, overflow < 0);
    }
    return number >= 0 ? head(self, 0, (uint64_t)number)
         : head(self, 1, (uint64_t)(-1 - number));
}

static int
encode_text(struct encoder *self, PyObject *value)
{
    Py_ssize_t size;
    const char *data = PyUnicode_AsUTF8AndSize(value, &size);
    if (data == NULL) {
        if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            PyErr_SetString(PyExc_TypeError, "text with a lone surrogate,"
                            " which has no UTF-8");
        }
        return -1;
    }
    return head(self, 3, (uint64_t)size) < 0 ? -1
         : append(self, data, (size_t)size);
}

/* Note that the error lies at `format % step` of what is being encoded.
   Returns -1. */
static int
inside(struct encoder *self, const char *format, PyObject *step)
{
    PyObject *error = PyErr_GetRaisedException();
    PyObject *text = PyUnicode_FromFormat(format, step);
    if (self->steps == NULL) {
        self->steps = PyList_New(0);
    }
    if (text == NULL || self->steps == NULL
        || PyList_Append(self->steps, text) < 0)
    {
        PyErr_Clear();      /* the place is lost, the error is not */
    }
    Py_XDECREF(text);
    PyErr_SetRaisedException(error);
    return -1;
}

static int
inside_item(struct encoder *self, Py_ssize_t index)
{
    PyObject *error = PyErr_GetRaisedException();
    PyObject *step = PyLong_FromSsize_t(index);
    PyErr_SetRaisedException(error);
    if (step != NULL) {
        (void)inside(self, "[%S]", step);
        Py_DECREF(step);
    }
    return -1;
}

/* A list or tuple. Encoding an item may run code that changes a list. */
static int
encode_sequence(struct encoder *self, PyObject *value)
{
    Py_ssize_t size = PySequence_Fast_GET_SIZE(value);
    if (head(self, 4, (uint64_t)size) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        if (PySequence_Fast_GET_SIZE(value) != size) {
            PyErr_SetString(PyExc_TypeError, "a list that changed");
            return -1;
        }
        PyObject *item = Py_NewRef(PySequence_Fast_GET_ITEM(value, i));
        int status = encode(self, item);
        Py_DECREF(item);
        if (status < 0) {
            return inside_item(self, i);
        }
    }
    return 0;
}

static int
encode_pair(struct encoder *self, PyObject *key, PyObject *value)
{
    if (encode(self, key) < 0) {
        return inside(self, ".keys()", key);
    }
    if (encode(self, value) < 0) {
        return inside(self, "[%R]", key);
    }
    return 0;
}

static int
encode_dict(struct encoder *self, PyObject *value)
{
    Py_ssize_t size = PyDict_GET_SIZE(value);
    if (head(self, 5, (uint64_t)size) < 0) {
        return -1;
    }
    PyObject *key, *item;
    Py_ssize_t position = 0, count = 0;
    while (PyDict_Next(value, &position, &key, &item)) {
        Py_INCREF(key);
        Py_INCREF(item);
        int status = encode_pair(self, key, item);
        Py_DECREF(item);
        Py_DECREF(key);
        if (status < 0) {
            return -1;
        }
        count++;
        if (PyDict_GET_SIZE(value) != size) {
            break;
        }
    }
    if (count != size) {
        PyErr_SetString(PyExc_TypeError, "a dict that changed");
        return -1;
    }
    return 0;
}

static int
encode_set(struct encoder *self, PyObject *value)
{
    PyObject *items = PySequence_List(value);
    if (items == NULL) {
        return -1;
    }
    int status = head(self, 6, TAG_SET) < 0 ? -1
               : encode_sequence(self, items);
    Py_DECREF(items);
    return status;
}

/* An object that is no data: [number, kind, name], and the host holds it.
   `description` is (kind, name). */
static int
encode_held(struct encoder *self, PyObject *value, PyObject *description)
{
    uint32_t number = plug_hold(value);
    if (number == 0) {
        return -1;
    }
    if (plug_buffer_append(&self->held, &number, sizeof(number)) < 0) {
        plug_release(number);
        return out_of_memory();
    }
    PyObject *kind, *name;
    if (!PyArg_ParseTuple(description, "OO", &kind, &name)
        || head(self, 6, TAG_PYTHON_OBJECT) < 0 || head(self, 4, 3) < 0
        || head(self, 0, number) < 0 || encode(self, kind) < 0)
    {
        return -1;
    }
    return encode(self, name);
}

/* Everything else: Python code reduces it to a tag and content. None for a
   tag means that the content says all, ... that it is no data. */
static int
encode_reduced(struct encoder *self, PyObject *value)
{
    int status = -1;
    PyObject *tag, *content, *pair = NULL;
    PyObject *module = PyImport_ImportModule("_py_plugin_values");
    if (module != NULL) {
        pair = PyObject_CallMethod(module, "reduce", "(O)", value);
        Py_DECREF(module);
    }
    if (pair == NULL || !PyArg_ParseTuple(pair, "OO", &tag, &content)) {
        goto done;
    }
    if (tag == Py_Ellipsis) {
        status = encode_held(self, value, content);
        goto done;
    }
    if (tag != Py_None) {
        unsigned long number = PyLong_AsUnsignedLong(tag);
        if (PyErr_Occurred() || head(self, 6, number) < 0) {
            goto done;
        }
    }
    status = encode(self, content);
done:
    Py_XDECREF(pair);
    return status;
}

static int
encode_container(struct encoder *self, PyObject *value)
{
    if (PyList_CheckExact(value) || PyTuple_CheckExact(value)) {
        return encode_sequence(self, value);
    }
    if (PyDict_CheckExact(value)) {
        return encode_dict(self, value);
    }
    if (PyAnySet_CheckExact(value)) {
        return encode_set(self, value);
    }
    return encode_reduced(self, value);
}

static int
too_deep(struct encoder *self, PyObject *value)
{
    for (int i = 0; i < self->depth; i++) {
        if (self->ancestors[i] == value) {
            PyErr_SetString(PyExc_TypeError, "a value that contains itself");
            return -1;
        }
    }
    PyErr_Format(PyExc_TypeError, "values nested deeper than %d",
                 PLUG_MAX_DEPTH);
    return -1;
}

static int
encode(struct encoder *self, PyObject *value)
{
    if (PyUnicode_CheckExact(value)) {
        return encode_text(self, value);
    }
    if (PyLong_CheckExact(value)) {
        return encode_int(self, value);
    }
    if (PyFloat_CheckExact(value)) {
        return encode_float(self, PyFloat_AS_DOUBLE(value));
    }
    if (value == Py_None) {
        return simple(self, 0xF6);
    }
    if (PyBool_Check(value)) {
        return simple(self, value == Py_True ? 0xF5 : 0xF4);
    }
    if (PyBytes_CheckExact(value)) {
        return encode_bytes(self, PyBytes_AS_STRING(value),
                            PyBytes_GET_SIZE(value));
    }
    if (self->depth == PLUG_MAX_DEPTH) {
        return too_deep(self, value);
    }
    self->ancestors[self->depth++] = value;
    int status = encode_container(self, value);
    self->depth--;
    return status;
}

/* Say where in the value the error lies: "items[3]['when']: cannot pass …". */
static void
explain(struct encoder *self)
{
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    PyObject *where = NULL, *empty = PyUnicode_FromString("");
    if (self->steps != NULL && empty != NULL
        && PyList_Reverse(self->steps) == 0)
    {
        where = PyUnicode_Join(empty, self->steps);
    }
    PyErr_Clear();
    if (where == NULL || PyUnicode_GET_LENGTH(where) == 0) {
        PyErr_Format(PyExc_TypeError, "cannot pass %S", error);
    }
    else {
        PyErr_Format(PyExc_TypeError, "%U: cannot pass %S", where, error);
    }
    Py_XDECREF(where);
    Py_XDECREF(empty);
    Py_DECREF(error);
}

/* The host will never hear of what was held for it. */
static void
release_held(struct encoder *self)
{
    PyObject *error = PyErr_GetRaisedException();
    const uint32_t *numbers = (const uint32_t *)self->held.data;
    for (size_t i = 0; i < self->held.size / sizeof(*numbers); i++) {
        plug_release(numbers[i]);
    }
    PyErr_SetRaisedException(error);
}

int
plug_encode(PyObject *value, struct plug_buffer *out)
{
    struct encoder self = {.out = out};
    size_t start = out->size;
    int status = encode(&self, value);
    if (status < 0) {
        out->size = start;
        explain(&self);
        release_held(&self);
    }
    plug_buffer_free(&self.held);
    Py_XDECREF(self.steps);
    return status;
}
