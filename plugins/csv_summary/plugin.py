"""Summarise a CSV table: rows, and for each column what it holds.

>>> summarise("city,people\\nOslo,709037\\nBergen,289330\\n")["rows"]
2
"""

import csv
import io
import json
from collections import Counter
from math import isfinite
from statistics import fmean


def summarise(text: str) -> dict[str, object]:
    """The table's shape, and a summary of each column by its name.

    The first row names the columns; the delimiter is found out. A row that is
    too short counts as missing values, one that is too long is an error.
    """
    text = text.removeprefix("\ufeff")  # Excel writes a byte order mark
    rows = list(csv.reader(io.StringIO(text), _dialect(text)))
    rows = [row for row in rows if row]  # a blank line is no row
    if not rows:
        raise ValueError("the table is empty: its first row must name the columns")
    names, *records = rows
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"two columns are named {twice[0]!r}")
    for number, record in enumerate(records, start=2):
        if len(record) > len(names):
            raise ValueError(
                f"row {number} has {len(record)} values; the first row names {len(names)}"
            )
    columns = {
        name: _summarise_column([r[i] if i < len(r) else "" for r in records])
        for i, name in enumerate(names)
    }
    return {"rows": len(records), "columns": columns}


def run_e(payload: str, ident: int) -> None:
    """Answer the call `ident` with the summary of the CSV `payload`, as JSON."""
    import sdk  # the host's module: not there when this is tested by itself

    try:
        summary = summarise(payload)
    except (ValueError, csv.Error) as error:
        sdk.return_error(400, f"cannot read the table: {error}", ident)
    else:
        sdk.return_result(json.dumps(summary, ensure_ascii=False, indent=2), ident)


def _dialect(text: str):
    try:
        return csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    except csv.Error:
        return csv.excel  # one column, or too little to tell


def _summarise_column(values: list[str]) -> dict[str, object]:
    present = [value.strip() for value in values if value.strip()]
    summary: dict[str, object] = {"missing": len(values) - len(present)}
    numbers = _numbers(present)
    if numbers:
        summary |= {
            "kind": "number",
            "min": min(numbers),
            "mean": round(fmean(numbers), 6),
            "max": max(numbers),
        }
    else:
        counts = Counter(present)
        summary |= {
            "kind": "text",
            "distinct": len(counts),
            "most_common": dict(counts.most_common(3)),
        }
    return summary


def _numbers(values: list[str]) -> list[float]:
    """The values as numbers, or nothing when one of them is none."""
    try:
        numbers = [float(value) for value in values if "_" not in value]
    except ValueError:
        return []
    whole = len(numbers) == len(values) and all(map(isfinite, numbers))
    return numbers if whole else []
