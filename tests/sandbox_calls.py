"""What the tests of extract/pdf_sandbox.py have its child do; the child imports it by name."""

from __future__ import annotations

import os

from corpus.errors import DocumentError, MissingExtraError
from extract.pdf_sandbox import page_done

_kept: list[bytearray] = []


def child_id() -> int:
    return os.getpid()


def joined(*words: str, between: str) -> str:
    print("what a library prints must not end up in the answer")
    return between.join(words)


def refuse(reason: str) -> None:
    raise DocumentError(reason, "with a detail")


def lack() -> None:
    raise MissingExtraError("no such library")


def crash() -> None:
    raise KeyError("an error of ours")


def recurse() -> None:
    recurse()


def spin() -> None:
    """Python code that never ends, and swallows every exception."""
    while True:
        try:
            while True:
                pass
        except Exception:  # noqa: BLE001 (what a careless library does)
            continue


def spin_in_native_code() -> int:
    """No byte of Python is run until it ends: an alarm that Python should answer is not heard."""
    return sum(range(10**13))


def read_pages(count: int, iterations: int) -> int:
    """`count` pages that each take a while."""
    for _ in range(count):
        sum(range(iterations))
        page_done()
    return count


def take(num_bytes: int) -> int:
    return len(bytearray(num_bytes))


def keep(num_bytes: int) -> int:
    """What a library does that never gives its memory back."""
    _kept.append(bytearray(num_bytes))
    return os.getpid()


def die(signal_number: int) -> None:
    os.kill(os.getpid(), signal_number)


def leave() -> None:
    os._exit(3)
