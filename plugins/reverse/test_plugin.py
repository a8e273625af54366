"""The reference plugin's vectors. Run with `python -m unittest` in this folder."""

import doctest
import unittest

import plugin

VECTORS = {
    "It can't bite it's own tail. I'm done laughing.":
        "tI can't etib it's nwo tail. I'm enod laughing.",
    "Hello there": "olleH ereht",
    "": "",
    "a  b": "a  b",
    "well-known": "nwonk-llew",
    "(done).": ".)enod(",
    "3.14": "3.14",
    "12345": "54321",
    "wo!rd": "wo!rd",
    "!word": "drow!",
    "naïve café": "evïan éfac",
    "日本語 テキスト": "語本日 トスキテ",
}


class ReverseTest(unittest.TestCase):
    def test_vectors(self):
        for text, expected in VECTORS.items():
            with self.subTest(text=text):
                self.assertEqual(plugin.reverse_words(text), expected)

    def test_examples(self):
        self.assertEqual(doctest.testmod(plugin).failed, 0)


if __name__ == "__main__":
    unittest.main()
