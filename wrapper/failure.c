/* The last failure, described for the host. Written as Python:
 *
 *     def fail():                     # inside an except block
 *         text, described = _py_plugin_errors.describe(exception)
 *         failure = described         # JSON, until the next failure
 *         return text
 *     def fail_call(code, ident):
 *         env.return_error(code, fail(), ident)
 */
#include "wrapper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    char *json;         /* owned; NULL when there is no failure */
    uint32_t size;
} failure;

const char *
plug_error(void)
{
    return failure.json;
}

uint32_t
plug_error_size(void)
{
    return failure.size;
}

void
plug_fail_clear(void)
{
    free(failure.json);
    failure.json = NULL;
    failure.size = 0;
}

static void
keep(const char *json, size_t size)
{
    plug_fail_clear();
    failure.json = malloc(size + 1);
    if (failure.json != NULL) {
        memcpy(failure.json, json, size);
        failure.json[size] = '\0';
        failure.size = (uint32_t)size;
    }
}

/* Append `text` as the inside of a JSON string, as far as it fits. */
static size_t
quote(char *out, size_t room, const char *text)
{
    size_t used = 0;
    for (; *text != '\0' && used + 7 < room; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\' || c < 0x20 || c >= 0x7F) {
            used += (size_t)snprintf(out + used, room - used, "\\u%04x", c);
        }
        else {
            out[used++] = (char)c;
        }
    }
    out[used] = '\0';
    return used;
}

void
plug_fail_text(const char *where, const char *what)
{
    char type[256], message[1024], json[2048];
    quote(type, sizeof(type), where);
    quote(message, sizeof(message), what);
    int size = snprintf(
        json, sizeof(json),
        "{\"type\":\"%s\",\"message\":\"%s\",\"traceback\":\"%s: %s\\n\","
        "\"frames\":[],\"cause\":null}",
        type, message, type, message);
    keep(json, (size_t)size);
}

/* Call describe(exception): a new (text, json) pair, or NULL with no Python
   error set when describing failed as well. */
static PyObject *
describe(PyObject *exception)
{
    PyObject *pair = NULL;
    PyObject *module = PyImport_ImportModule("_py_plugin_errors");
    if (module != NULL) {
        pair = PyObject_CallMethod(module, "describe", "O", exception);
        Py_DECREF(module);
    }
    PyErr_Clear();
    return pair;
}

/* Describe an exception that `describe()` could not, with what C can do.
   Returns a borrowed text. */
static const char *
describe_plainly(PyObject *exception)
{
    PyObject *message = PyObject_Str(exception);
    const char *text = message == NULL ? NULL : PyUnicode_AsUTF8(message);
    plug_fail_text(Py_TYPE(exception)->tp_name, text == NULL ? "" : text);
    PyErr_Clear();
    Py_XDECREF(message);
    return Py_TYPE(exception)->tp_name;
}

/* Answer the host's call with a failure that is described already: Python did
   not start, so there is no exception to take. */
static void
resend(int32_t code, int32_t ident)
{
    if (failure.json == NULL) {
        plug_fail_text("SystemError", "failed without saying why");
    }
    if (code != 0) {
        se2_return_error(code, failure.json, failure.size, ident);
    }
}

/* Take the Python error that is set, keep its description, and answer the
   host's call with its text when `code` is one. */
static void
fail(int32_t code, int32_t ident)
{
    PyObject *exception = PyErr_GetRaisedException();
    if (exception == NULL) {
        resend(code, ident);
        return;
    }
    PyObject *pair = describe(exception);
    const char *text = NULL, *json = NULL;
    Py_ssize_t text_size = 0, json_size = 0;
    if (pair != NULL
        && !PyArg_ParseTuple(pair, "y#y#", &text, &text_size, &json,
                             &json_size))
    {
        PyErr_Clear();
        Py_CLEAR(pair);
    }
    if (pair != NULL) {
        keep(json, (size_t)json_size);
    }
    else {
        text = describe_plainly(exception);
        text_size = (Py_ssize_t)strlen(text);
    }
    if (code != 0) {
        se2_return_error(code, text, (uint32_t)text_size, ident);
    }
    Py_XDECREF(pair);
    Py_DECREF(exception);
}

void
plug_fail(void)
{
    fail(0, 0);
}

void
plug_fail_call(int32_t code, int32_t ident)
{
    fail(code, ident);
}
