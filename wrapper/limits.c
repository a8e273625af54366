/* The end of a call's time, and of an instance. Written as Python:
 *
 *     def plug_ticks(on):         # from now on, or no more
 *         on_tick = tick if on else None
 *
 *     def tick():                 # the evaluation loop, now and then; C code
 *         due = host_tick()       # that may take long; may not return at all
 *         if due == TIME:
 *             interrupt("the call has used up its time")
 *         if due == ABORTED:
 *             interrupt("the host aborted the call")
 *
 *     def interrupt(text, is_in_c):
 *         if asyncio is not in use:
 *             raise TimeoutError(text)
 *         error, again = _py_plugin_interrupt.interrupt(text, is_in_c)
 *         if again:
 *             remind()
 *         if error is not None:
 *             raise error
 *
 *     def remind():
 *         <between the next instructions>: interrupt(None, False)
 *
 *     def ask_soon():             # after a sleep that was cut short
 *         <before the next instruction>: tick()
 *
 *     def plug_stack(fd):         # for an instance that has ended
 *         write the Python functions that are running to fd
 */
#include "bridge.h"

/* What host_tick() says; src/runtime/deadlines.ts has the same numbers. */
enum due {
    NOTHING = 0,
    TIME = 1,
    ABORTED = 2,
};

/* C code that takes long asks for signals much more often than that is
   worth a call of the host's. */
#define CHECKS 16

/* Hooks of the patches evaluation-loop-reentry and look-at-signals. */
extern void (*_PyEval_OnTick)(PyThreadState *);
extern int (*_PyErr_OnCheckSignals)(void);
/* Signal-safe: it allocates nothing and believes no pointer. */
extern void _Py_DumpTraceback(int fd, PyThreadState *tstate);

/* What is due between the next instructions, and whether some of those are
   left who have to hear of it. Nothing outlives the calls that it is about. */
static int32_t pending;
static int is_left;
static int will_look;       /* look_again() will be called */

/* Ticks that were left when it was last looked who is. */
extern int32_t _PyEval_ticks;
static int32_t looked_at;

static int look_again(void *unused);

static void
look_soon(void)
{
    is_left = 1;
    if (!will_look) {
        will_look = Py_AddPendingCall(look_again, NULL) == 0;
    }
}

/* What is to be raised right here, new, or NULL: an error is set, or, as
   `text` is NULL, nothing is. Asyncio's part of it, when that is in use. */
static PyObject *
ask_asyncio(const char *text, int is_in_c)
{
    PyObject *name = PyUnicode_FromString("_py_plugin_interrupt");
    PyObject *module = name == NULL ? NULL : PyImport_GetModule(name);
    PyObject *answer = NULL;
    if (module != NULL) {
        PyThreadState *tstate = PyThreadState_Get();
        PyThreadState_EnterTracing(tstate);     /* not the plugin's tracer */
        answer = PyObject_CallMethod(module, "interrupt", "zi", text,
                                     is_in_c);
        PyThreadState_LeaveTracing(tstate);
    }
    Py_XDECREF(module);
    Py_XDECREF(name);
    return answer;
}

/* Raise it here: -1. Or let those hear of it who wait: 0. */
static int
interrupt(const char *text, int is_in_c)
{
    PyObject *error, *answer = ask_asyncio(text, is_in_c);
    int again = 0, status = 0;
    if (answer == NULL || !PyArg_ParseTuple(answer, "Op", &error, &again)) {
        PyErr_Clear();
        error = Py_None;
        if (text != NULL) {
            PyErr_SetString(PyExc_TimeoutError, text);
            status = -1;
        }
    }
    if (error != Py_None) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        status = -1;
    }
    Py_XDECREF(answer);
    looked_at = _PyEval_ticks;
    is_left = 0;
    if (again) {
        look_soon();
    }
    return status;
}

/* Python has to have gone on since: otherwise it is what it was. */
static int
look_again(void *Py_UNUSED(unused))
{
    will_look = 0;
    if (!is_left) {
        return 0;
    }
    if (looked_at == _PyEval_ticks) {
        look_soon();
        return 0;
    }
    return interrupt(NULL, 0);
}

PyObject *
plug_remind(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    looked_at = 0;
    look_soon();
    Py_RETURN_NONE;
}

static int
raise_due(int32_t due, int is_in_c)
{
    return interrupt(due == ABORTED ? "the host aborted the call"
                                    : "the call has used up its time",
                     is_in_c);
}

static int
ask(void *Py_UNUSED(unused))
{
    int32_t due = host_tick();
    return due > NOTHING ? raise_due(due, 0) : 0;
}

void
plug_ask_soon(void)
{
    (void)Py_AddPendingCall(ask, NULL);
}

static int
raise_pending(void *Py_UNUSED(unused))
{
    int32_t due = pending;
    pending = NOTHING;
    return due == NOTHING ? 0 : raise_due(due, 0);
}

void
plug_forget_due(void)
{
    pending = NOTHING;
    is_left = 0;
}

/* The loop is left: what is due is raised when it goes on. */
static void
on_tick(PyThreadState *Py_UNUSED(tstate))
{
    int32_t due = host_tick();
    if (due > NOTHING) {
        pending = due;
        (void)Py_AddPendingCall(raise_pending, NULL);
    }
}

static int
on_check(void)
{
    static unsigned checks;
    if (++checks % CHECKS != 0 || PyErr_Occurred()) {
        return 0;
    }
    int32_t due = host_tick();
    if (due > NOTHING) {
        return raise_due(due, 1);
    }
    return is_left ? interrupt(NULL, 1) : 0;
}

void
plug_ticks(int32_t on)
{
    _PyEval_OnTick = on ? on_tick : NULL;
    _PyErr_OnCheckSignals = on ? on_check : NULL;
}

void
plug_stack(int32_t fd)
{
    PyThreadState *tstate = PyThreadState_GetUnchecked();
    if (tstate != NULL) {
        _Py_DumpTraceback(fd, tstate);
    }
}
