"""Stages of SEQUENCES shards for the tests of pretrain/: real text (the licence, a source file), one token a byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from corpus import shards
from corpus.manifest import Manifest, ShardEntry, write_manifest
from corpus.schema import SEQUENCES

REPOSITORY = Path(__file__).resolve().parent.parent
VOCAB_SIZE = 257
END = 256
"""The token after each document."""

Rows = Sequence[tuple[list[int], list[int]]]
"""(tokens, doc_ends) of each row."""


def real_documents() -> list[list[int]]:
    """Byte tokens of the paragraphs of real English text and of some Python functions, in a fixed order."""
    text = (REPOSITORY / "LICENSE").read_text() + "\n\n" + (REPOSITORY / "corpus" / "shards.py").read_text()
    return [[*paragraph.encode(), END] for paragraph in text.split("\n\n") if paragraph.strip()]


def packed(documents: Sequence[list[int]], *, seq_len: int, num_rows: int) -> list[tuple[list[int], list[int]]]:
    """`num_rows` rows with documents one after the other, repeated as needed; a document that does not fit starts a new row."""
    rows: list[tuple[list[int], list[int]]] = []
    tokens: list[int] = []
    ends: list[int] = []
    while len(rows) < num_rows:
        for document in documents:
            piece = document[:seq_len]
            if len(tokens) + len(piece) > seq_len:
                rows.append((tokens, ends))
                tokens, ends = [], []
            tokens, ends = tokens + piece, [*ends, len(tokens) + len(piece)]
    return rows[:num_rows]


def write_stage(
    directory: Path, rows: Rows, *, rows_per_shard: int = 20, row_group_size: int = 7, buckets: Sequence[str] = ("real",)
) -> str:
    """The rows as a finished stage: shards and manifest; of the buckets in turn."""
    entries = []
    for number, start in enumerate(range(0, len(rows), rows_per_shard)):
        name = f"{number:05d}"
        url = str(directory / "shards" / f"{name}.parquet")
        part = rows[start : start + rows_per_shard]
        shards.write_shard(sequences(part, first_row=start, buckets=buckets), url, row_group_size=row_group_size)
        entries.append(
            ShardEntry(
                name=name,
                input_digest="",
                rows_in=len(part),
                rows_out=len(part),
                rejects={},
                num_bytes=Path(url).stat().st_size,
                checksum=shards.checksum(url),
            )
        )
    write_manifest(
        Manifest(stage="mix", digest="0" * 12, config={}, versions={}, shards=tuple(entries), maps_rows=False), str(directory)
    )
    return str(directory)


def sequences(rows: Rows, *, first_row: int, buckets: Sequence[str] = ("real",)) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "tokens": tokens,
                "doc_ends": ends,
                "doc_ids": [f"{i:032x}" for i in range(len(ends))],
                "doc_offsets": [0] * len(ends),
                "bucket": buckets[(first_row + i) % len(buckets)],
                "epoch": 0,
                "row": first_row + i,
            }
            for i, (tokens, ends) in enumerate(rows)
        ],
        schema=SEQUENCES,
    )
