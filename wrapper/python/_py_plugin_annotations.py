"""What the plugin's annotations say, as plain nodes.

A node is a dict with a `kind`; what has a name of its own (a dataclass, an
enum, an alias) is a `ref` to a declaration, so that a type may contain itself.
`_py_plugin_types` describes a whole plugin with them, `_py_plugin_check` makes
checks of them. Nothing here is for plugins to import.
"""

import annotationlib
import collections.abc
import dataclasses
import types
import typing

import _py_plugin_records as records

_FORWARDREF = annotationlib.Format.FORWARDREF

ANY = {"kind": "any"}
NONE = {"kind": "none"}

#: Classes that cross as a value of their own; the name says which. They are
#: named, not imported: an annotation can only name what is imported.
_SCALARS = {
    ("builtins", name): name
    for name in ("bool", "int", "float", "complex", "str", "bytes", "bytearray", "memoryview")
} | {
    ("collections.abc", "Buffer"): "bytes",
    ("datetime", "datetime"): "datetime",
    ("datetime", "date"): "date",
    ("datetime", "time"): "time",
    ("datetime", "timedelta"): "timedelta",
    ("decimal", "Decimal"): "Decimal",
    ("uuid", "UUID"): "UUID",
}

#: What generic classes are; those of `typing` have these as their origins.
_GENERICS = {
    list: "list",
    set: "set",
    frozenset: "frozenset",
    dict: "dict",
    collections.OrderedDict: "dict",
    collections.defaultdict: "dict",
    collections.Counter: "counter",
    collections.abc.Sequence: "sequence",
    collections.abc.MutableSequence: "list",
    collections.abc.Set: "set",
    collections.abc.MutableSet: "set",
    collections.abc.Mapping: "mapping",
    collections.abc.MutableMapping: "dict",
    collections.abc.Iterable: "iterable",
    collections.abc.Collection: "iterable",
    collections.abc.Reversible: "iterable",
    collections.abc.Iterator: "iterator",
    collections.abc.Generator: "iterator",
    collections.abc.AsyncIterable: "async_iterable",
    collections.abc.AsyncIterator: "async_iterator",
    collections.abc.AsyncGenerator: "async_iterator",
    collections.abc.Awaitable: "awaitable",
    collections.abc.Coroutine: "awaitable",
}

#: Words around a type that say nothing about its values.
_WRAPPERS = (
    typing.Required, typing.NotRequired, typing.ReadOnly, typing.ClassVar,
    typing.Final,
)  # fmt: skip


