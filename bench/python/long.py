"""The same work in one long call, or in many short ones."""

import time


def unit():
    """About a thousandth of a second."""
    total = 0
    for number in range(5000):
        total += number % 7 * (number & 3)
    return total


def timed():
    """Milliseconds that a unit takes now."""
    start = time.perf_counter()
    unit()
    return (time.perf_counter() - start) * 1000


def one(seconds):
    """Work for so long in this one call; the best unit of the last tenth."""
    start = time.perf_counter()
    best = float("inf")
    while (elapsed := time.perf_counter() - start) < seconds:
        took = timed()
        if elapsed > seconds * 0.9:
            best = min(best, took)
    return min(best, timed())
