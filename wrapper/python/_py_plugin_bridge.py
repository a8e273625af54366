"""What the host may ask for, besides calling a function.

Each public function is an operation: `wrapper/request.c` finds it by name and
gives it the operands of the message. Nothing here is for plugins to import.
"""

import sys


def find(name):
    """What `name`, perhaps with dots, stands for in the plugin's module."""
    first, *rest = name.split(".")
    module = _plugin()
    try:
        value = getattr(module, first)
    except AttributeError:
        raise AttributeError(
            f"the plugin has no {first!r}", name=first, obj=module
        ) from None
    for step in rest:
        value = getattr(value, step)
    return value


def assign(name, value):
    """Give `name`, perhaps with dots, a value in the plugin's module."""
    owner, _, last = name.rpartition(".")
    setattr(find(owner) if owner else _plugin(), last, value)


def evaluate(expression):
    """The value of an expression in the plugin's module."""
    code = compile(expression, "<evaluate>", "eval", dont_inherit=True)
    return eval(code, _plugin().__dict__)


def execute(source):
    """Run statements in the plugin's module."""
    code = compile(source, "<exec>", "exec", dont_inherit=True)
    exec(code, _plugin().__dict__)


def attribute(value, name):
    """An attribute of an object that the host holds."""
    return getattr(value, name)


def set_attribute(value, name, new):
    """Set an attribute of an object that the host holds."""
    setattr(value, name, new)


def text(value):
    """`str()` of an object that the host holds."""
    return str(value)


def iterate(value):
    """An iterator over an object that the host holds."""
    return iter(value)


def advance(iterator, sent):
    """[True, item], or [False, value] at the end of an iterator."""
    try:
        if sent is not None and hasattr(iterator, "send"):
            return [True, iterator.send(sent)]
        return [True, next(iterator)]
    except StopIteration as stop:
        return [False, stop.value]


def finish(iterator):
    """Close a generator early; any other iterator is just let go."""
    close = getattr(iterator, "close", None)
    if close is not None:
        close()


def iterate_waiting(value):
    """An iterator over an object, asynchronous when that is."""
    return value.__aiter__() if hasattr(type(value), "__aiter__") else iter(value)


def advance_waiting(iterator):
    """The same as advance(); of an asynchronous iterator it is awaited."""
    if hasattr(type(iterator), "__anext__"):
        return _advance_async(iterator)
    return advance(iterator, None)


async def _advance_async(iterator):
    try:
        return [True, await iterator.__anext__()]
    except StopAsyncIteration:
        return [False, None]


def finish_waiting(iterator):
    """The same as finish(); what is asynchronous is awaited."""
    close = getattr(iterator, "aclose", None)
    return finish(iterator) if close is None else close()


def awaited(value):
    """What an object that the host holds comes to: the answer is awaited."""
    return value


def cancel(call):
    """Cancel the task that answers a call of the host's."""
    loop = sys.modules.get("_py_plugin_loop")
    if loop is not None:
        loop.cancel(call)


def interrupt(call, text):
    """Raise TimeoutError in the task that answers a call of the host's."""
    loop = sys.modules.get("_py_plugin_loop")
    if loop is not None:
        loop.interrupt(call, text)


def park():
    """Let no event loop count as running; what unpark() wants, or None."""
    unix_events = sys.modules.get("asyncio.unix_events")
    if unix_events is None:
        return None
    import _asyncio

    idle = unix_events.set_idle_loop(None)
    loop = _asyncio._get_running_loop()
    if loop is None:
        return idle, None, None
    task = _asyncio._swap_current_task(loop, None)
    _asyncio._set_running_loop(None)
    return idle, loop, task


def unpark(parked):
    """Undo park()."""
    import _asyncio

    idle, loop, task = parked
    sys.modules["asyncio.unix_events"].set_idle_loop(idle)
    if loop is not None:
        _asyncio._set_running_loop(loop)
        _asyncio._swap_current_task(loop, task)


def offer(tree):
    """Make what the host offers importable as `host`."""
    from _py_plugin_host import offer

    offer(tree)


def stand_in():
    """Let the plugin import whatever it wants from `host`: `describe` follows."""
    from _py_plugin_stand_in import stand_in

    stand_in()


def describe():
    """The plugin's functions and types, as plain data."""
    import _py_plugin

    return _py_plugin._library("_py_plugin_types").describe()


def flush():
    """Pass on what the plugin has printed; it may have closed a stream."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # the plugin saw, or will see, its own write fail


def lent():
    """The types of the objects that the host holds."""
    import _plug

    return [type(each).__qualname__ for each in _plug.lent()]


def get_ready():
    """Import what describes an exception: later there may be little time."""
    from _py_plugin import parts

    parts(TimeoutError())


def limit_depth(depth):
    """Let Python functions call each other `depth` deep, whatever they say."""
    set_limit = sys.setrecursionlimit

    def setrecursionlimit(limit, /):
        """Set the maximum depth of the Python interpreter stack."""
        if limit > depth:
            raise ValueError(f"recursion limit must be {depth} or less here")
        set_limit(limit)

    set_limit(depth)
    sys.setrecursionlimit = setrecursionlimit


def check():
    """From now on hold calls against the plugin's annotations."""
    import _plug
    import _py_plugin

    global find
    find = _py_plugin._library("_py_plugin_check").checking(find)
    _plug.find_with(find)


def _plugin():
    module = sys.modules.get("plugin")
    if module is None:
        raise ModuleNotFoundError("no plugin is loaded", name="plugin")
    return module
