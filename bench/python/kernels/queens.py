"""Queens on a board: recursion with frozen sets."""

RESULTS = {8: 92, 5: 10}


def run(size):
    found = 0

    def place(row, columns, rising, falling):
        nonlocal found
        if row == size:
            found += 1
            return
        for x in range(size):
            if x in columns or row + x in rising or row - x in falling:
                continue
            place(row + 1, columns | {x}, rising | {row + x}, falling | {row - x})

    place(0, frozenset(), frozenset(), frozenset())
    return found
