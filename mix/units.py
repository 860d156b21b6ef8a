"""Packing a cell, or the rest of one, into a unit of rows; and the layout: which units a phase has and where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from mix.cells import ROW_GROUP_ROWS, Layout, Unit, UnitKey, cell_range, parse_unit, stored_rows
from mix.packing import Packing, pack_best_fit, pack_concatenate
from mix.permutation import permutation
from mix.tokenizing import Tokenizer, load_tokenizer
from mix.tokens import I64, Documents, Run, documents_of, read_cell

ROW_COLUMNS = ("tokens", "doc_ends", "doc_ids", "doc_offsets")
"""Columns that a packed row shares with SEQUENCES."""

PACKED = pa.schema(
    [
        pa.field("bucket", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        *(SEQUENCES.field(name) for name in ROW_COLUMNS),
    ]
)
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
    runs: tuple[Run, ...]
    """Where the bucket's documents lie; empty for a rest."""
    rest: RestSource | None = None


class PackSettings(NamedTuple):
    """What holds for all units of a phase."""

    seq_len: int
    packing: str
    seed: int
    tokenizer: str


def pack_units(tasks: Sequence[UnitTask], settings: PackSettings) -> Iterator[StageOutput]:
    """Rows of PACKED, one batch a unit; a cell that no document fell into gives none."""
    for task in tasks:
        keys = cell_range(task.key.cell, task.num_cells)
        documents = read_rest(task, settings.seed) if task.rest else read_cell(task.runs, keys)
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
    """ROW_COLUMNS of the packed rows; row r stands at `stored[r]`."""
    row = stored[packing.row]
    order = np.lexsort((np.arange(len(row)), row))
    pieces, row = packing.pieces, row[order]
    document, start, length = pieces.document[order], pieces.start[order], pieces.length[order]
    source = documents.starts[document] + start
    parts = [documents.tokens[a : a + n] for a, n in zip(source.tolist(), length.tolist(), strict=True)]
    spans = np.bincount(row, minlength=packing.num_rows)
    row_tokens = np.bincount(row, weights=length, minlength=packing.num_rows).astype(np.int64)
    ends = np.cumsum(length)
    doc_ends = (ends - (np.cumsum(row_tokens) - row_tokens)[row]).astype(np.int32)
    values = {
        "tokens": np.concatenate(parts) if parts else np.empty(0, np.int32),
        "doc_ends": doc_ends,
        "doc_ids": pa.array(documents.doc_ids, pa.string()).take(pa.array(document)),
        "doc_offsets": documents.offsets[document] + start,
    }
    counts = {"tokens": row_tokens, "doc_ends": spans, "doc_ids": spans, "doc_offsets": spans}
    return pa.table([_lists(name, values[name], counts[name]) for name in ROW_COLUMNS], names=list(ROW_COLUMNS))


def _lists(name: str, values: npt.ArrayLike, counts: npt.NDArray[np.int64]) -> pa.Array:
    kind = SEQUENCES.field(name).type
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values, kind.value_type), type=kind)


def read_rest(task: UnitTask, seed: int) -> Documents:
    """The documents, or parts of them, in the rows of a unit that were not read; parts that touch are one again."""
    assert task.rest is not None
    rest = task.rest
    read = stored_rows(rest.unit, task.bucket, seed, rest.epoch, np.arange(rest.read))
    left = np.setdiff1d(np.arange(rest.unit.num_rows), read)
    table = read_unit_rows(rest.url, rest.unit, left)
    return joined_parts(table)


def joined_parts(rows: pa.Table) -> Documents:
    """All spans of `rows`, in the order of doc_id and offset, those that continue each other joined."""
    table = rows.combine_chunks()
    doc_ids = pc.list_flatten(table.column("doc_ids")).to_pylist()
    offsets = pc.list_flatten(table.column("doc_offsets")).to_numpy()
    tokens = pc.list_flatten(table.column("tokens")).to_numpy()
    ends = pc.list_flatten(table.column("doc_ends")).to_numpy().astype(np.int64)
    row = pc.list_parent_indices(table.column("doc_ends")).to_numpy()
    row_tokens = pc.list_value_length(table.column("tokens")).to_numpy().astype(np.int64)
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


