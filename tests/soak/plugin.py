"""A plugin with good, slow, failing, crashing and greedy functions."""

import os
import time

import sdk

kept = []


def run_e(payload: str, ident: int) -> None:
    sdk.return_result(payload[::-1], ident)


def good(text: str) -> str:
    return text[::-1]


def slow(text: str) -> str:
    time.sleep(0.02)
    return text


def fails(text: str) -> None:
    raise ValueError(text)


def crashes(text: str) -> None:
    os._exit(3)


def forever(text: str) -> None:
    while True:
        pass


def greedy(text: str) -> int:
    return len(bytearray(1 << 30))


def large(text: str) -> str:
    return text * 10_000
