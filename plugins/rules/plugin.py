"""Decide about orders by rules, the host's data in and decisions out.

Each rule looks at an order and says what it thinks; the first one that refuses
wins, else the order passes with all that the others noted. Rules are plain
functions with the mark `@rule`, so that adding one is adding a function.

>>> decide({"id": 7, "customer": "ann", "lines": [{"item": "tea", "count": 2, "price": Decimal("4.50")}]})
{'order': 7, 'accepted': True, 'total': Decimal('9.00'), 'notes': []}
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Literal, NotRequired, TypedDict


class Line(TypedDict):
    """One line of an order."""

    item: str
    count: int
    price: Decimal


class Order(TypedDict):
    """An order as the host has it."""

    id: int
    customer: str
    lines: list[Line]
    coupon: NotRequired[Literal["SPRING", "STAFF"]]


class Decision(TypedDict):
    """What became of an order."""

    order: int
    accepted: bool
    total: Decimal
    notes: list[str]


class Refused(Exception):
    """A rule that raises it refuses the order."""


type Rule = Callable[[Order, Decimal], str | None]

RULES: list[Rule] = []
DISCOUNTS = {"SPRING": Decimal("0.10"), "STAFF": Decimal("0.25")}
LIMIT = Decimal(1000)


def rule(function: Rule) -> Rule:
    """Add a function to the rules, in the order in which they stand here."""
    RULES.append(function)
    return function


@rule
def has_lines(order: Order, total: Decimal) -> None:
    """Nothing ordered, nothing sold."""
    if not order["lines"]:
        raise Refused("the order is empty")


@rule
def counts_are_positive(order: Order, total: Decimal) -> None:
    """A count below one is a mistake somewhere."""
    for number, line in enumerate(order["lines"], 1):
        if line["count"] < 1:
            raise Refused(f"line {number} orders {line['count']} of {line['item']}")


@rule
def is_affordable(order: Order, total: Decimal) -> str | None:
    """Large orders are looked at by a person."""
    return f"over {LIMIT}: to be confirmed by a person" if total > LIMIT else None


@rule
def coupon(order: Order, total: Decimal) -> str | None:
    """Say what a coupon was worth."""
    code = order.get("coupon")
    return f"coupon {code}: -{DISCOUNTS[code]:.0%}" if code else None


def total_of(order: Order) -> Decimal:
    """The price of all lines, less what the coupon is worth, in cents."""
    full = sum((line["count"] * line["price"] for line in order["lines"]), Decimal())
    discount = DISCOUNTS.get(order.get("coupon", ""), Decimal())
    return (full * (1 - discount)).quantize(Decimal("0.01"))


def decide(order: Order) -> Decision:
    """Decide about one order."""
    total = total_of(order)
    try:
        said = [each(order, total) for each in RULES]
    except Refused as refused:
        return Decision(order=order["id"], accepted=False, total=total, notes=[str(refused)])
    notes = [note for note in said if note]
    return Decision(order=order["id"], accepted=True, total=total, notes=notes)


def decide_all(orders: Iterable[Order]) -> list[Decision]:
    """Decide about many orders."""
    return [decide(order) for order in orders]
