"""Compile the standard library for the image; runs in the native CPython.

    python -I -S compile_stdlib.py TREE < paths

Writes TREE/__pycache__-style files beside the sources of TREE, one for each
path read from standard input. The bytes depend on the sources only: sorted
input, the guest's file names, and hashes where there would be times.
"""

import importlib.util
import marshal
import pathlib
import sys

GUEST = "/python/lib/python3.14/"
# PEP 552: the hash is there, and the importer does not compare it.
UNCHECKED_HASH = (0b01).to_bytes(4, "little")


def compiled(source: bytes, path: str) -> bytes:
    """The contents of the .pyc file for one module."""
    code = compile(source, GUEST + path, "exec", dont_inherit=True, optimize=0)
    header = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH
    header += importlib.util.source_hash(source)
    return header + marshal.dumps(code)


def main(tree: pathlib.Path) -> None:
    for path in sys.stdin.read().splitlines():
        target = pathlib.Path(importlib.util.cache_from_source(tree / path))
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(compiled((tree / path).read_bytes(), path))


main(pathlib.Path(sys.argv[1]))
