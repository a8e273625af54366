/* The guest's exports of the SE2 plugin ABI. Written as Python:
 *
 *     def run_e(payload: bytes, ident: int):
 *         try:
 *             if not entry.wants_bytes:
 *                 payload = payload.decode("utf-8")   # fails with code 400
 *             entry(payload, ident)
 *         except BaseException as error:
 *             env.return_error(500, traceback(error), ident)
 */
#include "bridge.h"

#include <stdlib.h>

void *
se2_allocate(uint32_t size)
{
    void *data = malloc(size == 0 ? 1 : size);
    TRACE(0, "called allocate(%u), returning %p", size, data);
    return data;
}

void
se2_deallocate(void *data, uint32_t size)
{
    TRACE(0, "called deallocate(%p, %u)", data, size);
    free(data);
}

/* The payload as run_e() wants it: a new object, or NULL with an error set. */
static PyObject *
payload_from(const char *data, uint32_t size)
{
    if (plug_entry_wants_bytes()) {
        return PyBytes_FromStringAndSize(data, (Py_ssize_t)size);
    }
    return PyUnicode_DecodeUTF8(data, (Py_ssize_t)size, "strict");
}

/* Say what a caller can do about a payload that is not text. */
static void
explain_payload(void)
{
    if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
        return;
    }
    PyObject *error = PyErr_GetRaisedException();
    PyObject *reason = PyUnicodeDecodeError_GetReason(error);
    PyObject *longer = reason == NULL ? NULL : PyUnicode_FromFormat(
        "%U; the payload is not UTF-8 text: annotate `payload: bytes` in"
        " run_e() to receive it as it is", reason);
    if (longer != NULL) {
        const char *text = PyUnicode_AsUTF8(longer);
        if (text != NULL) {
            (void)PyUnicodeDecodeError_SetReason(error, text);
        }
    }
    PyErr_Clear();
    Py_XDECREF(longer);
    Py_XDECREF(reason);
    PyErr_SetRaisedException(error);
}

/* What an async run_e() returns has done nothing yet, and nobody would run it:
   -1 with an error set, else 0. */
static int
refuse_deferred(PyObject *answer)
{
    if (!PyCoro_CheckExact(answer) && !PyGen_CheckExact(answer)
        && !PyAsyncGen_CheckExact(answer))
    {
        return 0;
    }
    PyObject *none = PyCoro_CheckExact(answer)      /* or it warns */
                   ? PyObject_CallMethod(answer, "close", NULL) : NULL;
    PyErr_Clear();
    Py_XDECREF(none);
    PyErr_Format(PyExc_TypeError, "the plugin's run_e returned a %T: it is"
                 " async or a generator, and SE2 calls a plain function",
                 answer);
    return -1;
}

static void
run_e(const char *data, uint32_t size, int32_t ident)
{
    plug_fail_clear();
    TRACE(ident, "id=%d called run_e, calling CPython plugin.run_e(\"%.*s%s\","
          " %d)", ident, plug_trace_cut(data, size), data,
          plug_trace_rest(data, size), ident);
    PyObject *entry = plug_entry();
    if (entry == NULL) {
        plug_fail_call(PLUG_UNCAUGHT, ident);
        return;
    }
    PyObject *payload = payload_from(data, size);
    if (payload == NULL) {
        int bad = PyErr_ExceptionMatches(PyExc_UnicodeDecodeError);
        explain_payload();
        plug_fail_call(bad ? PLUG_BAD_PAYLOAD : PLUG_UNCAUGHT, ident);
        return;
    }
    PyObject *answer = PyObject_CallFunction(entry, "Oi", payload, ident);
    Py_DECREF(payload);
    if (answer == NULL || refuse_deferred(answer) < 0) {
        plug_fail_call(PLUG_UNCAUGHT, ident);
    }
    Py_XDECREF(answer);
    plug_flush();
    TRACE(ident, "run_e completed");
}

void
se2_run_e(const char *data, uint32_t size, int32_t ident)
{
    int before = plug_enter_as_promised();
    run_e(data, size, ident);
    plug_leave_as_promised(before);
}
