/* The end of a call's time, and of an instance. Written as Python:
 *
 *     def plug_ticks(on):         # from now on, or no more
 *         on_tick = tick if on else None
 *
 *     def tick():                 # the evaluation loop, now and then; C code
 *         due = host_tick()       # that may take long; may not return at all
 *         if due == TIME:
 *             raise TimeoutError("the call has used up its time")
 *         if due == ABORTED:
 *             raise TimeoutError("the host aborted the call")
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

/* Raise what is due: -1. */
static int
raise_due(int32_t due)
{
    PyErr_SetString(PyExc_TimeoutError,
                    due == ABORTED ? "the host aborted the call"
                                   : "the call has used up its time");
    return -1;
}

static int
raise_pending(void *due)
{
    return raise_due((int32_t)(intptr_t)due);
}

/* The loop is left: what is due is raised when it goes on. */
static void
on_tick(PyThreadState *Py_UNUSED(tstate))
{
    int32_t due = host_tick();
    if (due > NOTHING) {
        (void)Py_AddPendingCall(raise_pending, (void *)(intptr_t)due);
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
    return due > NOTHING ? raise_due(due) : 0;
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
