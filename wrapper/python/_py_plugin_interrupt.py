"""How tasks hear that the time of their call is over, or that it was given up.

C asks here, between any two instructions of Python (`wrapper/limits.c`). In a
task, and where no event loop runs, it is raised right there. In the loop's own
code an exception would lose what that has in hand; so the tasks that someone
waits for get it where they wait. Until they are done, it is raised as well in
other code that keeps the loop from its work. Nothing here is for plugins to
import.
"""

import sys
from asyncio import base_events, events, exceptions, tasks
from time import monotonic

import _plug

#: How C asks: between two instructions, in a function of its own that may take
#: long, or after a sleep that was cut short.
HERE, IN_C, CUT_SHORT = range(3)
#: When it is to ask again: not, when some time has passed, or soon.
NEVER, LATER, SOON = range(3)
#: Where: in the host's entry whose call was told last, in another inside of it,
#: or after it.
SAME, INNER, AFTER = range(3)

_HERE = __file__.rpartition("/")[0] + "/"
#: Files with code of event loops.
_LOOPS = (_HERE + "asyncio/", _HERE + "_py_plugin_loop", __file__)
#: Those, and files that stand between host and plugin.
_OWN = (_HERE + "asyncio/", _HERE + "_py_plugin")
_run_handle = events.Handle._run.__code__

#: Seconds that other code may keep a loop from its work.
_PATIENCE = 0.02

#: What tasks are to be told that were about to run when it was due.
due = {}

#: Since when tasks and callbacks have been seen to run, in this turn of a loop.
steps = {}

#: What is to be raised in the call that runs, which is no task.
_here = None

#: What was raised where exceptions are ignored, and in which task or callback.
_back = None

#: What is to be raised in other code, and the tasks that it is about.
_rest, _told = None, set()

#: Tasks and callbacks that have been told.
_heard = set()


class _TimeIsUp(exceptions.CancelledError, TimeoutError):
    """Both: plugins catch a TimeoutError, and asyncio takes down groups, and
    what else belongs to a task, as whenever one is cancelled."""


_TimeIsUp.__name__ = _TimeIsUp.__qualname__ = "TimeoutError"
_TimeIsUp.__module__ = "builtins"


def interrupt(text, how, where):
    """What is to be raised in the caller, or None; and when to ask again.

    `text` says what happened to the call that runs; it is None when that has
    been told before.
    """
    global _here, _back
    if where == AFTER:
        _here = _back = None
    frame = sys._getframe(1)
    is_own = frame.f_code.co_filename.startswith(_LOOPS if how else _OWN)
    loop = events._get_running_loop()
    if loop is None and _wakes_up(frame):
        loop = _unix_events().idle_loop()
    current = None if loop is None else tasks.current_task(loop)
    if text is not None:
        steps.clear()
        _here = text
        if loop is not None:
            _owe(loop, text)
    told = None
    if _back is not None and where != INNER:
        told = _take_back(_step(loop, frame), is_own)
    if told is None:
        told = _deliver(current)
    if told is None:
        here = None if where == INNER else _here
        error = _interrupt_rest(here, loop, current, frame, is_own, how)
    elif is_own:
        due[current] = told  # it will return, or wait
        error = None
    else:
        error = _error(current, told)
    return error, _when(loop)


def _error(current, text):
    return TimeoutError(text) if current is None else _TimeIsUp(text)


def _step(loop, frame):
    """The task that runs, or the callback, or None."""
    if loop is None:
        return None
    return tasks.current_task(loop) or _callback(frame)


def _when(loop):
    if due or _back is not None or (_here is not None and loop is None):
        return SOON
    return NEVER if _rest is None and _here is None else LATER


def _interrupt_rest(here, loop, current, frame, is_own, how):
    """The same for code that answers no call, or not in a task."""
    if _rest is not None and all(task.done() for task in _told):
        _forget_tasks()
    text = _rest if here is None else here
    if text is None:
        return None
    if loop is None:
        if is_own or here is None:
            return None  # a loop begins or ends, or waits for what is called
    else:
        step = _step(loop, frame)
        if step is None:
            return _error(None, text) if _is_asleep(loop) else None
        if is_own or step in _heard or not _is_in_the_way(step, how):
            return None
        _heard.add(step)
    if here is not None:
        heard()
    return _error(current, text)


