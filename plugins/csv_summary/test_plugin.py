"""Run with `python -m unittest` in this folder."""

import doctest
import unittest

import plugin


class SummariseTest(unittest.TestCase):
    def test_numbers(self):
        summary = plugin.summarise("n\n1\n2.5\n-4\n")
        self.assertEqual(
            summary,
            {
                "rows": 3,
                "columns": {
                    "n": {"missing": 0, "kind": "number", "min": -4.0, "mean": -0.166667, "max": 2.5}
                },
            },
        )

    def test_text_with_quotes_and_missing_values(self):
        summary = plugin.summarise('name;town\n"Li; Wei";Oslo\nAda;\nBo;Oslo\n')
        self.assertEqual(summary["rows"], 3)
        self.assertEqual(
            summary["columns"]["town"],
            {"missing": 1, "kind": "text", "distinct": 1, "most_common": {"Oslo": 2}},
        )
        self.assertEqual(summary["columns"]["name"]["distinct"], 3)

    def test_a_row_that_is_too_long(self):
        with self.assertRaisesRegex(ValueError, "row 3 has 3 values; the first row names 2"):
            plugin.summarise("a,b\n1,2\n1,2,3\n")

    def test_what_is_no_number_is_text(self):
        for value in ("nan", "inf", "1e999", "1_000"):
            with self.subTest(value=value):
                column = plugin.summarise(f"n\n1\n{value}\n")["columns"]["n"]
                self.assertEqual(column["kind"], "text")

    def test_a_byte_order_mark_and_blank_lines(self):
        summary = plugin.summarise("\ufeffa,b\n\n1,2\n\n")
        self.assertEqual(summary["rows"], 1)
        self.assertEqual(list(summary["columns"]), ["a", "b"])

    def test_two_columns_with_one_name(self):
        with self.assertRaisesRegex(ValueError, "two columns are named 'a'"):
            plugin.summarise("a,a\n1,2\n")

    def test_an_empty_table(self):
        with self.assertRaisesRegex(ValueError, "empty"):
            plugin.summarise("")

    def test_examples(self):
        self.assertEqual(doctest.testmod(plugin).failed, 0)


if __name__ == "__main__":
    unittest.main()
