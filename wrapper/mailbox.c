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

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A long message's memory is not kept for the next one. */
#define KEPT_ROOM (1 << 20)

/* The host reads and writes this itself, without a call: the room that the
   inbox has (none while it is taken), the size of the message that it puts
   there, and where the outbox is. src/bridge/mailbox.ts has these places. */
static struct {
    struct plug_buffer inbox, outbox;
    uint8_t *attached;      /* borrowed; where the last attachment goes */
} mail;

_Static_assert(offsetof(struct plug_buffer, data) == 0
               && offsetof(struct plug_buffer, size) == 4
               && offsetof(struct plug_buffer, room) == 8
               && sizeof(struct plug_buffer) == 12
               && sizeof(mail) == 28, "the host knows these places");

static struct plug_buffer spare;
static struct plug_views views;     /* what the outbox names */

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

const void *
plug_mail(void)
{
    return &mail;
}

uint32_t
plug_attach(uint32_t size)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    uint32_t number = bytes == NULL ? 0 : plug_hold(bytes);
    if (number == 0) {
        PyErr_Clear();
    }
    else {
        mail.attached = (uint8_t *)PyBytes_AS_STRING(bytes);
    }
    Py_XDECREF(bytes);
    return number;
}

uint8_t *
plug_inbox(uint32_t size)
{
    mail.inbox.size = 0;
    if (plug_buffer_reserve(&mail.inbox, size) < 0) {
        return NULL;
    }
    mail.inbox.size = size;
    return mail.inbox.data;
}

const uint8_t *
plug_outbox(void)
{
    return mail.outbox.data;
}

struct plug_buffer
plug_take_inbox(void)
{
    struct plug_buffer taken = mail.inbox;
    mail.inbox = (struct plug_buffer){0};
    return taken;
}

void
plug_give_inbox(struct plug_buffer *message)
{
    keep_or_free(&mail.inbox, message);
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
plug_put_outbox(struct plug_buffer *answer, struct plug_views *named)
{
    struct plug_buffer last = mail.outbox;
    mail.outbox = *answer;
    plug_give_spare(&last);
    plug_drop();
    views = *named;
}

void
plug_drop(void)
{
    struct plug_views last = views;
    views = (struct plug_views){0};
    plug_views_release(&last);
}

static void
wipe(struct plug_buffer *buffer)
{
    if (buffer->data != NULL) {
        memset(buffer->data, 0, buffer->room);
    }
}

void
plug_mail_wipe(void)
{
    wipe(&mail.inbox);
    wipe(&mail.outbox);
    wipe(&spare);
}
