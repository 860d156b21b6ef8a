"""PDFs read in a process that may die: MuPDF parses bytes from strangers, and no limit inside of it is one.

    apart(extract_pdf, content, url)          # what extract_pdf(content, url) returns or raises, in at most LIMITS

One child per process is started when the first PDF comes and kept: starting one costs .4 s, handing a document over and back a
millisecond. It bounds itself, in CPU seconds and bytes of memory, so that it also ends when its parent is gone:

    its time is up, in Python            DocumentError time_limit
    its time is up, inside of MuPDF      the kernel kills it: DocumentError time_limit
    its memory is used up                a MemoryError for whoever asked for more: DocumentError memory_limit
    it dies of anything else             DocumentError killed_process, with the signal

and the next document gets a new child.

The allowance of time grows with every page that was read: a book of 2,000 pages is no attack, a page of ten seconds is one.
This keeps a run whole. It is no wall against code that takes MuPDF over: the child has the rights of its parent.
"""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn, ParamSpec, TypeVar

from corpus.errors import DocumentError, TercetError

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class SandboxLimits:
    """What one PDF may take."""

    first_s: float = 4.0
    """CPU seconds until the first page is read; the kernel, which counts whole seconds, kills up to 1.2 later."""
    page_s: float = 0.1
    """CPU seconds that each page read adds. A page of mathematics takes .024 on average (benchmarks/pdf.py)."""
    max_s: float = 600.0
    """CPU seconds of the largest document."""
    max_memory_bytes: int = 640 << 20
    """Private memory beyond what the child held before (RLIMIT_DATA); Python, PyMuPDF and their libraries hold .2 GiB."""
    max_growth_bytes: int = 128 << 20
    """Private memory that a child may have kept after a document; with more it is replaced."""
    wall_factor: float = 8.0
    """Wall seconds for one CPU second: what a machine may be overloaded by before a child counts as hanging."""


LIMITS = SandboxLimits()

_SIZE = struct.Struct("<Q")
_DEATH_S = 5.0
"""Wall seconds between the end of a child's pipe and its exit status."""


def apart(function: Callable[Arguments, Value], *arguments: Arguments.args, **named: Arguments.kwargs) -> Value:
    """`function(*arguments, **named)` in the child, under LIMITS. The function must be importable, its values picklable.

    Raises what it raises, and DocumentError: time_limit, memory_limit, killed_process.
    """
    return apart_within(LIMITS, function, *arguments, **named)


def apart_within(
    limits: SandboxLimits, function: Callable[Arguments, Value], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Value:
    """`apart` under limits of one's own."""
    with _lock:
        return _current_child().call(limits, function, arguments, named)  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------------------------------- in the parent


class _Child:
    """A running child and the two pipes to it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "extract.pdf_sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)},
        )

    def call(self, limits: SandboxLimits, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        started = time.monotonic()
        try:
            outcome = self._asked((limits, function, arguments, named))
        except _ChildEndedError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_DEATH_S)
            self.close()
            raise _died(self.process.returncode, limits) from None
        except TimeoutError:
            self.close()
            raise DocumentError("time_limit", f"no answer after {time.monotonic() - started:.0f} s of wall time") from None
        except BaseException:
            self.close()  # a time limit of the stage or an interrupt: the child still works on what nobody waits for
            raise
        if not outcome.lives_on:
            self.close()
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def _asked(self, request: tuple[Any, ...]) -> _Outcome:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        limits: SandboxLimits = request[0]
        try:
            _send(self.process.stdin, request)
        except BrokenPipeError as error:
            raise _ChildEndedError from error
        answers = select.poll()
        answers.register(self.process.stdout, select.POLLIN)
        if not answers.poll(1000 * limits.wall_factor * limits.max_s):
            raise TimeoutError
        outcome = _received(self.process.stdout)
        assert isinstance(outcome, _Outcome)
        return outcome

    def close(self) -> None:
        """Ends the child; its exit status is known afterwards."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


_lock = threading.Lock()
_child: _Child | None = None


def _current_child() -> _Child:
    """The child of this process; one that a fork brought along belongs to the parent."""
    global _child
    if _child is None or _child.owner != os.getpid() or _child.process.poll() is not None:
        _child = _Child()
    return _child


@atexit.register
def end_child() -> None:
    """Ends the child, if there is one; the next PDF starts another."""
    global _child
    if _child is not None and _child.owner == os.getpid():
        _child.close()
    _child = None


def _died(status: int | None, limits: SandboxLimits) -> DocumentError:
    if status in (-signal.SIGXCPU, -signal.SIGPROF):
        return DocumentError("time_limit", f"took more than {limits.first_s:g} s of CPU time without finishing a page")
    if status is not None and status < 0:
        return DocumentError("killed_process", f"the process that read it died of {signal.Signals(-status).name}")
    return DocumentError("killed_process", f"the process that read it ended with status {status}")


class _ChildEndedError(Exception):
    """The pipe is at its end."""


# -------------------------------------------------------------------------------------------------------------- in the child


@dataclass(frozen=True)
class _Outcome:
    """The child's answer."""

    value: Any = None
    error: Exception | None = None
    lives_on: bool = True


class _TimeUpError(BaseException):
    """The allowance is used up; no handler of exceptions on the way takes it for an error of the page."""


class Allowance:
    """The CPU time that this process may take for one document: first for Python code, then for the kernel to enforce."""

    def __init__(self, limits: SandboxLimits) -> None:
        self.limits = limits
        self.num_pages = 0
        self.started = 0.0

    def start(self) -> None:
        self.started = time.process_time()
        self._set()

    def page_done(self, num_pages: int) -> None:
        self.num_pages += num_pages
        self._set()

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))

    def total(self) -> float:
        return min(self.limits.first_s + self.num_pages * self.limits.page_s, self.limits.max_s)

    def is_over(self) -> bool:
        return time.process_time() - self.started >= self.total()

    def why_over(self) -> str:
        return f"took more than the {self.total():g} s of CPU time that a document has with {self.num_pages} pages read"

    def _set(self) -> None:
        now = time.process_time()
        left = max(self.started + self.total() - now, 0.001)
        signal.setitimer(signal.ITIMER_PROF, left)
        _set_soft(resource.RLIMIT_CPU, math.ceil(now + left + 0.2))


