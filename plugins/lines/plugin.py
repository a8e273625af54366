"""Turn a stream of log lines into a stream of records, one at a time.

Lines come from the host as they arrive, and records go back as they are ready:
nothing waits for the end, and whoever is slower sets the pace.
"""

import json
import re
from collections.abc import AsyncIterable, AsyncIterator

_LINE = re.compile(
    r'(?P<host>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>[^"]*)" (?P<status>\d{3}) (?P<size>\d+|-)'
)


def parse(line: str) -> dict[str, object] | None:
    """A line of a web server's log as a record; None when it is none.

    >>> parse('::1 - ann [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 12')["size"]
    12
    >>> parse("garbage")
    """
    match = _LINE.match(line)
    if match is None:
        return None
    record: dict[str, object] = {**match.groupdict()}
    record["status"] = int(match["status"])
    record["size"] = 0 if match["size"] == "-" else int(match["size"])
    return record


async def records(chunks: AsyncIterable[bytes], status: int = 0) -> AsyncIterator[str]:
    """JSON lines for a stream of bytes; only errors from `status` on."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            record = parse(line.decode("utf-8", "replace"))
            if record is not None and int(str(record["status"])) >= status:
                yield json.dumps(record)
