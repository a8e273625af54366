"""What is to be done before a memory is saved, and when it goes on elsewhere.

Called by the wrapper's C (`runtime.c`). Nothing here is for plugins to import.

What belongs to one run only must not be saved, or must be made anew: variables,
arguments, standard streams, what random numbers follow from, times. Files and
the host's objects are not here: the host does not save while there are any.
"""

import posix
import sys

import io

#: Imported into the build's snapshot. A module's bytes cost every start about
#: 3 ms for a megabyte; RATIONALE.md has what each of these was worth.
COMMON = (
    "os",
    "abc",
    "collections",
    "functools",
    "encodings.utf_8",
    "codecs",
    "_py_plugin_bridge",
)

#: What reads and writes, and cannot be another: (name, fd, mode).
_STREAMS = (
    ("stdin", 0, "rb"),
    ("stdout", 1, "wb"),
    ("stderr", 2, "wb"),
)

#: The standard streams of this interpreter, whatever a plugin puts there.
_streams = None


def freeze(first):
    """Get ready to be saved; `first` when it is the build that saves."""
    global _streams
    import gc

    if first:
        for name in COMMON:
            __import__(name)
        _streams = [getattr(sys, name) for name, _, _ in _STREAMS]
    _flush()
    gc.collect()
    if first:
        gc.freeze()


def thaw(_):
    """Go on as another run."""
    posix.environ.clear()
    posix.environ.update(posix._create_environ())
    for stream, (name, fd, mode) in zip(_streams, _STREAMS):
        try:
            _open_again(stream, name, fd, mode)
        except (AttributeError, OSError, ValueError):
            pass  # the plugin has closed or taken apart its stream
    for name, renew in _RENEWED.items():
        module = sys.modules.get(name)
        if module is not None:
            renew(module)


def finish(_):
    """Let the collector see all that there is, for what waits for its end."""
    import gc

    gc.unfreeze()


def _flush():
    for stream in _streams[1:]:
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # it is closed: nothing waits in it


def _open_again(stream, name, fd, mode):
    """Make a stream what CPython's create_stdio() makes, in its place: others
    may hold it, a handler of `logging` for one."""
    buffer = stream.buffer
    raw = buffer.raw
    raw.__init__(fd, mode, closefd=False)
    raw.name = f"<{name}>"
    size = max(min(raw._blksize, 8 << 20), io.DEFAULT_BUFFER_SIZE)
    buffer.__init__(raw, size)
    stream.__init__(
        buffer,
        stream.encoding,
        stream.errors,
        "\n",
        fd == 2 or raw.isatty(),
        stream.write_through,
    )


def _renew_random(random):
    random._inst.seed()


def _renew_tempfile(tempfile):
    tempfile._name_sequence = None


def _renew_uuid(uuid):
    uuid._node = None


def _renew_logging(logging):
    import time

    logging._startTime = time.time_ns()


#: What each module remembers of the run in which it was imported.
_RENEWED = {
    "random": _renew_random,
    "tempfile": _renew_tempfile,
    "uuid": _renew_uuid,
    "logging": _renew_logging,
}
