"""Checks for values that hold others of one type each.

Nothing here is for plugins to import.
"""

import collections.abc

from _py_plugin_wrong import RESULT, Wrong, refuse


_COLLECTIONS = {
    "list": ((list,), list, list),
    "sequence": ((list, tuple), list, collections.abc.Sequence),
    "tuple": ((list, tuple), tuple, tuple),
    "set": ((set, frozenset), set, collections.abc.Set),
    "frozenset": ((set, frozenset), frozenset, frozenset),
}


def items_check(kind, how, item):
    taken, make, given = _COLLECTIONS[kind]
    allowed = given if how == RESULT else taken

    def check(value):
        if not isinstance(value, allowed):
            refuse(kind, value)
        if item is None:
            return value if how == RESULT or type(value) is make else make(value)
        made = []
        for index, each in enumerate(value):
            try:
                made.append(item(each))
            except Wrong as error:
                raise error.inside(f"[{index}]" if kind not in ("set", "frozenset") else ".item")
        return value if how == RESULT else make(made)

    return check


def tuple_check(allowed, items, how, value):
    if not isinstance(value, allowed):
        refuse("tuple", value)
    if len(value) != len(items):
        wrong = Wrong(f"{len(items)} items", value)
        wrong.got = str(len(value))
        raise wrong
    made = []
    for index, (item, each) in enumerate(zip(items, value)):
        try:
            made.append(each if item is None else item(each))
        except Wrong as error:
            raise error.inside(f"[{index}]")
    return value if how == RESULT else tuple(made)


def iterable_check(kind, how, item):
    """What is there already is checked at once, what is still to come then."""
    method = "__next__" if kind == "iterator" else "__iter__"
    ready = items_check("list", how, item)

    def check(value):
        if how != RESULT and type(value) is list:
            made = ready(value)
            return iter(made) if kind == "iterator" else made
        text = isinstance(value, (str, bytes)) and how != RESULT
        if text or not hasattr(type(value), method):
            refuse(f"an {kind}", value)
        if how == RESULT or item is None:
            return value
        return _each(value, item)

    return check


def _each(values, item):
    for index, value in enumerate(values):
        try:
            yield item(value)
        except Wrong as error:
            raise error.inside(f"[{index}]").told("an item") from None


def dict_check(kind, how, key, value_check):
    allowed = collections.abc.Mapping if how == RESULT and kind == "mapping" else dict

    def check(value):
        if not isinstance(value, allowed):
            refuse("dict", value)
        made = {}
        for name, each in value.items():
            try:
                name = name if key is None else key(name)
                made[name] = each if value_check is None else value_check(each)
            except Wrong as error:
                raise error.inside(f"[{name!r}]")
        return value if how == RESULT else made

    return check
