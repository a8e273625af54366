"""Fill in templates, with filters and parts that the host provides.

`{{ name }}` is a value, `{{ user.name | upper | short(8) }}` a value through
filters, `{% for item in items %} … {% end %}` repeats, `{% if name %} … {% end %}`
chooses, and `{% include header %}` asks the host for another template.

>>> render("Hi {{ name | upper }}!", {"name": "Ann"}, {"upper": str.upper})
'Hi ANN!'
>>> render("{% for n in ns %}{{ n }};{% end %}", {"ns": [1, 2]})
'1;2;'
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

type Filter = Callable[..., Any]
type Values = Mapping[str, Any]
type Scope = dict[str, Any]
type Tokens = Iterator[tuple[str, str, int]]  # (kind, text, line)

#: How deep templates may include each other.
MAX_DEPTH = 16
_TOKEN = re.compile(r"\{\{\s*(.+?)\s*\}\}|\{%\s*(.+?)\s*%\}", re.DOTALL)
_FILTER = re.compile(r"^(\w+)(?:\((.*)\))?$", re.DOTALL)


class TemplateError(Exception):
    """A template says what cannot be done; the line is in the message."""

    line: int | None = None


def render(template: str, values: Values, filters: Mapping[str, Filter] | None = None) -> str:
    """Fill in a template.

    Parts that it includes come from the host's `load(name)`.
    """
    return "".join(_Renderer(filters or {}).pieces(template, dict(values), 0))


class _Renderer:
    def __init__(self, filters: Mapping[str, Filter]) -> None:
        self._filters = filters

    def pieces(self, template: str, scope: Scope, depth: int) -> Iterator[str]:
        if depth > MAX_DEPTH:
            raise TemplateError(f"templates include each other more than {MAX_DEPTH} deep")
        tokens = _tokens(template)
        yield from self._block(tokens, scope, depth, inside=False)

    def _block(self, tokens: Tokens, scope: Scope, depth: int, inside: bool) -> Iterator[str]:
        """What comes up to the block's end, or to the template's."""
        for kind, text, line in tokens:
            try:
                if kind == "text":
                    yield text
                elif kind == "value":
                    yield str(self._value(text, scope))
                elif text == "end":
                    if inside:
                        return
                    raise TemplateError("an end without a beginning")
                else:
                    yield from self._statement(text, tokens, scope, depth)
            except TemplateError as error:
                if error.line is None:
                    error.line = line
                    error.args = (f"line {line}: {error}",)
                raise
        if inside:
            raise TemplateError("a block without an end")

    def _statement(self, text: str, tokens: Tokens, scope: Scope, depth: int) -> Iterator[str]:
        word, _, rest = text.partition(" ")
        if word == "include":
            from host import load

            yield from self.pieces(load(rest.strip()), scope, depth + 1)
        elif word == "if":
            yield from self._chosen(bool(self._value(rest, scope)), tokens, scope, depth)
        elif word == "for":
            yield from self._repeated(rest, tokens, scope, depth)
        else:
            raise TemplateError(f"no statement is called {word!r}")

    def _chosen(self, chosen: bool, tokens: Tokens, scope: Scope, depth: int) -> Iterator[str]:
        body = _body(tokens)
        if chosen:
            yield from self._block(iter(body), scope, depth, inside=True)

    def _repeated(self, rest: str, tokens: Tokens, scope: Scope, depth: int) -> Iterator[str]:
        name, word, items = rest.partition(" in ")
        if not word or not name.strip().isidentifier():
            raise TemplateError(f"cannot repeat {rest!r}: write `for NAME in VALUE`")
        body = _body(tokens)
        for item in self._value(items, scope):
            inner = scope | {name.strip(): item}
            yield from self._block(iter(body), inner, depth, inside=True)

    def _value(self, text: str, scope: Values) -> Any:
        path, *filters = (part.strip() for part in text.split("|"))
        value: Any = scope
        for step in path.split("."):
            try:
                value = value[step]
            except (KeyError, TypeError):
                raise TemplateError(f"nothing is called {path!r}") from None
        for each in filters:
            value = self._filtered(each, value)
        return value

    def _filtered(self, text: str, value: Any) -> Any:
        match = _FILTER.match(text)
        if match is None or match[1] not in self._filters:
            known = ", ".join(sorted(self._filters)) or "none"
            raise TemplateError(f"no filter is called {text!r}; there are: {known}")
        try:
            more = ast.literal_eval(f"({match[2]},)") if match[2] else ()
        except (SyntaxError, ValueError):
            raise TemplateError(f"cannot read the arguments of {text!r}") from None
        return self._filters[match[1]](value, *more)


def _tokens(template: str) -> Tokens:
    """The pieces of a template."""
    at, line = 0, 1
    for match in _TOKEN.finditer(template):
        text = template[at : match.start()]
        yield "text", text, line
        line += text.count("\n")
        kind = "value" if match[1] is not None else "statement"
        yield kind, match[1] or match[2], line
        line += match[0].count("\n")
        at = match.end()
    yield "text", template[at:], line


def _body(tokens: Tokens) -> list[tuple[str, str, int]]:
    """The tokens of a block, its end included."""
    body: list[tuple[str, str, int]] = []
    depth = 1
    for token in tokens:
        body.append(token)
        kind, text, _line = token
        if kind == "statement":
            depth += {"for": 1, "if": 1, "end": -1}.get(text.partition(" ")[0], 0)
        if depth == 0:
            break
    return body
