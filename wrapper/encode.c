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
#include "encoder.h"
#include "tags.h"

static int encode(struct encoder *self, PyObject *value);

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
    bits = __builtin_bswap64(bits);
    memcpy(bytes + 1, &bits, sizeof(bits));
    return append(self, bytes, sizeof(bytes));
}

/* Eight bytes or less, the first one first. */
static uint64_t
number_of(const char *data, Py_ssize_t size)
{
    uint64_t number = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        number = number << 8 | (uint8_t)data[i];
    }
    return number;
}

/* An int beyond 63 bits: beyond 64 it is tag 2, or tag 3 over -1 - value. */
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
    if (size <= 8) {
        status = head(self, negative, number_of(data, size));
    }
    else if (head(self, 6, negative ? TAG_NEGATIVE_BIGNUM : TAG_BIGNUM) == 0) {
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
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            return -1;
        }
        PyErr_Clear();
        return plug_refuse(self,
                      "text with a lone surrogate, which has no UTF-8");
    }
    return head(self, 3, (uint64_t)size) < 0 ? -1
         : append(self, data, (size_t)size);
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
            return plug_refuse(self, "a list that changed");
        }
        PyObject *item = Py_NewRef(PySequence_Fast_GET_ITEM(value, i));
        int status = encode(self, item);
        Py_DECREF(item);
        if (status < 0) {
            return plug_inside_item(self, i);
        }
    }
    return 0;
}

static int
encode_pair(struct encoder *self, PyObject *dict, PyObject *key,
            PyObject *value, PyObject **seen)
{
    if (plug_demand_other(self, dict, key, seen) < 0
        || encode(self, key) < 0)
    {
        return plug_inside_key(self, key);
    }
    if (encode(self, value) < 0) {
        return plug_inside_key(self, key);
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
    PyObject *key, *item, *seen = NULL;
    Py_ssize_t position = 0, count = 0;
    int status = 0;
    while (status == 0 && PyDict_Next(value, &position, &key, &item)) {
        Py_INCREF(key);
        Py_INCREF(item);
        status = encode_pair(self, value, key, item, &seen);
        Py_DECREF(item);
        Py_DECREF(key);
        count++;
        if (PyDict_GET_SIZE(value) != size) {
            break;
        }
    }
    Py_XDECREF(seen);
    if (status == 0 && count != size) {
        return plug_refuse(self, "a dict that changed");
    }
    return status;
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

/* What `pair`, a (tag, content) for `value`, says; _py_plugin_values.reduce
   explains it. */
static int
encode_as(struct encoder *self, PyObject *value, PyObject *pair)
{
    PyObject *tag, *content;
    if (!PyArg_ParseTuple(pair, "OO", &tag, &content)) {
        return -1;
    }
    if (tag == Py_NotImplemented) {
        PyErr_SetObject(PyExc_TypeError, content);
        self->refused = 1;
        return -1;
    }
    if (tag == Py_Ellipsis) {
        return encode_held(self, value, content);
    }
    if (tag != Py_None) {
        unsigned long number = PyLong_AsUnsignedLong(tag);
        if (PyErr_Occurred() || head(self, 6, number) < 0) {
            return -1;
        }
    }
    return PyMemoryView_Check(content) ? plug_encode_buffer(self, content)
         : encode(self, content);
}

/* Everything else: Python code reduces it to a tag and content. */
static int
encode_reduced(struct encoder *self, PyObject *value)
{
    PyObject *pair = plug_reduce(value);
    int status = pair == NULL ? -1 : encode_as(self, value, pair);
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
    if (PyByteArray_CheckExact(value)) {
        return plug_encode_buffer(self, value);
    }
    return encode_reduced(self, value);
}

/* Whether `value` can be gone into: it is not in itself, nor too deep. */
static int
enter(struct encoder *self, PyObject *value)
{
    for (int i = self->depth - 1; i >= 0; i--) {
        if (self->ancestors[i] == value) {
            return plug_refuse(self, "a value that contains itself");
        }
    }
    if (self->depth == PLUG_MAX_DEPTH) {
        return plug_refuse(self, "values nested deeper than "
                      Py_STRINGIFY(PLUG_MAX_DEPTH));
    }
    self->ancestors[self->depth++] = value;
    return 0;
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
        return PyBytes_GET_SIZE(value) >= PLUG_APART
             ? plug_encode_buffer(self, value)
             : encode_bytes(self, PyBytes_AS_STRING(value),
                            PyBytes_GET_SIZE(value));
    }
    if (enter(self, value) < 0) {
        return -1;
    }
    int status = encode_container(self, value);
    self->depth--;
    return status;
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

/* Begin to encode into `out`. Not all of the struct is set to zero: its
   ancestors are many and read only up to the depth. */
static size_t
begin(struct encoder *self, struct plug_buffer *out, struct plug_views *views)
{
    self->out = out;
    self->views = views;
    self->whole = self->steps = NULL;
    self->held = (struct plug_buffer){0};
    self->refused = self->depth = 0;
    return out->size;
}

/* End what began at `start`; returns `status`. */
static int
end(struct encoder *self, size_t start, int status)
{
    if (status < 0) {
        self->out->size = start;
        plug_explain(self);
        release_held(self);
        Py_XDECREF(self->whole);
        Py_XDECREF(self->steps);
    }
    plug_buffer_free(&self->held);
    return status;
}

int
plug_encode(PyObject *value, struct plug_buffer *out)
{
    struct encoder self;
    size_t start = begin(&self, out, NULL);
    return end(&self, start, encode(&self, value));
}

int
plug_encode_number(uint32_t number, struct plug_buffer *out)
{
    struct encoder self;
    begin(&self, out, NULL);
    return head(&self, 0, number);
}

/* Note what the value that could not be encoded is: `whole`, stolen, NULL when
   there was no memory for it. Returns -1. */
static int
of_whole(struct encoder *self, PyObject *whole)
{
    self->whole = whole;
    return -1;
}

int
plug_encode_result(PyObject *value, struct plug_buffer *out,
                   struct plug_views *views)
{
    struct encoder self;
    size_t start = begin(&self, out, views);
    int status = encode(&self, value);
    if (status < 0) {
        status = of_whole(&self, plug_step("result", NULL, 0));
    }
    return end(&self, start, status);
}

static int
encode_args(struct encoder *self, PyObject *const *args, Py_ssize_t count)
{
    if (head(self, 4, (uint64_t)count) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (encode(self, args[i]) < 0) {
            return of_whole(self, plug_step("argument %zd", NULL, i + 1));
        }
    }
    return 0;
}

static int
encode_kwargs(struct encoder *self, PyObject *const *values, PyObject *names)
{
    Py_ssize_t count = PyTuple_GET_SIZE(names);
    if (head(self, 5, (uint64_t)count) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (encode(self, name) < 0 || encode(self, values[i]) < 0) {
            return of_whole(self, plug_step("argument %S", name, 0));
        }
    }
    return 0;
}

int
plug_encode_arguments(PyObject *const *args, Py_ssize_t count,
                      PyObject *names, struct plug_buffer *out,
                      struct plug_views *views)
{
    struct encoder self;
    size_t start = begin(&self, out, views);
    int status = encode_args(&self, args, count);
    if (status == 0 && names != NULL && PyTuple_GET_SIZE(names) > 0) {
        status = encode_kwargs(&self, args + count, names);
    }
    return end(&self, start, status);
}
