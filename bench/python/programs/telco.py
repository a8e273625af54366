"""A phone company's bill: decimals that are multiplied, rounded and summed."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

RESULTS = {3000: ("167414.29", "10285.37", "4529.16", 15113), 30: ("1701.30", "104.53", "46.01", 150)}

RATES = (Decimal("0.0013"), Decimal("0.00894"))
BASIC = Decimal("0.0675")
DISTANT = Decimal("0.0341")
CENT = Decimal("0.01")


def durations(count):
    """Seconds of calls, the same everywhere."""
    state = 7
    for _ in range(count):
        state = (state * 69069 + 5) % 2**32
        yield state % 20000


def run(size):
    """The sums of price, basic tax and distance tax."""
    total = basic_total = distant_total = Decimal(0)
    lines = []
    for seconds in durations(size):
        distant = seconds & 1
        price = (seconds * RATES[distant]).quantize(CENT, ROUND_HALF_EVEN)
        basic = (price * BASIC).quantize(CENT, ROUND_DOWN)
        basic_total += basic
        amount = price + basic
        if distant:
            tax = (price * DISTANT).quantize(CENT, ROUND_DOWN)
            distant_total += tax
            amount += tax
        total += amount
        lines.append(str(amount))
    return str(total), str(basic_total), str(distant_total), len("".join(lines))
