"""Compiled functions whose cache knows what they were compiled from.

numba keeps compiled code beside the sources and compiles again when the file of a function changes, but not when a constant does
that it took from another file: it then runs with the old one. So the cache folder is named by a digest of all the files that
belong together. A folder that cannot be written is replaced by one for temporary files.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import require

Function = TypeVar("Function", bound=Callable[..., Any])


def compiler(
    folder: Path, pattern: str, *, extra: str, borrows: bool = False, nogil: bool = False
) -> Callable[[Function], Function]:
    """A decorator that compiles functions of the files `pattern` in `folder`. Raises MissingExtraError without numba.

    `borrows`: the functions make no arrays and return none, they only work on those of their caller. Then numba need not count
    references to them, which it does with a locked instruction for each array, at each call: many small functions cost no more
    than a large one, and compile in half the time. (A tree construction of 40 functions took 0.41 ms a page, and takes 0.26 ms.)
    `nogil`: the functions run for milliseconds a call, so that other threads (readers) should go on meanwhile.
    """
    numba = require("numba", extra=extra)
    options = {"nogil": nogil, **({"_nrt": False} if borrows else {})}
    cache = str(_cache_folder(folder, _digest(sorted(folder.glob(pattern)))))

    def compiled(function: Function) -> Function:
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = cache
        try:
            made: Function = numba.njit(cache=True, **options)(function)
        finally:
            numba.config.CACHE_DIR = before
        return made

    return compiled


@contextlib.contextmanager
def compiled_by_one(folder: Path, pattern: str) -> Iterator[None]:
    """Around first calls that compile: of all processes of a machine that come here one compiles, the others wait and load.

    Sixty workers of a node would each spend the same minute on it otherwise.
    """
    cache = _cache_folder(folder, _digest(sorted(folder.glob(pattern))))
    ready = cache / "ready"
    with contextlib.ExitStack() as stack:
        if not ready.exists():
            lock = stack.enter_context((cache / "lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
            if ready.exists():
                stack.close()
        yield
        ready.touch()


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _cache_folder(folder: Path, digest: str) -> Path:
    beside = folder / "__pycache__"
    with contextlib.suppress(OSError):
        beside.mkdir(exist_ok=True)
    is_writable = os.access(beside, os.W_OK)
    found = (beside if is_writable else Path(tempfile.gettempdir()) / f"tercet-{os.getuid()}") / f"kernels-{digest}"
    found.mkdir(parents=True, exist_ok=True)
    return found
