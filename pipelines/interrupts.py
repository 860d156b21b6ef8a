"""Ctrl-C and SIGTERM in this process: raised where they arrive, and again before a shard is named if a library swallowed them.

One in sixty interrupts of `tercet extract tiny` arrived under somebody's bare `except:`. The run went on, and the page in hand
had taken its fallback: a shard with other bytes than those of a run in peace.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

_heard = threading.Event()


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Meanwhile both signals raise KeyboardInterrupt, but for a SIGINT that whoever started this process had ignored."""
    signals = [s for s in (signal.SIGINT, signal.SIGTERM) if s is signal.SIGTERM or signal.getsignal(s) is not signal.SIG_IGN]
    before = [signal.signal(s, _interrupt) for s in signals]
    try:
        yield
    finally:
        _heard.clear()
        for s, handler in zip(signals, before, strict=True):
            signal.signal(s, handler)


def check() -> None:
    """Raises KeyboardInterrupt if a signal came, whatever became of it then."""
    if _heard.is_set():
        raise KeyboardInterrupt


def _interrupt(_signum: int, _frame: Any) -> None:
    _heard.set()
    raise KeyboardInterrupt
