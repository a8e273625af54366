"""Prints how many milliseconds the imports of so many modules take, from the first on."""

import importlib
import json
import sys
import time

COUNTS = [1, 2, 3]  # the benchmark puts its own here

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True


def measured():
    times = []
    start = time.perf_counter()
    for number in range(max(COUNTS)):
        importlib.import_module(f"module_{number}")
        if number + 1 in COUNTS:
            times.append((time.perf_counter() - start) * 1000)
    return times


print(json.dumps(measured()))
