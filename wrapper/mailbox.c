/* Where host and guest leave each other messages. Written as Python:
 *
 *     inbox, outbox, spare = bytearray(), bytearray(), bytearray()
 *
 * Reading and writing a message may run Python code, and that may call the
 * host or be called by it. So whoever reads takes the inbox away, and whoever
 * writes does so in a buffer of its own; inbox and outbox are touched only
 * between messages.
 */
#include "bridge.h"

#include <stdlib.h>

/* A long message's memory is not kept for the next one. */
#define KEPT_ROOM (1 << 20)

static struct plug_buffer inbox, outbox, spare;

static void
keep_or_free(struct plug_buffer *kept, struct plug_buffer *buffer)
{
    if (kept->data != NULL || buffer->room > KEPT_ROOM) {
        plug_buffer_free(buffer);
        return;
    }
    buffer->size = 0;
    *kept = *buffer;
}

uint8_t *
plug_inbox(uint32_t size)
{
    inbox.size = 0;
    if (plug_buffer_reserve(&inbox, size) < 0) {
        return NULL;
    }
    inbox.size = size;
    return inbox.data;
}

const uint8_t *
plug_outbox(void)
{
    return outbox.data;
}

struct plug_buffer
plug_take_inbox(void)
{
    struct plug_buffer taken = inbox;
    inbox = (struct plug_buffer){0};
    return taken;
}

void
plug_give_inbox(struct plug_buffer *message)
{
    keep_or_free(&inbox, message);
}

struct plug_buffer
plug_take_spare(void)
{
    struct plug_buffer taken = spare;
    spare = (struct plug_buffer){0};
    return taken;
}

void
plug_give_spare(struct plug_buffer *buffer)
{
    keep_or_free(&spare, buffer);
}

void
plug_put_outbox(struct plug_buffer *answer)
{
    struct plug_buffer last = outbox;
    outbox = *answer;
    plug_give_spare(&last);
}
