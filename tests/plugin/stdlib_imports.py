"""Import every module of the standard library; print what happened as JSON.

{"json": "ok", "ssl": "ssl is not available in py-plugin: ..."}
"""

import importlib
import io
import json
import os
import pkgutil
import sys

from _py_plugin_absent import ABSENT

#: Frozen for tests of importlib itself; importing them prints.
SKIPPED = {"__hello__", "__phello__", "__hello_alias__", "__hello_only__"}


def names():
    """What the image holds, and what CPython's documentation promises."""
    found = set(sys.stdlib_module_names) | set(sys.builtin_module_names)
    found |= set(ABSENT)
    found |= {module.name for module in pkgutil.walk_packages([os.path.dirname(os.__file__)])}
    return sorted(
        name
        for name in found
        if name.split(".")[0] not in SKIPPED and not name.endswith(".__main__")
        and not name.startswith("_py_plugin")
    )


def outcome(name):
    try:
        importlib.import_module(name)
    except ImportError as error:
        return str(error)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "ok"


stdout, sys.stdout = sys.stdout, io.StringIO()  # `this` and `antigravity` print
result = {name: outcome(name) for name in names()}
print(json.dumps(result), file=stdout)
