"""What can be done for a file's runs before there is one.

Called by `_py_plugin.load()` in a memory that is saved, and that runs of the
same file go on from. Nothing here is for plugins to import, and no code of
theirs runs here: nobody could tell what it has looked at.
"""

import posix
import sys
from _frozen_importlib_external import SourceFileLoader

import _py_plugin

#: Modules of the library whose import looks at this run, or says something. A
#: test makes sure that all others do neither.
_NOT_AHEAD = {
    "antigravity",
    "doctest",
    "nturl2path",
    "optparse",
    "pdb",
    "pydoc",
    "sre_compile",
    "sre_constants",
    "sre_parse",
    "sysconfig",
    "this",
    "trace",
    "wsgiref",
    "xmlrpc",
    "zoneinfo",
}

#: Bytes of source that are compiled ahead.
_MOST = 1 << 20

#: The plugin's other modules: (source, code) by path.
_compiled = {}

_compile_anew = SourceFileLoader.source_to_code


def import_ahead(path, module):
    """Import what the file begins by importing, and compile what is beside it."""
    exec(_first_imports(path), dict(module.__dict__))
    for other in _sources(path.rpartition("/")[0]):
        if other != path and not _compile_ahead(other):
            break
    if _compiled:
        SourceFileLoader.source_to_code = _source_to_code


def _first_imports(path):
    """The statements that the file begins with, as far as they import from the
    library: in a run, nothing of the file's own comes before them."""
    own = _py_plugin._shadowed(sys.path)
    tree = compile(_read(path), path, "exec", flags=0x400, dont_inherit=True)
    count = 0
    for statement in tree.body:
        if not all(_is_ahead(name, own) for name in _imported_by(statement)):
            break
        count += 1
    del tree.body[count:]
    return compile(tree, path, "exec", dont_inherit=True)


def _imported_by(statement):
    """The modules that a statement imports; a name that none has, if it does
    anything else."""
    kind = type(statement).__name__
    if kind == "Import":
        return [alias.name for alias in statement.names]
    if kind == "ImportFrom" and statement.level == 0:
        return [statement.module]
    is_text = kind == "Expr" and type(statement.value).__name__ == "Constant"
    return [] if is_text else ["."]


def _is_ahead(name, own):
    first = name.partition(".")[0]
    if first in own or first in _NOT_AHEAD or name.endswith("__main__"):
        return False
    if first.startswith("_"):
        return first == "__future__"
    return first == "sdk" or first in sys.stdlib_module_names


def _sources(directory):
    """The paths of all Python files of the plugin."""
    for name in sorted(posix.listdir(directory)):
        path = f"{directory}/{name}"
        if posix.stat(path).st_mode & 0o170000 == 0o040000:
            yield from _sources(path)
        elif name.endswith(".py"):
            yield path


def _compile_ahead(path):
    """Compile a module; whether there is room for it."""
    source = _read(path)
    if sum(len(source) for source, _ in _compiled.values()) + len(source) > _MOST:
        return False
    try:
        _compiled[path] = source, _py_plugin._compile(source, path)
    except (SyntaxError, ValueError):
        pass  # importing it says what is wrong
    return True


def _source_to_code(self, data, path, *, _optimize=-1):
    source, code = _compiled.get(path, (None, None))
    if source == data:
        return code
    return _compile_anew(self, data, path, _optimize=_optimize)


# Python leaves frames of its own import system out of tracebacks by this name.
_source_to_code.__code__ = _source_to_code.__code__.replace(
    co_filename=_compile_anew.__code__.co_filename
)


def _read(path):
    return SourceFileLoader("", path).get_data(path)
