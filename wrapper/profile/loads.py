"""What plugins typically do, for the training of the profile.

CPython's own tests cover breadth; these loads weigh what is hot: calls,
attributes, text, JSON, containers, exceptions, generators. Each is small and
prints nothing. Runs in the counting CPython: `build.ts train`.
"""

import collections
import csv
import dataclasses
import datetime
import decimal
import functools
import io
import itertools
import json
import operator
import random
import re
import string
import textwrap


def records(count):
    """Rows as a plugin gets them: dicts of text and numbers."""
    numbers = random.Random(7)
    return [
        {
            "id": number,
            "name": "".join(numbers.choices(string.ascii_letters, k=12)),
            "score": numbers.random() * 100,
            "tags": numbers.sample(["red", "green", "blue", "black"], 2),
            "active": number % 3 == 0,
        }
        for number in range(count)
    ]


def json_both_ways():
    data = records(400)
    for _ in range(20):
        text = json.dumps(data)
        assert json.loads(text) == data
    json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)


def text_work():
    words = ("the quick brown fox jumps over the lazy dog é ü 日本 " * 400).split()
    counts = collections.Counter(words)
    for word, count in counts.most_common():
        f"{word:>12}|{count:06d}|{count / len(words):.3%}"
    joined = " ".join(word.title() for word in words)
    joined.replace("The", "A").upper().encode().decode().splitlines()
    textwrap.wrap(joined, 72)
    for number in range(20_000):
        "key-%d=%s" % (number, str(number)[::-1])


def patterns():
    text = "2026-01-15T10:30:00 user@example.com GET /items/42?full=1 200\n" * 300
    line = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)T\S+ (\w+)@([\w.]+) (GET|PUT) (\S+)")
    assert len(line.findall(text)) == 300
    re.sub(r"\d+", lambda match: str(int(match[0]) + 1), text)
    re.split(r"\s+", text)


def tables():
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", "name", "score"], extrasaction="ignore")
    writer.writeheader()
    writer.writerows(records(1000))
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    rows.sort(key=operator.itemgetter("name"))
    groups = itertools.groupby(rows, key=lambda row: row["name"][0])
    {key: sum(float(row["score"]) for row in group) for key, group in groups}


@dataclasses.dataclass
class Point:
    x: float
    y: float

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    @property
    def length(self):
        return (self.x * self.x + self.y * self.y) ** 0.5


class Node:
    __slots__ = ("left", "right", "value")

    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right


def tree(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(middle, tree(low, middle), tree(middle + 1, high))


def objects():
    total = functools.reduce(operator.add, (Point(i, -i) for i in range(20_000)))
    assert total.length > 0
    assert list(tree(0, 4000)) == list(range(4000))


def fibonacci(number):
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


def numbers():
    fibonacci(20)
    primes = [n for n in range(2, 4000) if all(n % d for d in range(2, int(n**0.5) + 1))]
    matrix = [[row * 31 % 7 + column for column in range(40)] for row in range(40)]
    transposed = list(zip(*matrix))
    [[sum(map(operator.mul, row, column)) for column in transposed] for row in matrix]
    total = 0.0
    for index in range(100_000):
        total += (index & 0xFF) * 0.5 - total / 3
    with decimal.localcontext(prec=40):
        sum((decimal.Decimal(prime) / 7 for prime in primes), decimal.Decimal())
    pow(3, 5000) // pow(7, 1000) % 1_000_003


def failures():
    missing = 0
    table = {"a": 1}
    for index in range(30_000):
        try:
            table["a" if index % 2 else "b"]
        except KeyError:
            missing += 1
    assert missing == 15_000


def containers():
    queue = collections.deque()
    seen = set()
    grid = {(x, y) for x in range(60) for y in range(60) if (x * y) % 7}
    queue.append((1, 1))
    while queue:
        x, y = queue.popleft()
        if (x, y) in seen or (x, y) not in grid:
            continue
        seen.add((x, y))
        queue.extend([(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)])
    ordered = sorted(seen, key=lambda point: (point[1], -point[0]))
    dict.fromkeys(ordered)
    day = datetime.date(2026, 1, 1)
    [(day + datetime.timedelta(days=n)).isoformat() for n in range(2000)]


for _ in range(5):
    json_both_ways()
    text_work()
    patterns()
    tables()
    objects()
    numbers()
    failures()
    containers()
