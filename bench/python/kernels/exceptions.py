"""Exceptions that are raised and caught."""

RESULTS = {100000: 50000, 100: 50}


def run(size):
    caught = 0
    for i in range(size):
        try:
            if i % 2:
                raise ValueError(i)
        except ValueError:
            caught += 1
    return caught
