/* What the files of the encoder share: where the bytes go, and what is needed
 * to say where in a value something is that cannot be passed. */
#ifndef PLUG_ENCODER_H
#define PLUG_ENCODER_H

#include "codec.h"

#include <string.h>

/* Byte strings from this length on stay where they are. */
#define PLUG_APART 4096

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

/* encode_place.c. These return -1, or note the place while an error is set. */
int plug_refuse(struct encoder *self, const char *reason);
int plug_inside_item(struct encoder *self, Py_ssize_t index);
int plug_inside_key(struct encoder *self, PyObject *key);
PyObject *plug_step(const char *format, PyObject *key, Py_ssize_t index);
void plug_explain(struct encoder *self);

/* encode_key.c */
int plug_demand_other(struct encoder *self, PyObject *dict, PyObject *key,
                      PyObject **seen);

/* encode_buffer.c: the bytes of an object that has a buffer, one after the
   other; 0, or -1 with an error set. */
int plug_encode_buffer(struct encoder *self, PyObject *value);

static inline int
out_of_memory(void)
{
    PyErr_NoMemory();
    return -1;
}

static inline int
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

static inline int
encode_bytes(struct encoder *self, const void *data, Py_ssize_t size)
{
    return head(self, 2, (uint64_t)size) < 0 ? -1
         : append(self, data, (size_t)size);
}

#endif /* PLUG_ENCODER_H */
