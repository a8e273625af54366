/* The builtin module `_plug`: what the guest's Python part needs from C.
 * Written as Python:
 *
 *     absent: dict[str, str] = {}      # module name -> why, and what instead
 *
 *     def find_spec(name, path=None, target=None):
 *         if name in absent and <an import asks>:  # not one who only looks
 *             raise ModuleNotFoundError(absent[name], name=name)
 *
 *     def args() -> list[bytes]: ...   # this run's, as the host gave them: the
 *                                      # working directory, then sys.argv[1:]
 *     def lent() -> list: ...  # what the host holds
 *     def wipe(values: dict[bytes, bytes]):
 *         for the values that nobody else has: their bytes become zeros
 *     def to_wire(value) -> bytes: ...
 *     def from_wire(wire: bytes): ...  # all of it
 *
 *     idle, answer, later, watch, forget, may_wait: serve.c
 *     find_with: request.c
 *     remind: limits.c
 *
 * The module itself is the last entry of sys.meta_path. It is in C so that an
 * absent module's traceback shows the plugin's import and nothing else.
 */
#include "wrapper.h"

#include <string.h>
#include <wasi/api.h>

#include "bridge.h"

/* Raise the sentence for `name` when it is known to be absent: -1, else 0. */
static int
refuse_absent(PyObject *module, PyObject *name)
{
    PyObject *absent = PyObject_GetAttrString(module, "absent");
    if (absent == NULL) {
        return -1;
    }
    PyObject *sentence;
    int found = PyMapping_GetOptionalItem(absent, name, &sentence);
    Py_DECREF(absent);
    if (found == 1) {
        PyErr_SetImportErrorSubclass(PyExc_ModuleNotFoundError, sentence,
                                     name, NULL);
        Py_DECREF(sentence);
        return -1;
    }
    return found;
}

/* The name of the function that called the finder's caller: 0 without one. */
static int
asker_is(const char *name)
{
    PyObject *getframe = PySys_GetObject("_getframe");      /* borrowed */
    PyObject *frame = NULL, *code = NULL, *asker = NULL;
    int is = 0;
    frame = getframe == NULL ? NULL : PyObject_CallFunction(getframe, "i", 1);
    code = frame == NULL ? NULL : PyObject_GetAttrString(frame, "f_code");
    asker = code == NULL ? NULL : PyObject_GetAttrString(code, "co_name");
    if (asker != NULL) {
        const char *text = PyUnicode_AsUTF8(asker);
        is = text != NULL && strcmp(text, name) == 0;
    }
    PyErr_Clear();      /* who has no frames is told nothing */
    Py_XDECREF(asker);
    Py_XDECREF(code);
    Py_XDECREF(frame);
    return is;
}

/* Whether the finder was called for an import. importlib.util.find_spec()
 * and pkgutil want to know only, and to them an absent module is None. */
static int
import_asks(void)
{
    return asker_is("_find_and_load_unlocked");
}

PyDoc_STRVAR(find_spec_doc,
"find_spec($module, name, path=None, target=None, /)\n--\n\n"
"Raise ModuleNotFoundError with the reason for a module that is absent,\n"
"when it is imported.");

