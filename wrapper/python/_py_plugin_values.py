"""Python values that the wire has a tag for, and back.

`wrapper/encode.c` and `decode.c` know the plain builtin types; what else can
cross is reduced to a tag and such a value here, and rebuilt from them. Nothing
here is for plugins to import, and nothing is imported before it is needed: an
object of a class exists only where the class's module is already loaded.
"""

import sys

# wrapper/tags.h
_DATETIME, _EPOCH, _DECIMAL, _UUID = 0, 1, 4, 37
_HINTS = frozenset((21, 22, 23, 24, 32))
_DURATION, _DATE, _COMPLEX = 1002, 1004, 43000
_SPECIAL_DECIMAL, _NAIVE_DATETIME, _TIME = 0x70790000, 0x70790001, 0x70790002
_HOST_OBJECT = 0x70790004

_HOST_ERROR, _PYTHON_ERROR = 0x70790005, 0x70790006

#: RFC 8746's tags for little-endian arrays, and memoryview's letters for them.
_ARRAYS = {
    64: "B", 68: "B", 69: "H", 70: "I", 71: "Q", 72: "b",
    77: "h", 78: "i", 79: "q", 85: "f", 86: "d",
}  # fmt: skip
_ARRAY_TAGS = {"H": 69, "I": 70, "L": 70, "Q": 71, "b": 72, "h": 77} | {
    "i": 78, "l": 78, "q": 79, "f": 85, "d": 86, "B": None, "c": None,
}  # fmt: skip

#: Python does not read longer ints from text, nor write them (sys.int_info).
_MOST_DIGITS = 4000
#: How many classes are remembered with what reduces them.
_MOST_CLASSES = 1000

_reducers = {}


def reduce(value):
    """(tag, content) for a value.

    The tag is None when the content says all, ... for an object that is no
    data: the host gets a handle, described by its kind and its class's name.
    It is NotImplemented for what cannot be passed, and the content says what.
    """
    cls = type(value)
    reducer = _reducers.get(cls)
    if reducer is None:
        reducer = _reducer_of(cls)
        if reducer is None:
            return ..., (_kind(value), cls.__qualname__)
        if len(_reducers) >= _MOST_CLASSES:
            _reducers.clear()
        _reducers[cls] = reducer
    return reducer(value)


#: What content of another shape makes of a builder.
_WRONG = (
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,  # a time that is out of the platform's range
)


def rebuild(tag, content):
    """The value that `tag` makes of `content`; ValueError when it makes none."""
    if tag in _HINTS:
        return content
    if tag in _ARRAYS:
        return _array(tag, content)
    builder = _BUILDERS.get(tag)
    if builder is None:
        raise ValueError(f"cannot read the wire: the unknown tag {tag}")
    try:
        return builder(content)
    except _WRONG as error:
        raise ValueError(
            f"cannot read the wire: tag {tag} with the wrong content: {error}"
        ) from None


def _reducer_of(cls):
    """What reduces the instances of a class; None when they are no data."""
    for module, name, reducer in _REDUCERS:
        known = getattr(sys.modules.get(module), name, None)
        if isinstance(known, type) and issubclass(cls, known):
            return reducer
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        return lambda value: (None, dict(zip(cls._fields, value)))
    for builtin, plain in _PLAIN:
        if issubclass(cls, builtin):
            return lambda value: (None, plain(value))
    return _fields if hasattr(cls, "__dataclass_fields__") else None


#: Subclasses of these cross as the class itself, whatever they override of
#: the conversions to it.
_PLAIN = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    (bytes, bytes),
    (tuple, tuple),
    (list, list),
    (dict, dict),
    (set, set),
    (frozenset, frozenset),
)


def _kind(value):
    """The kind of a handle; `enum plug_kind` in wrapper/bridge.h."""
    cls = type(value)
    if hasattr(cls, "__next__"):
        return 2
    if hasattr(cls, "__anext__"):
        return 3
    if hasattr(cls, "__await__"):
        return 4
    return 1 if callable(value) else 0


def _fields(value):
    """A dataclass's fields, which its ClassVars and InitVars are not."""
    from dataclasses import fields

    return None, {field.name: getattr(value, field.name) for field in fields(value)}


def _reduce_datetime(value):
    offset = value.utcoffset()
    if offset is None:
        return _NAIVE_DATETIME, value.isoformat()
    if offset.seconds % 60 or offset.microseconds:
        return NotImplemented, "a datetime with seconds in its offset from UTC"
    return _DATETIME, value.isoformat()


