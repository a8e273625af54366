"""What the host offers to the plugin: the module `host`, and its exceptions.

Nothing here is for plugins to import; they import `host`.
"""

import sys

import _plug

_CALLABLE, _ITERATOR, _ASYNC_ITERATOR, _AWAITABLE = 1, 2, 3, 4


class HostFunction(_plug.HostObject):
    """A function of the host's. Calling it runs it and returns its result."""

    _signature = "(*args, **kwargs)"

    def __repr__(self):
        module = getattr(self, "__module__", "host").removeprefix("host")
        name = f"{module}.{getattr(self, '__qualname__', '?')}".lstrip(".")
        return f"<host function {name}>"

    @property
    def __signature__(self):
        return _signature_of(self._signature)

    def __get__(self, instance, owner=None):
        return self  # it is no method, wherever it is put


    @property
    def aio(self):
        """The same function for `await`: other tasks go on meanwhile."""
        return AsyncHostFunction(self)


class AsyncHostFunction:
    """A function of the host's as an `async def`: `await` runs it."""

    def __init__(self, function):
        self._function = function
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(self, name, getattr(function, name, None))

    async def __call__(self, *args, **kwargs):
        number, value = self._function._start(*args, **kwargs)
        return value if number == 0 else await _settled(number)

    @property
    def __signature__(self):
        return self._function.__signature__

    @property
    def _is_coroutine_marker(self):  # for inspect.iscoroutinefunction()
        return sys.modules["inspect"]._is_coroutine_mark

    def __repr__(self):
        return repr(self._function).replace("<host ", "<async host ", 1)


async def _settled(number):
    """The value of the host's promise that nothing but its number stands for."""
    from asyncio.unix_events import settled

    try:
        return await settled(number)
    finally:
        _plug.forget(number)


def refuse_wait(what):
    """Say that Python cannot wait for the host here."""
    raise RuntimeError(
        f"cannot wait for {_name_of(what)} here: the plugin was called with"
        " callSync(); use call()"
    )


def _name_of(what):
    if isinstance(what, HostIterator):
        return "the next item of the host's iterator"
    if isinstance(what, HostPromise):
        return "the host's promise"
    if not isinstance(what, HostFunction):
        return "the host"
    if what._signature is HostFunction._signature:  # not offered, but passed
        return f"the host's function {what.__qualname__!r}"
    return f"{what.__module__}.{what.__name__}"


class HostError(Exception):
    """An error that a function of the host's threw.

    `name` and `message` are the error's own; its stack is a note.
    """

    def __init__(self, name, message):
        super().__init__(message)
        self.name = name
        self.message = message

    def __str__(self):
        return self.message if self.name in ("", "Error") else f"{self.name}: {self.message}"


#: What Python has a word for, by the name of the host's error.
_WORDS = {
    "NotFound": FileNotFoundError,
    "PermissionDenied": PermissionError,
    "NotCapable": PermissionError,
    "TypeError": TypeError,
    "RangeError": ValueError,
    "TimeoutError": TimeoutError,
    "TimedOut": TimeoutError,
    "AbortError": TimeoutError,
}


class _Shown:
    """Stands in a signature for what only the host knows."""

    def __init__(self, text):
        self._text = text

    def __repr__(self):
        return self._text


def _signature_of(text):
    """The inspect.Signature for a `(parameters) -> result` of the host's."""
    import annotationlib
    import inspect

    scope = {}
    try:
        exec(f"def function{text}: ...", scope)
    except SyntaxError:
        exec("def function(*args, **kwargs): ...", scope)
    strings = annotationlib.Format.STRING
    signature = inspect.signature(scope["function"], annotation_format=strings)
    return signature.replace(
        parameters=[_parameter(each) for each in signature.parameters.values()],
        return_annotation=_annotation(signature.return_annotation),
    )


def _parameter(parameter):
    if parameter.default is ...:  # there is one, and Python cannot know it
        parameter = parameter.replace(default=_Shown("..."))
    return parameter.replace(annotation=_annotation(parameter.annotation))


