"""Exceptions as the host shows them. Nothing here is for plugins to import.

An exception is the plugin's: its class may answer every attribute, raise on
each, or have changed what the library thinks of it. So what is needed of it is
read through BaseException itself, and each part of the description fails by
itself without costing the others.
"""

import ast
import difflib
import json
import sys
import traceback

#: What traceback imports when it needs it, which the plugin's files may shadow.
_LATE = {"ast": ast, "difflib": difflib}

_HERE = __file__.rpartition("/")[0] + "/"
#: Frames of files that begin so are py-plugin's own and never shown.
_OWN = _HERE + "_py_plugin"
#: What the files of the standard library are called in tracebacks.
_STDLIB = (_HERE, "<frozen ")
#: How many causes are described, and how much of each message.
_DEPTH = 16
_MESSAGE = 64 * 1024
#: How many exceptions of a group, and arguments of one, are described.
_MEMBERS = 64
#: How many frames a traceback keeps at either end.
_FRAMES = 200

_dict = BaseException.__dict__
_traceback_of = _dict["__traceback__"]
_cause_of = _dict["__cause__"].__get__
_context_of = _dict["__context__"].__get__
_is_suppressed = _dict["__suppress_context__"].__get__
_attributes_of = _dict["__dict__"].__get__
_args_of = _dict["args"].__get__
_group_members = BaseExceptionGroup.__dict__["exceptions"].__get__


def describe(error):
    """The traceback's text, and everything about the exception as JSON.

    Both are bytes. JSON carries a lone surrogate as it is; in the text it is
    escaped, because UTF-8 has none.
    """
    trim(error)
    text = _text(error)
    described = _chain(error, text, _as_json)
    return (
        text.encode("utf-8", "backslashreplace"),
        json.dumps(described).encode("ascii"),
    )


def parts(error):
    """Everything about the exception as values that cross the bridge.

    `host` is the host's own error, when the exception began as one, and
    `exception` stands for the exception itself.
    """
    trim(error)
    described = _escaped(_chain(error, _text(error), _as_data))
    described["exception"] = Held(error)
    return described


class Held:
    """The host's hold on an exception: not its plugin's class, whatever that is."""

    def __init__(self, error):
        self.error = error


