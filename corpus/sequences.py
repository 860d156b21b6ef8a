"""A finished training stage as one long list of rows that can be entered anywhere.

A stage is a folder with a manifest and SEQUENCES shards; its rows are numbered 0, 1, 2, ... through the shards in the manifest's
order. The position in training is the pair (stage, row), nothing more: the order was fixed when the shards were emitted, so that
resuming is opening one shard, and the number of ranks may be another one. Of each step's rows a rank takes one contiguous share:

    step 7 = rows 448..511; two ranks, 16 rows a pass:  rank 0: 448..463, 464..479    rank 1: 480..495, 496..511

Every rank makes the same number of passes (collectives must match); one that has fewer rows makes up for it with empty ones.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from corpus import shards
from corpus.errors import InputError
from corpus.ids import content_id

I32 = npt.NDArray[np.int32]

COLUMNS = ["tokens", "doc_ends", "bucket", "row"]
BATCH_TOKENS = 1 << 17
"""Tokens decoded at a time: 512 KiB, which stay in the cache. A whole row group of 8 Mi tokens decodes at 49 Mtok/s of CPU, the
same one in such pieces at 154 (one core, zstd)."""


CURSOR = ("_shard", "_stream", "_file", "_group_starts", "_group_stop", "_batches", "_rows", "_decoded")
"""What StageRows knows of the shard that it has open."""


class Row(NamedTuple):
    """One row of a shard."""

    tokens: I32
    doc_ends: I32
    """End of each document in tokens, exclusive."""
    bucket: str = ""
    """Bucket of the mixture that it was drawn from."""


class StageRows:
    """The rows of one stage, addressed by position. Keeps one open file and BATCH_TOKENS decoded tokens."""

    def __init__(self, directory: str, *, seq_len: int | None = None, vocab_size: int | None = None) -> None:
        """`seq_len` (the most tokens of a row; default: as the stage was emitted) and `vocab_size`, where given, are held against
        every row that is read.

        Reads the manifest and no shard. Raises InputError where it is missing or lists no rows.
        """
        self.directory, self.vocab_size = directory, vocab_size
        # Plain JSON: a stage of 17.8T tokens has 1.06e6 shards, whose entries as dataclasses would take seconds.
        manifest = shards.read_json(shards.join(directory, "manifest.json"))
        entries: list[dict[str, Any]] = manifest["shards"]
        self.config: dict[str, Any] = manifest["config"]
        """What the stage was emitted with: training_stage, seq_len, seed, plan and recipe digests."""
        if seq_len is None and "seq_len" not in self.config:
            raise InputError(f"{directory}: its manifest has no seq_len; say seq_len=")
        self.seq_len: int = self.config["seq_len"] if seq_len is None else seq_len
        self._names = [entry["name"] for entry in entries]
        self._ends = list(accumulate(entry["rows_out"] for entry in entries))
        self.num_rows = self._ends[-1] if self._ends else 0
        if not self.num_rows:
            raise InputError(f"{directory}: the manifest lists no rows; emit the stage's shards first")
        self._leave()

    @functools.cached_property
    def digest(self) -> str:
        """12 hexadecimal digits of the rows: two folders with the same rows have the same digest."""
        entries = shards.read_json(shards.join(self.directory, "manifest.json"))["shards"]
        return content_id(*(f"{entry['name']}:{entry['rows_out']}:{entry['checksum']}" for entry in entries))[:12]

    def check_presence(self) -> None:
        """Raises InputError where a shard of the manifest is missing. Reading says so only when it gets there."""
        fs, path = shards.filesystem(shards.join(self.directory, "shards"))
        present = {name.rsplit("/", 1)[-1] for name in fs.ls(path, detail=False)} if fs.isdir(path) else set()
        missing = [shard for shard, name in enumerate(self._names) if f"{name}.parquet" not in present]
        if missing:
            raise InputError(
                f"{self._url(missing[0])}: missing, and {len(missing) - 1} more of the {len(self._names)} shards that "
                f"{self.directory}/manifest.json lists; emit the stage again (finished shards are skipped)"
            )

    def read(self, rows: range) -> list[Row]:
        """The rows at these positions, as views into what was decoded.

        Raises InputError where a shard is missing or not what the manifest says, or a row is malformed.
        """
        found: list[Row] = []
        while len(found) < len(rows):
            position = rows.start + len(found)
            if position not in self._rows:
                self._go_to(position)
            stop = min(rows.stop, self._rows.stop)
            found += self._decoded[position - self._rows.start : stop - self._rows.start]
        return found

    def close(self) -> None:
        """Closes the open shard; reading opens it again."""
        if self._stream is not None:
            self._stream.close()
        self._leave()

    def _leave(self) -> None:
        """No shard is open."""
        self._shard = -1
        self._stream: Any = None
        self._file: pq.ParquetFile | None = None
        self._group_starts: list[int] = []
        self._group_stop = 0
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._rows = range(0)
        """Positions of the decoded rows."""
        self._decoded: list[Row] = []

    def __getstate__(self) -> dict[str, Any]:
        """A copy, also one for another process, has no shard open: two readers never share a file's position."""
        return {name: value for name, value in self.__dict__.items() if name not in CURSOR}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._leave()

    def _go_to(self, position: int) -> None:
        """Decodes the batch that holds the row at `position`."""
        if not 0 <= position < self.num_rows:
            raise InputError(f"{self.directory}: row {position} was asked for; its rows are 0 to {self.num_rows - 1}")
        shard = bisect_right(self._ends, position)
        if shard != self._shard:
            self._open(shard)
        if not self._rows.stop <= position < self._group_stop or not self._rows:
            self._enter_group(position)
        while position >= self._rows.stop:
            batch = next(self._batches)
            self._rows = range(self._rows.stop, self._rows.stop + batch.num_rows)
            if position < self._rows.stop:
                self._decoded = self._decode(batch)

    def _open(self, shard: int) -> None:
        self.close()
        url, begin = self._url(shard), (self._ends[shard - 1] if shard else 0)
        try:
            self._stream = shards.open_input(url)
        except InputError as error:
            raise InputError(
                f"{url}: missing, and {self.directory}/manifest.json lists it; emit the stage again (finished shards are skipped)"
            ) from error
        self._file = pq.ParquetFile(self._stream, pre_buffer=True)
        metadata = self._file.metadata
        if metadata.num_rows != self._ends[shard] - begin:
            raise InputError(
                f"{url}: has {metadata.num_rows} rows, the manifest says {self._ends[shard] - begin}; "
                f"delete the shard and emit the stage again"
            )
        sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        self._group_starts = list(accumulate(sizes, initial=begin))
        self._shard = shard

    def _enter_group(self, position: int) -> None:
        """Puts the decoder at the start of the row group that holds `position`."""
        assert self._file is not None
        group = bisect_right(self._group_starts, position) - 1
        start, self._group_stop = self._group_starts[group], self._group_starts[group + 1]
        values = self._file.metadata.row_group(group).column(0).num_values
        batch_rows = max(1, BATCH_TOKENS * (self._group_stop - start) // max(1, values))
        # A group that is empty has no position, so it is never entered.
        self._batches = self._file.iter_batches(batch_size=batch_rows, row_groups=[group], columns=COLUMNS, use_threads=False)
        self._rows = range(start, start)

    def _url(self, shard: int) -> str:
        return shards.join(self.directory, "shards", f"{self._names[shard]}.parquet")

    def _decode(self, batch: pa.RecordBatch) -> list[Row]:
        """The batch's rows, which stand at self._rows. Raises InputError for the first that is wrong."""
        numbers = batch.column("row").to_numpy()
        wrong = np.flatnonzero(numbers != np.arange(self._rows.start, self._rows.stop))
        if len(wrong):
            raise InputError(
                f"{self._url(self._shard)}: row {numbers[wrong[0]]} stands at position {self._rows.start + wrong[0]} of the "
                f"stage; the shards are out of order or from different recipes. Emit the stage again into an empty folder"
            )
        tokens, token_offsets = lists_of(batch.column("tokens"))
        ends, end_offsets = lists_of(batch.column("doc_ends"))
        self._check(tokens, token_offsets, ends, end_offsets)
        bounds = zip(pairwise(token_offsets.tolist()), pairwise(end_offsets.tolist()), strict=True)
        buckets = batch.column("bucket").to_pylist()
        return [Row(tokens[a:b], ends[c:d], bucket or "") for ((a, b), (c, d)), bucket in zip(bounds, buckets, strict=True)]

    def _check(self, tokens: I32, token_offsets: I32, ends: I32, end_offsets: I32) -> None:
        lengths, num_documents = np.diff(token_offsets), np.diff(end_offsets)
        if (bad := np.flatnonzero((lengths < 1) | (lengths > self.seq_len))).size:
            raise InputError(
                f"{self._where(bad[0])}: {lengths[bad[0]]} tokens, expected 1 to {self.seq_len}; "
                f"the seq_len of the stage's training and mixture sections must agree"
            )
        if self.vocab_size and (tokens.min() < 0 or tokens.max() >= self.vocab_size):
            at = int(np.argmax((tokens < 0) | (tokens >= self.vocab_size)))
            raise InputError(
                f"{self._where(np.searchsorted(token_offsets, at, side='right') - 1)}: token id {tokens[at]}, the model's "
                f"vocab_size is {self.vocab_size}; raise it to the tokenizer's or emit the shards with the model's tokenizer"
            )
        bad = np.flatnonzero(num_documents < 1)
        if not bad.size:
            steps = np.diff(ends, prepend=0)
            steps[end_offsets[:-1]] = ends[end_offsets[:-1]]
            bad = np.flatnonzero((np.minimum.reduceat(steps, end_offsets[:-1]) < 1) | (ends[end_offsets[1:] - 1] != lengths))
        if bad.size:
            first = int(bad[0])
            shown = ends[end_offsets[first] : end_offsets[first + 1]][:8].tolist()
            raise InputError(f"{self._where(first)}: doc_ends {shown} do not divide its {lengths[first]} tokens")

    def _where(self, index: Any) -> str:
        return f"{self.directory}: row {self._rows.start + int(index)}"


def lists_of(column: pa.Array) -> tuple[I32, I32]:
    """Values and offsets of a list<int32> column; the first offset is 0."""
    offsets = column.offsets.to_numpy()
    values = column.values.to_numpy()[offsets[0] : offsets[-1]]
    return values, offsets - offsets[0]


def micro_batch_rows(rows: range, *, rank: int, world_size: int, micro_batch_size: int) -> list[range]:
    """The rows of each of this rank's forward passes in a step over `rows`; all ranks get equally many ranges, some empty."""
    share = -(-len(rows) // world_size)
    passes = -(-share // micro_batch_size)
    mine = rows[rank * share : (rank + 1) * share]
    return [mine[i * micro_batch_size : (i + 1) * micro_batch_size] for i in range(passes)]
