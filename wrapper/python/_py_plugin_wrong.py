"""What a check says: a value does not fit.

Nothing here is for plugins to import.
"""


#: How a value is taken. What arrives is made what is annotated (MAKE), without
#: turning one scalar into another (EXACT), or must be it already (RESULT).
MAKE, EXACT, RESULT = "make", "exact", "result"


class Wrong(TypeError):
    """A value that does not fit, and where it is in what was passed."""

    def __init__(self, expected, value):
        super().__init__()
        self.expected = expected
        self.got = type(value).__qualname__
        self.where = ""

    def inside(self, step):
        self.where = step + self.where
        return self

    def told(self, what):
        """The error as the caller sees it: a plain TypeError."""
        where = self.where.removeprefix(".")
        place = f"{what}, {where}" if where else what
        return TypeError(f"{place}: {self}")

    def __str__(self):
        return f"expected {self.expected}, got {self.got}"


class Missing(Wrong):
    def __str__(self):
        return "missing"


class Unknown(Wrong):
    def __str__(self):
        return f"{self.expected} has no such field"


def refuse(expected, value):
    raise Wrong(expected, value)
