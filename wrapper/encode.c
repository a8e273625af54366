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

/* Byte strings from this length on stay where they are. */
#define APART 4096

struct encoder {
    struct plug_buffer *out;    /* borrowed */
    struct plug_views *views;   /* borrowed; NULL when all goes into `out` */
    PyObject *whole;            /* owned; "argument 2", or NULL */
    PyObject *steps;            /* owned; where the error is, inside out */
    struct plug_buffer held;    /* numbers of the objects held so far */
    int refused;                /* the error set is ours and wants its place */
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

/* Set the error for what cannot be passed; where it is comes in front later.
   Returns -1. */
static int
refuse(struct encoder *self, const char *reason)
{
    PyErr_SetString(PyExc_TypeError, reason);
    self->refused = 1;
    return -1;
}

static int
append(struct encoder *self, const void *data, size_t size)
{
    struct plug_buffer *out = self->out;
    if (plug_buffer_reserve(out, size) < 0) {
        return out_of_memory();
    }
    memcpy(out->data + out->size, data, size);
    out->size += size;
    return 0;
}

/* An item's head: its major type and argument, in the shortest form. */
static inline int
head(struct encoder *self, int major, uint64_t argument)
{
    struct plug_buffer *out = self->out;
    if (plug_buffer_reserve(out, 9) < 0) {
        return out_of_memory();
    }
    uint8_t *at = out->data + out->size;
    if (argument < 24) {
        *at = (uint8_t)(major << 5 | (int)argument);
        out->size += 1;
        return 0;
    }
    int power = argument <= UINT8_MAX ? 0 : argument <= UINT16_MAX ? 1
              : argument <= UINT32_MAX ? 2 : 3;
    int size = 1 << power;
    *at = (uint8_t)(major << 5 | (24 + power));
    for (int i = size; i > 0; i--) {
        at[i] = (uint8_t)argument;
        argument >>= 8;
    }
    out->size += (size_t)size + 1;
    return 0;
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
    bits = __builtin_bswap64(bits);
    memcpy(bytes + 1, &bits, sizeof(bits));
    return append(self, bytes, sizeof(bytes));
}

static int
encode_bytes(struct encoder *self, const void *data, Py_ssize_t size)
{
    return head(self, 2, (uint64_t)size) < 0 ? -1
         : append(self, data, (size_t)size);
}

/* Room for one more view, or NULL with an error set. */
static Py_buffer *
next_view(struct plug_views *views)
{
    if (views->size == views->room) {
        size_t room = views->room == 0 ? 4 : views->room * 2;
        Py_buffer *grown = PyMem_Realloc(views->views, room * sizeof(*grown));
        if (grown == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        views->views = grown;
        views->room = room;
    }
    return &views->views[views->size];
}

/* Long bytes: the host reads them where they are. */
static int
encode_apart(struct encoder *self, PyObject *value)
{
    Py_buffer *view = next_view(self->views);
    if (view == NULL || PyObject_GetBuffer(value, view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    self->views->size++;
    return head(self, 6, TAG_ATTACHED) < 0 || head(self, 4, 2) < 0
           || head(self, 0, (uintptr_t)view->buf) < 0
           || head(self, 0, (uint64_t)view->len) < 0 ? -1 : 0;
}

/* The bytes of an object that has a buffer, one after the other. */
static int
encode_buffer(struct encoder *self, PyObject *value)
{
    Py_buffer view;
    if (PyObject_GetBuffer(value, &view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    int status = self->views != NULL && view.len >= APART
               ? encode_apart(self, value)
               : encode_bytes(self, view.buf, view.len);
    PyBuffer_Release(&view);
    return status;
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
        return refuse(self,
                      "text with a lone surrogate, which has no UTF-8");
    }
    return head(self, 3, (uint64_t)size) < 0 ? -1
         : append(self, data, (size_t)size);
}

/* Note that the error lies at `step`, stolen, of what is being encoded: a new
   str, or NULL without memory for one. Returns -1. */
static int
inside(struct encoder *self, PyObject *step)
{
    PyObject *error = PyErr_GetRaisedException();
    if (self->steps == NULL) {
        self->steps = PyList_New(0);
    }
    if (step == NULL || self->steps == NULL
        || PyList_Append(self->steps, step) < 0)
    {
        PyErr_Clear();      /* the place is lost, the error is not */
    }
    Py_XDECREF(step);
    PyErr_SetRaisedException(error);
    return -1;
}

/* Format a step while an error is set. */
static PyObject *
step_of(const char *format, PyObject *key, Py_ssize_t index)
{
    PyObject *error = PyErr_GetRaisedException();
    PyObject *step = key != NULL ? PyUnicode_FromFormat(format, key)
                   : PyUnicode_FromFormat(format, index);
    PyErr_Clear();
    PyErr_SetRaisedException(error);
    return step;
}

static int
inside_item(struct encoder *self, Py_ssize_t index)
{
    return inside(self, step_of("[%zd]", NULL, index));
}

static int
inside_key(struct encoder *self, PyObject *key)
{
    int plain = PyUnicode_CheckExact(key) && PyUnicode_IsIdentifier(key);
    return inside(self, step_of(plain ? ".%U" : "[%R]", key, 0));
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
            return refuse(self, "a list that changed");
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

/* Whether the wire tells a key of this type from every other key. */
static int
is_plain_key(PyObject *key)
{
    return PyUnicode_CheckExact(key) || PyLong_CheckExact(key)
        || PyTuple_CheckExact(key) || PyBytes_CheckExact(key)
        || PyFloat_CheckExact(key) || PyBool_Check(key) || key == Py_None
        || PyFrozenSet_CheckExact(key);
}

/* 1 when `content`, to which a key of `dict` was reduced, is another key, too;
   -1 with an error set, a TypeError when it has no hash. */
static int
is_other_key(PyObject *dict, PyObject *key, PyObject *content, PyObject *seen)
{
    int found = PySet_Contains(seen, content);
    if (found != 0) {
        return found;
    }
    int same = PyObject_RichCompareBool(key, content, Py_EQ);
    found = same != 0 ? same - 1 : PyDict_Contains(dict, content);
    return found < 0 ? -1
         : found > 0 ? 1
         : PySet_Add(seen, content);
}

/* The host sees only what a key is reduced to, and so must tell that from the
   others: an enum's member from its value. `seen` is a set, made on demand. */
static int
demand_other(struct encoder *self, PyObject *dict, PyObject *key,
             PyObject **seen)
{
    PyObject *tag, *content, *pair = plug_reduce(key);
    int found = -1;
    if (pair == NULL || !PyArg_ParseTuple(pair, "OO", &tag, &content)
        || (*seen == NULL && (*seen = PySet_New(NULL)) == NULL))
    {
        goto done;
    }
    found = tag != Py_None ? 0 : is_other_key(dict, key, content, *seen);
    if (found < 0 && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();      /* what has no hash is no other key */
        found = 0;
    }
done:
    Py_XDECREF(pair);
    return found <= 0 ? found
         : refuse(self, "a key that the host takes for another");
}

static int
encode_pair(struct encoder *self, PyObject *dict, PyObject *key,
            PyObject *value, PyObject **seen)
{
    if ((!is_plain_key(key) && demand_other(self, dict, key, seen) < 0)
        || encode(self, key) < 0)
    {
        return inside_key(self, key);
    }
    if (encode(self, value) < 0) {
        return inside_key(self, key);
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
        return refuse(self, "a dict that changed");
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
    return PyMemoryView_Check(content) ? encode_buffer(self, content)
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
        return encode_buffer(self, value);
    }
    return encode_reduced(self, value);
}

/* Whether `value` can be gone into: it is not in itself, nor too deep. */
static int
enter(struct encoder *self, PyObject *value)
{
    for (int i = self->depth - 1; i >= 0; i--) {
        if (self->ancestors[i] == value) {
            return refuse(self, "a value that contains itself");
        }
    }
    if (self->depth == PLUG_MAX_DEPTH) {
        return refuse(self, "values nested deeper than "
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
        return self->views != NULL && PyBytes_GET_SIZE(value) >= APART
             ? encode_apart(self, value)
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

/* Where the error lies: "argument 2, items[3].when", new; NULL for nowhere in
   particular, or without memory. */
static PyObject *
place_of(struct encoder *self)
{
    PyObject *rest = PyUnicode_FromString("");
    if (self->steps != NULL && rest != NULL
        && PyList_Reverse(self->steps) == 0)
    {
        Py_SETREF(rest, PyUnicode_Join(rest, self->steps));
    }
    if (rest == NULL) {
        return NULL;
    }
    Py_ssize_t size = PyUnicode_GET_LENGTH(rest);
    if (size > 0 && PyUnicode_READ_CHAR(rest, 0) == '.') {
        Py_SETREF(rest, PyUnicode_Substring(rest, 1, size));
    }
    if (self->whole != NULL && rest != NULL) {
        Py_SETREF(rest, size == 0 ? Py_NewRef(self->whole)
                  : PyUnicode_FromFormat("%U, %U", self->whole, rest));
    }
    else if (size == 0) {
        Py_CLEAR(rest);
    }
    return rest;
}

/* Say where the error lies: in our own as its first words, in one that the
   plugin's code raised as a note. */
static void
explain(struct encoder *self)
{
    PyObject *error = PyErr_GetRaisedException();
    PyObject *place = place_of(self);
    PyErr_Clear();
    if (!self->refused) {
        PyObject *note = place == NULL ? NULL
                       : PyUnicode_FromFormat("while passing %U", place);
        PyObject *none = note == NULL ? NULL
                       : PyObject_CallMethod(error, "add_note", "O", note);
        Py_XDECREF(none);
        Py_XDECREF(note);
        PyErr_Clear();
        PyErr_SetRaisedException(Py_NewRef(error));
    }
    else if (place == NULL) {
        PyErr_Format(PyExc_TypeError, "cannot pass %S", error);
    }
    else {
        PyErr_Format(PyExc_TypeError, "%U: cannot pass %S", place, error);
    }
    Py_XDECREF(place);
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
        explain(self);
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
        status = of_whole(&self, step_of("result", NULL, 0));
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
            return of_whole(self, step_of("argument %zd", NULL, i + 1));
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
            return of_whole(self, step_of("argument %S", name, 0));
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

void
plug_views_release(struct plug_views *views)
{
    while (views->size > 0) {
        PyBuffer_Release(&views->views[--views->size]);
    }
    PyMem_Free(views->views);
    *views = (struct plug_views){0};
}
