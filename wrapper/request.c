/* The host's requests. Written as Python:
 *
 *     def request(message):
 *         operation, *operands = message
 *         if operation == CALL:
 *             target, args, kwargs = operands     # kwargs may be left out
 *             return callable_of(target)(*args, **kwargs)
 *         return getattr(_py_plugin_bridge, operation)(*operands)
 *
 * A message is the operation's name or CALL (the int 0), then its operands;
 * the answer is one value.
 */
#include "bridge.h"

/* The next operand, new; NULL with an error set. */
static PyObject *
next(struct plug_message *message)
{
    return plug_decode(&message->at, message->end);
}

/* What is to be called, new: a handle's object, or what the plugin's module
   has under a name. */
static PyObject *
callable_of(PyObject *target)
{
    if (PyLong_CheckExact(target)) {
        unsigned long long number = PyLong_AsUnsignedLongLong(target);
        return PyErr_Occurred() ? NULL : Py_XNewRef(plug_held(number));
    }
    PyObject *module = PyImport_ImportModule("_py_plugin_bridge");
    PyObject *callable = module == NULL ? NULL
                       : PyObject_CallMethod(module, "find", "(O)", target);
    Py_XDECREF(module);
    return callable;
}

static PyObject *
call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    if (kwargs == NULL) {
        return PyObject_Vectorcall(callable, PySequence_Fast_ITEMS(args),
                                   (size_t)PyList_GET_SIZE(args), NULL);
    }
    PyObject *tuple = PyList_AsTuple(args);
    PyObject *answer = tuple == NULL ? NULL
                     : PyObject_Call(callable, tuple, kwargs);
    Py_XDECREF(tuple);
    return answer;
}

static PyObject *
request_call(struct plug_message *message)
{
    PyObject *answer = NULL, *args = NULL, *kwargs = NULL, *callable = NULL;
    PyObject *target = next(message);
    if (target == NULL || (args = next(message)) == NULL) {
        goto done;
    }
    if (message->at < message->end && (kwargs = next(message)) == NULL) {
        goto done;
    }
    if (!PyList_CheckExact(args)
        || (kwargs != NULL && !PyDict_CheckExact(kwargs)))
    {
        PyErr_SetString(PyExc_ValueError, "a call with the wrong operands");
        goto done;
    }
    callable = callable_of(target);
    if (callable != NULL) {
        answer = call(callable, args, kwargs);
    }
done:
    Py_XDECREF(callable);
    Py_XDECREF(kwargs);
    Py_XDECREF(args);
    Py_XDECREF(target);
    return answer;
}

/* The operations that are Python code: all operands, then the call. */
static PyObject *
request_other(PyObject *operation, struct plug_message *message)
{
    PyObject *answer = NULL, *module = NULL, *function = NULL, *tuple = NULL;
    PyObject *operands = PyList_New(0);
    while (operands != NULL && message->at < message->end) {
        PyObject *operand = next(message);
        if (operand == NULL || PyList_Append(operands, operand) < 0) {
            Py_CLEAR(operands);
        }
        Py_XDECREF(operand);
    }
    if (operands == NULL
        || (module = PyImport_ImportModule("_py_plugin_bridge")) == NULL
        || (function = PyObject_GetAttr(module, operation)) == NULL
        || (tuple = PyList_AsTuple(operands)) == NULL)
    {
        goto done;
    }
    answer = PyObject_CallObject(function, tuple);
done:
    Py_XDECREF(tuple);
    Py_XDECREF(function);
    Py_XDECREF(module);
    Py_XDECREF(operands);
    return answer;
}

PyObject *
plug_perform(struct plug_message *message)
{
    PyObject *operation = next(message);
    if (operation == NULL) {
        return NULL;
    }
    PyObject *answer = PyUnicode_CheckExact(operation)
                     ? request_other(operation, message)
                     : request_call(message);
    Py_DECREF(operation);
    return answer;
}

/* Write the parts of an exception: 0, or -1 when even that fails. */
static int
write_exception(PyObject *error, struct plug_buffer *out)
{
    PyObject *parts = PyObject_CallMethod(plug_python_part(), "parts", "(O)",
                                          error);
    int status = parts == NULL ? -1 : plug_encode(parts, out);
    Py_XDECREF(parts);
    PyErr_Clear();
    return status;
}

/* What is written when the exception's own description fails. */
static void
write_failure(PyObject *error, struct plug_buffer *out)
{
    const char *name = Py_TYPE(error)->tp_name;
    PyObject *parts = Py_BuildValue("{ssss}", "type", name, "message", "");
    if (parts == NULL || plug_encode(parts, out) < 0) {
        PyErr_Clear();
    }
    Py_XDECREF(parts);
}

void
plug_write_error(struct plug_buffer *out)
{
    PyObject *error = PyErr_GetRaisedException();
    if (write_exception(error, out) < 0) {
        write_failure(error, out);
    }
    Py_DECREF(error);
}

int32_t
plug_request(void)
{
    int before = plug_enter(0);
    struct plug_buffer inbox = plug_take_inbox();
    struct plug_message message = {inbox.data, inbox.data + inbox.size};
    PyObject *answer = plug_perform(&message);
    plug_give_inbox(&inbox);
    struct plug_buffer out = plug_take_spare();
    int failed = answer == NULL || plug_encode(answer, &out) < 0;
    Py_XDECREF(answer);
    if (failed) {
        plug_write_error(&out);
    }
    int32_t size = (int32_t)out.size;
    plug_put_outbox(&out);
    plug_leave(before);
    return failed ? -size : size;
}
