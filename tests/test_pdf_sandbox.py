"""The child that reads PDFs among other processes and threads: whose it is, and when it goes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from extract.pdf_sandbox import apart
from tests import sandbox_calls


def test_threads_take_turns() -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda size=size: found.append(apart(len, bytes(size)))) for size in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(8))


def test_a_child_that_does_not_give_its_memory_back_is_replaced() -> None:
    first = apart(sandbox_calls.process_id)
    assert apart(sandbox_calls.keep, 1 << 20) == first == apart(sandbox_calls.process_id)
    assert apart(sandbox_calls.keep, 200 << 20) == first != apart(sandbox_calls.process_id)


@pytest.mark.parametrize("call", ["process_id", "busy_in_python"])
def test_the_child_ends_with_its_parent(call: str) -> None:
    """A parent that is killed says nothing to its child, idle or busy."""
    code = f"""
import threading, time
from extract.pdf_sandbox import SandboxLimits, apart, apart_within
from tests import sandbox_calls
print(apart(sandbox_calls.process_id), flush=True)
threading.Thread(target=apart_within, args=(SandboxLimits(first_s=1.0), sandbox_calls.{call}), daemon=True).start()
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while _lives(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(process: int) -> bool:
    """Whether there is such a process that has not ended: one whose parent is gone may wait to be collected."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False
