"""Shard k of stage s: a pure function of (plan, seed, s, k) and the packed units.

The order says which bucket each row comes from and how many rows of it came before in the stage; the bucket's reading in its
phase says which unit and which of its rows that is. Any worker can make any shard, in any order.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from corpus import shards
from corpus.schema import SEQUENCES
from corpus.stage import NO_REJECTS, StageOutput
from mix.cells import I64, ROW_GROUP_ROWS, Layout, Phase, Reading, Standing, begin, phases_of, standings_at, stored_rows
from mix.order import Order
from mix.plan import Plan
from mix.units import RowGroup, gather, load_layout, read_row_group

BATCH_ROWS = 64
"""Rows of an output shard's row group, which is what a reader of one row decodes: with whole shards for groups, rank 32 of 64
gets through a stage at 198 Mtok/s, with these at 1,270 (the rows of benchmarks/reader.py)."""
FILES_OPEN = 128
"""Files of units that stay open, a tenth of a megabyte of metadata each: neighbouring shards read the same ones, and opening one
for every row group took a tenth of the time."""


@dataclass(frozen=True)
class EmitJob:
    """Everything that the shards of all stages are made from; picklable and hashable."""

    plan: Plan
    seed: int
    rows_per_shard: int
    layouts: tuple[tuple[str, ...], ...]
    """URLs of the LAYOUT shards of each phase."""
    packed: tuple[str, ...]
    """Folder of the packed shards of each phase."""

    def num_shards(self, stage: int) -> int:
        return -(-self.plan.stages[stage].num_rows // self.rows_per_shard)

    def rows(self, stage: int, shard: int) -> range:
        """Rows of the stage that a shard holds."""
        start = shard * self.rows_per_shard
        return range(start, min(start + self.rows_per_shard, self.plan.stages[stage].num_rows))


class Emitter:
    """A job with its layouts read: where every bucket is at every row."""

    def __init__(self, job: EmitJob) -> None:
        self.job = job
        self._phases = phases_of(job.plan)
        self._layouts: list[Layout] = [
            load_layout(map(shards.read_table, urls), phase.index) for phase, urls in zip(self._phases, job.layouts, strict=True)
        ]
        self._standings: dict[int, dict[str, Standing]] = {}
        self._orders: dict[int, Order] = {}
        self._files: dict[str, pq.ParquetFile] = {}
        """Least recently used first."""

    def order(self, stage: int) -> Order:
        if stage not in self._orders:
            self._orders[stage] = self.job.plan.order(stage)
        return self._orders[stage]

    def phase_of(self, stage: int) -> Phase:
        return next(phase for phase in self._phases if stage in phase.stages)

    def reading(self, phase: Phase, bucket: str) -> Reading:
        if phase.index not in self._standings:
            self._standings[phase.index] = standings_at(self.job.plan, self.job.seed, self._layouts[: phase.index])
        standing = self._standings[phase.index][bucket]
        return begin(bucket, self.job.seed, standing, self._layouts[phase.index][bucket])

    def rows(self, stage: int, rows: range) -> pa.Table:
        """SEQUENCES of the given rows of a stage."""
        return pa.concat_tables(self.batches(stage, rows))

    def batches(self, stage: int, rows: range) -> Iterator[pa.Table]:
        """The same in tables of BATCH_ROWS.

        What is decoded of the units is a row group at a time, kept until the last row that needs it: memory that the next one
        fills again. Read and gathered as a whole, a shard of 64 MiB spent a quarter of its time on fresh pages.
        """
        drawn = self._draw(stage, rows)
        groups: dict[int, RowGroup] = {}
        for start in range(0, len(rows), BATCH_ROWS):
            stop = min(start + BATCH_ROWS, len(rows))
            source = drawn.source[start:stop].tolist()
            for number in {*source}.difference(groups):
                groups[number] = self._read(*drawn.places[number])
            yield self._table(drawn, groups, rows, start, stop)
            for number in {*source}:
                if drawn.last_use[number] < stop:
                    del groups[number]

    def _table(self, drawn: _Drawn, groups: Mapping[int, RowGroup], rows: range, start: int, stop: int) -> pa.Table:
        """Rows start to stop of `rows`, out of decoded row groups."""
        source, row = drawn.source[start:stop].tolist(), drawn.row[start:stop].tolist()
        columns = gather([(groups[number], at) for number, at in zip(source, row, strict=True)])
        columns["bucket"] = pa.array([drawn.buckets[number] for number in source], pa.string())
        columns["epoch"] = pa.array(drawn.epoch[start:stop])
        columns["row"] = pa.array(np.arange(rows.start + start, rows.start + stop))
        return pa.table([columns[name] for name in SEQUENCES.names], schema=SEQUENCES)

    def _draw(self, stage: int, rows: range) -> _Drawn:
        """Where each of the rows lies."""
        phase, order = self.phase_of(stage), self.order(stage)
        dealt = order.buckets_of_rows(np.arange(rows.start, rows.stop))
        source, row = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
        epoch = np.empty(len(rows), np.int32)
        numbers: dict[Place, int] = {}
        buckets: list[str] = []
        by_bucket = np.argsort(dealt.bucket, kind="stable")
        for at in np.split(by_bucket, np.flatnonzero(np.diff(dealt.bucket[by_bucket])) + 1):
            bucket = order.buckets[dealt.bucket[at[0]]]
            # A bucket's rows of a contiguous range are contiguous themselves.
            first = self._rows_before(phase, stage, bucket) + int(dealt.nth[at[0]])
            for stretch in self.reading(phase, bucket).stretches(first, first + len(at)):
                own, at = at[: stretch.stop - stretch.start], at[stretch.stop - stretch.start :]
                positions = np.arange(stretch.start, stretch.stop)
                stored = stored_rows(stretch.unit, bucket, self.job.seed, stretch.epoch, positions)
                url = shards.join(self.job.packed[phase.index], "shards", f"{stretch.unit.shard}.parquet")
                found, nth = np.unique(stored // ROW_GROUP_ROWS, return_inverse=True)
                places = [Place(url, stretch.unit.first_row_group + group) for group in found.tolist()]
                own_numbers = np.array([numbers.setdefault(place, len(numbers)) for place in places])
                buckets += [bucket] * (len(numbers) - len(buckets))
                source[own], row[own], epoch[own] = own_numbers[nth], stored % ROW_GROUP_ROWS, stretch.epoch
        last_use = np.zeros(len(numbers), np.int64)
        np.maximum.at(last_use, source, np.arange(len(rows)))
        return _Drawn(list(numbers), buckets, last_use.tolist(), source, row, epoch)

    def _rows_before(self, phase: Phase, stage: int, bucket: str) -> int:
        """Rows of the bucket in earlier stages of the phase."""
        index = self.job.plan.buckets.index(bucket)
        return sum(self.job.plan.stages[s].rows[index] for s in phase.stages if s < stage)

    def _read(self, url: str, group: int) -> RowGroup:
        """A row group; its file stays open for others."""
        file = self._files.pop(url, None) or pq.ParquetFile(shards.open_input(url))
        self._files[url] = file
        if len(self._files) > FILES_OPEN:
            self._files.pop(next(iter(self._files))).close(force=True)
        return read_row_group(file, group)


class Place(NamedTuple):
    """A row group of packed units."""

    url: str
    group: int


class _Drawn(NamedTuple):
    """Where the rows of a range lie."""

    places: list[Place]
    """Row groups that hold them."""
    buckets: list[str]
    """Of each row group."""
    last_use: list[int]
    """Of each row group: the last row, counted in the range, that lies in it."""
    source: I64
    """Of each row: which row group, and which of its rows."""
    row: I64
    epoch: npt.NDArray[np.int32]


@functools.lru_cache(maxsize=2)
def emitter(job: EmitJob) -> Emitter:
    """The job's emitter, kept for the next shard that this process makes."""
    return Emitter(job)


def emit_shard(shard: int, job: EmitJob, stage: int) -> Iterator[StageOutput]:
    """SEQUENCES of one shard, a batch for each of its row groups."""
    for table in emitter(job).batches(stage, job.rows(stage, shard)):
        yield StageOutput(table, NO_REJECTS)


def shard_footer(shard: int, job: EmitJob, stage: int) -> dict[str, Any]:
    """What the shard says of itself: its place, its rows by bucket, and the digests of what it was made from. A later change of
    plan alters none of it."""
    rows, order, planned = job.rows(stage, shard), emitter(job).order(stage), job.plan.stages[stage]
    before, after = order.counts_before(rows.start), order.counts_before(rows.stop)
    made_by = job.plan.version_of(stage, rows.stop - 1)
    return {
        "training_stage": planned.name,
        "seq_len": planned.seq_len,
        "first_row": rows.start,
        "rows_by_bucket": {bucket: after[bucket] - n for bucket, n in before.items() if after[bucket] > n},
        "recipe_digest": made_by.recipe_digest,
        "plan_digest": made_by.digest,
        "seed": job.seed,
    }
