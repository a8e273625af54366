"""Runs one of CPython's own test modules; a line of JSON for each test."""

import importlib
import json
import os
import sys
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


def say(outcome, test, text=""):
    name = test.id() if hasattr(test, "id") else str(test)
    line = json.dumps([outcome, name, str(text)[-1500:]])
    OUT.write(f"\x1e{line}\n")
    OUT.flush()


OUT = sys.stdout
sys.path.insert(0, "/cpython")
os.chdir("/tmp")
try:
    module = importlib.import_module(f"test.{sys.argv[1]}")
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
except unittest.SkipTest as error:
    say("skip", sys.argv[1], error)
else:
    suite.run(Lines())
say("end", sys.argv[1])
