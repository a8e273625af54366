"""What the host offers to the plugin: the module `host`, and its exceptions.

Nothing here is for plugins to import; they import `host`.
"""

import sys

import _plug

_CALLABLE, _ITERATOR, _ASYNC_ITERATOR, _AWAITABLE = 1, 2, 3, 4


class HostFunction(_plug.HostObject):
    """A function of the host's. Calling it runs it and returns its result."""

    def __repr__(self):
        return f"<host function {getattr(self, '__qualname__', '?')}>"

    def __get__(self, instance, owner=None):
        return self  # it is no method, wherever it is put


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


def make(number, kind, name, doc):
    """The Python object that stands for the host's object `number`."""
    function = HostFunction(number)
    function.__name__ = name.rpartition(".")[2]
    function.__qualname__ = name
    function.__module__ = "host"
    if doc:
        function.__doc__ = doc
    return function


def exception(parts):
    """The exception that stands for an error of the host's."""
    original = parts.get("python")
    if original is not None:
        return original
    name, message = parts["name"], parts["message"]
    word = _WORDS.get(name)
    error = HostError(name, message) if word is None else word(message)
    error._host_error = parts.get("error")
    if parts.get("stack"):
        error.add_note(parts["stack"])
    return error


def offer(tree):
    """Make the namespace `tree` importable as `host`."""
    module = _module("host", tree)
    module.HostError = HostError
    module.__doc__ = "What the host offers to this plugin."


def _module(name, tree):
    module = type(sys)(name)
    module.__path__ = []  # `import host.kv` and `from host.kv import get` work
    sys.modules[name] = module
    for key, value in tree.items():
        if type(value) is dict and value.get("namespace") is not None:
            value = _module(f"{name}.{key}", value["namespace"])
        elif type(value) is dict:
            value = value["value"]
        setattr(module, key, value)
    return module
