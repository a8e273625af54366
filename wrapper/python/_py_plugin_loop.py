"""The host's calls of what takes its time: coroutines, futures, awaitables.

They run as tasks of one event loop, which goes on as long as one of them is not
done. Between calls the plugin stands still, its other tasks as well. Nothing
here is for plugins to import.
"""

import asyncio
from asyncio import runners
from asyncio.unix_events import CALLS_LOOP, HostLoop, idle_loop

import _plug
from _py_plugin_interrupt import tell

#: The tasks that answer a call of the host's, by its number.
_tasks = {}

#: The loops that go on until they have no such task; another is its owner's.
_running = set()

#: The loop of the host's calls, once there was one.
_calls_loop = None


class CallsLoop(HostLoop):
    """The loop of the host's calls: others may come while it waits."""

    _kind = CALLS_LOOP


def adopt(call, awaitable, depth):
    """Answer the host's call with what `awaitable` comes to.

    The host has asked from within `depth` requests, this one included. When a
    loop waits right below, the task is its own; otherwise it runs here.
    """
    loop = idle_loop()
    if loop is not None:
        _start(loop, call, awaitable)
    elif depth == 1:
        loop = _loop_of_calls()
        _start(loop, call, awaitable)
        _run(loop)
    else:
        _run_aside(call, awaitable)


def cancel(call):
    """Cancel the task that answers a call, if there is one."""
    task = _tasks.get(call)
    if task is not None:
        task.cancel()


def interrupt(call, text):
    """Raise TimeoutError in the task that answers a call, if there is one."""
    task = _tasks.get(call)
    if task is not None:
        tell([task], text, _tasks.values())


def _loop_of_calls():
    global _calls_loop
    if _calls_loop is None or _calls_loop.is_closed():
        _calls_loop = CallsLoop()
    return _calls_loop


def _start(loop, call, awaitable):
    task = loop.create_task(_coroutine_of(awaitable))
    _tasks[call] = task
    loop.when_closed[call] = lambda: _abandon(loop, call)
    _plug.later(call)
    task.add_done_callback(lambda task: _answer(loop, call, task))


def _coroutine_of(awaitable):
    return awaitable if asyncio.iscoroutine(awaitable) else _awaiting(awaitable)


async def _awaiting(awaitable):
    return await awaitable


def _abandon(loop, call):
    """The loop was closed, or given up, before a call's task was done."""
    del loop.when_closed[call], _tasks[call]
    error = asyncio.CancelledError("its event loop was closed")
    _plug.answer(call, False, error)


def _answer(loop, call, task):
    if _tasks.get(call) is not task:
        return  # it was abandoned
    del loop.when_closed[call], _tasks[call]
    if task.cancelled():
        _plug.answer(call, False, _cancelled_error(task))
    elif task.exception() is not None:
        _plug.answer(call, False, task.exception())
    else:
        _plug.answer(call, True, task.result())
    if loop in _running and not _has_calls(loop):
        loop.stop()


def _cancelled_error(task):
    try:
        task.result()
    except asyncio.CancelledError as error:
        return error


def _has_calls(loop):
    return any(task.get_loop() is loop for task in _tasks.values())


def _run(loop):
    """Let a loop go on until none of the host's calls waits for it."""
    _running.add(loop)
    try:
        while _has_calls(loop):
            try:
                loop.run_forever()
            except (SystemExit, KeyboardInterrupt):
                pass  # a task's, which answers its call with it
    finally:
        _running.discard(loop)


def _run_aside(call, awaitable):
    """Run a call on a loop of its own, while another waits below."""
    loop = HostLoop()
    _start(loop, call, awaitable)
    try:
        _run(loop)
    finally:
        _close(loop)


def _close(loop):
    """Cancel what is left on a loop that was made for one call.

    An asynchronous generator is not: the host may go on with it.
    """
    try:
        runners._cancel_all_tasks(loop)
    finally:
        loop.close()
