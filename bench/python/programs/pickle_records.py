"""Records pickled and unpickled: dictionaries, lists, dates, fractions."""

import datetime
import fractions
import pickle

RESULTS = {300: 793, 3: 792}

RECORD = {
    "age": 18,
    "birthday": datetime.date(1980, 5, 7),
    "country": "BR",
    "favorites": [{"name": "a", "rank": rank, "weight": rank / 7} for rank in range(5)],
    "flags": 412317970704,
    "friends": tuple(range(40)),
    "group": {"b", "c"},
    "share": fractions.Fraction(2, 7),
    "comment": "colour, naïve, 😀" * 4,
    "username": "somebody",
}


def run(size):
    """The bytes of the last pickle; nothing when one came back different."""
    for number in range(size):
        record = {**RECORD, "id": number, "at": [complex(number, n) for n in range(10)]}
        pickled = pickle.dumps(record, pickle.HIGHEST_PROTOCOL)
        if pickle.loads(pickled) != record:
            return None
    return len(pickled)
