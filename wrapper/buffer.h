/* Bytes that grow. Knows nothing of Python. */
#ifndef PLUG_BUFFER_H
#define PLUG_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct plug_buffer {
    uint8_t *data;      /* owned; NULL while room is 0 */
    size_t size;        /* bytes written */
    size_t room;        /* bytes allocated */
};

/* What plug_buffer_reserve() does when there is no room yet. */
int plug_buffer_grow(struct plug_buffer *buffer, size_t more);
/* Append bytes: 0, or -1 without memory. */
int plug_buffer_append(struct plug_buffer *buffer, const void *data,
                       size_t size);
/* Give the memory back; the buffer is empty and can be used again. */
void plug_buffer_free(struct plug_buffer *buffer);

/* Make room for `more` bytes behind the last: 0, or -1 without memory. */
static inline int
plug_buffer_reserve(struct plug_buffer *buffer, size_t more)
{
    return more <= buffer->room - buffer->size ? 0
         : plug_buffer_grow(buffer, more);
}

#endif /* PLUG_BUFFER_H */
