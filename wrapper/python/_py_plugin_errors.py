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
#: Frames of this file are py-plugin's own and never shown.
_OWN = _HERE + "_py_plugin.py"
#: What the files of the standard library are called in tracebacks.
_STDLIB = (_HERE, "<frozen ")
#: How many causes are described, and how much of each message.
_DEPTH = 16
_MESSAGE = 64 * 1024
#: How many frames a traceback keeps at either end.
_FRAMES = 200

_dict = BaseException.__dict__
_traceback_of = _dict["__traceback__"]
_cause_of = _dict["__cause__"].__get__
_context_of = _dict["__context__"].__get__
_is_suppressed = _dict["__suppress_context__"].__get__
_attributes_of = _dict["__dict__"].__get__


def describe(error):
    """The traceback's text, and everything about the exception as JSON.

    Both are bytes. JSON carries a lone surrogate as it is; in the text it is
    escaped, because UTF-8 has none.
    """
    trim(error)
    text = _text(error)
    described = _chain(error, text)
    return (
        text.encode("utf-8", "backslashreplace"),
        json.dumps(described).encode("ascii"),
    )


def parts(error):
    """Everything about the exception as values that cross the bridge.

    `host` is the host's own error, when the exception began as one.
    """
    trim(error)
    described = _escaped(_chain(error, _text(error)))
    described["host"] = _attributes_of(error).get("_host_error")
    return described


def _escaped(value):
    """The same without lone surrogates, which the wire does not carry."""
    if type(value) is str:
        return value.encode("utf-8", "backslashreplace").decode()
    if type(value) is dict:
        return {key: _escaped(item) for key, item in value.items()}
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
    while tb is not None and tb.tb_frame.f_code.co_filename == _OWN:
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


def _chain(error, text):
    """The description of the exception, with those of its causes inside."""
    described = None
    for each in reversed(_links(error)):
        described = {
            "type": _type_name(type(each)),
            "message": _message(each),
            "traceback": text if each is error else _text(each, chain=False),
            "frames": _attempt(_frames, each, default=[]),
            "cause": described,
        }
    return described


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
            described = traceback.TracebackException(type(error), error, tb)
            whole = chain and len(_links(error)) < _DEPTH
            return "".join(described.format(chain=whole))
        finally:
            for name, module in plugins.items():
                if module is None:
                    del sys.modules[name]
                else:
                    sys.modules[name] = module

    text = _attempt(full, error, default=None)
    return _plain_text(error) if text is None else text


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
