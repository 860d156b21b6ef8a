"""What the tests call in the sandbox: functions that a child can import at little cost."""

from __future__ import annotations

import os
import re
import time

from corpus.errors import MissingExtraError
from extract import pdf_sandbox


def process_id() -> int:
    return os.getpid()


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def leave() -> None:
    os._exit(3)


def busy_in_python() -> None:
    while True:
        pass


def busy_in_a_library() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")  # no signal handler of Python runs until it returns


def greedy(num_bytes: int) -> int:
    return len(bytearray(num_bytes))


def wrong() -> None:
    raise KeyError("no such thing")


def nested() -> None:
    nested()


def missing() -> None:
    raise MissingExtraError("pymupdf is not installed")


def pages_of(count: int, seconds: float) -> int:
    """Spends `seconds` of CPU time on each of `count` pages."""
    for _ in range(count):
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass
        pdf_sandbox.page_done()
    return count


def chatter() -> str:
    print("noise on standard output")
    os.write(1, b"more of it")
    return "value"


def keep(num_bytes: int) -> int:
    """What a library does that never gives its memory back."""
    _kept.append(bytearray(num_bytes))
    return os.getpid()


_kept: list[bytearray] = []
