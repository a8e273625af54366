/* The end of a call's time, and of an instance. Written as Python:
 *
 *     def plug_ticks(on):         # from now on, or no more
 *         on_tick = tick if on else None
 *
 *     def tick(how):              # the evaluation loop, now and then; C code
 *         due = host_tick()       # that may take long; may not return at all
 *         if due == TIME:
 *             interrupt("the call has used up its time", how)
 *         if due == ABORTED:
 *             interrupt("the host aborted the call", how)
 *
 *     def interrupt(text, how):
 *         if asyncio is not in use:
 *             raise TimeoutError(text)
 *         error, when = _py_plugin_interrupt.interrupt(text, how, is_over)
 *         remind(when)
 *         if error is not None:
 *             raise error
 *
 *     def remind(when):
 *         <between the next instructions, or in a while>: interrupt(None, HERE)
 *
 *     def ask_soon():             # after a sleep that was cut short
 *         <before the next instruction>: tick(CUT_SHORT)
 *
 *     def calls():                # a function of the host's, for the n-th time
 *         if n % CALLS == 0:
 *             tick(HERE)
 *
 *     def on_unraisable(error):   # it was raised in a finalizer or so
 *         <raise it again, elsewhere>
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

/* A call of a host's function may take as long as a thousand ticks, where the
   host is another thread; or as long as ten. */
#define CALLS 64

/* Hooks of the patches evaluation-loop-reentry, look-at-signals and
   time-not-ignored. */
extern void (*_PyEval_OnTick)(PyThreadState *);
extern int (*_PyErr_OnCheckSignals)(void);
extern int (*_PyErr_OnUnraisable)(void);
/* Signal-safe: it allocates nothing and believes no pointer. */
extern void _Py_DumpTraceback(int fd, PyThreadState *tstate);

/* How Python is asked, and when it wants to be asked again;
   _py_plugin_interrupt.py has the same. */
enum how { HERE = 0, IN_C = 1, CUT_SHORT = 2 };
enum when { NEVER = 0, LATER = 1, SOON = 2 };
/* Which of the host's entries asks: the one whose call was told last, another
   inside of it, or one after it. */
enum entry { SAME = 0, INNER = 1, AFTER = 2 };

/* What is due between the next instructions, and when those are asked who may
   still have to hear of it. Nothing outlives the calls that it is about. */
static int32_t pending;
static int pending_entry;   /* where it was seen, and is raised */
static int when_left;
static int will_look;       /* look_again() will be called */

/* The entry of the host's whose call was told last, until it returns. */
static int told_entry;
static int is_over;
/* It has been raised, in some entry that has not returned. */
static int is_raised;

/* Ticks that were left when it was last looked who is. */
extern int32_t _PyEval_ticks;
static int32_t looked_at;

static int look_again(void *unused);

static void
look_soon(void)
{
    if (!will_look) {
        will_look = Py_AddPendingCall(look_again, NULL) == 0;
    }
}

/* What is asked meanwhile may have asked for sooner. */
static void
look(int when)
{
    if (when > when_left) {
        when_left = when;
    }
    if (when == SOON) {
        look_soon();
    }
}

/* What a function of asyncio's part of it answers, new, or NULL: an error is
   set, or asyncio is not in use. */
static PyObject *
ask_asyncio(const char *function, const char *format, ...)
{
    PyObject *name = PyUnicode_FromString("_py_plugin_interrupt");
    PyObject *module = name == NULL ? NULL : PyImport_GetModule(name);
    PyObject *callee = module == NULL ? NULL
                     : PyObject_GetAttrString(module, function);
    PyObject *answer = NULL;
    if (callee != NULL) {
        va_list operands;
        va_start(operands, format);
        PyObject *tuple = Py_VaBuildValue(format, operands);
        va_end(operands);
        PyThreadState *tstate = PyThreadState_Get();
        PyThreadState_EnterTracing(tstate);     /* not the plugin's tracer */
        answer = tuple == NULL ? NULL : PyObject_CallObject(callee, tuple);
        PyThreadState_LeaveTracing(tstate);
        Py_XDECREF(tuple);
    }
    Py_XDECREF(callee);
    Py_XDECREF(module);
    Py_XDECREF(name);
    return answer;
}

static enum entry
entry_that_asks(void)
{
    if (is_over) {
        return AFTER;
    }
    return told_entry != 0 && plug_entries() > told_entry ? INNER : SAME;
}