def _is_in_the_way(step, how):
    """Whether a task or callback keeps the loop from what it owes."""
    now = monotonic()
    return how == CUT_SHORT or now - steps.setdefault(step, now) >= _PATIENCE


def put_back(text):
    """It was raised where exceptions are ignored: raise it again, elsewhere."""
    global _back
    loop = events._get_running_loop()
    _back = text, _step(loop, sys._getframe(1))
    _plug.remind(SOON)


def _take_back(step, is_own):
    """What was put back, for the code that follows, or None."""
    global _back
    text, owed = _back
    if owed is step and is_own:
        return None
    _back = None
    if owed is step:
        return text
    if _is_task(owed):
        due[owed] = text
    return None


def _forget_tasks():
    global _rest
    _rest = None
    _told.clear()
    _heard.clear()
    steps.clear()


def tell(owed, text, everyone):
    """Raise it where tasks wait, or will run next.

    When that is all that anyone waits for, it holds for other code as well.
    """
    _told.difference_update([task for task in _told if task.done()])
    _tell(owed, text, everyone)
    _deliver(None)
    _plug.remind(_when(None))


def _tell(owed, text, everyone):
    global _rest
    steps.clear()
    _told.update(owed)
    _heard.difference_update(owed)
    due.update(dict.fromkeys(owed, text))
    _rest = text if _told.issuperset(everyone) else None


def heard():
    """The call that runs has been told."""
    global _here
    _here = None


def main_tasks(loop):
    """The tasks that a loop runs for until they are complete."""
    return [*filter(_is_main, tasks.all_tasks(loop))]


def _is_main(task):
    main = base_events._run_until_complete_cb
    return any(callback is main for callback, _ in task._callbacks or ())


def _owe(loop, text):
    """Tell those who wait for the loop; the host's calls are told by name."""
    if not hasattr(loop, "is_owed"):
        return  # the plugin's own kind of loop
    mains = main_tasks(loop)
    if mains:
        heard()
        _tell(mains, text, mains)
    elif not loop.is_owed:
        loop.give_up = TimeoutError(text)


def _unix_events():
    return sys.modules["asyncio.unix_events"]


def _wakes_up(frame):
    """Whether a loop that was idle is about to go on: it is not running yet."""
    code = _unix_events().HostLoop._idle.__code__
    return any(f is not None and f.f_code is code for f in (frame, frame.f_back))


def _is_asleep(loop):
    """Whether it can be interrupted: nothing is in its hands."""
    return getattr(loop, "is_asleep", True)


def _callback(frame):
    """The function of the plugin's that the loop has called, if it is no task:
    its handle."""
    inner = frame
    while frame is not None and frame.f_code is not _run_handle:
        inner, frame = frame, frame.f_back
    if frame is None or inner.f_code.co_filename.startswith(_OWN):
        return None
    return frame.f_locals["self"]


def _deliver(current):
    """Tell those that wait; what `current` is to be told, if anything."""
    here = None
    stack = [(task, task, text) for task, text in due.items()]
    due.clear()
    while stack:
        task, future, text = stack.pop()
        _heard.add(task)
        if future is current:
            here = text
        elif not task.done():
            awaited = _awaited_by(future)
            if awaited is None:
                _fail(future, text)
            elif not awaited:
                due[task] = text
            for each in awaited or ():
                stack.append((each if _is_task(each) else task, each, text))
    return here


def _awaited_by(future):
    """What a task, or a gathering, waits for; None of a future like any other."""
    if _is_task(future):
        awaited = [future._fut_waiter]
    else:
        awaited = getattr(future, "_children", None)
    if awaited is None:
        return None
    return [each for each in awaited if each is not None and not each.done()]


def _is_task(future):
    return hasattr(future, "_fut_waiter")


def _fail(future, text):
    """Raise it where the future is awaited, whatever else it was to become."""
    loop = future.get_loop()
    for handle in (*loop._scheduled, *loop._ready):
        if any(argument is future for argument in handle._args or ()):
            handle.cancel()
    future.set_exception(_TimeIsUp(text))
