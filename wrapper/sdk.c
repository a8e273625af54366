/* The builtin module `sdk`: how a plugin answers. Written as Python:
 *
 *     ERROR, WARN, INFO, DEBUG = 1, 2, 3, 4
 *
 *     def return_result(result: str | bytes, ident: int, /) -> None: ...
 *     def return_error(code: int, message: str | bytes, ident: int, /)
 *             -> None: ...
 *     def log(level: int, message: str | bytes, ident: int, /) -> None: ...
 *
 * A wrong type is a TypeError, an int outside int32 an OverflowError, a str
 * with a lone surrogate a UnicodeEncodeError. None of them stops the plugin.
 */
#include "wrapper.h"

/* A text argument's bytes, borrowed from the object. */
struct text {
    const char *data;
    uint32_t size;
};

static int
parse_text(const char *function, const char *name, PyObject *object,
           struct text *text)
{
    Py_ssize_t size;
    if (PyUnicode_Check(object)) {
        text->data = PyUnicode_AsUTF8AndSize(object, &size);
        if (text->data == NULL) {
            return -1;
        }
    }
    else if (PyBytes_Check(object)) {
        text->data = PyBytes_AS_STRING(object);
        size = PyBytes_GET_SIZE(object);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "%s() argument '%s' must be str or bytes, not %T",
                     function, name, object);
        return -1;
    }
    text->size = (uint32_t)size;
    return 0;
}

static int
parse_int32(const char *function, const char *name, PyObject *object,
            int32_t *number)
{
    if (!PyLong_Check(object)) {
        PyErr_Format(PyExc_TypeError,
                     "%s() argument '%s' must be int, not %T",
                     function, name, object);
        return -1;
    }
    int overflow;
    long value = PyLong_AsLongAndOverflow(object, &overflow);
    if (overflow != 0) {
        PyErr_Format(PyExc_OverflowError,
                     "%s() argument '%s' does not fit in 32 bits", function,
                     name);
        return -1;
    }
    *number = (int32_t)value;
    return 0;
}

static int
check_count(const char *function, Py_ssize_t given, Py_ssize_t wanted)
{
    if (given == wanted) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError,
                 "%s() takes exactly %zd positional arguments (%zd given)",
                 function, wanted, given);
    return -1;
}

PyDoc_STRVAR(return_result_doc,
"return_result($module, result, ident, /)\n--\n\n"
"Answer the call `ident` with `result`, a str or bytes.");

static PyObject *
sdk_return_result(PyObject *Py_UNUSED(module), PyObject *const *args,
                  Py_ssize_t count)
{
    struct text result;
    int32_t ident;
    if (check_count("return_result", count, 2) < 0
        || parse_text("return_result", "result", args[0], &result) < 0
        || parse_int32("return_result", "ident", args[1], &ident) < 0)
    {
        return NULL;
    }
    TRACE(ident, "called return_result(%p, %u, %d)", (const void *)result.data,
          result.size, ident);
    plug_trace_flush();
    se2_return_result(result.data, result.size, ident);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(return_error_doc,
"return_error($module, code, message, ident, /)\n--\n\n"
"Answer the call `ident` with an error: `code` is an HTTP status.");

static PyObject *
sdk_return_error(PyObject *Py_UNUSED(module), PyObject *const *args,
                 Py_ssize_t count)
{
    int32_t code, ident;
    struct text message;
    if (check_count("return_error", count, 3) < 0
        || parse_int32("return_error", "code", args[0], &code) < 0
        || parse_text("return_error", "message", args[1], &message) < 0
        || parse_int32("return_error", "ident", args[2], &ident) < 0)
    {
        return NULL;
    }
    TRACE(ident, "called return_error(%d, %p, %u, %d)", code,
          (const void *)message.data, message.size, ident);
    plug_trace_flush();
    se2_return_error(code, message.data, message.size, ident);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(log_doc,
"log($module, level, message, ident, /)\n--\n\n"
"Write a line to the host's log at one of the levels ERROR, WARN, INFO and\n"
"DEBUG.");

static PyObject *
sdk_log(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    int32_t level, ident;
    struct text message;
    if (check_count("log", count, 3) < 0
        || parse_int32("log", "level", args[0], &level) < 0
        || parse_text("log", "message", args[1], &message) < 0
        || parse_int32("log", "ident", args[2], &ident) < 0)
    {
        return NULL;
    }
    if (level < PLUG_LOG_ERROR || level > PLUG_LOG_DEBUG) {
        PyErr_Format(PyExc_ValueError,
                     "log() argument 'level' must be ERROR, WARN, INFO or"
                     " DEBUG (1 to 4), not %d", level);
        return NULL;
    }
    plug_flush();
    se2_log_msg(message.data, message.size, level, ident);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"return_result", _PyCFunction_CAST(sdk_return_result), METH_FASTCALL,
     return_result_doc},
    {"return_error", _PyCFunction_CAST(sdk_return_error), METH_FASTCALL,
     return_error_doc},
    {"log", _PyCFunction_CAST(sdk_log), METH_FASTCALL, log_doc},
    {NULL, NULL, 0, NULL},
};

static int
add_levels(PyObject *module)
{
    if (PyModule_AddIntConstant(module, "ERROR", PLUG_LOG_ERROR) < 0
        || PyModule_AddIntConstant(module, "WARN", PLUG_LOG_WARN) < 0
        || PyModule_AddIntConstant(module, "INFO", PLUG_LOG_INFO) < 0
        || PyModule_AddIntConstant(module, "DEBUG", PLUG_LOG_DEBUG) < 0)
    {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, add_levels},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0, NULL},
};

PyDoc_STRVAR(sdk_doc,
"How a plugin answers its host.\n\n"
"    def run_e(payload: str, ident: int) -> None:\n"
"        sdk.return_result(payload.upper(), ident)");

static struct PyModuleDef sdk_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "sdk",
    .m_doc = sdk_doc,
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_sdk(void)
{
    return PyModuleDef_Init(&sdk_module);
}
