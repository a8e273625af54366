"""Checks for objects of classes: records, members of enums, derived builtins.

Nothing here is for plugins to import.
"""

import functools

import _py_plugin_records as records
from _py_plugin_scalars import SHOWN
from _py_plugin_wrong import RESULT, Missing, Unknown, Wrong, refuse


def instance_check(cls, value):
    return value if isinstance(value, cls) else refuse(cls.__qualname__, value)


def member_check(cls, how, value):
    """The member of an enum that has the value; True is not 1."""
    if isinstance(value, cls):
        return value
    if how != RESULT and type(value) in (str, int, float):
        try:
            return cls(value)
        except ValueError:
            pass
    shown = " or ".join(repr(each.value) for each in list(cls)[:SHOWN])
    wrong = Wrong(shown if how != RESULT else cls.__qualname__, value)
    if type(value) in (str, int, float):
        wrong.got = repr(value)[:60]
    raise wrong


def subclass_check(cls, check, how, value):
    """An object of a class that is derived from a builtin one."""
    if isinstance(value, cls):
        return value
    if how == RESULT:
        refuse(cls.__qualname__, value)
    return cls(check(value))


def record_check(cls, fields, how):
    if how == RESULT:
        return functools.partial(_look_at, cls, fields)
    return functools.partial(_make, cls, {field["name"]: (field, check) for field, check in fields})


def _look_at(cls, fields, value):
    """A record that Python gives: its fields fit."""
    typed = records.is_typed_dict(cls)
    if not isinstance(value, dict if typed else cls):
        refuse(cls.__qualname__, value)
    for field, check in fields:
        name = field["name"]
        if typed and name not in value:
            if field["always"]:
                raise Missing(name, value).inside(f".{name}")
        elif field["output"] and check is not None:
            try:
                check(value[name] if typed else getattr(value, name))
            except Wrong as error:
                raise error.inside(f".{name}")
    return value


def _make(cls, fields, value):
    """A record made of plain data: fields by name, or the items of a tuple."""
    typed = records.is_typed_dict(cls)
    if not typed and isinstance(value, cls):
        return value
    if not typed and issubclass(cls, tuple) and type(value) is list:
        value = dict(zip(fields, value)) if len(value) <= len(fields) else value
    if not isinstance(value, dict):
        refuse(cls.__qualname__, value)
    made = {}
    for name, each in value.items():
        field, check = fields.get(name, (None, None))
        if field is None and typed:
            made[name] = each  # a TypedDict may have more than it says
            continue
        if field is None or not field["input"]:
            raise Unknown(cls.__qualname__, value).inside(f".{name}")
        try:
            made[name] = each if check is None else check(each)
        except Wrong as error:
            raise error.inside(f".{name}")
    for name, (field, _) in fields.items():
        if field["required"] and name not in made:
            raise Missing(name, value).inside(f".{name}")
    return made if typed else cls(**made)
