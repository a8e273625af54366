# /// script
# requires-python = ">=3.12"
#
# [tool.py-plugin]
# read = ["."]
# ///
"""Count the lines, words and bytes of a file.

The block above says what the plugin needs: to read below the working
directory. It grants nothing; who runs the plugin does.

>>> count(b"one two\\nthree\\n")
(2, 3, 14)
"""

from pathlib import Path


def count(content: bytes) -> tuple[int, int, int]:
    """Count lines, words and bytes, as `wc` does."""
    return content.count(b"\n"), len(content.split()), len(content)


def run_e(payload: str, ident: int) -> None:
    """Answer the call `ident` with the counts of the file at `payload`."""
    import sdk  # the host's module: not there when this is tested by itself

    try:
        lines, words, size = count(Path(payload).read_bytes())
    except OSError as error:
        sdk.return_error(404, f"cannot count {payload}: {error.strerror}", ident)
    else:
        sdk.return_result(f"{lines} lines, {words} words, {size} bytes", ident)
