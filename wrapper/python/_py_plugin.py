"""The guest's Python part: loads plugins, runs scripts.

Called by the wrapper's C (`runtime.c`), which owns the interpreter. Nothing
here is for plugins to import.
"""

import builtins
import sys
from builtins import __import__, compile, exec  # whatever a plugin binds later

import _frozen_importlib_external as _importing
import _plug

#: `wrapper.h` has the same numbers.
PLUGIN, SCRIPT, EITHER, AHEAD, ALONE = 0, 1, 2, 3, 4

#: Where the standard library is, this file included.
_LIBRARY = __file__.rpartition("/")[0]

#: Modules that _library() has imported, whatever sys.modules says.
_private = {}

#: The program that run_script() is to run: (code, module).
_script = None

#: What ended it and may be a limit's doing, which the host knows.
uncaught = None

#: The file that was loaded.
_loaded = None

#: What prepare() has made of it ahead of the run that loads it.
_prepared = None


def boot():
    """Arrange what `site` and the absent modules need, once per instance."""
    import _sitebuiltins
    import _thread
    import posix
    from _py_plugin_absent import ABSENT, NO_HOST, no_processes, no_threads

    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)")
    builtins.help = _sitebuiltins._Helper()
    _plug.absent.update(ABSENT, host=NO_HOST)
    sys.meta_path.append(_plug)
    _thread.start_new_thread = _thread.start_new = no_threads
    _thread.start_joinable_thread = no_threads
    posix.system = no_processes  # os takes it from there
    sys.argv = [""]


def load(path, mode):
    """Load the file at `path`: (kind, run_e or None, whether it takes bytes).

    The file is read and compiled once. A plugin's module is called `plugin`
    whatever its file is called, as SE2 has it; a script waits for
    run_script(). AHEAD does what can be done before there is a run: the same
    memory, in a run, has only the rest to do.
    """
    global _prepared, _script
    is_alone, mode = mode & ALONE, mode & ~ALONE
    if mode == AHEAD:
        from _py_plugin_ahead import import_ahead  # the plugin may have one

        _prepared = kind, module, _ = prepare(path, EITHER, is_alone)
        import_ahead(path, module)
        return kind, None, False
    (kind, module, code), _prepared = (
        _prepared or prepare(path, mode, is_alone),
        None,
    )
    if kind == SCRIPT:
        _script = code, module
        return SCRIPT, None, False
    entry = _entry_of(_run_plugin(module, code))
    return PLUGIN, entry, _wants_bytes(entry)


def prepare(path, mode, is_alone):
    """All of load() that comes before the file's own code: (kind, module, code)."""
    source = _read(path)
    if mode == EITHER:
        mode = PLUGIN if _binds(source, path, "run_e") else SCRIPT
    global _loaded
    from _py_plugin_snapshot import make_room

    _loaded = path
    directory, _, name = path.rpartition("/")
    sys.path.insert(0, directory or "/")
    begin()
    make_room({name.partition(".")[0]} if is_alone else _shadowed(sys.path))
    code = _compile(source, path)
    module = _plugin_module(path) if mode == PLUGIN else _main_module(path)
    sys.modules[module.__name__] = module
    return mode, module, code


def begin():
    """Take this run's arguments and working directory; again in another run."""
    if _loaded is None:
        return
    cwd, arguments = given()
    if getattr(sys, "argv", None) == []:
        sys.argv[:] = arguments  # the plugin may have taken the list
    else:
        sys.argv = arguments
    _enter(cwd)


def given():
    """This run's working directory and arguments."""
    cwd, *args = _plug.args() or [b"/"]
    return cwd, [_loaded, *map(_decode, args)]


def rehearse():
    """Do what load() does, for what Python makes when it first needs it: most
    of all the types of syntax trees. It takes 30 ms of a start."""
    source = b"def run_e(payload: str, ident: int) -> None: pass"
    _binds(source, "plugin.py", "run_e")
    module = type(sys)("plugin")
    exec(_compile(source, "plugin.py"), module.__dict__)
    _wants_bytes(_entry_of(module))


