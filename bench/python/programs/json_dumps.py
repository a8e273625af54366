"""JSON written: small, nested and large values."""

import json

RESULTS = {200: 1150000, 2: 11500}

SIMPLE = {"key1": 0, "key2": True, "key3": "value", "key4": "foo", "key5": "string"}
NESTED = {**SIMPLE, "key1": SIMPLE, "key4": [1, 2.5, None], "key5": [SIMPLE], "é": "ü"}
CASES = (({}, 20), (SIMPLE, 10), (NESTED, 10), ([NESTED] * 10, 1))


def run(size):
    """The length of all that was written."""
    length = 0
    for value, count in CASES:
        for _ in range(count * size):
            length += len(json.dumps(value))
    return length
