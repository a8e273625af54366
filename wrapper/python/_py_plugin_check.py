"""Calls held against the plugin's annotations, for `loadPlugin(…, { check: true })`.

An argument that is annotated with a class of data is made an object of it; a
result is only looked at. Nothing here is for plugins to import.
"""

import functools
import inspect
import types

from _py_plugin_annotations import Reader
from _py_plugin_checks import Checks
from _py_plugin_signatures import is_function, signature_of
from _py_plugin_types import is_own
from _py_plugin_wrong import Wrong

#: How many names are remembered with what is checked when they are called.
_MOST_NAMES = 1000


def checking(find):
    """`_py_plugin_bridge.find`, whose functions check what they get and give."""
    reader = Reader(is_own)
    known = {}

    def found(name):
        value = find(name)
        before, checked = known.get(name, (None, None))
        if value is before or (checked is not None and _is_same_method(value, before)):
            return checked
        if isinstance(value, type) or not is_function(value):
            return value
        if len(known) >= _MOST_NAMES:
            known.clear()
        checked = _Plan(value, reader).around(value)
        known[name] = value, checked
        return checked

    return found


def _is_same_method(one, other):
    """Whether both are one function, bound to one object."""
    return (
        type(one) is type(other) is types.MethodType
        and one.__func__ is other.__func__
        and one.__self__ is other.__self__
    )


class _Plan:
    """What is checked when one function is called."""

    def __init__(self, function, reader):
        signature = signature_of(function, reader)
        checks = Checks(reader)
        by_kind = {}
        for each in signature["params"]:
            check = checks.of(each["type"], making=True)
            by_kind.setdefault(each["kind"], []).append((each["name"], check))
        only, either = by_kind.get("positional", []), by_kind.get("either", [])
        [self._rest] = by_kind.get("rest", [("", None)])
        [(_, self._others)] = by_kind.get("keywords", [("", None)])
        self._positional = only + either
        self._named = dict(either + by_kind.get("keyword", []))
        result = signature["result"]
        self._deferred = inspect.iscoroutinefunction(inspect.unwrap(function))
        if self._deferred:
            result = result["item"]
        self._result = checks.of(result, making=False)

    def around(self, function):
        """The function, with the checks around it."""
        if self._result is None:
            def call(*args, **kwargs):
                return function(*self._args(args), **self._kwargs(kwargs))
        elif self._deferred:
            def call(*args, **kwargs):
                return self._awaited(function(*self._args(args), **self._kwargs(kwargs)))
        else:
            def call(*args, **kwargs):
                return self._checked(function(*self._args(args), **self._kwargs(kwargs)))
        return functools.wraps(function)(call)

    def _args(self, args):
        made = []
        for index, value in enumerate(args):
            known = index < len(self._positional)
            name, check = self._positional[index] if known else self._rest
            try:
                made.append(value if check is None else check(value))
            except Wrong as error:
                said = f"argument {index + 1}{f' ({name})' if name else ''}"
                raise error.told(said) from None
        return made

    def _kwargs(self, kwargs):
        made = {}
        for name, value in kwargs.items():
            check = self._named.get(name, self._others)
            try:
                made[name] = value if check is None else check(value)
            except Wrong as error:
                raise error.told(f"argument {name}") from None
        return made

    async def _awaited(self, coroutine):
        return self._checked(await coroutine)

    def _checked(self, result):
        try:
            return self._result(result)
        except Wrong as error:
            raise error.told("result") from None
