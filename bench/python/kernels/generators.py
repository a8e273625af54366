"""A generator inside a generator."""

RESULTS = {500000: 20833333333250000, 100: 166650}


def squares(count):
    for i in range(count):
        yield i * i


def run(size):
    return sum(x for x in squares(size) if x & 1)