def _annotation(text):
    """The type that an annotation names, or its words: it may be the host's."""
    if type(text) is not str:
        return text
    try:
        return eval(text, {})
    except Exception:
        return _Shown(text)


class HostIterator(_plug.HostObject):
    """An iterable of the host's: `for`, and `async for`, go through it once."""

    def __iter__(self):
        return self

    def __next__(self):
        more, item = self("next")
        if more:
            return item
        raise StopIteration(item)

    def __aiter__(self):
        return self

    async def __anext__(self):
        number, step = self._start("next")
        more, item = step if number == 0 else await _settled(number)
        if more:
            return item
        raise StopAsyncIteration

    def close(self):
        """End it early; twice is fine."""
        self("close")

    async def aclose(self):
        """End it early; twice is fine."""
        number, _ = self._start("close")
        if number != 0:
            await _settled(number)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.aclose()

    def __repr__(self):
        return f"<host {self.__name__}>"


class HostPromise(_plug.HostObject):
    """A promise of the host's: `await` it, or wait() for it."""

    def __await__(self):
        from asyncio.unix_events import settled

        return settled(self._number).__await__()

    def wait(self):
        """Its value, once it has one; the plugin stands still meanwhile."""
        return self._wait()

    def __repr__(self):
        return "<host promise>"


_CLASSES = {
    _ITERATOR: HostIterator,
    _ASYNC_ITERATOR: HostIterator,
    _AWAITABLE: HostPromise,
}


def make(number, kind, name, doc):
    """The Python object that stands for the host's object `number`."""
    value = _CLASSES.get(kind, HostFunction)(number)
    value.__name__ = name.rpartition(".")[2]
    value.__qualname__ = name
    value.__module__ = "host"
    if doc:
        value.__doc__ = doc
    return value


def exception(parts):
    """The exception that stands for an error of the host's."""
    held = parts.get("python")
    if held is None:
        error = _exception(parts)
    else:
        error = held.error  # it is Python's own, and comes back
    frames = parts.get("frames")
    if frames:
        import _py_plugin_frames

        _py_plugin_frames.prepend(error, frames)
    return error


def _exception(parts):
    name, message = parts["name"], parts["message"]
    word = _WORDS.get(name)
    errors = parts.get("errors")
    if errors:
        error = ExceptionGroup(message, [exception(each) for each in errors])
    elif word is None:
        error = HostError(name, message)
    else:
        error = word(message)
    error._host_error = parts.get("error")
    if parts.get("stack"):
        error.add_note(parts["stack"])
    if parts.get("cause") is not None:
        error.__cause__ = exception(parts["cause"])
    return error


def offer(tree):
    """Make the namespace `tree` importable as `host`."""
    module = _module("host", tree)
    module.HostError = HostError
    module.__doc__ = "What the host offers to this plugin."
    if "aio" not in tree:
        module.aio = _aio("host.aio", module)
        module.aio.__doc__ = "The same as `host`, with functions to be awaited."


def _module(name, tree):
    module = type(sys)(name)
    module.__path__ = []  # `import host.kv` and `from host.kv import get` work
    sys.modules[name] = module
    for key, node in tree.items():
        setattr(module, key, _offered(name, key, node))
    return module


def _offered(name, key, node):
    """What `key` of the namespace `name` is in Python."""
    if "namespace" in node:
        return _module(f"{name}.{key}", node["namespace"])
    if "function" not in node:
        return node["value"]
    function = node["function"]
    function.__name__ = function.__qualname__ = key
    function.__module__ = name
    function.__doc__ = node["doc"] or None
    function._signature = node["signature"]
    return function


def _aio(name, module):
    """The namespace `module` with functions to be awaited."""
    aio = type(sys)(name)
    aio.__path__ = []
    sys.modules[name] = aio
    for key, value in vars(module).items():
        if isinstance(value, HostFunction):
            setattr(aio, key, value.aio)
        elif isinstance(value, type(sys)):
            setattr(aio, key, _aio(f"{name}.{key}", value))
        elif not key.startswith("__"):
            setattr(aio, key, value)
    return aio
