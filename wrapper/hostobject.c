/* Host objects that Python holds: a number, and calls that reach the host.
 * Written as Python:
 *
 *     class HostObject:
 *         def __init__(self, number): self.number = number
 *         def __call__(self, *args, **kwargs):
 *             return raise_or_return(host_call([number, args, kwargs]))
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

/* Raise the exception that the host has put into the inbox. */
static void
raise_from(PyObject *parts)
{
    PyObject *module = PyImport_ImportModule("_py_plugin_host");
    PyObject *error = module == NULL ? NULL
                    : PyObject_CallMethod(module, "exception", "(O)", parts);
    Py_XDECREF(module);
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
}

/* The value that the host has put into the inbox. */
static PyObject *
read_answer(void)
{
    struct plug_buffer inbox = plug_take_inbox();
    const uint8_t *at = inbox.data;
    PyObject *answer = plug_decode(&at, inbox.data + inbox.size);
    plug_give_inbox(&inbox);
    return answer;
}

/* Send a message and take the answer: new, or NULL with the host's exception
   set. */
static PyObject *
exchange(const struct plug_buffer *message)
{
    char reserved[RESERVED_PER_BYTE * HOST_STACK];
    __asm__ volatile("" : : "r"(reserved));
    int32_t status = host_call(message->data, (uint32_t)message->size);
    PyObject *answer = read_answer();
    if (status >= 0 || answer == NULL) {
        return answer;
    }
    raise_from(answer);
    Py_DECREF(answer);
    return NULL;
}

/* Append [args…] and, when there are some, {kwargs}. */
static int
encode_arguments(PyObject *const *args, Py_ssize_t count, PyObject *names,
                 struct plug_buffer *out)
{
    int status = -1;
    PyObject *list = PyList_New(count), *kwargs = NULL;
    if (list == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyList_SET_ITEM(list, i, Py_NewRef(args[i]));
    }
    if (plug_encode(list, out) < 0) {
        goto done;
    }
    if (names == NULL || PyTuple_GET_SIZE(names) == 0) {
        status = 0;
        goto done;
    }
    kwargs = PyDict_New();
    for (Py_ssize_t i = 0; kwargs != NULL && i < PyTuple_GET_SIZE(names); i++)
    {
        if (PyDict_SetItem(kwargs, PyTuple_GET_ITEM(names, i),
                           args[count + i]) < 0)
        {
            goto done;
        }
    }
    status = kwargs == NULL ? -1 : plug_encode(kwargs, out);
done:
    Py_XDECREF(kwargs);
    Py_DECREF(list);
    return status;
}

static PyObject *
host_object_call(PyObject *op, PyObject *const *args, size_t flags,
                 PyObject *names)
{
    HostObject *self = (HostObject *)op;
    PyObject *number = PyLong_FromUnsignedLong(self->number);
    if (number == NULL) {
        return NULL;
    }
    PyObject *answer = NULL;
    struct plug_buffer out = plug_take_spare();
    if (plug_encode(number, &out) == 0
        && encode_arguments(args, PyVectorcall_NARGS(flags), names, &out) == 0)
    {
        answer = exchange(&out);
    }
    plug_give_spare(&out);
    Py_DECREF(number);
    return answer;
}

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
