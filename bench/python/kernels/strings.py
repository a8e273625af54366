"""Text as keys of a dictionary, and text that is put together."""

RESULTS = {100000: 12889, 1000: 8779}


def run(size):
    sums = {}
    for i in range(size):
        key = "k%d" % (i % 1000)
        sums[key] = sums.get(key, 0) + i
    return len(",".join(f"{key}={value}" for key, value in sorted(sums.items())))
