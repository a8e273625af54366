"""What is to be done before a memory is saved, and when it goes on elsewhere.

Called by the wrapper's C (`runtime.c`). Nothing here is for plugins to import.

What belongs to one run only must not be saved, or must be made anew: variables,
arguments, standard streams, what random numbers follow from, times. Files and
the host's objects are not here: the host does not save while there are any.
"""

import atexit
import io
import posix
import sys

import _plug
import _py_plugin

#: Imported into the build's snapshot. A module's bytes cost every start about
#: 3 ms for a megabyte; RATIONALE.md has what each of these was worth.
COMMON = (
    "os",
    "abc",
    "collections",
    "functools",
    "encodings.utf_8",
    "codecs",
    "re",
    "json",
    "dataclasses",
    "typing",
    "_py_plugin_bridge",
    "_py_plugin_ahead",
)

#: Standard streams: (name in sys, fd, mode).
_STREAMS = (
    ("__stdin__", 0, "rb"),
    ("__stdout__", 1, "wb"),
    ("__stderr__", 2, "wb"),
)

#: Who saves: the build. `wrapper.h` has the others.
_IMAGE = 1

#: Whether nobody has used the standard streams yet.
_are_fresh = False

#: The modules that the build's snapshot has, each with its names.
_image = {}

#: The modules of the image that a plugin's own files may be named like: what a
#: name begins with, and the names. The others are there, without having been
#: asked for, in any Python.
_replaceable = {}

#: The variables that the plugin has changed, and those that it has removed.
_changed, _removed = {}, []

#: Whether sys.argv was what the host has given.
_were_given = False

#: Whether the script has come to its end.
_is_over = False


def freeze(how):
    """Get ready to be saved."""
    import gc

    global _are_fresh
    _are_fresh = how == _IMAGE
    if how == _IMAGE:
        started = set(sys.modules)
        for name in COMMON:
            __import__(name)
        _py_plugin.rehearse()
        atexit.register(_leave)
    for name, _, _ in _STREAMS[1:]:
        _flush(getattr(sys, name, None))
    gc.collect()
    if how == _IMAGE:
        for name, module in sys.modules.items():
            if name not in ("sys", "builtins", "__main__"):
                _image[name] = module, frozenset(module.__dict__)
                first = name.partition(".")[0]
                if first not in started:
                    _replaceable.setdefault(first, []).append(name)
        gc.freeze()
    else:
        for name, _, _ in _STREAMS[1:]:
            _forget_written(getattr(sys, name, None))
        try:
            _forget_arguments()
            _forget_variables(posix._create_environ())
        except BaseException:
            undo(None)
            raise


def undo(_):
    """Go on in the run that was saved."""
    _remember_variables()
    if _were_given:
        _, sys.argv[:] = _py_plugin.given()


def _forget_arguments():
    """Keep the arguments only when the plugin has changed them itself."""
    global _were_given
    mine = getattr(sys, "argv", None)
    is_plain = type(mine) is list and all(type(each) is str for each in mine)
    _were_given = is_plain and mine == _py_plugin.given()[1]
    if _were_given:
        mine.clear()


def _forget_variables(given):
    """Keep of the variables only what the plugin has changed itself."""
    global _changed, _removed
    mine = posix.environ
    _changed = {name: value for name, value in mine.items() if given.get(name) != value}
    _removed = [name for name in given if name not in mine]
    _plug.wipe(given)
    _plug.wipe(mine)  # not what _changed has as well
    mine.clear()


def _remember_variables():
    """Take this run's variables, with what the plugin has changed."""
    posix.environ.clear()
    posix.environ.update(posix._create_environ())
    for name in _removed:
        posix.environ.pop(name, None)
    for name, value in _changed.items():
        posix.putenv(name, value)
        posix.environ[name] = value


def make_room(own):
    """Let modules of a plugin's own come before the image's of the same name, as
    they do before the library's when those have not been imported yet."""
    for first in own & _replaceable.keys():
        for name in _replaceable[first]:
            sys.modules.pop(name, None)


def finish(_):
    """The script is over: the interpreter is finalised next."""
    global _is_over
    _is_over = True
    if atexit._ncallbacks() == 0:
        atexit.register(_leave)  # somebody has cleared them


def _leave():
    """Leave the image's modules out of the end, after all of the script's own
    `atexit` functions. The memory is thrown away whole: to take hundreds of
    modules apart first, object by object, would be most of a short run. What
    the script has left in them goes, and is finalised."""
    if not _is_over:
        return
    modules = sys.modules
    for name, (module, names) in _image.items():
        if modules.get(name) is module:
            del modules[name]
        left = module.__dict__
        if len(left) != len(names):
            for new in left.keys() - names:
                del left[new]


def thaw(_):
    """Go on as another run."""
    _remember_variables()
    for name, fd, mode in _STREAMS:
        if _are_fresh and posix.fstat(fd).st_mode == 0:
            continue  # it is what it was: neither a file nor a terminal
        try:
            _open_again(getattr(sys, name), name, fd, mode)
        except (AttributeError, OSError, ValueError):
            pass  # the plugin has closed or taken apart its stream
    for name, renew in _RENEWED.items():
        module = sys.modules.get(name)
        if not _is_library(module):
            continue
        try:
            renew(module)
        except Exception:
            pass  # a plugin has put something else into it
    _py_plugin.begin()


def _is_library(module):
    """Whether it is the library's, and no module of that name of the plugin's."""
    spec = getattr(module, "__spec__", None)
    origin = getattr(spec, "origin", None)
    return isinstance(origin, str) and origin.startswith("/python/lib/")


def _flush(stream):
    try:
        stream.flush()
    except (AttributeError, OSError, ValueError):
        pass  # it is closed: nothing waits in it


def _forget_written(stream):
    """Have another buffer: the last one still holds what it has passed on."""
    try:
        buffer = stream.buffer
        if type(buffer) is io.BufferedWriter:
            stream.flush()  # what cannot be passed on stays
            buffer.__init__(buffer.raw, _room_of(buffer.raw))
    except Exception:
        pass  # it is closed, or the plugin's own


def _room_of(raw):
    return max(min(raw._blksize, 8 << 20), io.DEFAULT_BUFFER_SIZE)


def _open_again(stream, name, fd, mode):
    """Make a stream what CPython's create_stdio() makes, in its place: others
    may hold it, a handler of `logging` for one."""
    buffer = stream.buffer
    raw = buffer.raw
    raw.__init__(fd, mode, closefd=False)
    raw.name = f"<{name.strip('_')}>"
    buffer.__init__(raw, _room_of(raw))
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
    for name in vars(uuid):
        if name.startswith("_last_"):
            setattr(uuid, name, 0 if name == "_last_counter_v7" else None)


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
