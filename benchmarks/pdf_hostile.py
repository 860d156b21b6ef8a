"""Hostile PDFs: what `tercet extract` makes of each, and the CPU seconds and memory that it takes.

One process a file, as a user starts it: the numbers hold the start of Python and of the child that MuPDF runs in (2 CPU seconds,
.2 GiB). The files are those of benchmarks/hostile_pdfs.py and, where TERCET_EVAL names an evaluation set, those of its
`pdf/hostile`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.harness import Goal, Result, evaluation_folder, main
from benchmarks.hostile_pdfs import HOSTILE
from corpus.errors import InputError

MAX_CPU_S = 10.0
MAX_RSS_MB = 1024.0
SLOW = ("nested_bomb", "form_bomb", "flat_bomb", "tounicode_bomb", "picture_bomb", "megabytes_of_paths", "one_long_path")
"""Left out of `--quick`: making them takes as long as reading them."""


def measure(*, quick: bool) -> Result:
    """Every file, each in a process of its own."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, path in _files(Path(scratch), quick=quick):
            rows.append({"file": name, "kB": path.stat().st_size / 1000, **extracted(path)})
    ends = [row["answer"] for row in rows if row["exit"] not in (0, 1) or row["answer"].startswith("Traceback")]
    goals = [
        Goal(what="CPU seconds of the slowest", value=max(row["CPU s"] for row in rows), limit=MAX_CPU_S, at_least=False),
        Goal(what="MB of the largest", value=max(row["peak MB"] for row in rows), limit=MAX_RSS_MB, at_least=False),
        Goal(what="neither text nor a reject", value=len(ends), limit=0, at_least=False),
    ]
    return Result(rows=rows, goals=goals, notes=[f"{len(rows)} files"])


def _files(scratch: Path, *, quick: bool) -> Iterator[tuple[str, Path]]:
    for name, make in HOSTILE.items():
        if not (quick and name in SLOW):
            path = scratch / f"{name}.pdf"
            path.write_bytes(make())
            yield name, path
    try:
        folder = evaluation_folder("pdf", needs="hostile")
    except InputError:
        return
    for path in sorted((folder / "hostile").glob("*.pdf")):
        yield f"set: {path.stem}", path


def extracted(path: Path) -> dict[str, Any]:
    """Exit code, answer, CPU seconds and peak resident MB of `tercet extract` and every process that it starts."""
    command = [sys.executable, "-m", "pipelines", "extract", str(path)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        num_chars = out.seek(0, os.SEEK_END)
        err.seek(0)
        talk = err.read().decode("utf-8", "replace").strip()
    answer = f"{num_chars:,} bytes of Markdown" if process.returncode == 0 else talk.rpartition(".pdf: ")[2] or talk
    cpu = usage.ru_utime + usage.ru_stime
    return {"exit": process.returncode, "answer": answer[:80], "CPU s": cpu, "wall s": wall, "peak MB": usage.ru_maxrss / 1024}


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
