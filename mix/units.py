"""Packing a cell, or the rest of one, into a unit of rows; and the layout: which units a phase has and where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.schema import SEQUENCES
from corpus.stage import NO_REJECTS, StageOutput
from mix.cells import ROW_GROUP_ROWS, Layout, Unit, UnitKey, parse_unit, stored_rows
from mix.packing import Packing, pack_best_fit, pack_concatenate
from mix.permutation import permutation
from mix.tokenizing import Tokenizer, load_tokenizer
from mix.tokens import (
    I64,
    TOKEN_BYTES,
    CellSource,
    Documents,
    documents_of,
    joined,
    offsets_of,
    one_chunk,
    read_cell,
    token_bytes,
    tokens_of_bytes,
)

ROW_COLUMNS = ("tokens", "doc_ends", "doc_ids", "doc_offsets")
"""Columns that a packed row shares with SEQUENCES."""

ROWS = pa.schema(
    [
        pa.field("num_tokens", pa.int32(), nullable=False),
        pa.field("tokens", TOKEN_BYTES, nullable=False),
        *(SEQUENCES.field(name) for name in ROW_COLUMNS[1:]),
    ]
)
PACKED = pa.schema([pa.field("bucket", pa.string(), nullable=False), pa.field("unit", pa.string(), nullable=False), *ROWS])
"""Rows of units; every unit begins a row group."""

LAYOUT = pa.schema(
    [
        pa.field("bucket", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("shard", pa.string(), nullable=False),
        pa.field("first_row_group", pa.int64(), nullable=False),
        pa.field("num_rows", pa.int64(), nullable=False),
        pa.field("num_tokens", pa.int64(), nullable=False),
    ]
)
"""One row a unit; num_tokens counts the tokens in its rows, so that num_rows x seq_len less that is padding."""


class RestSource(NamedTuple):
    """The unit of an earlier phase that a rest is what remains of."""

    url: str
    unit: Unit
    epoch: int
    read: int


class UnitTask(NamedTuple):
    """A unit to be packed."""

    bucket: str
    key: UnitKey
    num_cells: int
    source: CellSource | RestSource
    """Where its documents lie."""


class PackSettings(NamedTuple):
    """What holds for all units of a phase."""

    seq_len: int
    packing: str
    seed: int
    tokenizer: str


def pack_units(tasks: Sequence[UnitTask], settings: PackSettings) -> Iterator[StageOutput]:
    """Rows of PACKED, one batch a unit; a cell that no document fell into gives none."""
    for task in tasks:
        source = task.source
        documents = read_rest(source, task.bucket, settings.seed) if isinstance(source, RestSource) else read_cell(source)
        if documents.doc_ids:
            yield StageOutput(pack_unit(documents, task.bucket, task.key, settings), NO_REJECTS)


def pack_unit(documents: Documents, bucket: str, key: UnitKey, settings: PackSettings) -> pa.Table:
    """The documents as rows, shuffled."""
    packing = _pack(documents, settings, load_tokenizer(settings.tokenizer) if settings.packing == "best_fit" else None)
    stored = permutation(packing.num_rows, settings.seed, "stored", bucket, str(key)).apply(np.arange(packing.num_rows))
    table = rows_of(documents, packing, stored)
    names = {"bucket": bucket, "unit": str(key)}
    columns = [pa.array([name] * table.num_rows, pa.string()) for name in names.values()]
    return pa.table([*columns, *table.columns], schema=PACKED)


def _pack(documents: Documents, settings: PackSettings, tokenizer: Tokenizer | None) -> Packing:
    if tokenizer is None:
        return pack_concatenate(documents.lengths, settings.seq_len)
    line_ends = tokenizer.line_ends

    def breaks(document: int) -> I64:
        start = documents.starts[document]
        ends = line_ends[documents.tokens[start : start + documents.lengths[document]]].astype(np.int64)
        # Two tokens that each end a line: the second ends a blank one.
        ends[1:][(ends[1:] > 0) & (ends[:-1] > 0)] = 2
        return ends

    return pack_best_fit(documents.lengths, settings.seq_len, breaks)


def rows_of(documents: Documents, packing: Packing, stored: I64) -> pa.Table:
    """PACKED without its names: the packed rows; row r stands at `stored[r]`."""
    row = stored[packing.row]
    order = np.lexsort((np.arange(len(row)), row))
    pieces, row = packing.pieces, row[order]
    document, start, length = pieces.document[order], pieces.start[order], pieces.length[order]
    source = documents.starts[document] + start
    tokens = joined([documents.tokens[a:b] for a, b in zip(source.tolist(), (source + length).tolist(), strict=True)])
    spans = np.bincount(row, minlength=packing.num_rows)
    row_tokens = np.bincount(row, weights=length, minlength=packing.num_rows).astype(np.int64)
    ends = np.cumsum(length)
    doc_ends = (ends - (np.cumsum(row_tokens) - row_tokens)[row]).astype(np.int32)
    values = {
        "doc_ends": doc_ends,
        "doc_ids": pa.array(documents.doc_ids, pa.string()).take(pa.array(document)),
        "doc_offsets": documents.offsets[document] + start,
    }
    lists = [_lists(name, pa.array(value, SEQUENCES.field(name).type.value_type), spans) for name, value in values.items()]
    return pa.table([pa.array(row_tokens.astype(np.int32)), token_bytes(tokens, row_tokens), *lists], schema=ROWS)


def _lists(name: str, values: pa.Array, counts: npt.NDArray[np.int64]) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(offsets_of(counts)), values, type=SEQUENCES.field(name).type)


def read_rest(rest: RestSource, bucket: str, seed: int) -> Documents:
    """The documents, or parts of them, in the rows of a unit that were not read; parts that touch are one again."""
    read = stored_rows(rest.unit, bucket, seed, rest.epoch, np.arange(rest.read))
    left = np.setdiff1d(np.arange(rest.unit.num_rows), read)
    groups = np.unique(left // ROW_GROUP_ROWS).tolist()
    with shards.open_input(rest.url) as stream:
        file = pq.ParquetFile(stream)
        decoded = {group: read_row_group(file, rest.unit.first_row_group + group) for group in groups}
    return joined_parts(gather([(decoded[row // ROW_GROUP_ROWS], row % ROW_GROUP_ROWS) for row in left.tolist()]))


def joined_parts(rows: Mapping[str, pa.Array]) -> Documents:
    """All spans of `rows` (ROW_COLUMNS), in the order of doc_id and offset, those that continue each other joined."""
    doc_ids = rows["doc_ids"].flatten().to_pylist()
    offsets = rows["doc_offsets"].flatten().to_numpy()
    tokens = rows["tokens"].flatten().to_numpy()
    ends = rows["doc_ends"].flatten().to_numpy().astype(np.int64)
    row = pc.list_parent_indices(rows["doc_ends"]).to_numpy()
    row_tokens = pc.list_value_length(rows["tokens"]).to_numpy().astype(np.int64)
    ends = ends + (np.cumsum(row_tokens) - row_tokens)[row]
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    order = sorted(range(len(doc_ids)), key=lambda i: (doc_ids[i], offsets[i]))
    kept_ids: list[str] = []
    kept_offsets: list[int] = []
    lengths: list[int] = []
    for i in order:
        length = int(ends[i] - starts[i])
        if kept_ids and kept_ids[-1] == doc_ids[i] and kept_offsets[-1] + lengths[-1] == offsets[i]:
            lengths[-1] += length
            continue
        kept_ids.append(doc_ids[i])
        kept_offsets.append(int(offsets[i]))
        lengths.append(length)
    values = np.concatenate([tokens[starts[i] : ends[i]] for i in order]) if order else np.empty(0, np.int32)
    return documents_of(kept_ids, np.array(kept_offsets, np.int64), np.array(lengths, np.int64), values)


class RowGroup(NamedTuple):
    """Decoded rows of a unit: `rows[i]` of the tokens and `spans[i]` of the others are those of row i."""

    tokens: npt.NDArray[np.int32]
    rows: list[slice]
    doc_ends: npt.NDArray[np.int32]
    doc_offsets: I64
    doc_ids: pa.StringArray
    spans: list[slice]


def read_row_group(file: pq.ParquetFile, group: int) -> RowGroup:
    """ROW_COLUMNS of a row group of PACKED."""
    table = file.read_row_group(group, columns=list(ROW_COLUMNS), use_threads=False)
    columns = {name: one_chunk(table.column(name)) for name in ROW_COLUMNS}
    ends = columns["doc_ends"]
    tokens, bounds = tokens_of_bytes(columns["tokens"])
    spans = [slice(a, b) for a, b in pairwise(ends.offsets.to_pylist())]
    return RowGroup(
        tokens,
        [slice(a, b) for a, b in pairwise(bounds.tolist())],
        ends.values.to_numpy(),
        columns["doc_offsets"].values.to_numpy(),
        columns["doc_ids"].values,
        spans,
    )


def gather(rows: Sequence[tuple[RowGroup, int]]) -> dict[str, pa.Array]:
    """ROW_COLUMNS of SEQUENCES: row i of a row group, for each of `rows`, in this order."""
    picked = [(group, group.rows[row], group.spans[row]) for group, row in rows]
    num_tokens = np.array([span.stop - span.start for _, span, _ in picked], dtype=np.int64)
    num_spans = np.array([span.stop - span.start for _, _, span in picked], dtype=np.int64)
    ids = [group.doc_ids.slice(span.start, span.stop - span.start) for group, _, span in picked]
    values = {
        "tokens": pa.Array.from_buffers(
            pa.int32(), int(num_tokens.sum()), [None, pa.py_buffer(joined([group.tokens[span] for group, span, _ in picked]))]
        ),
        "doc_ends": pa.array(np.concatenate([np.empty(0, np.int32), *(group.doc_ends[span] for group, _, span in picked)])),
        "doc_ids": pa.concat_arrays([pa.array([], pa.string()), *ids]),
        "doc_offsets": pa.array(np.concatenate([np.empty(0, np.int64), *(group.doc_offsets[span] for group, _, span in picked)])),
    }
    return {name: _lists(name, values[name], num_tokens if name == "tokens" else num_spans) for name in ROW_COLUMNS}


def layout_of(urls: Iterable[str]) -> Iterator[StageOutput]:
    """Rows of LAYOUT for packed shards, from their row groups' statistics and the column num_tokens."""
    for url in urls:
        with shards.open_input(url) as stream:
            file = pq.ParquetFile(stream)
            num_tokens = file.read(columns=["num_tokens"]).column("num_tokens").to_numpy().astype(np.int64)
            rows = [_unit_of(file, group) for group in range(file.num_row_groups)]
        first_rows = np.cumsum([0, *(num_rows for _, _, num_rows in rows[:-1])])
        counts = np.add.reduceat(num_tokens, first_rows) if len(num_tokens) else num_tokens
        stem = url.rsplit("/", 1)[-1].removesuffix(".parquet")
        units: dict[tuple[str, str], dict[str, object]] = {}
        for group, (bucket, unit, num_rows) in enumerate(rows):
            new = {"bucket": bucket, "unit": unit, "shard": stem, "first_row_group": group, "num_rows": 0, "num_tokens": 0}
            entry = units.setdefault((bucket, unit), new)
            entry["num_rows"] = int(str(entry["num_rows"])) + num_rows
            entry["num_tokens"] = int(str(entry["num_tokens"])) + int(counts[group])
        yield StageOutput(pa.Table.from_pylist(list(units.values()), schema=LAYOUT), NO_REJECTS)


def _unit_of(file: pq.ParquetFile, group: int) -> tuple[str, str, int]:
    """bucket, unit and number of rows of a row group, which holds rows of one unit only."""
    metadata = file.metadata.row_group(group)
    columns = {metadata.column(i).path_in_schema: metadata.column(i) for i in range(metadata.num_columns)}
    bucket, unit = columns["bucket"].statistics, columns["unit"].statistics
    assert (bucket.min, unit.min) == (bucket.max, unit.max), "a row group holds rows of two units"
    return bucket.min, unit.min, metadata.num_rows


def load_layout(tables: Iterable[pa.Table], phase: int) -> Layout:
    """LAYOUT tables of one phase as bucket -> unit."""
    layout: dict[str, dict[UnitKey, Unit]] = {}
    for table in tables:
        for row in table.to_pylist():
            key = parse_unit(row["unit"])
            layout.setdefault(row["bucket"], {})[key] = Unit(key, phase, row["shard"], row["first_row_group"], row["num_rows"])
    return layout
