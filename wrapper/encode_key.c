/* Whether the host can tell the keys of a dict apart. Written as Python:
 *
 *     content = reduced(key)
 *     if content in seen or (content != key and content in dict):
 *         raise TypeError
 */
#include "encoder.h"

/* Whether the wire tells a key of this type from every other key. */
static int
is_plain_key(PyObject *key)
{
    return PyUnicode_CheckExact(key) || PyLong_CheckExact(key)
        || PyTuple_CheckExact(key) || PyBytes_CheckExact(key)
        || PyFloat_CheckExact(key) || PyBool_Check(key) || key == Py_None
        || PyFrozenSet_CheckExact(key);
}

/* 1 when `content`, to which a key of `dict` was reduced, is another key, too;
   -1 with an error set, a TypeError when it has no hash. */
static int
is_other_key(PyObject *dict, PyObject *key, PyObject *content, PyObject *seen)
{
    int found = PySet_Contains(seen, content);
    if (found != 0) {
        return found;
    }
    int same = PyObject_RichCompareBool(key, content, Py_EQ);
    found = same != 0 ? same - 1 : PyDict_Contains(dict, content);
    return found < 0 ? -1
         : found > 0 ? 1
         : PySet_Add(seen, content);
}

/* The host sees only what a key is reduced to, and so must tell that from the
   others: an enum's member from its value. `seen` is a set, made on demand. */
int
plug_demand_other(struct encoder *self, PyObject *dict, PyObject *key,
             PyObject **seen)
{
    if (is_plain_key(key)) {
        return 0;
    }
    PyObject *tag, *content, *pair = plug_reduce(key);
    int found = -1;
    if (pair == NULL || !PyArg_ParseTuple(pair, "OO", &tag, &content)
        || (*seen == NULL && (*seen = PySet_New(NULL)) == NULL))
    {
        goto done;
    }
    found = tag != Py_None ? 0 : is_other_key(dict, key, content, *seen);
    if (found < 0 && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();      /* what has no hash is no other key */
        found = 0;
    }
done:
    Py_XDECREF(pair);
    return found <= 0 ? found
         : plug_refuse(self, "a key that the host takes for another");
}
