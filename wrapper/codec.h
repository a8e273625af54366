/* Python objects to and from the wire (CBOR, RFC 8949). */
#ifndef PLUG_CODEC_H
#define PLUG_CODEC_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "buffer.h"

/* Nesting that crosses; src/bridge/encode.ts has the same number. */
#define PLUG_MAX_DEPTH 200

/* Append `value`, borrowed: 0, or -1 with a Python error set, a TypeError
   that says what cannot be passed and where it is. */
int plug_encode(PyObject *value, struct plug_buffer *out);

/* Read one value and move *data behind it: a new object, or NULL with a
   Python error set, a ValueError when the bytes are no value. */
PyObject *plug_decode(const uint8_t **data, const uint8_t *end);

#endif /* PLUG_CODEC_H */
