"""Classes that are data: dataclasses, TypedDicts, NamedTuples and enums.

Nothing here is for plugins to import.
"""

import annotationlib
import dataclasses
import enum
import inspect
import types
import typing


def is_enum(cls):
    """Whether it is an enum."""
    return isinstance(cls, type) and issubclass(cls, enum.Enum)


def is_record(cls):
    """Whether it crosses as an object with fields."""
    return isinstance(cls, type) and (
        dataclasses.is_dataclass(cls) or typing.is_typeddict(cls) or is_named_tuple(cls)
    )


def is_data(cls):
    """Whether the host sees its content, not a handle."""
    return is_enum(cls) or is_record(cls)


def is_named_tuple(cls):
    """Whether it is a tuple whose items have names."""
    return issubclass(cls, tuple) and isinstance(getattr(cls, "_fields", None), tuple)


def fields_of(cls):
    """Its fields: name, whether each is `input` (given when one is made) and
    `output` (there when it arrives), and `required` to make one."""
    if typing.is_typeddict(cls):
        names = annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
        return [_field(name, required=name in cls.__required_keys__) for name in names]
    if dataclasses.is_dataclass(cls):
        return list(_dataclass_fields(cls))
    return [
        _field(name, required=name not in cls._field_defaults, always=True)
        for name in cls._fields
    ]


def _dataclass_fields(cls):
    for name, field in cls.__dataclass_fields__.items():
        given = (
            field.default is not dataclasses.MISSING
            or field.default_factory is not dataclasses.MISSING
        )
        if field._field_type is dataclasses._FIELD:
            yield _field(name, required=field.init and not given, input=field.init, always=True)
        elif field._field_type is dataclasses._FIELD_INITVAR:
            yield _field(name, required=not given, output=False)


def _field(name, *, required, input=True, output=True, always=False):
    return types.SimpleNamespace(
        name=name,
        input=input,
        output=output,
        required=required,
        always=required or always,
    )


def doc_of(value):
    """The docstring that its author wrote, or an empty text."""
    try:
        doc = value.__dict__.get("__doc__") if isinstance(value, type) else value.__doc__
    except AttributeError:
        return ""
    if not isinstance(doc, str) or _is_made(value, doc):
        return ""
    return inspect.cleandoc(doc)


def _is_made(value, doc):
    """Whether `dataclass`, `NamedTuple` or `NewType` wrote it."""
    name = getattr(value, "__name__", "")
    if isinstance(value, (typing.NewType, typing.TypeAliasType)):
        return True
    return is_record(value) and doc.startswith(f"{name}(")


def is_typed_dict(cls):
    """Whether it is a TypedDict: a plain dict when the program runs."""
    return typing.is_typeddict(cls)


def is_new_type(value):
    """Whether `typing.NewType` made it."""
    return isinstance(value, typing.NewType)
