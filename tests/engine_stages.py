"""Stages for the tests of the engine, importable by its workers: numbered documents that misbehave when their text says so."""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpus import schema
from corpus.ids import content_id
from corpus.stage import NO_REJECTS, DocumentLimits, StageOutput, map_documents
from pipelines.engine import Stage, Task

PROVENANCE = [field for field in schema.PAGES if field.name in ("doc_id", "source", "url", "path", "record_offset")]
INPUT = pa.schema([*PROVENANCE, pa.field("text", pa.string(), nullable=False)])
OUTPUT = pa.schema([*PROVENANCE, pa.field("text", pa.string(), nullable=False), pa.field("length", pa.int64(), nullable=False)])
BATCH = 8
NUM_DOCUMENTS = 40
LIMITS = DocumentLimits(timeout_s=1.0, max_memory_bytes=400 << 20, kill_process=True)


def read(payload: dict[str, Any]) -> Iterator[StageOutput]:
    """NUM_DOCUMENTS numbered documents; `special` maps a number to a text, `pause_s` slows each batch down."""
    rows = []
    for number in range(NUM_DOCUMENTS):
        text = payload.get("special", {}).get(number, f"document {number} of {payload['shard']} " * (1 + number % 7))
        path = f"{payload['shard']}.txt"
        row = {"source": "test", "url": f"file:///{path}#{number}", "path": path, "record_offset": number, "text": text}
        rows.append({"doc_id": content_id("test", row["url"], text), **row})
    for start in range(0, NUM_DOCUMENTS, BATCH):
        time.sleep(payload.get("pause_s", 0.0))
        yield StageOutput(pa.Table.from_pylist(rows[start : start + BATCH], schema=INPUT), NO_REJECTS)


def measure(row: dict[str, Any]) -> dict[str, Any]:
    """The document with its length; a text that names a misdeed does it."""
    misdeed = MISDEEDS.get(row["text"])
    if misdeed:
        misdeed()
    return {**row, "length": len(row["text"])}


def _eat_memory() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(32 << 20))


MISDEEDS = {
    "segfaults": lambda: ctypes.string_at(0),
    # Native code that neither returns nor looks for signals.
    "hangs": lambda: sum(range(10**13)),
    "sleeps": lambda: time.sleep(1000),
    "eats memory": _eat_memory,
    # Not SIGINT, which a shell lets its background jobs ignore.
    "interrupts": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "raises": lambda: 1 // 0,
}


def step(table: pa.Table) -> StageOutput:
    return map_documents(table, measure, stage="measure", output_schema=OUTPUT, limits=LIMITS)


def make_stage(**changes: Any) -> Stage:
    settings: dict[str, Any] = {"name": "measure", "config": {}, "packages": ("corpus",), "read": read, "steps": (step,)}
    return Stage(**{**settings, "output_schema": OUTPUT, **changes})


def make_tasks(num_shards: int, *, special: dict[int, str] | None = None, pause_s: float = 0.0) -> list[Task]:
    """Shards s00, s01, ...; `special` goes into s01."""
    names = [f"s{i:02d}" for i in range(num_shards)]
    return [
        Task(
            shard=name,
            digest=name,
            payload={"shard": name, "pause_s": pause_s, "special": special if special and name == "s01" else {}},
        )
        for name in names
    ]


def fill(num_bytes: int, payload: dict[str, Any]) -> Iterator[StageOutput]:
    """`num_bytes` of incompressible rows, for disks that are too small."""
    import random

    generator = random.Random(payload["shard"])
    for output in read(payload):
        rows = [{**row, "text": generator.randbytes(num_bytes // NUM_DOCUMENTS // 2).hex()} for row in output.table.to_pylist()]
        yield StageOutput(pa.Table.from_pylist(rows, schema=INPUT), NO_REJECTS)


def filling_stage(num_bytes: int) -> Stage:
    return make_stage(name="fill", read=functools.partial(fill, num_bytes))


def tree(directory: Path | str) -> dict[str, bytes]:
    """Every file below `directory` with its bytes."""
    root = Path(directory)
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
