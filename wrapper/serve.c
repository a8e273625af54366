/* Calls that may wait for the host, on the one stack that can be suspended.
 * Written as Python:
 *
 *     def plug_promised():
 *         the next entry is through JSPI      # plug_init(), plug_load(), plug_script(), run_e()
 *     def plug_serve():                       # always through JSPI
 *         serve()
 *         host_returned()
 *
 *     def serve():                            # the message in the inbox
 *         number, *message = read()
 *         value = perform(message)
 *         if awaitable(value):
 *             _py_plugin_loop.adopt(number, value, depth)
 *         else:
 *             host_answered(number, value)
 *
 *     def wait(promise):                      # Python stands still meanwhile
 *         while (taken := host_take(promise)) is not an answer:
 *             if taken is a request:          # of the host function awaited
 *                 serve(); host_returned()
 *             else:
 *                 host_await(promise)         # the stack is suspended here
 *         return the answer
 *
 * The stack is one: what runs while it is suspended runs on top of it and is
 * done before it goes on, be it served by wait() or a plain entry.
 */
#include "bridge.h"

/* What host_take() has put into the inbox. */
enum taken {
    NOTHING = 0,
    ANSWER = 1,
    EXCEPTION = 2,
    REQUEST = 3,
    ABORTED = 4,    /* an exception as well, for whoever waits here */
};

static int may_wait;    /* the entry came through JSPI */
static int promised;    /* the next entry comes through JSPI */
static int entries;     /* of the host's that have not returned */
static int depth;       /* levels of the stack that can be suspended */

int
plug_enter(int waits)
{
    int before = may_wait;
    may_wait = waits;
    entries++;
    return before;
}

void
plug_promised(void)
{
    promised = 1;
}

int
plug_enter_as_promised(void)
{
    int waits = promised;
    promised = 0;
    depth += waits;
    return plug_enter(waits);
}

void
plug_leave_as_promised(int before)
{
    depth -= may_wait;
    plug_leave(before);
}

void
plug_leave(int before)
{
    may_wait = before;
    plug_leave_entry(entries--);
}

int
plug_entries(void)
{
    return entries;
}

int
plug_may_wait(void)
{
    return may_wait;
}

/* Answer a call with a value, borrowed, or with the error that is set. */
static void
answer(uint32_t call, PyObject *value)
{
    host_answered(call, plug_put_answer(value));
}

static int
is_awaitable(PyObject *value)
{
    PyAsyncMethods *methods = Py_TYPE(value)->tp_as_async;
    return methods != NULL && methods->am_await != NULL;
}

/* Let the event loop answer the call when `value` is done: 0, or -1 with an
   error set. */
static int
adopt(uint32_t call, PyObject *value)
{
    PyObject *module = PyImport_ImportModule("_py_plugin_loop");
    PyObject *none = module == NULL ? NULL
                   : PyObject_CallMethod(module, "adopt", "kOi",
                                         (unsigned long)call, value, depth);
    Py_XDECREF(module);
    Py_XDECREF(none);
    return none == NULL ? -1 : 0;
}

/* A coroutine that was never begun is not worth a warning: why is known. */
static void
drop(PyObject *value)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *began = PyCoro_CheckExact(value)
                    ? PyObject_GetAttrString(value, "cr_suspended") : NULL;
    if (began == Py_False) {
        Py_XDECREF(PyObject_CallMethod(value, "close", NULL));
    }
    Py_XDECREF(began);
    PyErr_SetRaisedException(raised);
}

static void
serve(void)
{
    depth++;
    struct plug_message message = plug_open_message();
    PyObject *number = plug_decode(&message.at, message.end);
    uint32_t call = number == NULL ? 0
                  : (uint32_t)PyLong_AsUnsignedLong(number);
    PyObject *value = number == NULL ? NULL : plug_perform(&message);
    plug_close_message(&message);
    Py_XDECREF(number);
    if (value == NULL || !is_awaitable(value)) {
        answer(call, value);
    }
    else if (adopt(call, value) < 0) {
        drop(value);
        answer(call, NULL);
    }
    Py_XDECREF(value);
    depth--;
}

void
plug_serve(void)
{
    int before = plug_enter(1);
    serve();
    plug_leave(before);
    host_returned();
}

