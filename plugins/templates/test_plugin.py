"""Run with `python -m unittest` in this folder."""

import doctest
import sys
import types
import unittest

import plugin

PARTS = {"header": "= {{ title }} =\n", "loop": "{% include loop %}"}


def _host():
    host = types.ModuleType("host")
    host.load = PARTS.__getitem__
    return host


class RenderTest(unittest.TestCase):
    def setUp(self):
        self._host = sys.modules.get("host")
        sys.modules["host"] = _host()

    def tearDown(self):
        if self._host is None:
            del sys.modules["host"]
        else:
            sys.modules["host"] = self._host

    def test_values(self):
        values = {"user": {"name": "Ann"}, "n": 3}
        self.assertEqual(plugin.render("{{user.name}}: {{ n }}", values), "Ann: 3")

    def test_filters_take_arguments(self):
        filters = {"short": lambda text, size: text[:size], "shout": lambda t: t + "!"}
        template = "{{ name | short(2) | shout }}"
        self.assertEqual(plugin.render(template, {"name": "Anna"}, filters), "An!")

    def test_blocks_nest(self):
        template = "{% for row in rows %}{% if row.on %}{% for c in row.cs %}{{ c }}{% end %};{% end %}{% end %}"
        rows = [{"on": True, "cs": [1, 2]}, {"on": False, "cs": [3]}, {"on": True, "cs": []}]
        self.assertEqual(plugin.render(template, {"rows": rows}), "12;;")

    def test_parts_come_from_the_host(self):
        self.assertEqual(plugin.render("{% include header %}x", {"title": "T"}), "= T =\nx")

    def test_errors_name_the_line(self):
        for template, message in [
            ("a\nb {{ nothing }}", "line 2: nothing is called 'nothing'"),
            ("{{ a | b }}", "line 1: no filter is called 'b'; there are: none"),
            ("\n\n{% end %}", "line 3: an end without a beginning"),
            ("{% if a %}", "line 1: a block without an end"),
            ("{% for a %}{% end %}", "line 1: cannot repeat 'a': write `for NAME in VALUE`"),
            ("{% nope %}", "line 1: no statement is called 'nope'"),
            ("{% include loop %}", "line 1: templates include each other more than 16 deep"),
        ]:
            with self.subTest(template=template), self.assertRaises(plugin.TemplateError) as raised:
                plugin.render(template, {"a": 1})
            self.assertEqual(str(raised.exception), message)

    def test_examples(self):
        self.assertEqual(doctest.testmod(plugin).failed, 0)


if __name__ == "__main__":
    unittest.main()
