"""Compiled code: its cache and who compiles."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

from corpus.kernels import compiled_by_one, compiler


def test_a_changed_constant_of_another_file_gets_another_cache(tmp_path: Path) -> None:
    (tmp_path / "html_a.py").write_text("LIMIT = 1\n")
    compiler(tmp_path, "html_*.py", extra="html")
    (tmp_path / "html_a.py").write_text("LIMIT = 2\n")
    compiler(tmp_path, "html_*.py", extra="html")
    assert len(list((tmp_path / "__pycache__").glob("kernels-*"))) == 2


def work(folder: Path) -> None:
    with compiled_by_one(folder, "*.py"):
        with (folder / "log").open("a") as log:
            log.write("start\n")
        time.sleep(0.5 if not list(folder.glob("__pycache__/*/ready")) else 0)
        with (folder / "log").open("a") as log:
            log.write("stop\n")


def test_one_process_compiles_while_the_others_wait(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=work, args=(tmp_path,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert (tmp_path / "log").read_text().split()[:2] == ["start", "stop"]
    start = time.monotonic()
    work(tmp_path)
    assert time.monotonic() - start < 0.4