/* Serve what the awaited host function asks for. No event loop counts as
   running meanwhile, whatever waits below. */
static void
serve_aside(void)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *module = PyImport_ImportModule("_py_plugin_bridge");
    PyObject *parked = module == NULL ? NULL
                     : PyObject_CallMethod(module, "park", NULL);
    PyErr_Clear();
    serve();
    if (parked != NULL && parked != Py_None) {
        PyObject *none = PyObject_CallMethod(module, "unpark", "(O)", parked);
        PyErr_Clear();
        Py_XDECREF(none);
    }
    Py_XDECREF(parked);
    Py_XDECREF(module);
    PyErr_SetRaisedException(raised);
    host_returned();
}

PyObject *
plug_wait(uint32_t promise)
{
    for (;;) {
        switch (host_take(promise)) {
        case NOTHING:
            host_await(promise, -1);
            break;
        case REQUEST:
            serve_aside();
            break;
        case ANSWER:
            return plug_read_answer(1);
        default:
            return plug_read_answer(0);
        }
    }
}

/* A settled promise as (number, whether it was fulfilled, value or exception)
   at the end of a list: 0, or -1 with an error set. */
static int
append_settled(PyObject *list, int fulfilled)
{
    struct plug_buffer inbox = plug_take_inbox();
    const uint8_t *at = inbox.data, *end = inbox.data + inbox.size;
    int status = -1;
    PyObject *number = plug_decode(&at, end);
    PyObject *value = number == NULL ? NULL : plug_decode(&at, end);
    plug_give_inbox(&inbox);
    if (value != NULL && !fulfilled) {
        PyObject *error = plug_host_exception(value);
        Py_SETREF(value, error);
    }
    if (value != NULL) {
        PyObject *item = Py_BuildValue("(OiO)", number, fulfilled, value);
        status = item == NULL ? -1 : PyList_Append(list, item);
        Py_XDECREF(item);
    }
    Py_XDECREF(value);
    Py_XDECREF(number);
    return status;
}

PyObject *
plug_idle(PyObject *Py_UNUSED(module), PyObject *args)
{
    int loop;
    double timeout;
    if (!PyArg_ParseTuple(args, "id:idle", &loop, &timeout)) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    for (int waited = 0; list != NULL;) {
        int32_t taken = host_take((uint32_t)loop);
        if (taken == REQUEST) {
            serve();
            host_returned();
            waited = 1;
        }
        else if (taken == ABORTED) {
            Py_CLEAR(list);
            (void)plug_read_answer(0);
        }
        else if (taken != NOTHING) {
            waited = 1;
            if (append_settled(list, taken == ANSWER) < 0) {
                Py_CLEAR(list);
            }
        }
        else if (waited) {
            break;
        }
        else {
            host_await((uint32_t)loop, timeout);
            waited = 1;
        }
    }
    return list;
}

PyObject *
plug_answer(PyObject *Py_UNUSED(module), PyObject *args)
{
    unsigned long call;
    int fulfilled;
    PyObject *value;
    if (!PyArg_ParseTuple(args, "kpO:answer", &call, &fulfilled, &value)) {
        return NULL;
    }
    if (fulfilled) {
        answer((uint32_t)call, value);
    }
    else {
        PyErr_SetObject((PyObject *)Py_TYPE(value), value);
        answer((uint32_t)call, NULL);
    }
    Py_RETURN_NONE;
}

PyObject *
plug_later(PyObject *Py_UNUSED(module), PyObject *call)
{
    unsigned long number = PyLong_AsUnsignedLong(call);
    if (number == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    host_later((uint32_t)number);
    Py_RETURN_NONE;
}

PyObject *
plug_watch(PyObject *Py_UNUSED(module), PyObject *promise)
{
    unsigned long number = PyLong_AsUnsignedLong(promise);
    if (number == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    host_watch((uint32_t)number);
    Py_RETURN_NONE;
}

PyObject *
plug_forget(PyObject *Py_UNUSED(module), PyObject *promise)
{
    unsigned long number = PyLong_AsUnsignedLong(promise);
    if (number == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    host_release((uint32_t)number);
    Py_RETURN_NONE;
}

PyObject *
plug_can_wait(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    return Py_NewRef(may_wait ? Py_True : Py_False);
}
