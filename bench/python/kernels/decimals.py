"""Decimal numbers of fifty digits, and their roots."""

from decimal import Decimal, getcontext

RESULTS = {300: "1.9551", 3: "1.9572"}


def run(size):
    getcontext().prec = 50
    x = Decimal(2)
    for _ in range(size):
        x = (x + Decimal(2) / x) / 2 + x.sqrt() / 3
    return str(x)[:6]
