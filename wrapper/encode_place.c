/* Where in a value something is that cannot be passed. Written as Python:
 *
 *     raise TypeError(f"argument 2, items[3].when: cannot pass {reason}")
 *
 * Each container that an error leaves adds its step to the encoder's list.
 */
#include "encoder.h"

/* Set the error for what cannot be passed; where it is comes in front later.
   Returns -1. */
int
plug_refuse(struct encoder *self, const char *reason)
{
    PyErr_SetString(PyExc_TypeError, reason);
    self->refused = 1;
    return -1;
}

/* Note that the error lies at `step`, stolen, of what is being encoded: a new
   str, or NULL without memory for one. Returns -1. */
static int
inside(struct encoder *self, PyObject *step)
{
    PyObject *error = PyErr_GetRaisedException();
    if (self->steps == NULL) {
        self->steps = PyList_New(0);
    }
    if (step == NULL || self->steps == NULL
        || PyList_Append(self->steps, step) < 0)
    {
        PyErr_Clear();      /* the place is lost, the error is not */
    }
    Py_XDECREF(step);
    PyErr_SetRaisedException(error);
    return -1;
}

/* Format a step while an error is set. */
PyObject *
plug_step(const char *format, PyObject *key, Py_ssize_t index)
{
    PyObject *error = PyErr_GetRaisedException();
    PyObject *step = key != NULL ? PyUnicode_FromFormat(format, key)
                   : PyUnicode_FromFormat(format, index);
    PyErr_Clear();
    PyErr_SetRaisedException(error);
    return step;
}

int
plug_inside_item(struct encoder *self, Py_ssize_t index)
{
    return inside(self, plug_step("[%zd]", NULL, index));
}

int
plug_inside_key(struct encoder *self, PyObject *key)
{
    int plain = PyUnicode_CheckExact(key) && PyUnicode_IsIdentifier(key);
    return inside(self, plug_step(plain ? ".%U" : "[%R]", key, 0));
}

/* Where the error lies: "argument 2, items[3].when", new; NULL for nowhere in
   particular, or without memory. */
static PyObject *
place_of(struct encoder *self)
{
    PyObject *rest = PyUnicode_FromString("");
    if (self->steps != NULL && rest != NULL
        && PyList_Reverse(self->steps) == 0)
    {
        Py_SETREF(rest, PyUnicode_Join(rest, self->steps));
    }
    if (rest == NULL) {
        return NULL;
    }
    Py_ssize_t size = PyUnicode_GET_LENGTH(rest);
    if (size > 0 && PyUnicode_READ_CHAR(rest, 0) == '.') {
        Py_SETREF(rest, PyUnicode_Substring(rest, 1, size));
    }
    if (self->whole != NULL && rest != NULL) {
        Py_SETREF(rest, size == 0 ? Py_NewRef(self->whole)
                  : PyUnicode_FromFormat("%U, %U", self->whole, rest));
    }
    else if (size == 0) {
        Py_CLEAR(rest);
    }
    return rest;
}

/* Say where the error lies: in our own as its first words, in one that the
   plugin's code raised as a note. */
void
plug_explain(struct encoder *self)
{
    PyObject *error = PyErr_GetRaisedException();
    PyObject *place = place_of(self);
    PyErr_Clear();
    if (!self->refused) {
        PyObject *note = place == NULL ? NULL
                       : PyUnicode_FromFormat("while passing %U", place);
        PyObject *none = note == NULL ? NULL
                       : PyObject_CallMethod(error, "add_note", "O", note);
        Py_XDECREF(none);
        Py_XDECREF(note);
        PyErr_Clear();
        PyErr_SetRaisedException(Py_NewRef(error));
    }
    else if (place == NULL) {
        PyErr_Format(PyExc_TypeError, "cannot pass %S", error);
    }
    else {
        PyErr_Format(PyExc_TypeError, "%U: cannot pass %S", place, error);
    }
    Py_XDECREF(place);
    Py_DECREF(error);
}
