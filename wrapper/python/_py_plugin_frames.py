"""Frames of the host's functions, in Python's tracebacks.

A traceback is made of frames, and only code that has run has one. So a
function is made for each frame of the host's, that does nothing but raise.
Nothing here is for plugins to import.
"""

import linecache
import types

_traceback_of = BaseException.__dict__["__traceback__"]


def prepend(error, frames):
    """Put frames, (name, file, line) with the innermost first, before those
    that the exception's traceback has."""
    traceback = _traceback_of.__get__(error)
    for name, file, line in frames:
        # The plugin cannot read the file, and looking for it is no attempt.
        linecache.cache.setdefault(file, (0, None, [], file))
        frame = _frame(name, file)
        traceback = types.TracebackType(traceback, frame, 0, line)
    _traceback_of.__set__(error, traceback)


def _frame(name, file):
    code = _raise.__code__.replace(co_name=name, co_qualname=name, co_filename=file)
    try:
        types.FunctionType(code, {})()
    except LookupError as error:
        return _traceback_of.__get__(error).tb_next.tb_frame


def _raise():
    raise LookupError