/* Raise it here: -1. Or let those hear of it who wait: 0. */
static int
interrupt(const char *text, enum how how)
{
    when_left = NEVER;
    if (text != NULL) {
        told_entry = plug_entries();
        is_over = 0;
    }
    PyObject *error, *answer = ask_asyncio("interrupt", "(zii)", text,
                                           (int)how, (int)entry_that_asks());
    is_over = 0;
    int when = NEVER, status = 0;
    if (answer == NULL || !PyArg_ParseTuple(answer, "Oi", &error, &when)) {
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
    is_raised |= status < 0;
    looked_at = _PyEval_ticks;
    look(when);
    return status;
}

/* Python has to have gone on since: otherwise it is what it was. */
static int
look_again(void *Py_UNUSED(unused))
{
    will_look = 0;
    if (when_left == NEVER) {
        return 0;
    }
    if (looked_at == _PyEval_ticks) {
        look_soon();
        return 0;
    }
    return interrupt(NULL, HERE);
}

PyObject *
plug_remind(PyObject *Py_UNUSED(module), PyObject *when)
{
    int value = PyLong_AsInt(when);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    looked_at = 0;
    look(value);
    Py_RETURN_NONE;
}

static const char *
text_of(int32_t due)
{
    return due == ABORTED ? "the host aborted the call"
                          : "the call has used up its time";
}

static int
raise_due(int32_t due, enum how how)
{
    return interrupt(text_of(due), how);
}

/* Ask now, and let Python have its say when it has left something. */
static int
ask_with(enum how how)
{
    int32_t due = host_tick();
    if (due > NOTHING) {
        return raise_due(due, how);
    }
    return when_left == NEVER ? 0 : interrupt(NULL, how);
}

static int
ask(void *Py_UNUSED(unused))
{
    return ask_with(CUT_SHORT);
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
    if (due == NOTHING || plug_entries() != pending_entry) {
        return 0;           /* plug_leave() sees to it */
    }
    pending = NOTHING;
    return raise_due(due, HERE);
}

static void
raise_soon(int32_t due)
{
    pending = due;
    pending_entry = plug_entries();
    (void)Py_AddPendingCall(raise_pending, NULL);
}

static int
says(PyObject *text, int32_t due)
{
    return text != NULL && PyUnicode_EqualToUTF8(text, text_of(due));
}

/* It is raised again where exceptions are not ignored. */
static int
take_back(PyObject *error)
{
    PyObject *text = PyObject_Str(error);
    int32_t due = says(text, TIME) ? TIME : says(text, ABORTED) ? ABORTED
                : NOTHING;
    if (due != NOTHING) {
        PyObject *done = ask_asyncio("put_back", "(O)", text);
        if (done == NULL) {
            raise_soon(due);
        }
        Py_XDECREF(done);
    }
    Py_XDECREF(text);
    PyErr_Clear();
    return due != NOTHING;
}

static int
on_unraisable(void)
{
    if (!is_raised || !PyErr_ExceptionMatches(PyExc_TimeoutError)) {
        return 0;
    }
    PyObject *error = PyErr_GetRaisedException();
    int is_taken = take_back(error);
    if (is_taken) {
        Py_DECREF(error);
    } else {
        PyErr_SetRaisedException(error);
    }
    return is_taken;
}

void
plug_leave_entry(int entry)
{
    if (entry == told_entry) {
        told_entry = 0;
        is_over = 1;
    }
    if (entry == pending_entry) {
        pending = NOTHING;
    }
    if (entry == 1) {
        is_raised = 0;
        when_left = NEVER;
    }
    if (pending != NOTHING && entry == pending_entry + 1) {
        (void)Py_AddPendingCall(raise_pending, NULL);
    }
}

/* The loop is left: what is due is raised when it goes on. */
static void
on_tick(PyThreadState *Py_UNUSED(tstate))
{
    int32_t due = host_tick();
    if (due > NOTHING) {
        raise_soon(due);
    } else if (when_left == LATER) {
        look_soon();
    }
}

void
plug_calls(void)
{
    static unsigned calls;
    if (_PyEval_OnTick != NULL && ++calls % CALLS == 0) {
        on_tick(NULL);
    }
}

static int
on_check(void)
{
    static unsigned checks;
    if (++checks % CHECKS != 0 || PyErr_Occurred()) {
        return 0;
    }
    return ask_with(IN_C);
}

void
plug_ticks(int32_t on)
{
    _PyEval_OnTick = on ? on_tick : NULL;
    _PyErr_OnCheckSignals = on ? on_check : NULL;
    _PyErr_OnUnraisable = on ? on_unraisable : NULL;
}

void
plug_stack(int32_t fd)
{
    PyThreadState *tstate = PyThreadState_GetUnchecked();
    if (tstate == NULL) {
        tstate = PyGILState_GetThisThreadState();   /* it has let go of the lock */
    }
    if (tstate != NULL) {
        _Py_DumpTraceback(fd, tstate);
    }
}
