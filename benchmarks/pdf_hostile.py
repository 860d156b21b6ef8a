"""Hostile PDFs: what `tercet extract` or, with `--inspect`, `tercet inspect pdf` makes of each, in what CPU time and memory.

One process a file, as a user starts it: the numbers hold the start of Python and of the child that MuPDF runs in (2 CPU seconds,
.2 GiB). The files are those of benchmarks/hostile_pdfs.py and, where TERCET_EVAL names an evaluation set, those of its
`pdf/hostile`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.harness import Goal, Result, evaluation_folder, main, show
from benchmarks.hostile_pdfs import HOSTILE
from benchmarks.pdf_tables import goals_table, table, write
from corpus.errors import InputError

MAX_CPU_S = 10.0
MAX_RSS_MB = 1024.0
SLOW = ("nested_bomb", "form_bomb", "flat_bomb", "tounicode_bomb", "picture_bomb", "megabytes_of_paths", "one_long_path")
"""Left out of `--quick`: making them takes as long as reading them."""


def measure(*, quick: bool, inspect: bool = False, docs: str | None = None) -> Result:
    """Every file, each in a process of its own."""
    rows = []
    verb = ("inspect", "pdf") if inspect else ("extract",)
    with tempfile.TemporaryDirectory() as scratch:
        for name, path in _files(Path(scratch), quick=quick):
            rows.append({"file": name, "kB": path.stat().st_size / 1000, **answered(path, *verb)})
    ends = [row["answer"] for row in rows if row["exit"] not in (0, 1) or row["answer"].startswith("Traceback")]
    goals = [
        Goal(what="CPU seconds of the slowest", value=max(row["CPU s"] for row in rows), limit=MAX_CPU_S, at_least=False),
        Goal(what="MB of the largest", value=max(row["peak MB"] for row in rows), limit=MAX_RSS_MB, at_least=False),
        Goal(what="neither text nor a reject", value=len(ends), limit=0, at_least=False),
    ]
    result = Result(rows=rows, goals=goals, notes=[f"{len(rows)} files through tercet {' '.join(verb)}"])
    if docs:
        columns = ("file", "kB", "answer", "CPU s", "peak MB")
        short = [{name: _short(name, row[name]) for name in columns} for row in rows]
        write(Path(docs), "pdf_hostile", f"{table(short)}\n\n{goals_table(goals)}")
    return result


def _short(column: str, value: Any) -> str:
    """For the documentation: of an answer the reason, of a number three digits."""
    return re.split(r": |\n", str(value))[0] if column == "answer" else show(value)


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


_LAUNCHER = """
import json, os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
said = [os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]
os.write(int(sys.argv[1]), json.dumps(said).encode())
os._exit(0)
"""
"""Starts the command from a small process: the kernel counts what its starter held as the command's own peak."""


def answered(path: Path, *verb: str) -> dict[str, Any]:
    """Exit code, answer, CPU seconds and peak resident MB of `tercet VERB path` and every process that it starts."""
    command = [sys.executable, "-m", "pipelines", *verb, str(path)]
    if verb[0] == "inspect":
        command += ["--out", str(path.with_suffix(".html"))]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        reader, writer = os.pipe()
        launcher = [sys.executable, "-c", _LAUNCHER, str(writer), *command]
        with subprocess.Popen(launcher, stdout=out, stderr=err, pass_fds=(writer,)):
            os.close(writer)
            with os.fdopen(reader) as pipe:
                returncode, cpu, peak_mb = json.load(pipe)
        wall = time.perf_counter() - started
        num_chars = out.seek(0, os.SEEK_END)
        err.seek(0)
        talk = err.read().decode("utf-8", "replace").strip()
    if verb[0] == "inspect" and returncode == 0:
        num_chars = path.with_suffix(".html").stat().st_size
    answer = f"{num_chars:,} bytes" if returncode == 0 else talk.rpartition(".pdf: ")[2] or talk
    return {"exit": returncode, "answer": answer[:80], "CPU s": cpu, "wall s": wall, "peak MB": peak_mb}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--inspect", action="store_true", help="tercet inspect pdf instead of tercet extract")
    parser.add_argument("--docs", metavar="FILE", help="write the table between the marks in FILE (docs/benchmarks.md)")


if __name__ == "__main__":
    sys.exit(main(__doc__, measure, add_options=add_options))
