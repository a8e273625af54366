"""Pancakes: how often a permutation must be flipped, the most of all of them."""

RESULTS = {8: (1616, 22), 5: (11, 7)}


def run(size):
    """The checksum, and the most flips."""
    order = list(range(size))
    counts = [0] * size
    checksum = most = 0
    rest = size
    even = True
    while True:
        while rest != 1:
            counts[rest - 1] = rest
            rest -= 1
        flips = flips_of(order)
        most = max(most, flips)
        checksum += flips if even else -flips
        even = not even
        while True:
            if rest == size:
                return checksum, most
            order.insert(rest, order.pop(0))
            counts[rest] -= 1
            if counts[rest] > 0:
                break
            rest += 1


def flips_of(order):
    cakes = order[:]
    flips = 0
    first = cakes[0]
    while first:
        cakes[: first + 1] = cakes[first::-1]
        flips += 1
        first = cakes[0]
    return flips
