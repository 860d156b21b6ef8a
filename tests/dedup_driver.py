"""A deduplication for the tests to kill: `python -m tests.dedup_driver OUT MODE DIE_AT`.

Two dumps against an index. MODE small: in this process, cut so small that every kind of step has several tasks; local: not so
small; ray: on a cluster of two workers. DIE_AT > 0: the process ends by SIGKILL at its DIE_AT-th file, in turn just before and
just after that has its name.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path
from unittest import mock

from corpus.schema import DOCUMENTS
from dedup import DedupConfig
from pipelines import run_dedup
from pipelines.engine import Context
from pipelines.executors import ExecutionConfig, make_executor
from pipelines.progress import Progress
from tests.dedup_documents import dump, stage_of


def main(out: str, mode: str, die_at: str) -> None:
    small = {"pipelines.exchange.FANOUT": 2, "pipelines.dedup_rounds.LAST_ROWS": 0}
    patches = [mock.patch(name, value) for name, value in small.items() if mode == "small"]
    patches.append(mock.patch("os.replace", dying(int(die_at))))
    for patch in patches:
        patch.start()
    executor = make_executor(ExecutionConfig(mode="ray" if mode == "ray" else "local", num_cpus=2))
    config = DedupConfig(against=f"{out}/index", create_index=True, num_partitions=3, documents_per_task=15)
    try:
        for number in range(2):
            folder = Path(out) / f"dump-{number}"
            context = Context(out_url=str(folder / "out"), executor=executor, progress=Progress(quiet=True), max_attempts=9)
            documents = stage_of(dump(number), "documents", DOCUMENTS, folder, context)
            run_dedup.run(config, [documents], context)
    finally:
        executor.close()


def dying(at: int):  # type: ignore[no-untyped-def]
    """os.replace, which ends the process at its `at`-th call."""
    replace, count = os.replace, itertools.count(1)

    def rename(source: str, target: str) -> None:
        number = next(count)
        if number == at and at % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)

    return rename


if __name__ == "__main__":
    main(*sys.argv[1:])
