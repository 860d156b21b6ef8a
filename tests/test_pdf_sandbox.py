"""The child that reads PDFs: its answers, its errors, and every way in which it may end without its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from corpus.errors import DocumentError, MissingExtraError
from corpus.stage import DocumentLimits, document_limits
from extract.pdf_sandbox import SandboxLimits, apart, apart_within
from tests import sandbox_calls

SHORT = SandboxLimits(first_s=0.3, page_s=0.2, max_s=2.0, max_memory_bytes=256 << 20)


def reason(function: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        apart_within(SHORT, function, *arguments)
    assert apart(sandbox_calls.joined, "the", "next", between=" ") == "the next"
    return caught.value.reason


def test_values_come_back_and_the_child_stays() -> None:
    assert apart(sandbox_calls.joined, "a", "b", between="-") == "a-b"
    first = apart(sandbox_calls.child_id)
    assert first == apart(sandbox_calls.child_id) != os.getpid()


def test_errors_come_back_as_what_they_are() -> None:
    assert reason(sandbox_calls.refuse, "needs_ocr") == "needs_ocr"
    assert reason(sandbox_calls.crash) == "crashed"
    assert reason(sandbox_calls.recurse) == "nested_too_deep"
    with pytest.raises(MissingExtraError):
        apart(sandbox_calls.lack)


@pytest.mark.parametrize("function", [sandbox_calls.spin, sandbox_calls.spin_in_native_code])
def test_time_runs_out_in_python_and_in_native_code(function: Callable[[], Any]) -> None:
    assert reason(function) == "time_limit"


def test_every_page_that_is_read_adds_to_the_time() -> None:
    started = time.process_time()
    sum(range(2_000_000))
    a_while = max(time.process_time() - started, 0.005)
    iterations = int(2_000_000 * 0.1 / a_while)  # a tenth of a second
    assert apart_within(SHORT, sandbox_calls.read_pages, 8, iterations) == 8
    assert reason(sandbox_calls.read_pages, 1000, iterations) == "time_limit"


def test_memory_runs_out() -> None:
    assert reason(sandbox_calls.take, 400 << 20) == "memory_limit"
    assert apart_within(SHORT, sandbox_calls.take, 100 << 20) == 100 << 20


def test_a_child_that_gives_its_memory_not_back_is_replaced() -> None:
    bloated = apart(sandbox_calls.keep, 200 << 20)
    assert apart(sandbox_calls.child_id) != bloated


@pytest.mark.parametrize("signal_number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_child_that_dies_is_one_reject(signal_number: int) -> None:
    assert reason(sandbox_calls.die, signal_number) == "killed_process"


def test_a_child_that_leaves_is_one_reject() -> None:
    assert reason(sandbox_calls.leave) == "killed_process"


def test_a_time_limit_of_the_stage_ends_the_child_that_nobody_waits_for() -> None:
    before = apart(sandbox_calls.child_id)
    with pytest.raises(DocumentError, match="time_limit"), document_limits(DocumentLimits(timeout_s=0.2)):
        apart(sandbox_calls.spin)
    assert not _lives(before)
    assert apart(sandbox_calls.joined, "a", between="") == "a"


def test_threads_take_turns() -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda word=word: found.append(apart(sandbox_calls.joined, word, between="")))
        for word in "abcdefgh"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list("abcdefgh")


def test_a_fork_gets_a_child_of_its_own() -> None:
    ours = apart(sandbox_calls.child_id)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        theirs = pool.apply(apart, (sandbox_calls.child_id,))
    assert theirs != ours == apart(sandbox_calls.child_id)


@pytest.mark.parametrize("call", ["child_id", "spin"])
def test_the_child_ends_with_its_parent(call: str) -> None:
    code = f"""
import threading, time
from extract.pdf_sandbox import SandboxLimits, apart, apart_within
from tests import sandbox_calls
print(apart(sandbox_calls.child_id), flush=True)
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
