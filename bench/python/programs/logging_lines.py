"""Log lines that are written, formatted, and mostly not."""

import io
import logging

RESULTS = {1000: (51890, 1000), 10: (500, 10)}


def run(size):
    """How much was written, and how many lines were too silent for it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
    logger = logging.getLogger("bench")
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    logger.addHandler(handler)
    silent = 0
    for number in range(size):
        logger.debug("not written %d", number)
        logger.debug("nor this")
        silent += not logger.isEnabledFor(logging.INFO)
        logger.warning("plain")
        logger.warning("with %d and %s", number, "text")
    logger.removeHandler(handler)
    return len(stream.getvalue()), silent
