"""Shard k of stage s: a pure function of (plan, seed, s, k) and the packed units.

The order says which bucket each row comes from and how many rows of it came before in the stage; the bucket's reading in its
phase says which unit and which of its rows that is. Any worker can make any shard, in any order.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import shards
from corpus.schema import SEQUENCES
from corpus.stage import NO_REJECTS, StageOutput
from mix.cells import Layout, Phase, Reading, Standing, begin, phases_of, standings_at, stored_rows
from mix.order import Order
from mix.plan import Plan
from mix.units import ROW_COLUMNS, load_layout, read_unit_rows, take_rows


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
        phase = self.phase_of(stage)
        order = self.order(stage)
        dealt = order.buckets_of_rows(np.arange(rows.start, rows.stop))
        parts, places = [], []
        for index in np.unique(dealt.bucket):
            bucket = order.buckets[index]
            at = np.flatnonzero(dealt.bucket == index)
            # A bucket's rows of a contiguous range are contiguous themselves.
            first = self._rows_before(phase, stage, bucket) + int(dealt.nth[at[0]])
            parts += list(self._read(phase, bucket, first, first + len(at)))
            places.append(at)
        table = take_rows(pa.concat_tables(parts), np.argsort(np.concatenate(places)))
        row = pa.array(np.arange(rows.start, rows.stop))
        return table.append_column("row", row).select(SEQUENCES.names).cast(SEQUENCES)

    def _rows_before(self, phase: Phase, stage: int, bucket: str) -> int:
        """Rows of the bucket in earlier stages of the phase."""
        index = self.job.plan.buckets.index(bucket)
        return sum(self.job.plan.stages[s].rows[index] for s in phase.stages if s < stage)

    def _read(self, phase: Phase, bucket: str, start: int, stop: int) -> Iterator[pa.Table]:
        """Rows [start, stop) of a bucket in a phase, with bucket and epoch."""
        for stretch in self.reading(phase, bucket).stretches(start, stop):
            positions = np.arange(stretch.start, stretch.stop)
            stored = stored_rows(stretch.unit, bucket, self.job.seed, stretch.epoch, positions)
            url = shards.join(self.job.packed[phase.index], "shards", f"{stretch.unit.shard}.parquet")
            table = read_unit_rows(url, stretch.unit, stored).select(list(ROW_COLUMNS))
            table = table.append_column("bucket", pa.array([bucket] * len(stored), pa.string()))
            yield table.append_column("epoch", pa.array(np.full(len(stored), stretch.epoch, np.int32)))


@functools.lru_cache(maxsize=2)
def emitter(job: EmitJob) -> Emitter:
    """The job's emitter, kept for the next shard that this process makes."""
    return Emitter(job)


def emit_shard(shard: int, job: EmitJob, stage: int) -> Iterator[StageOutput]:
    """SEQUENCES of one shard, as one batch."""
    yield StageOutput(emitter(job).rows(stage, job.rows(stage, shard)), NO_REJECTS)


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
