"""JSON written and read again."""

import json

RESULTS = {1000: 50787, 10: 477}


def run(size):
    value = {"a": [{"x": i, "y": str(i), "z": [1.5, 2, None, True]} for i in range(size)]}
    for _ in range(10):
        text = json.dumps(value)
        again = json.loads(text)
    return len(text) if again == value else again
