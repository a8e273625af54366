"""One attempt, as Python does it: JSON actions in, JSON answers out."""

import errno
import json
import os

import sdk


def run_e(payload, ident):
    answers = [attempt(action) for action in json.loads(payload)]
    sdk.return_result(json.dumps(answers), ident)


def attempt(action):
    try:
        return str(ACTIONS[action[0]](*action[1:]))
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    except (ValueError, UnicodeError) as error:
        return type(error).__name__


def read(path):
    with open(path, "rb") as file:
        return file.read()


def store(mode):
    def action(path):
        with open(path, mode, encoding="utf-8") as file:
            return file.write("written")

    return action


def append(path):
    fd = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        return os.write(fd, b"written")
    finally:
        os.close(fd)


def walk(path):
    entries = sorted(
        (entry.name, entry.is_dir(), entry.is_symlink())
        for entry in os.scandir(path)
    )
    deep = [
        sorted(names + files)
        for _, names, files in os.walk(path, followlinks=True)
    ][:20]
    return entries, deep, sorted(os.listdir(path))


def stat(path):
    found = os.stat(path)
    return oct(found.st_mode), os.path.isfile(path) and found.st_size


def lstat(path):
    return oct(os.lstat(path).st_mode), os.path.lexists(path)


ACTIONS = {
    "read": read,
    "write": store("w"),
    "append": append,
    "exclusive": store("x"),
    "list": walk,
    "stat": stat,
    "lstat": lstat,
    "readlink": os.readlink,
    "mkdir": os.mkdir,
    "unlink": os.unlink,
    "rmdir": os.rmdir,
    "utime": lambda path: os.utime(path, (0, 0)),
    "rename": os.replace,
    "link": os.link,
    "symlink": os.symlink,
}
