"""Tuples and lists taken apart, over and over."""

RESULTS = {50000: 9000000, 5: 900}


def run(size):
    total = 0
    values = (1, 2, 3, 4, 5, 6, 7, 8)
    listed = list(values)
    for _ in range(size):
        a, b, c, d, e, f, g, h = values
        total += a + b + c + d + e + f + g + h
        a, b, c, d, e, f, g, h = listed
        total += a + b + c + d + e + f + g + h
        a, b, c, d, e, f, g, h = values
        total += a + b + c + d + e + f + g + h
        a, b, c, d, e, f, g, h = listed
        total += a + b + c + d + e + f + g + h
        (a, b), (c, d), *rest = ((1, 2), (3, 4), 5, 6, 7, 8)
        total += a + b + c + d + sum(rest)
    return total
