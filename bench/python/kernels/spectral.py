"""A matrix that is computed as it is read: generators in sums."""

RESULTS = {130: 76622, 10: 57052}


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def run(size):
    u = [1.0] * size
    for _ in range(2):
        u = [sum(element(i, j) * u[j] for j in range(size)) for i in range(size)]
    return round(sum(u) * 10000)