static PyObject *
plug_find_spec(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (count < 1 || !PyUnicode_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError,
                        "find_spec() argument 'name' must be str");
        return NULL;
    }
    if (import_asks() && refuse_absent(module, args[0]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* A new list of bytes from WASI's two buffers. */
static PyObject *
list_of_args(uint8_t **starts, size_t count)
{
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; list != NULL && i < count; i++) {
        PyObject *item = PyBytes_FromString((const char *)starts[i]);
        if (item == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

PyDoc_STRVAR(args_doc,
"args($module, /)\n--\n\n"
"The arguments of this run, as the host gave them.");

static PyObject *
plug_args(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    __wasi_size_t count, size;
    if (__wasi_args_sizes_get(&count, &size) != 0) {
        return PyErr_Format(PyExc_OSError, "cannot ask for the arguments");
    }
    PyObject *list = NULL;
    uint8_t **starts = PyMem_Calloc(count + 1, sizeof(uint8_t *));
    uint8_t *bytes = PyMem_Malloc(size + 1);
    if (starts == NULL || bytes == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    if (__wasi_args_get(starts, bytes) != 0) {
        PyErr_SetString(PyExc_OSError, "cannot read the arguments");
        goto done;
    }
    list = list_of_args(starts, count);
done:
    PyMem_Free(bytes);
    PyMem_Free(starts);
    return list;
}

static void
wipe(PyObject *value)
{
    /* What others have as well, or what stands for all its equals, stays. */
    if (PyBytes_CheckExact(value) && Py_REFCNT(value) == 1) {
        memset(PyBytes_AS_STRING(value), 0, (size_t)PyBytes_GET_SIZE(value));
    }
}

static PyObject *
plug_wipe(PyObject *Py_UNUSED(module), PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Check(dict) && PyDict_Next(dict, &at, &key, &value)) {
        wipe(value);
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(to_wire_doc,
"to_wire($module, value, /)\n--\n\n"
"The bytes that stand for a value between host and guest.");

static PyObject *
plug_to_wire(PyObject *Py_UNUSED(module), PyObject *value)
{
    struct plug_buffer out = {0};
    PyObject *wire = NULL;
    if (plug_encode(value, &out) == 0) {
        wire = PyBytes_FromStringAndSize((const char *)out.data,
                                         (Py_ssize_t)out.size);
    }
    plug_buffer_free(&out);
    return wire;
}

PyDoc_STRVAR(from_wire_doc,
"from_wire($module, wire, /)\n--\n\n"
"The value that the bytes stand for.");

static PyObject *
plug_from_wire(PyObject *Py_UNUSED(module), PyObject *wire)
{
    if (!PyBytes_Check(wire)) {
        PyErr_SetString(PyExc_TypeError,
                        "from_wire() argument 'wire' must be bytes");
        return NULL;
    }
    const uint8_t *data = (const uint8_t *)PyBytes_AS_STRING(wire);
    const uint8_t *end = data + PyBytes_GET_SIZE(wire);
    PyObject *value = plug_decode(&data, end);
    if (value != NULL && data != end) {
        Py_CLEAR(value);
        PyErr_SetString(PyExc_ValueError,
                        "cannot read the wire: bytes behind the value");
    }
    return value;
}

static PyMethodDef methods[] = {
    {"find_spec", _PyCFunction_CAST(plug_find_spec), METH_FASTCALL,
     find_spec_doc},
    {"args", plug_args, METH_NOARGS, args_doc},
    {"wipe", plug_wipe, METH_O,
     "wipe($module, values, /)\n--\n\n"
     "Zero the values of a dict that are bytes and that nobody else has."},
    {"to_wire", plug_to_wire, METH_O, to_wire_doc},
    {"from_wire", plug_from_wire, METH_O, from_wire_doc},
    {"idle", plug_idle, METH_VARARGS,
     "idle($module, loop, ms, /)\n--\n\n"
     "Let the host go on until a watched promise is settled, or for some time."
     "\nAll that were settled: [(number, fulfilled, value or exception)]."},
    {"answer", plug_answer, METH_VARARGS,
     "answer($module, call, fulfilled, value, /)\n--\n\n"
     "Answer a call of the host's with a value or an exception."},
    {"later", plug_later, METH_O,
     "later($module, call, /)\n--\n\n"
     "Tell the host that a call will be answered later."},
    {"watch", plug_watch, METH_O,
     "watch($module, promise, /)\n--\n\n"
     "Let idle() tell when a promise of the host's is settled."},
    {"forget", plug_forget, METH_O,
     "forget($module, promise, /)\n--\n\n"
     "Let go of a promise of the host's by its number."},
    {"may_wait", plug_can_wait, METH_NOARGS,
     "may_wait($module, /)\n--\n\n"
     "Whether Python can wait for the host here."},
    {"remind", plug_remind, METH_O,
     "remind($module, when, /)\n--\n\n"
     "Let _py_plugin_interrupt.interrupt() be called again."},
    {"lent", plug_lent, METH_NOARGS,
     "lent($module, /)\n--\n\n"
     "The objects that the host holds."},
    {"find_with", plug_find_with, METH_O,
     "find_with($module, find, /)\n--\n\n"
     "Let find(name) give what the host calls by name."},
    {NULL, NULL, 0, NULL},
};

static int
add_absent(PyObject *module)
{
    PyObject *absent = PyDict_New();
    return absent == NULL ? -1 : PyModule_Add(module, "absent", absent);
}

/* Finders are classes elsewhere, and some code asks where they are from. */
static int
add_finder_name(PyObject *module)
{
    return PyModule_Add(module, "__module__", PyUnicode_FromString("_plug"));
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, add_absent},
    {Py_mod_exec, add_finder_name},
    {Py_mod_exec, plug_add_host_type},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0, NULL},
};

static struct PyModuleDef plug_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_plug",
    .m_doc = "What the guest's Python part needs from C.",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit__plug(void)
{
    return PyModuleDef_Init(&plug_module);
}
