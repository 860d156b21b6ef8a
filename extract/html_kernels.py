"""The decorator of the compiled functions of HTML extraction."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from corpus.kernels import compiled_by_one, compiler

_SOURCES = (Path(__file__).parent, "html_*.py")
compiled = compiler(*_SOURCES, extra="html")


def compiling() -> AbstractContextManager[None]:
    """Around the first call: one process of a machine compiles, the others wait for it."""
    return compiled_by_one(*_SOURCES)
