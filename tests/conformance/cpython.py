"""Runs one of CPython's own test modules; a line of JSON for each test."""

import importlib
import importlib.util
import json
import operator
import os
import sys
import types
import unittest


class Lines(unittest.TestResult):
    """Tells the outcome of each test at once, so that a crash loses none."""

    def __init__(self):
        super().__init__()
        self.outcome = None

    def startTest(self, test):
        super().startTest(test)
        self.outcome = ["pass", ""]
        say("start", test)

    def addError(self, test, err):
        if test_module_is_absent(err[1]):
            self.addSkip(test, str(err[1]))
            return
        super().addError(test, err)
        self.fails(test, self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fails(test, self.failures[-1][1])

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.fails(test, "unexpected success")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.fails(test, "".join(self._exc_info_to_string(err, test)))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if self.outcome is None:
            say("skip", test, reason)
        elif self.outcome[0] == "pass":
            self.outcome = ["skip", reason]

    def fails(self, test, text):
        if self.outcome is None:  # setUpClass, or the module's
            say("fail", test, text)
        else:
            self.outcome = ["fail", text]

    def stopTest(self, test):
        super().stopTest(test)
        say(self.outcome[0], test, self.outcome[1])
        self.outcome = None


def test_module_is_absent(error):
    """Whether a test wanted one of the modules that only tests have."""
    return isinstance(error, ImportError) and error.name in {
        "_testbuffer",
        "_testcapi",
        "_testclinic",
        "_testinternalcapi",
        "_testlimitedcapi",
        "_testmultiphase",
        "_testsinglephase",
        "_xxtestfuzz",
    }


def say(outcome, test, text=""):
    name = test.id() if hasattr(test, "id") else str(test)
    line = json.dumps([outcome, name, str(text)[-1500:]])
    OUT.write(f"\x1e{line}\n")
    OUT.flush()


def in_place_of(name, *absent, **contents):
    """In place of a module of C that only tests use, and that is not built.

    Most tests go without one; a few modules would have little left. A call of
    what is absent skips the test.
    """
    module = types.ModuleType(name)
    vars(module).update(contents)
    for each in absent:
        setattr(module, each, skipping(f"{name}.{each}"))
    return module


def skipping(name):
    def skip(*args):
        raise unittest.SkipTest(f"{name} is not built")

    return skip


def exception_print(exc, legacy=False):
    """What `_testcapi` has, by another way to the same C."""
    traceback = getattr(exc, "__traceback__", None)
    sys.__excepthook__(type(exc), exc, traceback)


EVENTS = """py_start py_resume py_yield py_return call jump branch_right branch_left
    py_throw raise exception_handled py_unwind stop_iteration""".split()

STAND_INS = {
    "test_bytes": in_place_of(
        "_testlimitedcapi",
        sequence_getitem=operator.getitem,
        sequence_setitem=operator.setitem,
        sequence_delitem=operator.delitem,
    ),
    "test_call": in_place_of("_testinternalcapi", "get_stack_pointer"),
    "test_class": in_place_of("_testinternalcapi", "has_inline_values"),
    "test_fcntl": in_place_of("multiprocessing"),
    "test_getpath": in_place_of("_testinternalcapi", "get_getpath_codeobject"),
    "test_logging": in_place_of("multiprocessing", "current_process", "Manager"),
    # Without it, setUp() fails and leaves what the other tests need taken.
    "test_monitoring": in_place_of(
        "_testcapi",
        "monitoring_enter_scope",
        "monitoring_exit_scope",
        *(f"fire_event_{name}" for name in EVENTS),
        CodeLike=int,
    ),
    "test_traceback": in_place_of(
        "_testcapi",
        exception_print=exception_print,
        config_get={"code_debug_ranges": True}.__getitem__,
    ),
}


def run(name):
    if name in STAND_INS:
        sys.modules[STAND_INS[name].__name__] = STAND_INS[name]
    if name.startswith("test_asyncio."):
        # The package refuses without sockets; much of it needs none.
        support.requires_working_socket = lambda **_: None
    if name in ("test_mailbox", "test_urllib"):
        # The whole module refuses without gethostname(), which is there.
        socket_helper.has_gethostname = True
    if name in ("test_import", "test_pkgutil"):
        # What they share with others refuses without a module of C; they do not.
        sys.modules["_testmultiphase"] = types.ModuleType("_testmultiphase")
        importlib.import_module("test.test_importlib.util")
        del sys.modules["_testmultiphase"]
    try:
        module = importlib.import_module(f"test.{name}")
        suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    except unittest.SkipTest as error:
        say("skip", name, error)
    except ImportError as error:
        # One that only tests have, or one that is left out and says why.
        left_out = " is not available in py-plugin: " in str(error)
        if not left_out and not test_module_is_absent(error):
            raise
        say("skip", name, error)
    else:
        suite.run(Lines())
    say("end", name)


OUT = sys.stdout
sys.path.insert(0, "/cpython")
os.chdir("/tmp")
from test import support  # noqa: E402
from test.support import socket_helper  # noqa: E402
from test.libregrtest.utils import ALL_RESOURCES  # noqa: E402

# As with `python -m test -u all,-cpu`, which is what CPython's own CI runs.
support.use_resources = {name: None for name in ALL_RESOURCES if name != "cpu"}
run(sys.argv[1])
