/* Bytes that grow. Written as Python:
 *
 *     class Buffer(bytearray): ...
 */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_ROOM 256

int
plug_buffer_grow(struct plug_buffer *buffer, size_t more)
{
    if (more > SIZE_MAX / 2 - buffer->size) {
        return -1;
    }
    size_t room = buffer->room < LEAST_ROOM ? LEAST_ROOM : buffer->room;
    while (room - buffer->size < more) {
        room *= 2;
    }
    uint8_t *data = realloc(buffer->data, room);
    if (data == NULL) {
        return -1;
    }
    buffer->data = data;
    buffer->room = room;
    return 0;
}

int
plug_buffer_append(struct plug_buffer *buffer, const void *data, size_t size)
{
    if (plug_buffer_reserve(buffer, size) < 0) {
        return -1;
    }
    if (size > 0) {
        memcpy(buffer->data + buffer->size, data, size);
    }
    buffer->size += size;
    return 0;
}

void
plug_buffer_free(struct plug_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct plug_buffer){0};
}
