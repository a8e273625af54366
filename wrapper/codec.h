/* Python objects to and from the wire (CBOR, RFC 8949). */
#ifndef PLUG_CODEC_H
#define PLUG_CODEC_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "buffer.h"

/* Nesting that crosses; src/bridge/encode.ts has the same number. */
#define PLUG_MAX_DEPTH 200

/* Bytes that stay where they are until the host has read them. */
struct plug_views {
    Py_buffer *views;   /* owned */
    size_t size;
    size_t room;
};

/* Let go of all of them. */
void plug_views_release(struct plug_views *views);

/* Append `value`, borrowed: 0, or -1 with a Python error set, a TypeError
   that says what cannot be passed and where it is. */
int plug_encode(PyObject *value, struct plug_buffer *out);

/* The same for what a function returned, which the error says. Long bytes are
   not copied but added to `views`, unless that is NULL. */
int plug_encode_result(PyObject *value, struct plug_buffer *out,
                       struct plug_views *views);

/* Append a number: 0, or -1 with a Python error set. */
int plug_encode_number(uint32_t number, struct plug_buffer *out);

/* Append [args…], and {kwargs} when there are some; arguments as vectorcall
   has them, all borrowed. The error says which argument it is about. */
int plug_encode_arguments(PyObject *const *args, Py_ssize_t count,
                          PyObject *names, struct plug_buffer *out,
                          struct plug_views *views);

/* Read one value and move *data behind it: a new object, or NULL with a
   Python error set, a ValueError when the bytes are no value. */
PyObject *plug_decode(const uint8_t **data, const uint8_t *end);

/* The same for what comes again and again: the name of a function. */
PyObject *plug_decode_name(const uint8_t **data, const uint8_t *end);

/* A call's arguments, as vectorcall takes them. */
struct plug_arguments {
    PyObject **items;   /* a free place, the positional ones, the others */
    size_t size;        /* of all these */
    Py_ssize_t count;   /* of the positional ones */
    PyObject *names;    /* owned; a tuple of the others' names, or NULL */
    PyObject *few[16];  /* where `items` are when they are few */
};

/* Read [args…] and, when bytes are left, {kwargs}: 0, or -1 with an error set.
   What was read is owned until it is cleared. */
int plug_decode_arguments(const uint8_t **data, const uint8_t *end,
                          struct plug_arguments *arguments);
PyObject *plug_call(PyObject *callable, struct plug_arguments *arguments);
void plug_arguments_clear(struct plug_arguments *arguments);

/* values.c: what _py_plugin_values.py makes of a value, (tag, content), and of
   a tag with its content; new, or NULL with an error set. */
PyObject *plug_reduce(PyObject *value);
PyObject *plug_rebuild(uint64_t tag, PyObject *content);

#endif /* PLUG_CODEC_H */
