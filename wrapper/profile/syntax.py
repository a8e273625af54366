"""What small programs are written with: each statement of the language once,
and common operations of the built-in types.

It is run to find out which functions belong into the first part of the code:
a plugin with a `try` in it must not wait for the rest. Not for speed.
"""

from __future__ import annotations

import math as _math
import sys
import traceback
from collections import *
from functools import partial as bound, reduce
from os.path import (
    basename,
    join,
)

COUNT: int = 0
type Pair[T] = tuple[T, T]


class Base:
    """A class."""

    __slots__ = ("x", "_y")

    def __init__(self, x, *more, y=1, **named):
        super().__init__()
        self.x, self._y = x, y + len(more) + len(named)

    def __eq__(self, other):
        return isinstance(other, Base) and self.x == other.x

    def __hash__(self):
        return hash(self.x)

    def __repr__(self):
        return f"{type(self).__name__}({self.x!r}, {self._y:>3})"

    def __lt__(self, other):
        return self.x < other.x

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index >= 3:
            raise IndexError(index)
        return index

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        return False

    @property
    def y(self):
        return self._y

    @y.setter
    def y(self, value):
        self._y = value

    @classmethod
    def make(cls, /, x, *, y=2):
        return cls(x, y=y)

    @staticmethod
    def double(n):
        return n * 2


class Derived(Base, metaclass=type):
    kind = "derived"


def counter():
    total = 0

    def add(n):
        nonlocal total
        global COUNT
        total += n
        COUNT |= 1
        return total

    return add


def numbers(limit):
    n = 0
    while True:
        if n >= limit:
            break
        n += 1
        if n % 2:
            continue
        yield n
    else:
        pass
    yield from range(2)


def matched(value):
    match value:
        case 0 | -1:
            return "small"
        case int(n) if n > 5:
            return "large"
        case [first, *_]:
            return first
        case {"key": found, **_rest}:
            return found
        case Base(x=1):
            return "base"
        case None | True | 1.5 | "text":
            return "constant"
        case _:
            return None


def failing(what):
    try:
        assert what != 1, "one"
        if what == 2:
            raise ValueError("two") from None
        elif what == 3:
            raise KeyError(3) from ValueError()
        return 10 / what
    except (ValueError, KeyError) as error:
        return str(error)
    except ZeroDivisionError:
        return None
    except Exception:
        return sys.exc_info()[0].__name__
    else:
        return 0
    finally:
        what = None
        del what


async def later():
    async with Nothing() as nothing:
        async for _ in nothing:
            pass
    return [x async for x in nothing]


class Nothing:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    def __aiter__(self):
        return self

    async def __anext__(self):
        raise StopAsyncIteration


def numeric():
    a, b, c = 7, 2, 2.5
    values = [a + b, a - b, a * b, a / b, a // b, a % b, a**b, -a, +a, ~a]
    values += [a & b, a | b, a ^ b, a << b, a >> b, c * a, c**2, 10**30 // 7]
    values += [round(c, 1), abs(-a), divmod(a, b), pow(2, 10, 7), int("12")]
    values += [float("1.5"), hex(255), bin(5), 1_000, 0x1F, 1j * 2, complex(1)]
    values += [a < b, a <= b < 9, a == b, a != b, a is b, not a, a and b or c]
    a += 1; a -= 1; a *= 2; a //= 2; a **= 1; a %= 5; a <<= 1; a >>= 1
    return sum(v for v in values if isinstance(v, int)), _math.sqrt(c)


def textual(text="one, two\nthree"):
    words = text.replace(",", " ").split()
    lines = text.splitlines() + [text.strip().upper().lower().title()]
    lines.append(" ".join(reversed(words)) + f"{1.5:8.2f}{words!r:<4}{3:04d}")
    lines.append("%s %d %.1f" % ("a", 1, 2.5) + "{} {x}".format(1, x=2))
    found = text.find("two"), text.count("o"), "one" in text, text[::-1]
    data = text.encode() + b"\x00\xff" + bytes([1, 2]) + bytearray(b"x")
    return lines, found, data.hex(), data.decode("latin-1"), text.isalpha()


def containers():
    items = [3, 1, 2, *range(3)]
    items.sort(key=lambda n: -n)
    items.insert(0, items.pop()); items.extend([9]); items.remove(9)
    items[1:2] = [8, 7]; del items[0]
    table = {"a": 1, **{"b": 2}, "c": [x for x in items if x > 1]}
    table.setdefault("d", {y: y for y in items}); table.update(e=5)
    table |= {"f": 6}; table.pop("f", None); del table["e"]
    names = {*"abc"} | {"d"}; names.add("x"); names.discard("y")
    first, *middle, last = sorted(items, reverse=True)
    pairs = list(zip(items, enumerate(table.items()), strict=False))
    total = reduce(lambda x, y: x + y, map(int, filter(None, items)), 0)
    if (size := len(pairs)) > 1 and any(items) and not all([0, 1]):
        total = max(total, size, min(items), default=0) if False else total
    copy = dict(sorted(table.items(), key=str)), list(names & {"a"}), set()
    return first, middle, last, total, copy, names - {"a"}, tuple(items), table.get("z")


def main():
    add, double = counter(), bound(Base.double, n=4)
    with Base.make(1) as base, Derived(2, 3, z=4) as derived:
        base.y = derived.y
        print(base, derived, base == derived, base < derived, list(base), len(base))
    for value in (0, 7, [1], {"key": 2}, base, None, 1.5, object):
        matched(value)
    for what in range(4):
        failing(what)
    print(add(1), add(2), double(), list(numbers(5)), hash(base), repr(Pair))
    print(numeric(), textual(), containers(), sep="\n", file=sys.stderr)
    print(getattr(base, "none", None), hasattr(base, "x"), callable(main), vars(Derived)["kind"])
    print(Counter("aab").most_common(1), defaultdict(list), OrderedDict(a=1), deque([1], 2))
    print(basename(join("a", "b")), *map(str, (1, 2)), end="\n", flush=True)
    later().close()
    try:
        exec(compile("def broken(:", "syntax", "exec"))
    except SyntaxError as error:
        print(error.msg)
    with open(__file__, encoding="utf-8") as file:
        print(next(file), file.readline(), [line for line in file][0], file.read())
    with open(__file__, "rb") as file:
        print(file.readline(), len(file.read()), dict(a=1) | dict(b=2), {1}.pop())
    try:
        failing("text")
        [].index(1)
    except ValueError:
        print(traceback.format_exc())


main()
