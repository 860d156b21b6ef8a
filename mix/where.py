"""Which training rows hold a document, computed, with no index: the way from a row to its documents, walked backwards.

A document's id gives its cell in each bucket; the unit packed from that cell (and from what an earlier phase left of it) says
which of its rows hold the document; the reading order says at which positions of the bucket those rows are read, once in each
epoch; and the order of a stage says which row that is (`Order.row_of`). Of each bucket one unit is read, columns of ids only:
seconds at any size of the mixture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from mix.cells import ROW_GROUP_ROWS, Phase, Unit, num_cells, phases_of, quota, reading_positions, scatter_keys
from mix.emit import Emitter


class Place(NamedTuple):
    """A part of a document in a training row."""

    doc_id: str
    stage: str
    row: int
    shard: str
    bucket: str
    epoch: int
    start: int
    """First of its tokens in the row."""
    stop: int
    offset: int
    """First of its tokens in the document."""


class _Part(NamedTuple):
    """A part of a document in a stored row of a unit."""

    doc_id: str
    stored_row: int
    start: int
    stop: int
    offset: int


def places(doc_ids: Iterable[str], emitter: Emitter, cell_tokens: int) -> Iterator[Place]:
    """Every row of every stage that holds a part of one of the documents, phase by phase and bucket by bucket."""
    job = emitter.job
    wanted = sorted(set(doc_ids))
    if not wanted:
        return
    keys = scatter_keys(pa.array(wanted), job.seed)
    for phase in phases_of(job.plan):
        for index, bucket in enumerate(job.plan.buckets):
            if not quota(job.plan, phase, index):
                continue
            cells = num_cells(job.plan.tokens[index], cell_tokens)
            by_cell: dict[int, list[str]] = {}
            for doc_id, key in zip(wanted, keys.tolist(), strict=True):
                by_cell.setdefault((key * cells) >> 64, []).append(doc_id)
            yield from _places_in(emitter, phase, bucket, index, by_cell)


def _places_in(emitter: Emitter, phase: Phase, bucket: str, index: int, by_cell: dict[int, list[str]]) -> Iterator[Place]:
    """Of one bucket in one phase."""
    job = emitter.job
    reading = emitter.reading(phase, bucket)
    total = quota(job.plan, phase, index)
    parts: dict[Unit, list[_Part]] = {}
    for stretch in reading.stretches(0, total):
        unit = stretch.unit
        if unit.key.cell not in by_cell:
            continue
        if unit not in parts:
            url = shards.join(job.packed[phase.index], "shards", f"{unit.shard}.parquet")
            parts[unit] = list(_parts(url, unit, by_cell[unit.key.cell]))
        if not parts[unit]:
            continue
        rows = [part.stored_row for part in parts[unit]]
        positions = reading_positions(unit, bucket, job.seed, stretch.epoch, rows).tolist()
        for part, nth in zip(parts[unit], positions, strict=True):
            if nth < stretch.stop:
                yield _place(emitter, phase, index, bucket, stretch.epoch, part, stretch.first + nth)


def _place(emitter: Emitter, phase: Phase, index: int, bucket: str, epoch: int, part: _Part, position: int) -> Place:
    """The place of the bucket's row `position` of the phase."""
    job = emitter.job
    for s in phase.stages:
        rows = job.plan.stages[s].rows[index]
        if position < rows:
            row = emitter.order(s).row_of(bucket, position)
            shard = f"{row // job.rows_per_shard:06d}"
            name = job.plan.stages[s].name
            return Place(part.doc_id, name, row, shard, bucket, epoch, part.start, part.stop, part.offset)
        position -= rows
    raise AssertionError("the position is beyond the phase")


def _parts(url: str, unit: Unit, doc_ids: list[str]) -> Iterator[_Part]:
    """The parts of these documents in the unit's rows; reads the columns of ids of its row groups."""
    groups = range(unit.first_row_group, unit.first_row_group - (-unit.num_rows // ROW_GROUP_ROWS))
    with shards.open_input(url) as stream:
        table = pq.ParquetFile(stream).read_row_groups(list(groups), columns=["doc_ids", "doc_offsets", "doc_ends"])
    yield from parts_of(table, doc_ids)


def parts_of(table: pa.Table, doc_ids: list[str]) -> Iterator[_Part]:
    """The parts of these documents in rows with doc_ids, doc_offsets and doc_ends; rows are numbered from 0."""
    table = table.combine_chunks()
    flat = pc.list_flatten(table.column("doc_ids"))
    found = np.flatnonzero(pc.is_in(flat, pa.array(doc_ids, pa.string())).to_numpy(zero_copy_only=False))
    if not len(found):
        return
    row = pc.list_parent_indices(table.column("doc_ids")).to_numpy()
    ends = pc.list_flatten(table.column("doc_ends")).to_numpy()
    offsets = pc.list_flatten(table.column("doc_offsets")).to_numpy()
    for i in found.tolist():
        start = int(ends[i - 1]) if i and row[i - 1] == row[i] else 0
        yield _Part(flat[i].as_py(), int(row[i]), start, int(ends[i]), int(offsets[i]))