def _reduce_time(value):
    if value.tzinfo is not None:
        return NotImplemented, "a datetime.time with a time zone"
    return _TIME, value.isoformat()


def _reduce_duration(value):
    seconds = value.days * 86400 + value.seconds
    return _DURATION, {1: seconds, -6: value.microseconds}


def _reduce_decimal(value):
    sign, digits, exponent = value.as_tuple()
    if not value.is_finite() or len(digits) > _MOST_DIGITS:
        return _SPECIAL_DECIMAL, str(value)
    mantissa = int("".join(map(str, digits)))
    if sign and not mantissa:
        return _SPECIAL_DECIMAL, str(value)
    return _DECIMAL, [exponent, -mantissa if sign else mantissa]


def _reduce_buffer(value):
    view = memoryview(value)
    letter = view.format.lstrip("<=@")
    if letter not in _ARRAY_TAGS:
        return NotImplemented, f"{_a(value)} of the format {view.format!r}"
    content = view.cast("B") if view.c_contiguous else view.tobytes()
    return _ARRAY_TAGS[letter], content


def _a(value):
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _reduce_error(value):
    import _py_plugin

    return _PYTHON_ERROR, _py_plugin.parts(value)


_REDUCERS = (
    ("_plug", "HostObject", lambda value: (_HOST_OBJECT, value._number)),
    ("builtins", "BaseException", _reduce_error),
    ("enum", "Enum", lambda value: (None, value.value)),
    ("datetime", "datetime", _reduce_datetime),
    ("datetime", "date", lambda value: (_DATE, value.isoformat())),
    ("datetime", "time", _reduce_time),
    ("datetime", "timedelta", _reduce_duration),
    ("decimal", "Decimal", _reduce_decimal),
    ("uuid", "UUID", lambda value: (_UUID, value.bytes)),
    ("builtins", "complex", lambda value: (_COMPLEX, [value.real, value.imag])),
    ("builtins", "bytearray", _reduce_buffer),
    ("builtins", "memoryview", _reduce_buffer),
    ("array", "array", _reduce_buffer),
    ("pathlib", "PurePath", lambda value: (None, str(value))),
)


def _array(tag, content):
    if type(content) is not bytes:
        raise ValueError("cannot read the wire: an array that is no byte string")
    letter = _ARRAYS[tag]
    if letter == "B":
        return content
    from array import array

    try:
        return array(letter, content)
    except ValueError as error:
        raise ValueError(f"cannot read the wire: {error}") from None


def _build_datetime(text):
    from datetime import datetime

    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError("a datetime without its zone")
    return value


def _build_epoch(seconds):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC)


def _build_naive(text):
    from datetime import datetime

    value = datetime.fromisoformat(text)
    if value.tzinfo is not None:
        raise ValueError("a datetime with a zone")
    return value


def _build_date(text):
    from datetime import date

    return date.fromisoformat(text)


def _build_time(text):
    from datetime import time

    return time.fromisoformat(text)


def _build_duration(parts):
    from datetime import timedelta

    if type(parts) is not dict or not parts.keys() <= {1, -3, -6, -9}:
        raise ValueError("a duration with other parts than seconds")
    return timedelta(
        seconds=parts.get(1, 0),
        milliseconds=parts.get(-3, 0),
        microseconds=parts.get(-6, 0) + parts.get(-9, 0) / 1000,
    )


def _build_decimal(pair):
    from decimal import Decimal

    exponent, mantissa = pair
    if type(exponent) is not int or type(mantissa) is not int:
        raise ValueError("a decimal that is not made of two ints")
    return Decimal((int(mantissa < 0), tuple(map(int, str(abs(mantissa)))), exponent))


def _build_special_decimal(text):
    from decimal import Decimal

    return Decimal(text)


def _build_uuid(content):
    from uuid import UUID

    return UUID(bytes=content)


def _build_complex(pair):
    real, imag = pair
    return complex(float(real), float(imag))


def _build_host_object(parts):
    from _py_plugin_host import make

    return make(*parts)


def _build_host_error(parts):
    from _py_plugin_host import exception

    return exception(parts)


_BUILDERS = {
    _HOST_OBJECT: _build_host_object,
    _HOST_ERROR: _build_host_error,
    _DATETIME: _build_datetime,
    _EPOCH: _build_epoch,
    _DECIMAL: _build_decimal,
    _UUID: _build_uuid,
    _DURATION: _build_duration,
    _DATE: _build_date,
    _COMPLEX: _build_complex,
    _SPECIAL_DECIMAL: _build_special_decimal,
    _NAIVE_DATETIME: _build_naive,
    _TIME: _build_time,
}
