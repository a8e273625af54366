"""Integers of a hundred thousand bits."""

RESULTS = {40000: 40416, 40: 43}


def run(size):
    return len(hex(3**size * 7 ** (size * 7 // 8)))
