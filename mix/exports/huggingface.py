"""Parquet as Hugging Face `datasets` reads it: SHARD.parquet with every column of SEQUENCES, in row groups of a few MiB.

Nothing is lost. The row groups are what changes: ours are as long as a shard, which suits one reader that goes through all of it;
`datasets` in its streaming mode and its `shard()`, DuckDB and Polars read whole groups.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.schema import SEQUENCES
from corpus.shards import COMPRESSION
from mix.exports import Exported, ExportSettings, Format, Sink, new_file


class _Output:
    """A Sink as the file object that Arrow writes to."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.closed = False

    def write(self, data: pa.Buffer | bytes) -> int:
        view = memoryview(data)
        self._sink.write(view)
        return len(view)

    def tell(self) -> int:
        return self._sink.num_bytes

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def write_shard(batches: Iterator[pa.Table], folder: str, shard: str, settings: ExportSettings) -> list[Exported]:
    """One file. Memory: one row group and one batch."""
    num_rows = num_documents = num_tokens = 0
    with new_file(folder, f"{shard}.parquet") as sink:
        with pq.ParquetWriter(_Output(sink), SEQUENCES, use_dictionary=True, **COMPRESSION) as writer:
            for group in _groups(batches, settings.group_tokens):
                writer.write_table(group, row_group_size=group.num_rows)
                num_rows += group.num_rows
                num_documents += _num_values(group, "doc_ends")
                num_tokens += _num_values(group, "tokens")
        counts = {"num_rows": num_rows, "num_documents": num_documents, "num_tokens": num_tokens}
    return [sink.exported(f"{shard}.parquet", **counts)]


def _groups(batches: Iterator[pa.Table], group_tokens: int) -> Iterator[pa.Table]:
    """The rows in tables of `group_tokens` tokens: rows are added until they hold as many, or nothing is left.

    A function of the rows alone, however they are batched.
    """
    waiting: list[pa.Table] = []
    tokens = 0
    for batch in batches:
        ends = np.cumsum(pc.list_value_length(batch.column("tokens")).to_numpy(), dtype=np.int64)
        start = 0
        while start < batch.num_rows:
            before = int(ends[start - 1]) if start else 0
            stop = int(np.searchsorted(ends, before + group_tokens - tokens)) + 1
            waiting.append(batch.slice(start, stop - start))
            if stop > batch.num_rows:
                tokens += int(ends[-1]) - before
                break
            yield pa.concat_tables(waiting).combine_chunks()
            waiting, tokens, start = [], 0, stop
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _num_values(table: pa.Table, column: str) -> int:
    return sum(len(chunk.flatten()) for chunk in table.column(column).chunks)


def index_files(exported: Sequence[Exported], folder: str, stage: str, settings: ExportSettings) -> Mapping[str, bytes]:
    """None in the stage's folder: the README.md above it (dataset_card) names the stages."""
    return {}


def dataset_card(stages: Mapping[str, Sequence[Exported]]) -> bytes:
    """README.md of the folder: a configuration for each stage, so that load_dataset(FOLDER, STAGE) finds its rows in order."""
    lines = ["---", "configs:"]
    for stage in stages:
        path = json.dumps(f"{stage}/*.parquet", ensure_ascii=False)
        name = json.dumps(stage, ensure_ascii=False)
        lines += [f"- config_name: {name}", "  data_files:", "  - split: train", f"    path: {path}"]
    lines += ["---", "", "| stage | rows | documents | tokens |", "|---|---|---|---|"]
    for stage, exported in stages.items():
        rows, documents, tokens = (
            sum(getattr(e, name) for e in exported) for name in ("num_rows", "num_documents", "num_tokens")
        )
        lines.append(f"| {stage} | {rows:,} | {documents:,} | {tokens:,} |")
    return ("\n".join(lines) + "\n").encode()


FORMAT = Format(write_shard, index_files, tuple(SEQUENCES.names))
