"""Exceptions as the host shows them. Nothing here is for plugins to import."""

import json
import sys
import traceback

_HERE = __file__.rpartition("/")[0] + "/"
#: Frames of this file are py-plugin's own and never shown.
_OWN = _HERE + "_py_plugin.py"
#: What the files of the standard library are called in tracebacks.
_STDLIB = (_HERE, "<frozen ")
#: How many causes are described; a longer chain is cut.
_DEPTH = 64


def describe(error):
    """The traceback's text, and everything about the exception as JSON.

    Both are bytes. JSON carries a lone surrogate as it is; in the text it is
    escaped, because UTF-8 has none.
    """
    trim(error)
    described = _describe(error, _DEPTH, set())
    text = described["traceback"].encode("utf-8", "backslashreplace")
    return text, json.dumps(described).encode("ascii")


def parts(error):
    """Everything about the exception as values that cross the bridge.

    `error` is the exception itself, as a handle: it comes back as it was.
    `host` is the number of the host's error that it began as.
    """
    trim(error)
    described = _escaped(_describe(error, _DEPTH, set()))
    described["notes"] = _escaped([n for n in _notes(error) if type(n) is str])
    described["host"] = getattr(error, "_host_error", None)
    return described


def _notes(error):
    notes = getattr(error, "__notes__", None)
    return notes if type(notes) is list else []


def _escaped(value):
    """The same without lone surrogates, which the wire does not carry."""
    if type(value) is str:
        return value.encode("utf-8", "backslashreplace").decode()
    if type(value) is dict:
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if type(value) is list else value


def trim(error):
    """Drop py-plugin's own frames, and the library's below a refusal."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error.__traceback__ = _without_own(error.__traceback__)
        if getattr(error, "_py_plugin_refusal", False):
            _cut_after_plugin(error.__traceback__)
        error = _cause(error)


def _without_own(tb):
    while tb is not None and tb.tb_frame.f_code.co_filename == _OWN:
        tb = tb.tb_next
    return tb


def _cut_after_plugin(tb):
    """End the traceback with its last frame that is the plugin's."""
    last = None
    while tb is not None:
        if not tb.tb_frame.f_code.co_filename.startswith(_STDLIB):
            last = tb
        tb = tb.tb_next
    if last is not None:
        last.tb_next = None


def _cause(error):
    if error.__cause__ is not None:
        return error.__cause__
    return None if error.__suppress_context__ else error.__context__


def _describe(error, depth, seen):
    seen.add(id(error))
    cause = _cause(error)
    if cause is not None and (depth == 0 or id(cause) in seen):
        cause = None
    return {
        "type": _type_name(type(error)),
        "message": _message(error),
        "traceback": _text(error),
        "frames": _frames(error),
        "cause": cause and _describe(cause, depth - 1, seen),
    }


def _type_name(cls):
    if cls.__module__ in ("builtins", "__main__", None):
        return cls.__qualname__
    return f"{cls.__module__}.{cls.__qualname__}"


def _message(error):
    try:
        return str(error)
    except Exception:
        return "<exception str() failed>"


def _text(error):
    return "".join(traceback.TracebackException.from_exception(error).format())


def _frames(error):
    frames = [
        {
            "file": frame.filename,
            "line": frame.lineno,
            "column": None if frame.colno is None else frame.colno + 1,
            "function": _qualname(tb),
            "source": frame.line or "",
        }
        for frame, tb in _walk(error.__traceback__)
        if not frame.filename.startswith(_STDLIB)
    ]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(_syntax_frame(error))
    return frames


def _walk(tb):
    """Frame summaries side by side with the traceback's own entries."""
    links = []
    while tb is not None:
        links.append(tb)
        tb = tb.tb_next
    summaries = traceback.extract_tb(links[0]) if links else []
    return zip(summaries, links)


def _qualname(tb):
    return tb.tb_frame.f_code.co_qualname


def _syntax_frame(error):
    return {
        "file": error.filename,
        "line": error.lineno or 1,
        "column": error.offset or None,
        "function": "<module>",
        "source": (error.text or "").strip(),
    }
