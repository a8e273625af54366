"""Checks made of the nodes of `_py_plugin_annotations`.

A check is a function that takes a value and returns it, or what is made of it,
or raises Wrong; None stands for one that lets everything pass.

Nothing here is for plugins to import.
"""

import functools

import _py_plugin_records as records
from _py_plugin_containers import dict_check, items_check, iterable_check, tuple_check
from _py_plugin_objects import instance_check, member_check, record_check, subclass_check
from _py_plugin_scalars import (
    callable_check, has_check, literals_check, none_check, scalar_check,
)  # fmt: skip
from _py_plugin_wrong import EXACT, MAKE, RESULT, Wrong, refuse


class Checks:
    """Makes checks; types that contain themselves are made once."""

    def __init__(self, reader):
        self._reader = reader
        self._made = {}

    def of(self, node, *, making):
        return self._of(node, MAKE if making else RESULT, {})

    def _of(self, node, how, scope):
        kind = node["kind"]
        match kind:
            case "none":
                return none_check
            case "never":
                return functools.partial(refuse, "nothing")
            case "scalar":
                return scalar_check(node["name"], how)
            case "variable":
                return scope.get(node["name"])
            case "literal":
                return literals_check([node["value"]])
            case "union":
                return self._union(node, how, scope)
            case "list" | "sequence" | "set" | "frozenset":
                return items_check(kind, how, self._of(node["item"], how, scope))
            case "iterable" | "iterator":
                return iterable_check(kind, how, self._of(node["item"], how, scope))
            case "async_iterable" | "async_iterator":
                return has_check("__aiter__", "an async iterable")
            case "awaitable":
                return has_check("__await__", "an awaitable")
            case "dict" | "mapping":
                key = self._of(node["key"], how, scope)
                value = self._of(node["value"], how, scope)
                return dict_check(kind, how, key, value)
            case "tuple":
                return self._tuple(node, how, scope)
            case "callable":
                return callable_check
            case "ref":
                return self._ref(node, how, scope)
        return None

    def _union(self, node, how, scope):
        members = node["members"]
        if all(member["kind"] in ("literal", "none") for member in members):
            return literals_check([member.get("value") for member in members])
        checks = [self._of(member, how, scope) for member in members]
        if None in checks:
            return None
        if how == MAKE:
            checks = [self._of(member, EXACT, scope) for member in members] + checks
        return functools.partial(first_of, checks)

    def _tuple(self, node, how, scope):
        if node["rest"] is not None:
            return items_check("tuple", how, self._of(node["rest"], how, scope))
        items = [self._of(each, how, scope) for each in node["items"]]
        return functools.partial(tuple_check, (list, tuple) if how != RESULT else tuple, items, how)

    def _ref(self, node, how, scope):
        declared = self._reader.declared[node["key"]]
        args = [self._of(each, how, scope) for each in node["args"]]
        names = [each["name"] for each in declared.get("variables", ())]
        inner = dict(zip(names, args))
        made_of = (node["key"], how, *args)
        if made_of not in self._made:
            # It may contain itself: then the inner one asks when it is called.
            self._made[made_of] = lambda value: self._made[made_of](value)
            check = self._declared(declared, node["key"], how, inner)
            self._made[made_of] = check or let_pass
        check = self._made[made_of]
        return None if check is let_pass else check

    def _declared(self, declared, key, how, scope):
        cls = self._reader.objects[key]
        match declared["kind"]:
            case "record":
                fields = [
                    (field, self._of(field["type"], how, scope))
                    for field in declared["fields"]
                ]
                return record_check(cls, fields, how)
            case "enum":
                return functools.partial(member_check, cls, how)
            case "alias":
                check = self._of(declared["type"], how, scope)
                if not isinstance(cls, type) or records.is_new_type(cls):
                    return check
                return functools.partial(subclass_check, cls, check or let_pass, how)
        if getattr(cls, "_is_protocol", False):
            return None
        return functools.partial(instance_check, cls)


def let_pass(value):
    return value


def first_of(checks, value):
    """What the first check makes of it, or the error that says the most."""
    errors = []
    for check in checks:
        try:
            return check(value)
        except Wrong as error:
            errors.append(error)
    deep = {error.where: error for error in errors if error.where}
    if deep:
        raise max(deep.values(), key=lambda error: len(error.where))
    expected = dict.fromkeys(error.expected for error in errors)
    raise Wrong(" or ".join(expected), value)
