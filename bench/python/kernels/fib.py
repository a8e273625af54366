"""Calls of a small function that calls itself."""

RESULTS = {25: 75025, 8: 21}


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def run(size):
    return fib(size)
