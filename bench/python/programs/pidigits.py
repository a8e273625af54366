"""Digits of pi, one after the other, with integers that grow."""

RESULTS = {500: "4891227938 1830119491", 20: "3141592653 5897932384"}


def digits():
    """Gibbons' unbounded spigot."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, l = (
                q * k,
                (2 * q + r) * l,
                t * l,
                k + 1,
                (q * (7 * k + 2) + r * l) // (t * l),
                l + 2,
            )


def run(size):
    """The last twenty digits of so many."""
    source = digits()
    text = "".join(str(next(source)) for _ in range(size))
    return f"{text[-20:-10]} {text[-10:]}"