class Reader:
    """Reads annotations; what they name is in `declared` afterwards."""

    def __init__(self, is_own):
        #: Whether a class is the plugin's own, not the library's.
        self._is_own = is_own
        #: Declarations by key.
        self.declared = {}
        #: The class or alias behind each declaration.
        self.objects = {}
        self._keys = {}

    def node(self, annotation):
        """The node for an annotation as it stands in the source."""
        for read in (self._special, self._wrapped, self._generic, self._class):
            node = read(annotation)
            if node is not None:
                return node
        return _unknown(annotation)

    def hints(self, value):
        """The annotations of a function or class, as far as they can be evaluated."""
        try:
            return typing.get_type_hints(value, include_extras=True, format=_FORWARDREF)
        except Exception:
            pass  # one of them is no expression: then none is evaluated
        try:
            return annotationlib.get_annotations(value, format=_FORWARDREF)
        except Exception:
            return {}

    def variables(self, parameters):
        """What is said of type variables."""
        return [self._variable(each) for each in parameters]

    def _variable(self, variable):
        if not isinstance(variable, typing.TypeVar):
            return {"name": variable.__name__, "bound": None, "constraints": []}
        bound = variable.__bound__
        return {
            "name": variable.__name__,
            "bound": None if bound is None else self.node(bound),
            "constraints": [self.node(each) for each in variable.__constraints__],
        }

    def _special(self, annotation):
        match annotation:
            case None | types.NoneType:
                return NONE
            case typing.Any:
                return ANY
            case typing.Never | typing.NoReturn:
                return {"kind": "never"}
            case typing.LiteralString:
                return {"kind": "scalar", "name": "str"}
            case typing.Self:
                return _unknown(annotation)
            case typing.TypeVar():
                return {"kind": "variable", "name": annotation.__name__}
            case typing.TypeAliasType() | typing.NewType():
                return self._ref(annotation, ())
            case dataclasses.InitVar():
                return self.node(annotation.type)
        return None

    def _wrapped(self, annotation):
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            return self.node(annotation.__origin__)
        if origin is typing.Union or origin is types.UnionType:
            members = [self.node(each) for each in typing.get_args(annotation)]
            return {"kind": "union", "members": members}
        if origin is typing.Literal:
            return _union([_literal(each) for each in typing.get_args(annotation)])
        if origin in _WRAPPERS:
            return self.node(typing.get_args(annotation)[0])
        if origin in (typing.TypeGuard, typing.TypeIs):
            return {"kind": "scalar", "name": "bool"}
        return None

    def _generic(self, annotation):
        origin = typing.get_origin(annotation) or annotation
        args = typing.get_args(annotation)
        if isinstance(origin, typing.TypeAliasType):
            return self._ref(origin, args)
        if origin is tuple:
            return self._tuple(annotation, args)
        if origin is collections.abc.Callable:
            return self._callable(args)
        kind = _GENERICS.get(origin) if isinstance(origin, type) else None
        if kind is None:
            return None
        items = [self.node(each) for each in args]
        if kind == "counter":
            int_node = {"kind": "scalar", "name": "int"}
            return {"kind": "dict", "key": items[0] if items else ANY, "value": int_node}
        if kind in ("dict", "mapping"):
            key, value = items if len(items) == 2 else (ANY, ANY)
            return {"kind": kind, "key": key, "value": value}
        if origin is collections.abc.Coroutine:
            items = items[2:]  # what it yields and is sent is the loop's matter
        return {"kind": kind, "item": items[0] if items else ANY}

    def _tuple(self, annotation, args):
        if annotation in (tuple, typing.Tuple):
            return {"kind": "tuple", "items": [], "rest": ANY}
        if len(args) == 2 and args[1] is ...:
            return {"kind": "tuple", "items": [], "rest": self.node(args[0])}
        if any(map(_is_unpacked, args)):
            return {"kind": "tuple", "items": [], "rest": ANY}
        return {"kind": "tuple", "items": [self.node(each) for each in args], "rest": None}

    def _callable(self, args):
        parameters, result = args if len(args) == 2 else (..., typing.Any)
        return {
            "kind": "callable",
            "params": [self.node(each) for each in parameters]
            if isinstance(parameters, list)
            else None,
            "result": self.node(result),
        }

    def _class(self, annotation):
        origin = typing.get_origin(annotation) or annotation
        if not isinstance(origin, type):
            return None
        if origin is object:
            return ANY
        name = _SCALARS.get((origin.__module__, origin.__qualname__))
        if name is not None:
            return {"kind": "scalar", "name": name}
        if issubclass(origin, BaseException):
            return {"kind": "scalar", "name": "exception"}
        if _is_path(origin):
            return {"kind": "scalar", "name": "Path"}
        if records.is_data(origin) or self._is_own(origin):
            return self._ref(origin, typing.get_args(annotation))
        return {"kind": "object", "name": origin.__qualname__}

    def _ref(self, value, args):
        key = self._keys.get(id(value))
        if key is None:
            key = self._keys[id(value)] = f"{len(self._keys)}:{_name_of(value)}"
            self.objects[key] = value
            self.declared[key] = None  # it may name itself
            self.declared[key] = self._declare(value)
        return {"kind": "ref", "key": key, "args": [self.node(each) for each in args]}

    def _declare(self, value):
        described = {"name": _name_of(value), "doc": records.doc_of(value)}
        if isinstance(value, typing.TypeAliasType):
            target = annotationlib.call_evaluate_function(value.evaluate_value, _FORWARDREF)
            variables = self.variables(value.__type_params__)
            return described | {"kind": "alias", "variables": variables, "type": self.node(target)}
        if isinstance(value, typing.NewType):
            target = self.node(value.__supertype__)
            return described | {"kind": "alias", "variables": [], "type": target}
        if records.is_enum(value):
            return described | {"kind": "enum", "values": [_literal(each) for each in value]}
        base = _builtin_base(value)
        if base is not None:
            return described | {"kind": "alias", "variables": [], "type": self._class(base)}
        if not records.is_record(value):
            return described | {"kind": "class"}
        hints = self.hints(value)
        return described | {
            "kind": "record",
            "variables": self.variables(getattr(value, "__parameters__", ())),
            "fields": [
                vars(field) | self._field(hints.get(field.name, typing.Any))
                for field in records.fields_of(value)
            ],
        }

    def _field(self, hint):
        """Its type; a TypedDict knows nothing of a Required that was text."""
        described = {"type": self.node(hint)}
        if typing.get_origin(hint) is typing.Required:
            described |= {"required": True, "always": True}
        elif typing.get_origin(hint) is typing.NotRequired:
            described |= {"required": False, "always": False}
        return described


def _union(members):
    return members[0] if len(members) == 1 else {"kind": "union", "members": members}


def _literal(value):
    """What a literal, or a member of an enum, is on the wire."""
    if records.is_enum(type(value)):
        value = value.value
    if value is None:
        return NONE
    if type(value) in (bool, int, str):
        return {"kind": "literal", "value": value}
    name = type(value).__name__
    return {"kind": "scalar", "name": name} if name in ("float", "bytes") else ANY


def _is_unpacked(argument):
    unpacked = getattr(argument, "__unpacked__", False)
    return unpacked or typing.get_origin(argument) is typing.Unpack


def _unknown(annotation):
    if isinstance(annotation, annotationlib.ForwardRef):
        annotation = annotation.__forward_arg__
    return {"kind": "unknown", "text": str(annotation)}


def _name_of(value):
    name = getattr(value, "__qualname__", None) or value.__name__
    return name.rpartition("<locals>.")[2]


def _is_path(cls):
    return any(
        base.__module__.partition(".")[0] == "pathlib" and base.__name__ == "PurePath"
        for base in cls.__mro__
    )


def _builtin_base(cls):
    """The builtin that a subclass of it crosses as; NamedTuples are records."""
    if not isinstance(cls, type) or records.is_record(cls):
        return None
    bases = (str, int, float, bytes, list, tuple, dict, set, frozenset)
    return next((base for base in bases if issubclass(cls, base)), None)
