"""DOCUMENTS tables for the tests of dedup, and stages whose shards hold them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpus import shards
from corpus.ids import content_id
from corpus.schema import DOCUMENTS
from corpus.stage import NO_REJECTS, StageOutput
from pipelines.engine import Context, Stage, StageResult, Task, run_stage


def documents(
    texts: Sequence[str],
    *,
    urls: Sequence[str] | None = None,
    days: Sequence[int] | None = None,
    ids: Sequence[str] | None = None,
) -> pa.Table:
    """One document per text; without `urls` each has an address of its own; `days` after 2025-01-01 it was fetched."""
    start = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    rows = []
    for i, text in enumerate(texts):
        url = urls[i] if urls else f"file:///{content_id(text, i)}.html"
        rows.append(
            {
                "doc_id": ids[i] if ids else content_id("test", url, text),
                "source": "test",
                "url": url,
                "path": "test.warc.gz",
                "record_offset": i,
                "kind": "html",
                "text": text,
                "fetched_at": start + datetime.timedelta(days=days[i]) if days else None,
                "num_chars": len(text),
                "num_formulas": 0,
                "formula_chars": 0,
                "num_code_blocks": 0,
                "code_chars": 0,
                "flags": [],
                "synthetic": False,
            }
        )
    return pa.Table.from_pylist(rows, schema=DOCUMENTS)


WORDS = [f"w{i}" for i in range(3000)]


def dump(seed: int, count: int = 40) -> list[pa.Table]:
    """Two shards of overlapping texts, some with the same address or the same text as others, in this dump and in others."""
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, 60, count) * 20
    texts = [" ".join(WORDS[start : start + 150 + int(rng.integers(0, 3))]) for start in starts]
    urls = [f"https://example.org/{rng.integers(0, 90)}" for _ in texts]
    table = documents(texts, urls=urls, days=[int(day) for day in rng.integers(0, 9, count)])
    return [table.slice(0, count // 3), table.slice(count // 3)]


def read_file(payload: tuple[str, pa.Schema]) -> Iterator[StageOutput]:
    url, schema = payload
    yield from (StageOutput(batch.cast(schema), NO_REJECTS) for batch in shards.iterate_batches(url, max_rows=7))


def stage_of(tables: list[pa.Table], name: str, schema: pa.Schema, folder: Path, context: Context) -> StageResult:
    """A finished stage whose shards hold `tables`."""
    tasks = []
    for i, table in enumerate(tables):
        url = str(folder / f"{name}-{i}.parquet")
        shards.write_shard(table, url)
        tasks.append(Task(shard=f"source-{i:03d}", digest=shards.checksum(url), payload=(url, schema)))
    return run_stage(Stage(name=name, config={}, packages=(), read=read_file, output_schema=schema), tasks, context)
