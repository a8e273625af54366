/* The arguments of a call, from the wire to where a vectorcall wants them.
 * Written as Python:
 *
 *     def decode_arguments(wire):
 *         args = decode(wire)
 *         kwargs = decode(wire) if wire else {}
 *         return [None, *args, *kwargs.values()], len(args), tuple(kwargs)
 */
#include "decoder.h"

/* The positional arguments onto the stack, behind a free place: how many, or
   -1 with an error set. */
static Py_ssize_t
push_args(struct decoder *self)
{
    struct head head;
    if (plug_push(self, NULL) < 0 || plug_read_head(self, &head) < 0) {
        return -1;
    }
    return head.major == 4 ? plug_push_items(self, &head)
         : plug_wrong(self, "arguments that are no array");
}

/* The keyword arguments onto the stack: each name, then its value. */
static int
push_kwargs(struct decoder *self)
{
    struct head head;
    uint64_t length;
    if (plug_read_head(self, &head) < 0
        || plug_length_of(self, &head, &length) < 0)
    {
        return -1;
    }
    if (head.major != 5 || length == UNKNOWN) {
        return plug_wrong(self, "keyword arguments that are no map");
    }
    for (uint64_t i = 0; i < length; i++) {
        PyObject *item = plug_decode_key(self);
        if (item == NULL || plug_push(self, item) < 0) {
            return -1;
        }
        if (!PyUnicode_CheckExact(item)) {
            return plug_wrong(self, "a keyword argument without a name");
        }
        item = plug_decode_value(self);
        if (item == NULL || plug_push(self, item) < 0) {
            return -1;
        }
    }
    return 0;
}

/* From pairs of name and value above `first` to a tuple of names, new, and the
   values alone. */
static PyObject *
split_pairs(struct decoder *self, size_t first)
{
    size_t count = (self->size - first) / 2;
    PyObject *names = PyTuple_New((Py_ssize_t)count);
    if (names == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(names, (Py_ssize_t)i, self->items[first + 2 * i]);
        self->items[first + i] = self->items[first + 2 * i + 1];
    }
    self->size = first + count;
    return names;
}

int
plug_decode_arguments(const uint8_t **data, const uint8_t *end,
                      struct plug_arguments *arguments)
{
    struct decoder self = plug_begin_decoder(*data, end, arguments->few);
    PyObject *names = NULL;
    Py_ssize_t count = push_args(&self);
    if (count >= 0 && self.at < end
        && (push_kwargs(&self) < 0
            || (names = split_pairs(&self, (size_t)count + 1)) == NULL))
    {
        count = -1;
    }
    *data = self.at;
    arguments->items = self.items;
    arguments->size = self.size;
    arguments->count = count;
    arguments->names = names;
    if (count < 0) {
        plug_arguments_clear(arguments);
    }
    return count < 0 ? -1 : 0;
}

PyObject *
plug_call(PyObject *callable, struct plug_arguments *arguments)
{
    return PyObject_Vectorcall(
        callable, arguments->items + 1,
        (size_t)arguments->count | PY_VECTORCALL_ARGUMENTS_OFFSET,
        arguments->names);
}

void
plug_arguments_clear(struct plug_arguments *arguments)
{
    plug_drop_items(arguments->items, arguments->size, arguments->few);
    Py_CLEAR(arguments->names);
    arguments->items = arguments->few;
    arguments->size = 0;
}
