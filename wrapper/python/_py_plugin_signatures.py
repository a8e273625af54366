"""What can be called, and with what, as plain nodes.

Nothing here is for plugins to import.
"""

import inspect
import types
import typing

import _py_plugin_annotations as annotations

_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "either",
    inspect.Parameter.VAR_POSITIONAL: "rest",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_KEYWORD: "keywords",
}


def is_function(value):
    """Whether it is a function, whatever decorators have made of it."""
    return inspect.isroutine(value) or callable(getattr(value, "__wrapped__", None)) or (
        not isinstance(value, type) and callable(value) and hasattr(value, "func")
    )


def signatures_of(function, reader):
    """Its overloads, or its one signature."""
    plain = inspect.unwrap(getattr(function, "__func__", function))
    overloads = typing.get_overloads(plain) if isinstance(plain, types.FunctionType) else []
    skip = 1 if inspect.ismethod(function) else 0
    if overloads:
        return [signature_of(each, reader, skip) for each in overloads]
    return [signature_of(function, reader)]


def constructor_of(cls, reader):
    """What a class is called with, answered by an object of it."""
    signature = signature_of(cls, reader, hints_of=cls.__init__)
    return signature | {"result": reader.node(cls)}


def signature_of(function, reader, skip=0, hints_of=None):
    """Parameters, result and type variables of a callable."""
    try:
        parameters = list(inspect.signature(function, annotation_format=annotations._FORWARDREF).parameters.values())
    except (TypeError, ValueError):
        parameters = _ANYTHING  # it is builtin, and tells nothing
    plain = _function_of(hints_of or function)
    hints = reader.hints(plain)
    variables = _Variables(reader)
    return {
        "params": [
            {
                "name": each.name,
                "kind": _KINDS[each.kind],
                "type": variables.node(hints.get(each.name, typing.Any)),
                "required": each.default is inspect.Parameter.empty,
            }
            for each in parameters[skip:]
        ],
        "result": _result(plain, hints, variables),
        "variables": reader.variables(variables.found),
    }


_ANYTHING = [
    inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
    inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
]


class _Variables:
    """Reads the annotations of one signature, and notes its type variables."""

    def __init__(self, reader):
        self._reader = reader
        self.found = []

    def node(self, annotation):
        own = (annotation,) if isinstance(annotation, typing.TypeVar) else ()
        for each in (*own, *getattr(annotation, "__parameters__", ())):
            generic_itself = isinstance(annotation, type)
            if each not in self.found and not generic_itself:
                self.found.append(each)
        return self._reader.node(annotation)


def _result(function, hints, variables):
    """What a call gives; of an `async def`, what it gives in the end."""
    told = hints.get("return", typing.Any)
    if inspect.iscoroutinefunction(function):
        return {"kind": "awaitable", "item": variables.node(told)}
    if "return" not in hints and inspect.isasyncgenfunction(function):
        return {"kind": "async_iterator", "item": annotations.ANY}
    if "return" not in hints and inspect.isgeneratorfunction(function):
        return {"kind": "iterator", "item": annotations.ANY}
    return variables.node(told)


def _function_of(value):
    """The function that has the annotations of a callable."""
    value = inspect.unwrap(value)
    while hasattr(value, "func"):
        value = inspect.unwrap(value.func)
    return getattr(value, "__func__", value)
