"""Training rows: from SEQUENCES shards to padded batches with labels and document layout.

A stage is a folder with a manifest and shards; its rows are numbered 0, 1, 2, ... through the shards in the manifest's order. The
position in training is the pair (stage, row), nothing more: the order was fixed when the shards were emitted. Of each step's rows
a rank takes one contiguous share, so that ranks read different row groups:

    step 7 = rows 448..511; two ranks, 16 rows a pass:  rank 0: 448..463, 464..479    rank 1: 480..495, 496..511

Every rank makes the same number of passes (collectives must match); one that has fewer rows makes up for it with empty ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import torch

from corpus import shards
from corpus.errors import InputError
from corpus.ids import content_id
from corpus.manifest import read_manifest
from corpus.schema import SEQUENCES
from pretrain.attention import DocumentLayout, document_layout
from pretrain.loss import IGNORED

COLUMNS = ["tokens", "doc_ends", "row"]
PAD_TOKEN = 0
"""What fills a short row; never seen by another token, never predicted."""


class Row(NamedTuple):
    """One row of a shard."""

    tokens: npt.NDArray[np.int32]
    doc_ends: npt.NDArray[np.int32]
    """End of each document in tokens, exclusive."""


@dataclass(frozen=True)
class Batch:
    """The rows of one forward pass, shape BT."""

    tokens_BT: torch.Tensor
    """int64"""
    labels_BT: torch.Tensor
    """int64: the next token of the same document, else IGNORED."""
    mtp_labels_BT: torch.Tensor
    """int64: the token after that, of the same document, else IGNORED."""
    layout: DocumentLayout

    def to(self, device: torch.device) -> Batch:
        return Batch(
            self.tokens_BT.to(device, non_blocking=True),
            self.labels_BT.to(device, non_blocking=True),
            self.mtp_labels_BT.to(device, non_blocking=True),
            self.layout.to(device),
        )

    def pin_memory(self) -> Batch:
        """In memory that a GPU can read while the host goes on."""
        return Batch(
            self.tokens_BT.pin_memory(), self.labels_BT.pin_memory(), self.mtp_labels_BT.pin_memory(), self.layout.pin_memory()
        )


class StageRows:
    """The rows of one stage, addressed by position. Keeps one row group in memory."""

    def __init__(self, directory: str, *, seq_len: int, vocab_size: int) -> None:
        """Raises InputError where the manifest or a shard that it lists is missing."""
        self.directory, self.seq_len, self.vocab_size = directory, seq_len, vocab_size
        entries = read_manifest(directory).shards
        self._urls = [shards.join(directory, "shards", f"{entry.name}.parquet") for entry in entries]
        self._ends = list(accumulate(entry.rows_out for entry in entries))
        self.num_rows = self._ends[-1] if self._ends else 0
        self.digest = content_id(*(f"{entry.name}:{entry.rows_out}:{entry.checksum}" for entry in entries))[:12]
        """Of the rows: two folders with the same rows have the same digest."""
        self._group: pa.Table = SEQUENCES.empty_table().select(COLUMNS)
        self._group_rows = range(0)
        self._check_presence()

    def _check_presence(self) -> None:
        if not self.num_rows:
            raise InputError(f"{self.directory}: the manifest lists no rows; emit the stage's shards first")
        fs, path = shards.filesystem(shards.join(self.directory, "shards"))
        present = {name.rsplit("/", 1)[-1] for name in fs.ls(path, detail=False)} if fs.isdir(path) else set()
        missing = [url for url in self._urls if url.rsplit("/", 1)[-1] not in present]
        if missing:
            raise InputError(
                f"{missing[0]}: missing, and {len(missing) - 1} more of the {len(self._urls)} shards that "
                f"{self.directory}/manifest.json lists; emit the stage again (finished shards are skipped)"
            )

    def read(self, rows: range) -> list[Row]:
        """The rows at these positions. Raises InputError where a shard is not what the manifest says, or a row is malformed."""
        found: list[Row] = []
        while len(found) < len(rows):
            position = rows.start + len(found)
            if position not in self._group_rows:
                self._load_group(position)
            stop = min(rows.stop, self._group_rows.stop)
            found += self._decode(range(position, stop))
        return found

    def _load_group(self, position: int) -> None:
        """Puts the row group that holds the row at `position` into memory."""
        shard = bisect_right(self._ends, position)
        url, begin = self._urls[shard], (self._ends[shard - 1] if shard else 0)
        with shards.open_input(url) as stream:
            file = pq.ParquetFile(stream)
            if file.metadata.num_rows != self._ends[shard] - begin:
                raise InputError(
                    f"{url}: has {file.metadata.num_rows} rows, the manifest says {self._ends[shard] - begin}; "
                    f"delete the shard and emit the stage again"
                )
            sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
            ends = list(accumulate(sizes, initial=begin))
            index = bisect_right(ends, position) - 1
            self._group = file.read_row_group(index, columns=COLUMNS)
        self._group_rows = range(ends[index], ends[index + 1])
        numbers = self._group.column("row").to_numpy()
        wrong = np.flatnonzero(numbers != np.arange(ends[index], ends[index + 1]))
        if len(wrong):
            raise InputError(
                f"{url}: row {numbers[wrong[0]]} stands at position {ends[index] + wrong[0]} of the stage; the shards are out of "
                f"order or from different recipes. Emit the stage again into an empty folder"
            )

    def _decode(self, rows: range) -> list[Row]:
        table = self._group.slice(rows.start - self._group_rows.start, len(rows)).combine_chunks()
        tokens, doc_ends = _split(table.column("tokens")), _split(table.column("doc_ends"))
        decoded = [Row(*pair) for pair in zip(tokens, doc_ends, strict=True)]
        for position, row in zip(rows, decoded, strict=True):
            self._check(row, position)
        return decoded

    def _check(self, row: Row, position: int) -> None:
        where = f"{self.directory}: row {position}"
        if not 0 < len(row.tokens) <= self.seq_len:
            raise InputError(
                f"{where}: {len(row.tokens)} tokens, expected 1 to {self.seq_len}; "
                f"the seq_len of the stage's training and mixture sections must agree"
            )
        if row.tokens.min() < 0 or row.tokens.max() >= self.vocab_size:
            raise InputError(
                f"{where}: token ids from {row.tokens.min()} to {row.tokens.max()}, the model's vocab_size is {self.vocab_size}; "
                f"raise it to the tokenizer's or emit the shards with the model's tokenizer"
            )
        lengths = np.diff(row.doc_ends, prepend=0)
        if not len(lengths) or row.doc_ends[-1] != len(row.tokens) or lengths.min() <= 0:
            raise InputError(f"{where}: doc_ends {row.doc_ends[:8].tolist()} do not divide its {len(row.tokens)} tokens")


def _split(column: pa.ChunkedArray) -> list[npt.NDArray[np.int32]]:
    """The lists of a list<int32> column, as views."""
    lists: list[npt.NDArray[np.int32]] = []
    for chunk in column.chunks:
        values, offsets = chunk.values.to_numpy(), chunk.offsets.to_numpy()
        lists += [values[start:stop] for start, stop in pairwise(offsets)]
    return lists


def micro_batch_rows(rows: range, *, rank: int, world_size: int, micro_batch_size: int) -> list[range]:
    """The rows of each of this rank's forward passes in a step over `rows`; all ranks get equally many ranges, some empty."""
    share = -(-len(rows) // world_size)
    passes = -(-share // micro_batch_size)
    mine = rows[rank * share : (rank + 1) * share]
    return [mine[i * micro_batch_size : (i + 1) * micro_batch_size] for i in range(passes)]


def collate(rows: Sequence[Row], *, seq_len: int) -> Batch:
    """Rows padded to seq_len; an empty batch is one row of padding."""
    num_rows = max(1, len(rows))
    tokens_BT = np.full((num_rows, seq_len), PAD_TOKEN, dtype=np.int64)
    document_BT = np.zeros((num_rows, seq_len), dtype=np.int64)
    for i, row in enumerate(rows):
        tokens_BT[i, : len(row.tokens)] = row.tokens
        document_BT[i] = np.searchsorted(row.doc_ends, np.arange(seq_len), side="right")
    lengths_B1 = np.array([len(row.tokens) for row in rows] or [0])[:, None]
    real_BT = np.arange(seq_len) < lengths_B1
    return Batch(
        tokens_BT=torch.from_numpy(tokens_BT),
        labels_BT=torch.from_numpy(shifted_labels(tokens_BT, document_BT, real_BT, shift=1)),
        mtp_labels_BT=torch.from_numpy(shifted_labels(tokens_BT, document_BT, real_BT, shift=2)),
        layout=document_layout(torch.from_numpy(document_BT)),
    )


def shifted_labels(
    tokens_BT: npt.NDArray[np.int64], document_BT: npt.NDArray[np.int64], real_BT: npt.NDArray[np.bool_], *, shift: int
) -> npt.NDArray[np.int64]:
    """The token `shift` places on, IGNORED where that is padding, another document or beyond the row."""
    labels_BT = np.full_like(tokens_BT, IGNORED)
    same_BT = (document_BT[:, shift:] == document_BT[:, :-shift]) & real_BT[:, shift:]
    labels_BT[:, :-shift] = np.where(same_BT, tokens_BT[:, shift:], IGNORED)
    return labels_BT
