"""Ctrl-C and SIGTERM in this process: taken at once by our own code, between two batches by a task.

A task calls libraries with bare `except:` and with callbacks from C. Of a hundred interrupts of `tercet extract tiny` that were
raised wherever they arrived, one was swallowed, the page in hand took its fallback and the run went on; one ended in a segfault.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

_waits = False
_heard = False


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Meanwhile both signals raise KeyboardInterrupt, but for a SIGINT that whoever started this process had ignored."""
    global _heard, _waits
    signals = [s for s in (signal.SIGINT, signal.SIGTERM) if s is signal.SIGTERM or signal.getsignal(s) is not signal.SIG_IGN]
    before = [signal.signal(s, _interrupt) for s in signals]
    try:
        yield
    finally:
        _heard = _waits = False
        for s, handler in zip(signals, before, strict=True):
            signal.signal(s, handler)


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Meanwhile the first signal waits for `check`, or for the end; a second one does not."""
    global _waits
    _waits = True
    try:
        yield
    finally:
        _waits = False
    check()


def check() -> None:
    """Raises KeyboardInterrupt if a signal waits."""
    if _heard:
        raise KeyboardInterrupt


def _interrupt(_signum: int, _frame: Any) -> None:
    global _heard
    wait, _heard = _waits and not _heard, True
    if not wait:
        raise KeyboardInterrupt
