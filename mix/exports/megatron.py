"""Megatron-Core's IndexedDataset: SHARD.bin and SHARD.idx, and the blend files that name all of a stage's shards.

Every document is a sequence and every row a document of the index, so both boundaries survive: sequence i has the length
sequence_lengths[i], row r the sequences document_indices[r] to document_indices[r + 1]. Megatron's own GPTDataset shuffles
sequences and cuts them anew; mix/exports/megatron_dataset.py reads rows as they are. Layout of the index after
megatron/core/datasets/indexed_dataset.py, version 1: magic, version, dtype code, two counts, lengths int32, byte offsets int64,
document indices int64.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from mix.exports import TOKEN_DTYPES, Exported, ExportSettings, Format, Sink, flat_rows, new_file

MAGIC = b"MMIDIDX\x00\x00"
DTYPE_CODES = {"int32": 4, "uint16": 8}
"""Source: megatron.core.datasets.indexed_dataset.DType."""


def write_shard(batches: Iterator[pa.Table], folder: str, shard: str, settings: ExportSettings) -> list[Exported]:
    """The .bin, then the .idx: a reader that finds the second finds the first. Memory: one batch, 20 bytes a document."""
    lengths, counts = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)]
    with new_file(folder, f"{shard}.bin") as sink:
        for batch in batches:
            rows = flat_rows(batch, settings.token_dtype)
            sink.write_array(rows.tokens)
            lengths.append(rows.document_lengths())
            counts.append(rows.doc_counts)
    all_lengths, all_counts = np.concatenate(lengths), np.concatenate(counts)
    with new_file(folder, f"{shard}.idx") as index:
        _write_index(index, all_lengths, all_counts, settings.token_dtype)
    tokens = sink.exported(
        f"{shard}.bin",
        num_rows=len(all_counts),
        num_documents=len(all_lengths),
        num_tokens=int(all_lengths.sum(dtype=np.int64)),
    )
    return [tokens, index.exported(f"{shard}.idx")]


def _write_index(sink: Sink, lengths: np.ndarray, counts: np.ndarray, token_dtype: str) -> None:
    document_indices = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    ends = np.cumsum(lengths, dtype=np.int64) * TOKEN_DTYPES[token_dtype].itemsize
    sink.write(MAGIC + struct.pack("<QBQQ", 1, DTYPE_CODES[token_dtype], len(lengths), len(document_indices)))
    sink.write_array(lengths)
    sink.write_array(np.concatenate([[0], ends[:-1]]).astype(np.int64)[: len(lengths)])
    sink.write_array(document_indices)


def index_files(exported: Sequence[Exported], folder: str, stage: str, settings: ExportSettings) -> Mapping[str, bytes]:
    """blend.txt (--data-args-path) and blend.json (--per-split-data-args-path): tokens and prefix of every shard, in order."""
    pairs = [(str(e.num_tokens), f"{folder}/{e.name.removesuffix('.bin')}") for e in exported if e.name.endswith(".bin")]
    flat = [value for pair in pairs for value in pair]
    splits = {"train": flat, "valid": None, "test": None}
    return {
        "blend.txt": "".join(f"{tokens} {prefix}\n" for tokens, prefix in pairs).encode(),
        "blend.json": (json.dumps(splits, indent=1) + "\n").encode(),
    }


FORMAT = Format(write_shard, index_files, ("tokens", "doc_ends", "row"))