_allowance: Allowance | None = None


def page_done(num_pages: int = 1) -> None:
    """To be called after every page read: in a child it adds to the time that the document may take, elsewhere nothing."""
    if _allowance is not None:
        _allowance.page_done(num_pages)


def lift_limits() -> None:
    """For the `preexec_fn` of a program that a child starts (OCR): the limits are the child's, the program has its own."""
    for limit in (resource.RLIMIT_CPU, resource.RLIMIT_DATA):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (hard, hard))


def serve() -> None:
    """Answers requests on standard input until it ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)  # whatever prints must not end up between the answers
    signal.signal(signal.SIGPROF, _on_time_up)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _import_readers()
    at_start = _data_bytes()
    while True:
        try:
            limits, function, arguments, named = _received(requests)
        except _ChildEndedError:
            return
        outcome = _outcome_of(limits, function, arguments, named)
        if _data_bytes() > at_start + limits.max_growth_bytes:
            outcome = _Outcome(outcome.value, outcome.error, lives_on=False)
        _send(answers, outcome)


def _import_readers() -> None:
    """What every PDF needs, so that the first one pays neither its time nor its memory. Whoever uses it says what is missing."""
    with contextlib.suppress(ImportError):
        import pymupdf  # noqa: F401

        import extract.pdf_document  # noqa: F401


def _outcome_of(
    limits: SandboxLimits, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
) -> _Outcome:
    allowance = Allowance(limits)
    try:
        with _limited(allowance):
            return _Outcome(function(*arguments, **named))
    except _TimeUpError:
        return _Outcome(error=DocumentError("time_limit", allowance.why_over()), lives_on=False)
    except Exception as error:  # noqa: BLE001 (the parent counts it as what it is)
        return _Outcome(error=_as_tercet_error(error, allowance), lives_on=not isinstance(error, (MemoryError, SystemError)))


def _as_tercet_error(error: Exception, allowance: Allowance) -> TercetError:
    if isinstance(error, TercetError):
        return error
    if allowance.is_over():  # a SystemError where the alarm rang inside of a library
        return DocumentError("time_limit", allowance.why_over())
    if isinstance(error, MemoryError):
        return DocumentError("memory_limit", f"needed more than {allowance.limits.max_memory_bytes >> 20} MiB")
    if isinstance(error, RecursionError):
        return DocumentError("nested_too_deep", str(error))
    return DocumentError("crashed", f"{type(error).__name__}: {error}")


@contextlib.contextmanager
def _limited(allowance: Allowance) -> Iterator[None]:
    global _allowance
    memory = resource.getrlimit(resource.RLIMIT_DATA)
    _set_soft(resource.RLIMIT_DATA, _data_bytes() + allowance.limits.max_memory_bytes)
    _allowance = allowance
    allowance.start()
    try:
        yield
    finally:
        allowance.stop()
        _allowance = None
        resource.setrlimit(resource.RLIMIT_DATA, memory)


def _set_soft(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (value if hard < 0 else min(value, hard), hard))


def _on_time_up(_signum: int, _frame: Any) -> NoReturn:
    raise _TimeUpError


def _data_bytes() -> int:
    """Private writable memory of this process: what RLIMIT_DATA counts."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 (as in corpus/stage.py)
        return int(statm.read().split()[5]) * resource.getpagesize()


# ----------------------------------------------------------------------------------------------------------------- the pipes


def _send(pipe: IO[bytes], message: Any) -> None:
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_SIZE.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _received(pipe: IO[bytes]) -> Any:
    """The next message. Raises _ChildEndedError at the end of the pipe."""
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise _ChildEndedError
    (size,) = _SIZE.unpack(head)
    content = pipe.read(size)
    if len(content) < size:
        raise _ChildEndedError
    return pickle.loads(content)


if __name__ == "__main__":
    from extract import pdf_sandbox

    pdf_sandbox.serve()
