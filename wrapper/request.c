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

/* The int 0 on the wire; src/bridge/bridge.ts has the same. */
#define CALL 0x00

struct plug_message
plug_open_message(void)
{
    struct plug_message message = {.inbox = plug_take_inbox()};
    message.at = message.inbox.data;
    message.end = message.at + message.inbox.size;
    return message;
}

void
plug_close_message(struct plug_message *message)
{
    plug_give_inbox(&message->inbox);
    message->inbox = (struct plug_buffer){0};
}

/* The next operand, new; NULL with an error set. */
static PyObject *
next(struct plug_message *message)
{
    return plug_decode(&message->at, message->end);
}

/* What the plugin's module has under a plain name, new, or NULL without an
   error: the Python part looks again, and says what is wrong. */
static PyObject *
global_of(PyObject *name)
{
    static PyObject *plugin;    /* "plugin"; owned */
    PyObject *module, *value;
    if ((plugin == NULL
         && (plugin = PyUnicode_InternFromString("plugin")) == NULL)
        || PyDict_GetItemRef(PyImport_GetModuleDict(), plugin, &module) != 1)
    {
        PyErr_Clear();
        return NULL;
    }
    if (!PyModule_CheckExact(module)
        || PyDict_GetItemRef(PyModule_GetDict(module), name, &value) != 1)
    {
        PyErr_Clear();
        value = NULL;
    }
    Py_DECREF(module);
    return value;
}

/* What finds all that is called by name, where calls are checked; owned. */
static PyObject *finder;

PyObject *
plug_find_with(PyObject *Py_UNUSED(module), PyObject *find)
{
    Py_XSETREF(finder, Py_NewRef(find));
    Py_RETURN_NONE;
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
    if (finder != NULL) {
        return PyObject_CallOneArg(finder, target);
    }
    PyObject *callable = global_of(target);
    if (callable != NULL) {
        return callable;
    }
    PyObject *module = PyImport_ImportModule("_py_plugin_bridge");
    callable = module == NULL ? NULL
             : PyObject_CallMethod(module, "find", "(O)", target);
    Py_XDECREF(module);
    return callable;
}

static PyObject *
request_call(struct plug_message *message)
{
    PyObject *target = plug_decode_name(&message->at, message->end);
    if (target == NULL) {
        return NULL;
    }
    struct plug_arguments arguments;
    PyObject *answer = NULL, *callable = NULL;
    if (plug_decode_arguments(&message->at, message->end, &arguments) == 0) {
        plug_close_message(message);
        callable = callable_of(target);
        answer = callable == NULL ? NULL : plug_call(callable, &arguments);
        plug_arguments_clear(&arguments);
    }
    Py_XDECREF(callable);
    Py_DECREF(target);
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
    plug_close_message(message);
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
    if (message->at < message->end && *message->at == CALL) {
        message->at++;
        return request_call(message);
    }
    PyObject *operation = plug_decode_name(&message->at, message->end);
    PyObject *answer = operation == NULL ? NULL
                     : request_other(operation, message);
    Py_XDECREF(operation);
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
plug_put_answer(PyObject *answer)
{
    struct plug_buffer out = plug_take_spare();
    struct plug_views views = {0};
    int failed = answer == NULL
              || plug_encode_result(answer, &out, &views) < 0;
    if (failed) {
        plug_write_error(&out);
    }
    int32_t size = (int32_t)out.size;
    plug_put_outbox(&out, &views);
    return failed ? -size : size;
}

int32_t
plug_request(void)
{
    int before = plug_enter(0);
    struct plug_message message = plug_open_message();
    PyObject *answer = plug_perform(&message);
    plug_close_message(&message);
    int32_t size = plug_put_answer(answer);
    Py_XDECREF(answer);
    plug_leave(before);
    return size;
}
