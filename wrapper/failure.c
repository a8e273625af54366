/* The last failure, described for the host. Written as Python:
 *
 *     def fail():                     # inside an except block
 *         text, described = _py_plugin.describe(exception)
 *         failure = described         # JSON, until the next failure
 *         return text
 *     def fail_call(code, ident):
 *         env.return_error(code, fail(), ident)
 */
#include "wrapper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How much of a text the plain description keeps. */
#define TEXT_SIZE 4096

static struct {
    char *json;         /* owned; NULL when there is no failure */
    uint32_t size;
} failure;

/* The class io.StringIO; owned. A plugin may have made importing impossible. */
static PyObject *string_io;

/* Why the interpreter did not start, for every call that needs it. */
static char no_interpreter[TEXT_SIZE];

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

/* The inside of a JSON string with `text`, which is UTF-8, as far as it fits;
   characters stay whole. */
static void
quote(char *out, size_t room, const char *text)
{
    size_t used = 0;
    for (; *text != '\0' && used + 7 < room; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\' || c < 0x20) {
            used += (size_t)snprintf(out + used, room - used, "\\u%04x", c);
        }
        else if (c < 0xC0 || used + 11 < room) {
            out[used++] = (char)c;
        }
        else {
            break;      /* a longer character might not fit */
        }
    }
    out[used] = '\0';
}

void
plug_fail_text(const char *type, const char *message, const char *traceback)
{
    char parts[3][TEXT_SIZE], json[3 * TEXT_SIZE + 128];
    quote(parts[0], TEXT_SIZE, type);
    quote(parts[1], TEXT_SIZE, message);
    quote(parts[2], TEXT_SIZE, traceback);
    int size = snprintf(json, sizeof(json),
                        "{\"type\":\"%s\",\"message\":\"%s\","
                        "\"traceback\":\"%s\",\"frames\":[],\"cause\":null}",
                        parts[0], parts[1], parts[2]);
    keep(json, (size_t)size);
}

/* Call describe(exception): a new (text, json) pair of bytes, or NULL with no
   Python error set when describing failed as well. */
static PyObject *
describe(PyObject *exception)
{
    PyObject *module = plug_python_part();
    PyObject *pair = module == NULL ? NULL
                   : PyObject_CallMethod(module, "describe", "(O)", exception);
    PyErr_Clear();
    return pair;
}

/* What CPython's own C prints of the traceback: a new str, or NULL with no
   Python error set. */
static PyObject *
plain_traceback(PyObject *exception)
{
    PyObject *text = NULL;
    PyObject *traceback = PyException_GetTraceback(exception);
    PyObject *file = string_io == NULL ? NULL
                   : PyObject_CallObject(string_io, NULL);
    if (traceback != NULL && file != NULL) {
        (void)PyTraceBack_Print(traceback, file);   /* as far as it comes */
        PyErr_Clear();
        text = PyObject_CallMethod(file, "getvalue", NULL);
    }
    PyErr_Clear();
    Py_XDECREF(file);
    Py_XDECREF(traceback);
    return text;
}

/* The UTF-8 of a str, "" when there is none. Borrowed. */
static const char *
utf8(PyObject *text)
{
    const char *bytes = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    PyErr_Clear();
    return bytes == NULL ? "" : bytes;
}

/* Describe an exception that `describe()` could not, with what C can do: a new
   text, or NULL. */
static PyObject *
describe_plainly(PyObject *exception)
{
    PyObject *message = PyObject_Str(exception);
    PyErr_Clear();
    const char *type = Py_TYPE(exception)->tp_name;
    PyObject *trace = plain_traceback(exception);
    const char *colon = utf8(message)[0] == '\0' ? "" : ": ";
    PyObject *text = PyUnicode_FromFormat("%s%s%s%s\n", utf8(trace), type,
                                          colon, utf8(message));
    PyErr_Clear();
    plug_fail_text(type, utf8(message), utf8(text));
    Py_XDECREF(trace);
    Py_XDECREF(message);
    return text;
}

/* There is no interpreter, so there is no exception to take. */
static void
fail_without_python(int32_t code, int32_t ident)
{
    const char *reason = no_interpreter[0] != '\0' ? no_interpreter
                       : "the interpreter has not been started";
    plug_fail_text("SystemError", reason, reason);
    if (code != 0) {
        se2_return_error(code, reason, (uint32_t)strlen(reason), ident);
    }
}

int
plug_fail_prepare(void)
{
    PyObject *io = PyImport_ImportModule("_io");
    if (io != NULL) {
        string_io = PyObject_GetAttrString(io, "StringIO");
        Py_DECREF(io);
    }
    return string_io == NULL ? -1 : 0;
}

void
plug_fail_start(const char *reason)
{
    snprintf(no_interpreter, sizeof(no_interpreter), "%s", reason);
    fail_without_python(0, 0);
}

/* Keep what describe() said: the text, new, for the host's call. */
static PyObject *
keep_pair(PyObject *pair)
{
    PyObject *text;
    const char *json;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(pair, "Sy#", &text, &json, &size)) {
        PyErr_Clear();
        return NULL;
    }
    keep(json, (size_t)size);
    return Py_NewRef(text);
}

/* Answer the host's call with a text, which is bytes or str, or NULL. */
static void
answer(int32_t code, PyObject *text, int32_t ident)
{
    if (text != NULL && PyBytes_Check(text)) {
        se2_return_error(code, PyBytes_AS_STRING(text),
                         (uint32_t)PyBytes_GET_SIZE(text), ident);
        return;
    }
    const char *bytes = utf8(text);
    se2_return_error(code, bytes, (uint32_t)strlen(bytes), ident);
}

/* Take the Python error that is set, keep its description, and answer the
   host's call with its text when `code` is one. */
static void
fail(int32_t code, int32_t ident)
{
    if (!Py_IsInitialized()) {
        fail_without_python(code, ident);
        return;
    }
    if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_SystemError, "failed without saying why");
    }
    PyObject *exception = PyErr_GetRaisedException();
    PyThreadState *tstate = PyThreadState_Get();
    PyThreadState_EnterTracing(tstate);     /* not with the plugin's tracer */
    PyObject *pair = describe(exception);
    PyObject *text = pair == NULL ? NULL : keep_pair(pair);
    if (text == NULL) {
        text = describe_plainly(exception);
    }
    PyThreadState_LeaveTracing(tstate);
    if (code != 0) {
        answer(code, text, ident);
    }
    Py_XDECREF(text);
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
