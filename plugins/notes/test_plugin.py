"""Run with `python -m unittest` in this folder."""

import doctest
import unittest

import plugin


class NotesTest(unittest.TestCase):
    def setUp(self):
        self.notes = plugin.Notes()

    def test_finds_all_words_in_any_case(self):
        self.notes.add("Fjord", "The water was cold and blue")
        self.notes.add("Cabin", "The stove was cold")
        found = self.notes.find("COLD water")
        self.assertEqual([note["title"] for note in found], ["Fjord"])
        self.assertIn("[cold]", found[0]["excerpt"])

    def test_quotes_are_words_not_syntax(self):
        self.notes.add("Quote", 'she said "no" OR nothing')
        self.assertEqual(len(self.notes.find('"no"')), 1)
        self.assertEqual(self.notes.find('absent OR nothing"'), [])

    def test_get_and_remove(self):
        number = self.notes.add("a", "b")
        self.assertEqual(self.notes.get(number), {"id": number, "title": "a", "body": "b"})
        self.assertTrue(self.notes.remove(number))
        self.assertFalse(self.notes.remove(number))
        with self.assertRaises(LookupError):
            self.notes.get(number)

    def test_requests(self):
        self.assertEqual(
            plugin.answer(self.notes, {"add": {"title": "t", "body": "b"}}), {"id": 1}
        )
        for wrong in ({"drop": 1}, {"get": 10**20}, {"get": True}, [], None):
            with self.subTest(wrong=wrong), self.assertRaises(ValueError):
                plugin.answer(self.notes, wrong)
        self.assertEqual(plugin.answer(self.notes, {"find": "a\0b"}), [])

    def test_examples(self):
        self.assertEqual(doctest.testmod(plugin).failed, 0)


if __name__ == "__main__":
    unittest.main()
