/* Byte strings: short ones in the message, long ones where they are. Written as
 * Python:
 *
 *     if len(value) < PLUG_APART: head(2, len(value)); append(value)
 *     else: views.append(memoryview(value)); head(6, ATTACHED); ...
 */
#include "encoder.h"
#include "tags.h"

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
int
plug_encode_buffer(struct encoder *self, PyObject *value)
{
    Py_buffer view;
    if (PyObject_GetBuffer(value, &view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    int status = self->views != NULL && view.len >= PLUG_APART
               ? encode_apart(self, value)
               : encode_bytes(self, view.buf, view.len);
    PyBuffer_Release(&view);
    return status;
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
