"""Reverse the words of a text; words with a mark inside stay as they are.

>>> reverse_words("It can't bite")
"tI can't etib"
"""

import re

#: A word with one of these marks after its first letters stays as it is.
_STAYS = re.compile(r"\w+[.,'!?\"]\w*")


def reverse_words(text: str) -> str:
    """Reverse every word of `text`; single spaces part the words."""
    return " ".join(
        word if _STAYS.match(word) else word[::-1] for word in text.split(" ")
    )


def run_e(payload: str, ident: int) -> None:
    """Answer the call `ident` with the words of `payload` reversed."""
    import sdk  # the host's module: not there when this is tested by itself

    result = reverse_words(payload)
    sdk.log(
        sdk.DEBUG, f'called run_e, calling sdk.return_result("{result}", {ident})', ident
    )
    sdk.return_result(result, ident)
    sdk.log(sdk.DEBUG, "result returned", ident)
