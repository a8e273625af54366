"""Keep notes in SQLite and find them again by their words.

Each call is a JSON object with one of these keys:

    {"add": {"title": "...", "body": "..."}}   -> {"id": 1}
    {"find": "words"}                          -> [{"id", "title", "excerpt"}]
    {"get": 1}                                 -> {"id", "title", "body"}
    {"remove": 1}                              -> {"removed": true}

The notes live as long as the plugin does.

>>> notes = Notes()
>>> notes.add("Groceries", "milk, rye bread")
1
>>> notes.find("bread")[0]["title"]
'Groceries'
"""

import json
import sqlite3

_SCHEMA = """
CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize = 'unicode61');
"""


class Notes:
    """Notes in a database of their own."""

    def __init__(self, path: str = ":memory:") -> None:
        self._db = sqlite3.connect(path, autocommit=True)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_SCHEMA)

    def add(self, title: str, body: str) -> int:
        """Keep a note and return its number."""
        cursor = self._db.execute(
            "INSERT INTO notes (title, body) VALUES (?, ?)", (title, body)
        )
        assert cursor.lastrowid is not None  # an INSERT has one
        return cursor.lastrowid

    def find(self, words: str) -> list[dict[str, object]]:
        """The notes that have all of `words`, the best match first."""
        words = words.replace("\0", " ")  # the end of a text for SQLite
        query = " ".join('"' + word.replace('"', '""') + '"' for word in words.split())
        if not query:
            return []
        rows = self._db.execute(
            "SELECT rowid AS id, title, snippet(notes, 1, '[', ']', '…', 8) AS excerpt"
            " FROM notes WHERE notes MATCH ? ORDER BY rank, rowid",
            (query,),
        )
        return [dict(row) for row in rows]

    def get(self, number: int) -> dict[str, object]:
        """One note; a LookupError when there is none with this number."""
        row = self._db.execute(
            "SELECT rowid AS id, title, body FROM notes WHERE rowid = ?", (number,)
        ).fetchone()
        if row is None:
            raise LookupError(f"there is no note {number}")
        return dict(row)

    def remove(self, number: int) -> bool:
        """Forget a note; False when there was none with this number."""
        cursor = self._db.execute("DELETE FROM notes WHERE rowid = ?", (number,))
        return cursor.rowcount > 0


def answer(notes: Notes, request: object) -> object:
    """What one request asks for; a ValueError when it asks for nothing known."""
    match request:
        case {"add": {"title": str(title), "body": str(body)}}:
            return {"id": notes.add(title, body)}
        case {"find": str(words)}:
            return notes.find(words)
        case {"get": int(number)} if _is_number(number):
            return notes.get(number)
        case {"remove": int(number)} if _is_number(number):
            return {"removed": notes.remove(number)}
        case _:
            raise ValueError("a request is one of add, find, get and remove")


def _is_number(value: int) -> bool:
    """Whether a note could have it: SQLite counts in 64 bits."""
    return not isinstance(value, bool) and -(2**63) <= value < 2**63


_notes = Notes()


def run_e(payload: str, ident: int) -> None:
    """Answer the call `ident`: the request in `payload`, as JSON."""
    import sdk  # the host's module: not there when this is tested by itself

    try:
        result = answer(_notes, json.loads(payload))
    except LookupError as error:
        sdk.return_error(404, str(error), ident)
    except ValueError as error:
        sdk.return_error(400, f"cannot understand the request: {error}", ident)
    else:
        sdk.return_result(json.dumps(result, ensure_ascii=False), ident)
