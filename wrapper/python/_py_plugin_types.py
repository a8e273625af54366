"""What a plugin offers its host, as plain data: `describe()`.

The host makes a `.d.ts` of it. Nothing here is for plugins to import.
"""

import inspect
import sys
import types

import _py_plugin
import _py_plugin_records as records
from _py_plugin_annotations import Reader
from _py_plugin_signatures import constructor_of, is_function, signatures_of

#: How far modules and objects inside each other are followed.
_DEPTH = 4


def describe():
    """The plugin's functions, what holds functions, and the types they name."""
    reader = Reader(is_own)
    module = sys.modules["plugin"]
    members = _Members(reader).of_module(module, ())
    values = _values(module, reader, {member["name"] for member in members})
    return {
        "doc": inspect.cleandoc(module.__doc__ or ""),
        "members": members,
        "values": values,
        "types": [
            declaration | {"key": key}
            for key, declaration in reader.declared.items()
        ],
    }


def is_own(cls):
    """Whether a class comes from the plugin's own files."""
    module = sys.modules.get(cls.__module__)
    return module is not None and _is_own_module(module)


def _is_own_module(module):
    """One of the plugin's files; what stands for `host` is of another class."""
    return type(module) is types.ModuleType and not _py_plugin._is_library(module)


class _Members:
    def __init__(self, reader):
        self._reader = reader

    def of_module(self, module, above):
        listed = getattr(module, "__all__", None)
        names = _public(module) if listed is None else listed
        described = []
        for name in names:
            value = getattr(module, name, None)
            if listed is None and not _belongs(value, module):
                continue
            described.append(self._member(name, value, (*above, module)))
        return [member for member in described if member is not None]

    def _member(self, name, value, above):
        if name == "run_e" and len(above) == 1:
            return None  # the host calls it by plugin.run()
        if is_function(value):
            signatures = signatures_of(value, self._reader)
            return _described("function", name, inspect.getdoc(value)) | {
                "signatures": signatures
            }
        if len(above) >= _DEPTH or any(value is each for each in above):
            return None
        if isinstance(value, types.ModuleType):
            members = self.of_module(value, above)
            return _namespace(name, value.__doc__, [], members)
        if isinstance(value, type):
            return self._class(name, value, above)
        members = self._methods(value, type(value), above)
        return _namespace(name, records.doc_of(type(value)), [], members)

    def _class(self, name, cls, above):
        if issubclass(cls, BaseException):
            return None  # it is for raising
        if records.is_data(cls):
            return self._data(name, cls, above)
        members = self._methods(cls, cls, above)
        constructor = [constructor_of(cls, self._reader)]
        return _namespace(name, records.doc_of(cls), constructor, members)

    def _data(self, name, cls, above):
        """A class that crosses as data is a type; its class methods can be called."""
        self._reader.node(cls)
        members = [] if records.is_enum(cls) else self._methods(cls, cls, above)
        return _namespace(name, "", [], members)

    def _methods(self, value, cls, above):
        """What can be called on a value that the plugin has: bound methods."""
        described = []
        for name in _public(cls):
            bound = getattr(value, name, None)
            plain = inspect.getattr_static(cls, name, None)
            if not is_function(bound) or _is_inherited(plain, name, cls):
                continue
            if isinstance(value, type) and inspect.isfunction(plain):
                continue  # it wants an object first
            described.append(self._member(name, bound, above))
        return described


def _described(kind, name, doc):
    return {"kind": kind, "name": name, "doc": doc or ""}


def _namespace(name, doc, constructor, members):
    """What holds functions, if it does."""
    if not members and not constructor:
        return None
    doc = inspect.cleandoc(doc or "")
    parts = {"signatures": constructor, "members": members}
    return _described("namespace", name, doc) | parts


def _values(module, reader, taken):
    """What the module annotates besides its functions."""
    return [
        {"name": name, "type": reader.node(hint)}
        for name, hint in reader.hints(module).items()
        if not name.startswith("_") and name not in taken and hasattr(module, name)
    ]


def _public(value):
    names = vars(value) if isinstance(value, types.ModuleType) else dir(value)
    return [name for name in list(names) if not name.startswith("_")]


def _belongs(value, module):
    """Whether a module's value is its own, not imported from the library."""
    if isinstance(value, types.ModuleType):
        return _is_own_module(value)
    if isinstance(value, (type, types.FunctionType)) or is_function(value):
        return getattr(value, "__module__", None) == module.__name__
    return is_own(type(value)) and not records.is_data(type(value))


def _is_inherited(plain, name, cls):
    """Whether a builtin base class has it: `append` of a list."""
    owner = next((each for each in cls.__mro__ if name in vars(each)), cls)
    return not is_own(owner)
