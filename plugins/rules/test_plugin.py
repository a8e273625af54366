"""Run with `python -m unittest` in this folder."""

import doctest
import unittest
from decimal import Decimal

import plugin


def order(*lines, **more):
    items = [{"item": i, "count": c, "price": Decimal(p)} for i, c, p in lines]
    return {"id": 1, "customer": "ann", "lines": items, **more}


class DecideTest(unittest.TestCase):
    def test_accepts(self):
        decision = plugin.decide(order(("tea", 2, "4.50"), ("mug", 1, "12.00")))
        self.assertEqual(decision["total"], Decimal("21.00"))
        self.assertTrue(decision["accepted"])

    def test_refuses(self):
        for lines, reason in [
            ([], "the order is empty"),
            ([("tea", 1, "1"), ("mug", 0, "1")], "line 2 orders 0 of mug"),
        ]:
            with self.subTest(reason=reason):
                decision = plugin.decide(order(*lines))
                self.assertEqual((decision["accepted"], decision["notes"]), (False, [reason]))

    def test_notes(self):
        decision = plugin.decide(order(("desk", 5, "400"), coupon="SPRING"))
        self.assertEqual(decision["total"], Decimal("1800.00"))
        self.assertEqual(
            decision["notes"],
            ["over 1000: to be confirmed by a person", "coupon SPRING: -10%"],
        )

    def test_examples(self):
        self.assertEqual(doctest.testmod(plugin).failed, 0)


if __name__ == "__main__":
    unittest.main()