def run_script():
    """Run the prepared script as `__main__` and return its exit status.

    The wrapper then finalises the interpreter, which runs what waits for the
    end: atexit, unclosed files, buffered output.
    """
    global _script, uncaught
    (code, module), _script = _script, None
    try:
        exec(code, module.__dict__)
    except SystemExit as exit:
        return _status_of(exit)
    except BaseException as error:
        _print_uncaught(error)
        is_time = isinstance(error, TimeoutError)  # and there is no more of it
        if isinstance(error, (MemoryError, OSError, RecursionError)) and not is_time:
            uncaught = error
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _enter(cwd):
    """Make `cwd` the working directory, if the guest has it."""
    import posix

    try:
        if posix.getcwdb() != cwd:
            posix.chdir(cwd)
    except OSError:
        pass  # a grant that names no directory: it stays at the root


def describe(error):
    """The exception as the host is told of it; `_py_plugin_errors.describe`."""
    return _library("_py_plugin_errors").describe(error)


def parts(error):
    """The same as values that cross the bridge; `_py_plugin_errors.parts`."""
    return _library("_py_plugin_errors").parts(error)


def _library(name):
    """A module of the library, with all it imports from the library as well.

    A plugin may have a `json.py` or a `token.py` of its own. What describes
    its errors must not import those, and what it does import must not take
    their place for the plugin.
    """
    if name in _private:
        return _private[name]
    before, path = dict(sys.modules), sys.path
    for other, module in before.items():
        if not _is_library(module):
            del sys.modules[other]
    sys.path = [_LIBRARY]
    try:
        __import__(name)
        _private[name] = sys.modules[name]
    finally:
        sys.path = path
        for other in (sys.modules.keys() - before.keys()) & _shadowed(path):
            del sys.modules[other]
        sys.modules.update(before)
    return _private[name]


def _is_library(module):
    """Whether it is builtin, frozen, or a file of the standard library."""
    if type(module) is not type(sys):
        return False
    file = module.__dict__.get("__file__")
    return file is None or (type(file) is str and file.startswith(_LIBRARY))


def _shadowed(path):
    """The names that the plugin's own files have."""
    import posix

    try:
        return {name.partition(".")[0] for name in posix.listdir(path[0])}
    except (OSError, IndexError, TypeError):
        return set()


def _decode(argument):
    return argument.decode("utf-8", "surrogateescape")


def _compile(source, path):
    return compile(source, path, "exec", dont_inherit=True)


def _binds(source, path, name):
    """Whether the module's own code binds `name`, without running it."""
    import _symtable

    try:
        table = _symtable.symtable(source, path, "exec")
    except (SyntaxError, ValueError):
        return False  # loading it as a script says what is wrong
    flags = table.symbols.get(name, 0)
    return bool(flags & (_symtable.DEF_LOCAL | _symtable.DEF_IMPORT))


def _read(path):
    """All of a file, without what makes `io.open()` comfortable."""
    import posix

    fd = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC)
    try:
        chunks = [posix.read(fd, posix.fstat(fd).st_size + 1)]
        while chunks[-1]:
            chunks.append(posix.read(fd, 1 << 16))
        return b"".join(chunks)
    finally:
        posix.close(fd)


def _plugin_module(path):
    loader = _importing.SourceFileLoader("plugin", path)
    spec = _importing.spec_from_file_location("plugin", path, loader=loader)
    module = type(sys)("plugin")
    module.__spec__, module.__loader__ = spec, loader
    module.__file__, module.__package__ = path, ""
    return module


def _main_module(path):
    module = type(sys)("__main__")
    module.__file__, module.__builtins__ = path, builtins
    module.__loader__, module.__spec__ = None, None
    return module


def _run_plugin(module, code):
    try:
        exec(code, module.__dict__)
    except BaseException:
        sys.modules.pop("plugin", None)
        raise
    return sys.modules.get("plugin", module)