def _escaped(value):
    """The same without lone surrogates, which the wire does not carry."""
    if type(value) is str:
        return value.encode("utf-8", "backslashreplace").decode()
    if type(value) is dict:
        return {_escaped(key): _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if type(value) is list else value


def trim(error):
    """Drop py-plugin's own frames, and the library's below a refusal."""
    for each in _links(error):
        tb = _without_own(_traceback_of.__get__(each))
        _cut_middle(tb)
        _traceback_of.__set__(each, tb)
        if "_py_plugin_refusal" in _attributes_of(each):
            _cut_after_plugin(tb)


def _links(error):
    """The exception, then its causes: as many as are described."""
    links, seen = [], set()
    while error is not None and id(error) not in seen and len(links) < _DEPTH:
        seen.add(id(error))
        links.append(error)
        error = _next(error)
    return links


def _next(error):
    cause = _cause_of(error)
    if cause is not None:
        return cause
    return None if _is_suppressed(error) else _context_of(error)


def _without_own(tb):
    while tb is not None and tb.tb_frame.f_code.co_filename.startswith(_OWN):
        tb = tb.tb_next
    return tb


def _cut_middle(tb):
    """Leave the middle out of a very long traceback: each frame takes time."""
    frames = []
    while tb is not None:
        frames.append(tb)
        tb = tb.tb_next
    if len(frames) > 2 * _FRAMES:
        frames[_FRAMES - 1].tb_next = frames[-_FRAMES]


def _cut_after_plugin(tb):
    """End the traceback with its last frame that is the plugin's."""
    last = None
    while tb is not None:
        if not tb.tb_frame.f_code.co_filename.startswith(_STDLIB):
            last = tb
        tb = tb.tb_next
    if last is not None:
        last.tb_next = None


def _chain(error, text, passed, depth=0):
    """The description of the exception, with those of its causes inside."""
    described = None
    for each in reversed(_links(error)):
        arguments = _attempt(lambda each: passed(_args_of(each)), each, default=None)
        described = {
            "type": _type_name(type(each)),
            "bases": _attempt(_bases, each, default=[]),
            "message": _message(each),
            "traceback": text if each is error else _text(each, chain=False),
            "frames": _attempt(_frames, each, default=[]),
            "notes": _attempt(_notes, each, default=[]),
            "cause": described,
        }
        if arguments is not None:
            described["args"] = arguments
        if issubclass(type(each), BaseExceptionGroup) and depth < _DEPTH:
            described["errors"] = [
                _chain(inner, _text(inner, chain=False), passed, depth + 1)
                for inner in _attempt(_members, each, default=())
            ]
        if passed is _as_data:
            described["host"] = _attributes_of(each).get("_host_error")
    return described


def _bases(error):
    names = map(_type_name, type.__dict__["__mro__"].__get__(type(error)))
    return [name for name in names if name != "object"][:_DEPTH]


def _notes(error):
    notes = _attributes_of(error).get("__notes__", ())
    return [str.__str__(note)[:_MESSAGE] for note in notes if isinstance(note, str)][:_DEPTH]


def _members(group):
    return _group_members(group)[:_MEMBERS]


def _as_json(args):
    """The arguments of an exception as JSON has them; None when it has not."""
    return _plain_list(args, (str, bool, int, float, type(None)))


def _as_data(args):
    """The same for what crosses the bridge as itself."""
    return _plain_list(args, (str, bool, int, float, type(None), bytes, complex))


def _plain_list(items, types, depth=0):
    if len(items) > _MEMBERS or depth > 4:
        raise ValueError
    return [_plain(item, types, depth) for item in items]


def _plain(item, types, depth):
    kind = type(item)
    if kind in types:
        if kind in (str, bytes) and len(item) > _MESSAGE:
            raise ValueError
        if kind is int and abs(item) >= 2**53 and bytes not in types:
            raise ValueError
        if kind is float and not abs(item) <= 1.8e308 and bytes not in types:
            raise ValueError
        return item
    if kind in (list, tuple):
        return _plain_list(item, types, depth + 1)
    if kind is dict and all(type(key) is str for key in item):
        return dict(zip(item, _plain_list(list(item.values()), types, depth + 1)))
    if kind.__module__ in ("datetime", "decimal", "uuid") and bytes in types:
        return item
    raise ValueError  # what is no data would come as a handle


def _attempt(part, error, default):
    """One part of a description; the default when the exception prevents it."""
    try:
        return part(error)
    except BaseException:
        return default


def _type_name(cls):
    name = type.__dict__["__qualname__"].__get__(cls)
    module = type.__dict__["__module__"].__get__(cls)
    if module in ("builtins", "__main__", None) or not isinstance(module, str):
        return name
    return f"{module}.{name}"


def _message(error):
    message = _attempt(str, error, default="<exception str() failed>")
    if len(message) <= _MESSAGE:
        return str.__str__(message)
    return f"{message[:_MESSAGE]}… ({len(message)} characters)"


def _text(error, chain=True):
    """The text that CPython prints, or what can be said without the library."""

    def full(error):
        plugins = {name: sys.modules.get(name) for name in _LATE}
        sys.modules.update(_LATE)
        try:
            tb = _traceback_of.__get__(error)
            whole = chain and len(_links(error)) < _DEPTH
            described = _described(error, tb, whole)
            return "".join(described.format(chain=whole))
        finally:
            for name, module in plugins.items():
                if module is None:
                    del sys.modules[name]
                else:
                    sys.modules[name] = module

    deep = _attempt(_is_deep, error, default=True)
    text = None if deep else _attempt(full, error, default=None)
    return _plain_text(error) if text is None else text


def _described(error, tb, whole):
    if whole or issubclass(type(error), BaseExceptionGroup):
        return traceback.TracebackException(type(error), error, tb)
    # As the library makes those of a chain: it may be very long.
    described = traceback.TracebackException(type(error), error, tb, _seen=set())
    described.__cause__ = described.__context__ = described.exceptions = None
    return described


def _is_deep(error):
    """Whether groups lie in groups deeper than the library can describe."""
    level = [error]
    for _ in range(_DEPTH):
        groups = [e for e in level if issubclass(type(e), BaseExceptionGroup)]
        if any(map(_hides_members, groups)):
            return True
        level = [inner for group in groups for inner in _members(group)]
        if not level:
            return False
    return True


def _hides_members(group):
    """Whether its class answers for its members, without end perhaps."""
    classes = type.__dict__["__mro__"].__get__(type(group))
    own = classes[: classes.index(BaseExceptionGroup)]
    return any("exceptions" in type.__dict__["__dict__"].__get__(c) for c in own)


def _plain_text(error):
    lines = ["Traceback (most recent call last):\n"]
    tb = _traceback_of.__get__(error)
    while tb is not None:
        code = tb.tb_frame.f_code
        lines.append(
            f'  File "{code.co_filename}", line {tb.tb_lineno}, in {code.co_name}\n'
        )
        tb = tb.tb_next
    lines.append(f"{_type_name(type(error))}: {_message(error)}\n")
    return "".join(lines)


def _frames(error):
    tb = _traceback_of.__get__(error)
    frames = []
    for frame in traceback.extract_tb(tb):
        if not frame.filename.startswith(_STDLIB):
            frames.append(
                {
                    "file": frame.filename,
                    "line": frame.lineno or 1,
                    "column": None if frame.colno is None else frame.colno + 1,
                    "function": tb.tb_frame.f_code.co_qualname,
                    "source": frame.line or "",
                }
            )
        tb = tb.tb_next
    if issubclass(type(error), SyntaxError):
        frames += _attempt(_syntax_frames, error, default=[])
    return frames


def _syntax_frames(error):
    """Where the compiler stopped, when that is all as the compiler sets it."""
    file, line, column = error.filename, error.lineno, error.offset
    if not isinstance(file, str):
        return []
    source = error.text
    return [
        {
            "file": file,
            "line": line if isinstance(line, int) else 1,
            "column": column if isinstance(column, int) and column > 0 else None,
            "function": "<module>",
            "source": source.strip() if isinstance(source, str) else "",
        }
    ]
