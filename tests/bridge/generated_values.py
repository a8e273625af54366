"""Nested values from a seed, and whether they come back from the host."""

import random
import struct
from array import array
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from host import echo as host_echo


def echo(value):
    return value


def through(value):
    return host_echo(value)


def same(one, other):
    return shown(one) == shown(other)


def try_some(seed, count):
    """None, or what came back as something else."""
    rng = random.Random(seed)
    for number in range(count):
        value = make(rng, 4)
        came = host_echo(value)
        if shown(came) != shown(normal(value)):
            return f"seed {seed}, value {number}: {shown(normal(value))} came as {shown(came)}"
    return None


def make(rng, depth):
    kinds = SCALARS + CONTAINERS if depth else SCALARS
    return rng.choice(kinds)(rng, depth)


def a_text(rng, _=0):
    pools = ("ab", "\0\x7f", "éß", "日本", "👩🚀\u200d", "\ufeff\ufffd")
    size = rng.choice((0, 1, 5, 23, 24, 31, 32, 33, 40, 41, 255, 256, 5000))
    pool = rng.choice(pools) if rng.random() < 0.7 else "".join(pools)
    return "".join(rng.choices(pool, k=size))


def an_int(rng, _=0):
    return rng.choice((1, -1)) * rng.getrandbits(rng.choice((1, 8, 32, 53, 54, 64, 65, 2000)))


def a_float(rng, _=0):
    return struct.unpack("<d", rng.randbytes(8))[0]


def some_bytes(rng, _=0):
    return rng.randbytes(rng.choice((0, 1, 23, 24, 255, 256, 4095, 4096, 70000)))


def a_datetime(rng, _=0):
    offset = rng.choice((None, UTC, timezone(timedelta(minutes=rng.randrange(-1439, 1440)))))
    moment = datetime(2, 1, 1) + timedelta(microseconds=rng.randrange(9000 * 365 * 86400 * 10**6))
    return moment.replace(tzinfo=offset)


def a_decimal(rng, _=0):
    if rng.random() < 0.2:
        return Decimal(rng.choice(("NaN", "-NaN", "sNaN12", "Infinity", "-Infinity", "-0", "0E+5")))
    digits = "".join(rng.choices("0123456789", k=rng.choice((1, 5, 30, 5000))))
    return Decimal(f"{rng.choice(('', '-'))}{digits}E{rng.randrange(-500, 500)}")


SCALARS = (
    lambda rng, _: None,
    lambda rng, _: rng.random() < 0.5,
    an_int,
    a_float,
    a_text,
    some_bytes,
    lambda rng, _: bytearray(some_bytes(rng)),
    lambda rng, _: array(rng.choice("bhiq"), [rng.randrange(-100, 100)]),
    lambda rng, _: array("d", [rng.random()] * rng.choice((0, 1, 1000))),
    lambda rng, _: complex(a_float(rng), a_float(rng)),
    a_datetime,
    lambda rng, _: a_datetime(rng).date(),
    lambda rng, _: a_datetime(rng).time(),
    lambda rng, _: timedelta(microseconds=rng.randrange(-(10**17), 10**17)),
    a_decimal,
    lambda rng, _: UUID(bytes=rng.randbytes(16)),
)


def a_key(rng, depth=1):
    if depth and rng.random() < 0.2:
        return tuple(a_key(rng, depth - 1) for _ in range(rng.randrange(3)))
    return rng.choice((a_text, an_int, some_bytes))(rng)


def a_dict(rng, depth):
    keys = a_text if rng.random() < 0.6 else a_key
    return {keys(rng): make(rng, depth - 1) for _ in range(rng.randrange(5))}


CONTAINERS = (
    lambda rng, depth: [make(rng, depth - 1) for _ in range(rng.randrange(5))],
    lambda rng, depth: tuple(make(rng, depth - 1) for _ in range(rng.randrange(5))),
    a_dict,
    lambda rng, depth: {a_key(rng) for _ in range(rng.randrange(4))},
    lambda rng, depth: frozenset(a_key(rng) for _ in range(rng.randrange(4))),
)


def normal(value, key=False):
    """What a value is after it was at the host."""
    match value:
        case float() if value.is_integer() and abs(value) < 2**53:
            return value if str(value) == "-0.0" else int(value)
        case bytearray():
            return bytes(value)
        case tuple() | list():
            items = [normal(item, key) for item in value]
            return tuple(items) if key else items
        case set() | frozenset():
            items = {normal(item, True) for item in value}
            return frozenset(items) if key else items
        case dict():
            return {normal(k, True): normal(v) for k, v in value.items()}
        case datetime() if value.tzinfo is not None:
            return value.replace(tzinfo=timezone(value.utcoffset()))
    return value


def shown(value):
    """A value as text that tells apart all that differs."""
    match value:
        case list() | tuple():
            return [type(value).__name__, *map(shown, value)]
        case set() | frozenset():
            return [type(value).__name__, *sorted(map(repr, map(shown, value)))]
        case dict():
            return ["dict", *sorted(repr([shown(k), shown(v)]) for k, v in value.items())]
        case bytearray() | array():
            return [type(value).__name__, getattr(value, "typecode", ""), bytes(value)]
        case datetime():
            return ["datetime", value.isoformat()]
        case date() | time():
            return [type(value).__name__, value.isoformat()]
    return [type(value).__name__, repr(value)]
