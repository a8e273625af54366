"""How tasks hear that the time of their call is over, or that it was given up.

C asks here, between any two instructions of Python (`wrapper/limits.c`). In a
task, and where no event loop runs, it is raised right there. In the loop's own
code an exception would lose what that has in hand; so the tasks that someone
waits for get it where they wait. Nothing here is for plugins to import.
"""

import sys
from asyncio import base_events, events, exceptions, tasks

import _plug

_HERE = __file__.rpartition("/")[0] + "/"
#: Files with code of event loops.
_OWN = (_HERE + "asyncio/", _HERE + "_py_plugin")
_run_handle = events.Handle._run.__code__

#: How often a function that nobody waits for is looked at before it is ended.
_PATIENCE = 200

#: What tasks are to be told that were about to run when it was due.
due = {}

#: What is to be raised in other code, unless that comes to its end by itself,
#: and how often it has been looked at.
_rest, _looks = None, 0


class _TimeIsUp(exceptions.CancelledError, TimeoutError):
    """Both: plugins catch a TimeoutError, and asyncio takes down groups, and
    what else belongs to a task, as whenever one is cancelled."""


_TimeIsUp.__name__ = _TimeIsUp.__qualname__ = "TimeoutError"
_TimeIsUp.__module__ = "builtins"


def interrupt(text, is_in_c):
    """What is to be raised in the caller, or None; and whether to ask again.

    `text` says what happened; it is None when it has been told before. Who is
    in C now does not ask again before that is over.
    """
    global _rest, _looks
    frame = sys._getframe(1)
    is_own = not is_in_c and frame.f_code.co_filename.startswith(_OWN)
    loop = events._get_running_loop()
    if loop is None and is_own:
        loop = _unix_events().idle_loop()
    current = None if loop is None else tasks.current_task(loop)
    if text is not None:
        _rest, _looks = text, 0
        if loop is not None:
            _owe(loop, text)
    told = _deliver(current)
    if told is None:
        error = _interrupt_rest(loop, current, frame, is_own, is_in_c)
    else:
        _rest = error = None
        if is_own:
            due[current] = told  # it will return, or wait
        else:
            error = _TimeIsUp(told)
    return error, bool(due) or _rest is not None


def _interrupt_rest(loop, current, frame, is_own, is_in_c):
    """The same for code that answers no call, or not in a task."""
    global _rest, _looks
    if _rest is None:
        return None
    if loop is None:
        if is_own:
            return None  # an event loop begins or ends
    elif current is None and not _is_called_back(frame):
        if not _is_asleep(loop):
            _rest = None  # all who wait for the loop have it
            return None
    else:
        _looks += 1
        if is_own or (_looks < _PATIENCE and not is_in_c):
            return None
    text, _rest = _rest, None
    return TimeoutError(text) if current is None else _TimeIsUp(text)


def tell(owed, text):
    """Raise it where tasks wait, or will run next."""
    global _rest
    _rest = None  # what was due before is over
    due.update(dict.fromkeys(owed, text))
    _deliver(None)
    if due:
        _plug.remind()


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
    due.update(dict.fromkeys(mains, text))
    if not mains and not loop.is_owed:
        loop.give_up = TimeoutError(text)


def _unix_events():
    return sys.modules["asyncio.unix_events"]


def _is_asleep(loop):
    """Whether it can be interrupted: nothing is in its hands."""
    return getattr(loop, "is_asleep", True)


def _is_called_back(frame):
    """Whether the loop has called a function of the plugin's that is no task."""
    inner = frame
    while frame is not None and frame.f_code is not _run_handle:
        inner, frame = frame, frame.f_back
    return frame is not None and not inner.f_code.co_filename.startswith(_OWN)


def _deliver(current):
    """Tell those that wait; what `current` is to be told, if anything."""
    here = None
    stack = [(task, task, text) for task, text in due.items()]
    due.clear()
    while stack:
        task, future, text = stack.pop()
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
