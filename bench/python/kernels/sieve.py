"""Prime numbers: slices of a bytearray, then a sum."""

RESULTS = {300000: 25999, 100: 27}


def run(size):
    """The count of primes, and of 0 and 1 with them."""
    flags = bytearray([1]) * size
    for i in range(2, int(size**0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = bytes(len(range(i * i, size, i)))
    return sum(flags)
