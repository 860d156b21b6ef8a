"""The decorator of the compiled functions of HTML extraction."""

from __future__ import annotations

from pathlib import Path

from corpus.kernels import compiler

compiled = compiler(Path(__file__).parent, "html_*.py", extra="html")
