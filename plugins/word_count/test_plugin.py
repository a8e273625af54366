"""Run with `python -m unittest` in this folder."""

import doctest
import unittest

import plugin


class CountTest(unittest.TestCase):
    def test_counts(self):
        cases = {
            b"": (0, 0, 0),
            b"\n\n": (2, 0, 2),
            b"no end": (0, 2, 6),
            b" a\tb\r\nc ": (1, 3, 8),
        }
        for content, counts in cases.items():
            with self.subTest(content=content):
                self.assertEqual(plugin.count(content), counts)

    def test_examples(self):
        self.assertEqual(doctest.testmod(plugin).failed, 0)


if __name__ == "__main__":
    unittest.main()