def _entry_of(module):
    """The module's run_e(), or the error that says what is wrong with it.

    A plugin that is called by other names needs none.
    """
    try:
        entry = module.run_e
    except AttributeError:
        return _no_run_e
    if not callable(entry):
        kind = type(entry).__name__
        raise TypeError(f"the plugin's run_e is not callable: it is of type {kind}")
    if _is_deferred(entry):
        raise TypeError(
            "the plugin's run_e is async or a generator: SE2 calls a plain function"
        )
    return entry


def _no_run_e(payload, ident):
    raise AttributeError(
        "the plugin defines no run_e(payload, ident)",
        name="run_e",
        obj=sys.modules.get("plugin"),
    )


def _is_deferred(entry):
    """Whether calling it runs nothing yet: a coroutine or generator function."""
    code = getattr(_function_of(entry)[0], "__code__", None)
    return bool(getattr(code, "co_flags", 0) & (0x80 | 0x20 | 0x200))


def _wants_bytes(entry):
    """Whether the parameter that gets the payload is annotated as bytes."""
    if entry is _no_run_e:
        return False
    function, skip = _function_of(entry)
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    name = code.co_varnames[: code.co_argcount][skip : skip + 1]
    annotation = _annotations(function).get(*name) if name else None
    return annotation is bytes or annotation == "bytes"


def _function_of(entry):
    """The plain function behind a callable, and how many of its first
    parameters are taken: through decorators, partials, methods and classes."""
    skip = 0
    for _ in range(64):  # a chain that is longer leads nowhere
        if isinstance(entry, type(_function_of)):
            wrapped = getattr(entry, "__wrapped__", None)
            if wrapped is None:
                return entry, skip
            entry = wrapped
        elif isinstance(entry, _Method):
            entry, skip = entry.__func__, skip + 1
        elif isinstance(getattr(entry, "args", None), tuple) and hasattr(entry, "func"):
            entry, skip = entry.func, skip + len(entry.args)
        elif hasattr(entry, "__wrapped__"):
            entry = entry.__wrapped__
        elif isinstance(entry, type):
            entry, skip = entry.__init__, skip + 1
        else:
            entry, skip = getattr(type(entry), "__call__", None), skip + 1
    return None, 0


class _Method:
    def method(self):
        pass


_Method = type(_Method().method)


def _annotations(entry):
    try:
        return entry.__annotations__
    except Exception:  # an annotation that cannot be evaluated (PEP 649)
        annotationlib = _library("annotationlib")
        return annotationlib.get_annotations(
            entry, format=annotationlib.Format.FORWARDREF
        )


def _status_of(exit):
    """The exit status that CPython gives for a SystemExit."""
    code = _exit_code(exit)
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if -(2**31) <= code < 2**31 else 255
    _flush("stdout")
    try:
        print(code, file=sys.stderr)
    except BaseException:
        pass  # CPython says nothing either
    return 1


def _exit_code(exit):
    try:
        return exit.code
    except BaseException:
        return 1


def _print_uncaught(error):
    """What CPython does with an exception that nobody caught."""
    _flush("stdout")
    errors = _library("_py_plugin_errors")
    errors.trim(error)
    # CPython's own code imports it: there may be little time left.
    sys.modules.setdefault("traceback", errors.traceback)
    hook = getattr(sys, "excepthook", None)
    try:
        hook(*_parts_of(error))
    except BaseException as second:
        _library("_py_plugin_errors").trim(second)
        if callable(hook):
            _say("Error in sys.excepthook:")
            _show(second)
            _say("\nOriginal exception was:")
        _show(error)


def _parts_of(error):
    traceback = BaseException.__dict__["__traceback__"].__get__(error)
    return type(error), error, traceback


def _show(error):
    try:
        sys.__excepthook__(*_parts_of(error))
    except BaseException:
        _say(type(error).__qualname__)


def _say(text):
    try:
        print(text, file=sys.stderr)
    except BaseException:
        pass  # there is no other place to say it


def _flush(name):
    """Flush a stream that may be missing, None or closed."""
    try:
        getattr(sys, name).flush()
    except BaseException:
        pass  # the script saw, or will see, its own write fail
