"""A pattern with alternatives that is looked for in a text."""

import re

RESULTS = {500: 1000, 5: 10}


def run(size):
    text = "the quick brown fox jumps over 12345 lazy dogs at foo@bar.com " * size
    for _ in range(5):
        found = len(re.findall(r"(\w+)@(\w+)\.com|\d{3,}", text))
    return found
