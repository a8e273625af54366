"""What can be done for a file's runs before there is one.

Called by `_py_plugin.load()` in a memory that is saved, and that runs of the
same file go on from. Nothing here is for plugins to import, and no code of
theirs runs here: nobody could tell what it has looked at.
"""

import posix
import re
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

#: The end of a line that has nothing more to say.
_END = re.compile(r"[ \t\f]*(?:#[^\n]*)?\n")

#: A statement that imports: the modules, or the one whose names it imports.
_IMPORT = re.compile(
    r"import[ \t]+([\w. \t,]+)"
    r"|from[ \t]+([\w.]+)[ \t]+import[ \t]*(?:[\w \t,*]+|\([^()]*\))"
)

#: A statement that is a text: what the file says of itself.
_TEXT = re.compile(
    r"[rR]?(?:"
    r"(\"\"\"|''')(?:[^\\]|\\.)*?\1"
    r"|\"(?:[^\"\\\n]|\\.)*\""
    r"|'(?:[^'\\\n]|\\.)*'"
    r")",
    re.DOTALL,
)

#: Bytes of source that are compiled ahead.
_MOST = 1 << 18

#: The plugin's other modules: (source, code) by path.
_compiled = {}

_compile_anew = SourceFileLoader.source_to_code


def import_ahead(path, module):
    """Import what the file begins by importing, and compile what is beside it."""
    _run_first(_first_imports(_read(path)), path, dict(module.__dict__))
    for other in _sources(path.rpartition("/")[0]):
        if other != path and not _compile_ahead(other):
            break
    if _compiled:
        SourceFileLoader.source_to_code = _source_to_code


def _run_first(lines, path, names):
    """Run the first lines of a file. They are whole statements, and the ones
    that the file begins with, when they compile by themselves."""
    try:
        code = _py_plugin._compile(lines, path)
    except SyntaxError:
        return  # a comment with a parenthesis in the middle of an import
    exec(code, names)


def _first_imports(source):
    """The lines that a file begins with, as far as they import from the library:
    in a run, nothing of the file's own comes before them."""
    try:
        text = source.decode() + "\n"
    except UnicodeDecodeError:
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if "coding" in "".join(text.split("\n", 2)[:2]):
        return ""  # perhaps it is not UTF-8
    own = _py_plugin._shadowed(sys.path)
    at = 0
    while (end := _end_of_import(text, at, own)) > at:
        at = end
    return text[:at]


def _end_of_import(text, at, own):
    """Where the statement that begins at `at` ends, with its line; `at` when it
    is more than an import from the library."""
    statement = _IMPORT.match(text, at)
    if statement is None:
        statement = _TEXT.match(text, at)
    elif not all(_is_ahead(name, own) for name in _modules_of(statement)):
        return at
    end = _END.match(text, at if statement is None else statement.end())
    return at if end is None else end.end()


def _modules_of(statement):
    several = statement.group(1)
    if several is None:
        return [statement.group(2)]
    return [(name.split() or [""])[0] for name in several.split(",")]


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
