/* What the files of the decoder share: where the bytes come from, and a stack
 * of what is not yet part of anything. */
#ifndef PLUG_DECODER_H
#define PLUG_DECODER_H

#include "codec.h"

#include <string.h>

/* The detail of a head without a length, and what stands for that length. */
#define INDEFINITE 31
#define UNKNOWN UINT64_MAX

struct decoder {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    int depth;
    int hashed;             /* whether what is read will be hashed */
    PyObject **items;       /* what is in it is owned: of unfinished arrays */
    size_t size;
    size_t room;
    PyObject **few;         /* borrowed; where `items` are when they are few */
};

#define FEW 16

struct head {
    int major;
    int detail;
    uint64_t argument;
};

/* Begin to read at `data`, with room for FEW items in `few`. */
struct decoder plug_begin_decoder(const uint8_t *data, const uint8_t *end,
                                  PyObject **few);
/* Let go of the stack of items. */
void plug_drop_items(PyObject **items, size_t size, PyObject **few);

/* Set the error that says what is wrong and where. Returns -1. */
int plug_wrong(struct decoder *self, const char *problem);
int plug_read_head(struct decoder *self, struct head *head);
/* How many bytes or items follow: each takes at least one byte, so a longer
   claim is a lie. UNKNOWN for an item that ends with a break. */
int plug_length_of(struct decoder *self, const struct head *head,
                   uint64_t *length);
/* Put an item, stolen, on the stack of items: 0, or -1 with an error set. */
int plug_push(struct decoder *self, PyObject *item);
/* The items of an array onto the stack: how many, or -1 with an error set. */
Py_ssize_t plug_push_items(struct decoder *self, const struct head *head);
/* One value, or one that will be hashed; new, or NULL with an error set. */
PyObject *plug_decode_value(struct decoder *self);
PyObject *plug_decode_key(struct decoder *self);

/* decode_key.c: the str for a short ASCII key, new, or NULL without an error:
   it is no such key. */
PyObject *plug_kept_key(const uint8_t *data, size_t size);
/* Let go of all that are kept: they may be secrets. */
void plug_forget_keys(void);

#endif /* PLUG_DECODER_H */
