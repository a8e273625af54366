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

#: RFC 8746's tags for little-endian arrays, and memoryview's letters for them.
_ARRAYS = {
    64: "B", 68: "B", 69: "H", 70: "I", 71: "Q", 72: "b",
    77: "h", 78: "i", 79: "q", 85: "f", 86: "d",
}  # fmt: skip
_ARRAY_TAGS = {"H": 69, "I": 70, "L": 70, "Q": 71, "b": 72, "h": 77} | {
    "i": 78, "l": 78, "q": 79, "f": 85, "d": 86,
}  # fmt: skip


def reduce(value):
    """(tag, content) for a value.

    The tag is None when the content says all, and ... for an object that is no
    data: the host gets a handle, described by its kind and its class's name.
    Raises TypeError with what cannot be passed.
    """
    for module, name, reducer in _REDUCERS:
        loaded = sys.modules.get(module)
        cls = getattr(loaded, name, None)
        if cls is not None and isinstance(value, cls):
            return reducer(value)
    if isinstance(value, tuple) and hasattr(type(value), "_fields"):
        return None, dict(zip(value._fields, value))
    for cls in (str, int, float, bytes, tuple, list, dict, set, frozenset):
        if isinstance(value, cls):
            return None, _plain(cls, value)
    if hasattr(type(value), "__dataclass_fields__"):
        return None, _fields(value)
    return ..., (_kind(value), type(value).__qualname__)


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
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(
            f"cannot read the wire: tag {tag} with the wrong content: {error}"
        ) from None


def _plain(cls, value):
    """The same as the builtin class itself, whatever the subclass overrides."""
    match cls.__name__:
        case "str":
            return str.__str__(value)
        case "int":
            return int.__int__(value)
        case "float":
            return float.__float__(value)
    return cls(value)


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
    return {name: getattr(value, name) for name in type(value).__dataclass_fields__}


def _reduce_datetime(value):
    if value.utcoffset() is None:
        return _NAIVE_DATETIME, value.isoformat()
    return _DATETIME, value.isoformat()


def _reduce_time(value):
    if value.tzinfo is not None:
        raise TypeError("a datetime.time with a time zone")
    return _TIME, value.isoformat()


def _reduce_duration(value):
    seconds = value.days * 86400 + value.seconds
    return _DURATION, {1: seconds, -6: value.microseconds}


def _reduce_decimal(value):
    sign, digits, exponent = value.as_tuple()
    mantissa = int("".join(map(str, digits)) or "0")
    if not value.is_finite() or (sign and not mantissa):
        return _SPECIAL_DECIMAL, str(value)
    return _DECIMAL, [exponent, -mantissa if sign else mantissa]


def _reduce_bytes(value):
    view = memoryview(value)
    letter = view.format.lstrip("<=@")
    tag = _ARRAY_TAGS.get(letter)
    if letter not in ("B", "c") and tag is None:
        raise TypeError(f"a buffer with the format {view.format!r}")
    return tag, view.tobytes()


_REDUCERS = (
    ("_plug", "HostObject", lambda value: (_HOST_OBJECT, value._number)),
    ("enum", "Enum", lambda value: (None, value.value)),
    ("datetime", "datetime", _reduce_datetime),
    ("datetime", "date", lambda value: (_DATE, value.isoformat())),
    ("datetime", "time", _reduce_time),
    ("datetime", "timedelta", _reduce_duration),
    ("decimal", "Decimal", _reduce_decimal),
    ("uuid", "UUID", lambda value: (_UUID, value.bytes)),
    ("builtins", "complex", lambda value: (_COMPLEX, [value.real, value.imag])),
    ("builtins", "bytearray", lambda value: (None, bytes(value))),
    ("builtins", "memoryview", _reduce_bytes),
    ("array", "array", _reduce_bytes),
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
    digits = tuple(map(int, str(abs(mantissa))))
    return Decimal((int(mantissa < 0), digits, exponent))


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


_BUILDERS = {
    _HOST_OBJECT: _build_host_object,
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
