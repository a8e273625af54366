/* What the codec leaves to Python code. Written as Python:
 *
 *     from _py_plugin_values import reduce, rebuild
 *
 * Both are looked up once: the plugin may put another module into sys.modules.
 */
#include "codec.h"

static struct {
    PyObject *reduce;       /* owned; NULL before they are needed */
    PyObject *rebuild;      /* owned */
} part;

static int
load(void)
{
    if (part.rebuild != NULL) {
        return 0;
    }
    PyObject *module = PyImport_ImportModule("_py_plugin_values");
    if (module == NULL) {
        return -1;
    }
    Py_XSETREF(part.reduce, PyObject_GetAttrString(module, "reduce"));
    if (part.reduce != NULL) {
        part.rebuild = PyObject_GetAttrString(module, "rebuild");
    }
    Py_DECREF(module);
    return part.rebuild == NULL ? -1 : 0;
}

PyObject *
plug_reduce(PyObject *value)
{
    return load() < 0 ? NULL : PyObject_CallOneArg(part.reduce, value);
}

PyObject *
plug_rebuild(uint64_t tag, PyObject *content)
{
    return load() < 0 ? NULL
         : PyObject_CallFunction(part.rebuild, "KO", (unsigned long long)tag,
                                 content);
}
