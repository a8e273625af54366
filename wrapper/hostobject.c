/* Host objects that Python holds: a number, and calls that reach the host.
 * Written as Python:
 *
 *     class HostObject:
 *         def __init__(self, number): self.number = number
 *         def __call__(self, *args, **kwargs):
 *             answer = host_call([number, args, kwargs])
 *             return wait(answer) if it is a promise else answer
 *         def __del__(self): host_release(self.number)
 *
 * `_py_plugin_host` makes its classes from this one. In C because every call
 * of a host function passes here.
 */
#include "bridge.h"

#include <stddef.h>

/* What the host may take of the engine's stack until it calls Python again.
   Memory is reserved in proportion to it, so that the recursion check knows:
   see CPython's patch recursion-through-c. */
#define HOST_STACK 6000
#define RESERVED_PER_BYTE 4

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *dict;             /* owned; __name__, __doc__ and such */
    PyObject *weak;
    uint32_t number;
} HostObject;

PyObject *
plug_host_exception(PyObject *parts)
{
    PyObject *module = PyImport_ImportModule("_py_plugin_host");
    PyObject *error = module == NULL ? NULL
                    : PyObject_CallMethod(module, "exception", "(O)", parts);
    Py_XDECREF(module);
    return error;
}

PyObject *
plug_read_answer(int is_answer)
{
    struct plug_buffer inbox = plug_take_inbox();
    const uint8_t *at = inbox.data;
    PyObject *answer = plug_decode(&at, inbox.data + inbox.size);
    plug_give_inbox(&inbox);
    if (is_answer || answer == NULL) {
        return answer;
    }
    PyObject *error = plug_host_exception(answer);
    Py_DECREF(answer);
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    return NULL;
}

/* Say that the host's function, which has begun, cannot be waited for. */
static void
refuse_wait(PyObject *function)
{
    PyObject *module = PyImport_ImportModule("_py_plugin_host");
    PyObject *none = module == NULL ? NULL
                   : PyObject_CallMethod(module, "refuse_wait", "(O)",
                                         function);
    Py_XDECREF(none);
    Py_XDECREF(module);
}

/* The value of a promise, new, once it is settled; or NULL with the host's
   exception set. */
static PyObject *
wait_for(PyObject *function, uint32_t promise)
{
    if (plug_may_wait()) {
        return plug_wait(promise);
    }
    refuse_wait(function);
    host_release(promise);
    return NULL;
}

/* Call the host: host_call()'s answer, or -2 with an error set. */
static int32_t
send(HostObject *self, PyObject *const *args, Py_ssize_t count,
     PyObject *names)
{
    int32_t status = -2;
    plug_calls();
    char reserved[RESERVED_PER_BYTE * HOST_STACK];
    __asm__ volatile("" : : "r"(reserved));
    struct plug_buffer out = plug_take_spare();
    struct plug_views views = {0};
    if (plug_encode_number(self->number, &out) == 0
        && plug_encode_arguments(args, count, names, &out, &views) == 0)
    {
        status = host_call(out.data, (uint32_t)out.size);
    }
    plug_views_release(&views);
    plug_give_spare(&out);
    return status;
}

static PyObject *
host_object_call(PyObject *op, PyObject *const *args, size_t flags,
                 PyObject *names)
{
    int32_t status = send((HostObject *)op, args, PyVectorcall_NARGS(flags),
                          names);
    if (status > 0) {
        return wait_for(op, (uint32_t)status);
    }
    return status == -2 ? NULL : plug_read_answer(status == 0);
}

PyDoc_STRVAR(start_doc,
"_start($self, /, *args, **kwargs)\n--\n\n"
"Call it without waiting: (0, result), or (the number of a promise, None).");

static PyObject *
host_object_start(PyObject *op, PyObject *const *args, Py_ssize_t count,
                  PyObject *names)
{
    int32_t status = send((HostObject *)op, args, count, names);
    if (status > 0) {
        return Py_BuildValue("(kO)", (unsigned long)status, Py_None);
    }
    PyObject *value = status == -2 ? NULL : plug_read_answer(status == 0);
    PyObject *pair = value == NULL ? NULL : Py_BuildValue("(kO)", 0ul, value);
    Py_XDECREF(value);
    return pair;
}

PyDoc_STRVAR(wait_doc,
"_wait($self, /)\n--\n\n"
"The value of the promise that it stands for, once there is one.");

static PyObject *
host_object_wait(PyObject *op, PyObject *Py_UNUSED(unused))
{
    if (plug_may_wait()) {
        return plug_wait(((HostObject *)op)->number);
    }
    refuse_wait(op);
    return NULL;
}

static PyMethodDef methods[] = {
    {"_start", _PyCFunction_CAST(host_object_start),
     METH_FASTCALL | METH_KEYWORDS, start_doc},
    {"_wait", host_object_wait, METH_NOARGS, wait_doc},
    {NULL, NULL, 0, NULL},
};

static PyObject *
host_object_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"number", NULL};
    unsigned int number;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "I:HostObject", names,
                                     &number))
    {
        return NULL;
    }
    HostObject *self = (HostObject *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->number = number;
        self->vectorcall = host_object_call;
    }
    return (PyObject *)self;
}

static int
host_object_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((HostObject *)op)->dict);
    return 0;
}

static int
host_object_clear(PyObject *op)
{
    Py_CLEAR(((HostObject *)op)->dict);
    return 0;
}

static void
host_object_dealloc(PyObject *op)
{
    HostObject *self = (HostObject *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    if (self->weak != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    (void)host_object_clear(op);
    host_release(self->number);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMemberDef members[] = {
    {"__vectorcalloffset__", Py_T_PYSSIZET, offsetof(HostObject, vectorcall),
     Py_READONLY, NULL},
    {"__dictoffset__", Py_T_PYSSIZET, offsetof(HostObject, dict), Py_READONLY,
     NULL},
    {"__weaklistoffset__", Py_T_PYSSIZET, offsetof(HostObject, weak),
     Py_READONLY, NULL},
    {"_number", Py_T_UINT, offsetof(HostObject, number), Py_READONLY,
     "What the host calls it."},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "An object of the host's."},
    {Py_tp_new, host_object_new},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_traverse, host_object_traverse},
    {Py_tp_clear, host_object_clear},
    {Py_tp_dealloc, host_object_dealloc},
    {Py_tp_members, members},
    {Py_tp_methods, methods},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_setattro, PyObject_GenericSetAttr},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "_plug.HostObject",
    .basicsize = sizeof(HostObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_HAVE_VECTORCALL,
    .slots = slots,
};

int
plug_add_host_type(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&spec);
    return type == NULL ? -1 : PyModule_Add(module, "HostObject", type);
}
