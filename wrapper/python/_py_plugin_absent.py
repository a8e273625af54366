"""What this Python does not have, and the sentence that says so.

ABSENT maps a module's name to the reason and the alternative. The modules are
left out of the image (`wrapper/build/image_tree.ts`), and `_plug.find_spec`
raises the sentence; a library that catches ImportError goes on as it does
everywhere.
"""

_NATIVE = "plugins cannot load native code"
_UNIX = "there is no Unix below a WebAssembly plugin"
_WINDOWS = "it is part of CPython on Windows only"
_TERMINAL = "a plugin has no terminal to control"
_SCREEN = "a plugin has no screen to draw on"
_PROCESS = "a plugin cannot start processes"
_ONE = "an instance has one interpreter"

_SENTENCES = {
    "ssl": ("plugins have no sockets and no OpenSSL", "let the host make the request"),
    "_ssl": ("plugins have no sockets and no OpenSSL", "let the host make the request"),
    "_hashlib": ("there is no OpenSSL here", "use hashlib, which has its own hashes"),
    "ctypes": (_NATIVE, "use struct, memoryview or a host function"),
    "_ctypes": (_NATIVE, "use struct, memoryview or a host function"),
    "multiprocessing": (_PROCESS, "let the host open several plugins"),
    "_multiprocessing": (_PROCESS, "let the host open several plugins"),
    "_posixshmem": (_PROCESS, "use bytes or memoryview"),
    "_posixsubprocess": (_PROCESS, "let the host run the program"),
    "pty": (_TERMINAL, "use print() and input()"),
    "tty": (_TERMINAL, "use print() and input()"),
    "termios": (_TERMINAL, "use print() and input()"),
    "curses": (_TERMINAL, "use print() and input()"),
    "_curses": (_TERMINAL, "use print() and input()"),
    "_curses_panel": (_TERMINAL, "use print() and input()"),
    "readline": (_TERMINAL, "use input()"),
    "tkinter": (_SCREEN, "return data that the host can show"),
    "_tkinter": (_SCREEN, "return data that the host can show"),
    "turtle": (_SCREEN, "return data that the host can show"),
    "turtledemo": (_SCREEN, "return data that the host can show"),
    "idlelib": (_SCREEN, "edit the plugin on the host"),
    "ensurepip": ("plugins install nothing", "put pure Python beside plugin.py"),
    "venv": ("plugins install nothing", "put pure Python beside plugin.py"),
    "test": ("CPython's test suite is left out", "run it under CPython"),
    "fcntl": (_UNIX, "use open() and os"),
    "grp": (_UNIX, "ask the host who the user is"),
    "pwd": (_UNIX, "ask the host who the user is"),
    "mmap": (_UNIX, "read the file with open()"),
    "resource": (_UNIX, "let the host set limits"),
    "syslog": (_UNIX, "use sdk.log() or logging"),
    "_uuid": (_UNIX, "use uuid, which works without it"),
    "_gdbm": (_UNIX, "use dbm.sqlite3 or dbm.dumb"),
    "_dbm": (_UNIX, "use dbm.sqlite3 or dbm.dumb"),
    "_interpreters": (_ONE, "let the host open several plugins"),
    "_interpchannels": (_ONE, "let the host open several plugins"),
    "_interpqueues": (_ONE, "let the host open several plugins"),
    "_remote_debugging": ("there is no process to look into", "use pdb or traceback"),
    "pydoc_data.topics": ("its texts are left out", "read them in Python's docs"),
    "_scproxy": ("it is part of CPython on macOS only", "read the environment"),
    "msvcrt": (_WINDOWS, "use os and io"),
    "nt": (_WINDOWS, "use os"),
    "winreg": (_WINDOWS, "use os.environ"),
    "winsound": (_WINDOWS, "let the host play sounds"),
    "_msi": (_WINDOWS, "use zipfile"),
    "_overlapped": (_WINDOWS, "use asyncio"),
    "_winapi": (_WINDOWS, "use os"),
    "_wmi": (_WINDOWS, "use platform"),
    "asyncio.windows_events": (_WINDOWS, "use asyncio"),
    "asyncio.windows_utils": (_WINDOWS, "use asyncio"),
}

ABSENT = {
    name: f"{name} is not available in py-plugin: {reason}; {alternative}"
    for name, (reason, alternative) in _SENTENCES.items()
}

#: Not of the standard library, so not among them.
NO_HOST = (
    "host is not available: this host offers nothing to the plugin;"
    " let it pass `host` to loadPlugin()"
)

_NO_THREADS = (
    "threads are not available in py-plugin: an instance has one thread;"
    " use asyncio, or let the host open several plugins"
)
_NO_PROCESSES = (
    f"processes are not available in py-plugin: {_PROCESS};"
    " let the host run the program"
)
_NO_SOCKETS = (
    "sockets are not available in py-plugin: a plugin has no network;"
    " let the host make the request"
)


def no_sockets():
    """Called by socket, which is patched to do so."""
    import errno

    raise _refusal(OSError(errno.ENOTSUP, _NO_SOCKETS))


def no_threads(*_args, **_kwargs):
    """Stands for the functions of `_thread` that start one."""
    raise _refusal(RuntimeError(_NO_THREADS))


def no_processes(*_args):
    """Called by subprocess, which is patched to do so; stands for os.system."""
    import errno

    raise _refusal(OSError(errno.ENOTSUP, _NO_PROCESSES))


def _refusal(error):
    """Mark an exception whose traceback ends in the plugin's own code."""
    error._py_plugin_refusal = True
    return error