def read_unit_rows(url: str, unit: Unit, rows: I64) -> pa.Table:
    """ROW_COLUMNS of the unit's stored rows `rows`, in that order; only the row groups that hold them are read."""
    groups = np.unique(rows // ROW_GROUP_ROWS)
    with shards.open_input(url) as stream:
        table = pq.ParquetFile(stream).read_row_groups((unit.first_row_group + groups).tolist(), columns=list(ROW_COLUMNS))
    at = np.searchsorted(groups, rows // ROW_GROUP_ROWS) * ROW_GROUP_ROWS + rows % ROW_GROUP_ROWS
    return take_rows(table, at)


def take_rows(table: pa.Table, rows: I64) -> pa.Table:
    """The rows in this order; token lists are copied row by row."""
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows) and (np.diff(rows) == 1).all():
        return table.slice(int(rows[0]), len(rows))
    parts = [part for chunk in table.column("tokens").chunks for part in _token_views(chunk)]
    parts = [parts[row] for row in rows.tolist()]
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    # Arrow's own memory is reused from shard to shard; fresh pages cost as much as the copy.
    buffer = pa.allocate_buffer(4 * int(lengths.sum()))
    if parts:
        np.concatenate(parts, out=np.frombuffer(buffer, dtype=np.int32))
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
    values = pa.Array.from_buffers(pa.int32(), int(lengths.sum()), [None, buffer])
    taken = pa.ListArray.from_arrays(offsets, values, type=table.schema.field("tokens").type)
    others = table.drop_columns(["tokens"]).take(pa.array(rows))
    return others.append_column(table.schema.field("tokens"), taken).select(table.column_names)


def _token_views(chunk: pa.ListArray) -> list[npt.NDArray[np.int32]]:
    """The token ids of each row, where they lie."""
    offsets, values = chunk.offsets.to_numpy().tolist(), chunk.values.to_numpy()
    return [values[a:b] for a, b in pairwise(offsets)]


def layout_of(urls: Iterable[str]) -> Iterator[StageOutput]:
    """Rows of LAYOUT for packed shards, from their row groups' statistics and the lengths of their token lists."""
    for url in urls:
        with shards.open_input(url) as stream:
            file = pq.ParquetFile(stream)
            rows = [_unit_of(file, group) for group in range(file.num_row_groups)]
        stem = url.rsplit("/", 1)[-1].removesuffix(".parquet")
        units: dict[tuple[str, str], dict[str, object]] = {}
        for group, (bucket, unit, num_rows, num_tokens) in enumerate(rows):
            new = {"bucket": bucket, "unit": unit, "shard": stem, "first_row_group": group, "num_rows": 0, "num_tokens": 0}
            entry = units.setdefault((bucket, unit), new)
            entry["num_rows"] = int(str(entry["num_rows"])) + num_rows
            entry["num_tokens"] = int(str(entry["num_tokens"])) + num_tokens
        yield StageOutput(pa.Table.from_pylist(list(units.values()), schema=LAYOUT), NO_REJECTS)


def _unit_of(file: pq.ParquetFile, group: int) -> tuple[str, str, int, int]:
    """bucket, unit, rows and tokens of a row group, which holds rows of one unit only."""
    metadata = file.metadata.row_group(group)
    columns = {metadata.column(i).path_in_schema: metadata.column(i) for i in range(metadata.num_columns)}
    tokens = next(column for path, column in columns.items() if path.startswith("tokens"))
    bucket, unit = columns["bucket"].statistics, columns["unit"].statistics
    assert (bucket.min, unit.min) == (bucket.max, unit.max), "a row group holds rows of two units"
    return bucket.min, unit.min, metadata.num_rows, tokens.num_values


def load_layout(tables: Iterable[pa.Table], phase: int) -> Layout:
    """LAYOUT tables of one phase as bucket -> unit."""
    layout: dict[str, dict[UnitKey, Unit]] = {}
    for table in tables:
        for row in table.to_pylist():
            key = parse_unit(row["unit"])
            layout.setdefault(row["bucket"], {})[key] = Unit(key, phase, row["shard"], row["first_row_group"], row["num_rows"])
    return layout
