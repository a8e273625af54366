"""Checks for values that hold no others.

JavaScript has one kind of number: a whole one arrives as an int, and where
float is annotated it becomes one. Nothing here is for plugins to import.
"""

import _py_plugin
from _py_plugin_wrong import MAKE, RESULT, Wrong, refuse

#: How many literals an error names.
SHOWN = 5

#: name: (module, class) of what is no builtin.
_CLASSES = {
    "datetime": ("datetime", "datetime"),
    "date": ("datetime", "date"),
    "time": ("datetime", "time"),
    "timedelta": ("datetime", "timedelta"),
    "Decimal": ("decimal", "Decimal"),
    "UUID": ("uuid", "UUID"),
    "Path": ("pathlib", "PurePath"),
    "exception": ("builtins", "BaseException"),
}

#: What is made of another type, where that loses nothing.
_MADE_OF = {
    "float": (int,),
    "complex": (int, float),
    "bytearray": (bytes,),
    "memoryview": (bytes,),
    "Decimal": (int,),
    "Path": (str,),
}

#: What a result may be as well: the numeric tower of PEP 484.
_ALSO = {"float": (int,), "complex": (int, float)}


def scalar_check(name, how):
    """The check for a scalar's name."""
    module, attribute = _CLASSES.get(name, ("builtins", name))
    cls = getattr(_py_plugin._library(module), attribute)
    if how == RESULT:
        allowed = (cls, *_ALSO.get(name, ()))
        return lambda value: value if isinstance(value, allowed) else refuse(name, value)
    made_of = _MADE_OF.get(name, ()) if how == MAKE or name == "Path" else ()
    maker = _py_plugin._library("pathlib").Path if name == "Path" else cls
    strange = _strange(name, cls)

    def check(value):
        if isinstance(value, cls) and type(value) is not strange:
            return value
        if type(value) in made_of:
            try:
                return maker(value)
            except OverflowError:
                pass  # an int that no float is near to
        return refuse(name, value)

    return check


def _strange(name, cls):
    """The subclass that is not meant: a bool is no int, a datetime no date."""
    if name == "int":
        return bool
    return _py_plugin._library("datetime").datetime if name == "date" else None


def none_check(value):
    return value if value is None else refuse("None", value)


def callable_check(value):
    return value if callable(value) else refuse("a callable", value)


def has_check(method, expected):
    def check(value):
        return value if hasattr(type(value), method) else refuse(expected, value)

    return check


def literals_check(values):
    allowed = {(type(value), value) for value in values}
    shown = " or ".join(map(repr, values[:SHOWN])) + (" or …" if len(values) > SHOWN else "")

    def check(value):
        try:
            fits = (type(value), value) in allowed
        except TypeError:
            fits = False  # it cannot be hashed, so it is none of them
        if fits:
            return value
        wrong = Wrong(shown, value)
        if type(value) in (str, int, bool):
            wrong.got = repr(value)[:60]
        raise wrong

    return check
