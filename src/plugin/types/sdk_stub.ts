/**
 * The stub of the builtin module `sdk`; a test holds it against the module.
 *
 * @module
 */

/** The text of `sdk.pyi`. */
export const SDK_STUB = `"""How a plugin answers its host.

    def run_e(payload: str, ident: int) -> None:
        sdk.return_result(payload.upper(), ident)
"""

from typing import Final

ERROR: Final = 1
WARN: Final = 2
INFO: Final = 3
DEBUG: Final = 4

def return_result(result: str | bytes, ident: int, /) -> None:
    """Answer the call \`ident\` with \`result\`, a str or bytes."""

def return_error(code: int, message: str | bytes, ident: int, /) -> None:
    """Answer the call \`ident\` with an error: \`code\` is an HTTP status."""

def log(level: int, message: str | bytes, ident: int, /) -> None:
    """Write a line to the host's log at one of the levels ERROR, WARN, INFO and
    DEBUG."""
`;
