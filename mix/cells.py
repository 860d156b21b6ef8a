"""Cells: the unit that is shuffled and packed at a time, and where a bucket stands when a stage begins.

Documents are scattered over the cells of their bucket by a hash of their id; a cell is a range of that hash. Packed, a cell
becomes a *unit*: rows in an order of its own. A bucket is read unit by unit, in an order drawn for each epoch, and inside a unit
row by row: in the stored order in the first epoch (stored shuffled, so that reading is sequential), in later ones with the row
groups in an order drawn for the epoch, and the rows inside each. The position runs on from stage to stage, so nothing repeats
before the bucket's epoch ends.

Consecutive stages with equal row length and packing form a *phase* and read the same units. Where the length changes, so does the
packing, at a cell boundary: cells not yet begun are read as packed for the new phase, and what is left of the cell that was
being read, its rows not yet read, is packed anew as a unit of its own, read at once.

    epoch 0, rows of 256                 | still epoch 0, rows of 1,024          | epoch 1
    cell 2, cell 0 (12 of 40 rows read)  | rest of cell 0, cell 3, cell 1        | cell 3, cell 0, cell 1, cell 2
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mix.permutation import U64, mix64, permutation
from mix.plan import Plan

I64 = npt.NDArray[np.int64]

ROW_GROUP_ROWS = 32
"""Rows of a row group of packed units: what must be read to have one row. 32 x 8,192 tokens are 1 MiB."""


def scatter_keys(doc_ids: pa.Array, seed: int) -> U64:
    """64 bits of each document, even over all documents: its id mixed with the seed."""
    text = "".join(doc_ids.to_pylist())
    words = np.frombuffer(bytes.fromhex(text), dtype="<u8").reshape(-1, 2)
    return mix64(words[:, 0] ^ mix64(words[:, 1], seed), seed)


def num_cells(tokens: int, cell_tokens: int) -> int:
    """Cells of a bucket of `tokens` tokens."""
    return max(1, -(-tokens // cell_tokens))


def cell_range(cell: int, cells: int) -> tuple[int, int]:
    """First and last scatter key of a cell: equal parts of the 64 bits."""
    return -(-(cell << 64) // cells), -(-((cell + 1) << 64) // cells) - 1


class UnitKey(NamedTuple):
    """Names a unit inside its phase and bucket."""

    cell: int
    skipped: int = 0
    """Rows of the unit it is the rest of that were read before; 0 for a whole cell."""

    def __str__(self) -> str:
        return f"{self.cell:06d}" + (f"+{self.skipped}" if self.skipped else "")


def parse_unit(text: str) -> UnitKey:
    cell, _, skipped = text.partition("+")
    return UnitKey(int(cell), int(skipped or 0))


class Unit(NamedTuple):
    """A packed unit and where it lies."""

    key: UnitKey
    phase: int
    shard: str
    first_row_group: int
    num_rows: int


@dataclass(frozen=True)
class Phase:
    """Consecutive stages of a plan with equal seq_len and packing."""

    index: int
    seq_len: int
    packing: str
    stages: tuple[int, ...]
    """Indices into Plan.stages."""


def phases_of(plan: Plan) -> list[Phase]:
    phases: list[Phase] = []
    for s, stage in enumerate(plan.stages):
        last = phases[-1] if phases else None
        if last and (last.seq_len, last.packing) == (stage.seq_len, stage.packing):
            phases[-1] = Phase(last.index, last.seq_len, last.packing, (*last.stages, s))
        else:
            phases.append(Phase(len(phases), stage.seq_len, stage.packing, (s,)))
    return phases


@dataclass(frozen=True)
class Rest:
    """A unit of which `read` rows have been read in `epoch`; the others are still to come."""

    unit: Unit
    epoch: int
    read: int

    @property
    def key(self) -> UnitKey:
        return UnitKey(self.unit.key.cell, self.unit.key.skipped + self.read)


@dataclass(frozen=True)
class Standing:
    """Where a bucket stands between two phases: the epoch that is being read and what is left of it."""

    epoch: int = 0
    rest: Rest | None = None
    cells: tuple[int, ...] = ()
    """Cells of the epoch that were not begun, in reading order. No rest and no cells: the epoch begins."""

    @property
    def at_beginning(self) -> bool:
        return self.rest is None and not self.cells


class Stretch(NamedTuple):
    """Rows [start, stop) of a unit's reading order in an epoch."""

    epoch: int
    unit: Unit
    start: int
    stop: int
    first: int
    """Position in the phase of the first row of the unit."""


@dataclass(frozen=True)
class Reading:
    """How one bucket is read in one phase."""

    bucket: str
    seed: int
    standing: Standing
    """When the phase begins."""
    head: tuple[Unit, ...]
    """The rest of the epoch that was being read, in reading order."""
    cells: tuple[Unit, ...]
    """All cells as packed for this phase, by number."""

    @property
    def epoch_rows(self) -> int:
        return sum(unit.num_rows for unit in self.cells)

    def stretches(self, start: int, stop: int) -> Iterator[Stretch]:
        """Where rows [start, stop) of the phase lie, in order."""
        for first, epoch, unit in self._units(start):
            if first >= stop:
                return
            low, high = max(start, first), min(stop, first + unit.num_rows)
            if low < high:
                yield Stretch(epoch, unit, low - first, high - first, first)

    def _units(self, start: int) -> Iterator[tuple[int, int, Unit]]:
        """(first position, epoch, unit) from an epoch boundary before `start` on, without end."""
        position, epoch = 0, self.standing.epoch
        for unit in self.head:
            yield position, epoch, unit
            position += unit.num_rows
        epoch += 1 if self.head else 0
        assert self.epoch_rows > 0, f"{self.bucket} has no rows to read"
        skipped = max(0, start - position) // self.epoch_rows
        position, epoch = position + skipped * self.epoch_rows, epoch + skipped
        while True:
            for unit in self._epoch_order(epoch):
                yield position, epoch, unit
                position += unit.num_rows
            epoch += 1

    def _epoch_order(self, epoch: int) -> list[Unit]:
        order = permutation(len(self.cells), self.seed, "cells", self.bucket, epoch)
        return [self.cells[i] for i in order.apply(np.arange(len(self.cells)))]

    def standing_after(self, position: int) -> Standing:
        """Where the bucket stands when `position` rows of the phase have been read."""
        if position == 0:
            return self.standing
        first, epoch, unit = next(found for found in self._units(position - 1) if found[0] + found[2].num_rows >= position)
        read = position - first
        following = self._following(epoch, unit)
        if read == unit.num_rows:
            return Standing(epoch, None, following) if following else Standing(epoch + 1)
        return Standing(epoch, Rest(unit, epoch, read), following)

    def _following(self, epoch: int, unit: Unit) -> tuple[int, ...]:
        """Cells that come after `unit` in its epoch."""
        in_head = bool(self.head) and epoch == self.standing.epoch
        units = list(self.head) if in_head else self._epoch_order(epoch)
        return tuple(other.key.cell for other in units[units.index(unit) + 1 :])


def stored_rows(unit: Unit, bucket: str, seed: int, epoch: int, positions: npt.ArrayLike) -> I64:
    """Rows of the unit as stored, for positions in its reading order of an epoch.

    Units are stored shuffled; the first epoch, and the rest of a unit, which is read once, read them as they are stored. Later
    epochs read the row groups in an order of their own, and the rows of each group in one. So a stretch of any epoch lies in as
    few row groups as it has rows for: with the unit's rows permuted freely the 20 rows that a bucket of 1 % has in an output
    shard lay in 20 row groups, and 640 rows were decoded for them.
    """
    positions = np.asarray(positions, dtype=np.int64)
    if epoch == 0 or unit.key.skipped:
        return positions
    num_groups = -(-unit.num_rows // ROW_GROUP_ROWS)
    drawn = permutation(num_groups, seed, "rows", bucket, epoch, unit.key.cell)
    groups = drawn.apply(np.arange(num_groups))
    sizes = np.minimum(unit.num_rows - groups * ROW_GROUP_ROWS, ROW_GROUP_ROWS)
    ends = np.cumsum(sizes)
    at = np.searchsorted(ends, positions, side="right")
    read, nth = np.unique(at, return_inverse=True)
    rows = groups[read, None] * ROW_GROUP_ROWS + np.arange(ROW_GROUP_ROWS)
    keys = mix64(mix64(rows.astype(np.uint64), drawn.keys[0]), drawn.keys[1])
    keys[rows >= unit.num_rows] = np.iinfo(np.uint64).max
    order = np.argsort(keys, axis=1, kind="stable")
    stored: I64 = groups[at] * ROW_GROUP_ROWS + order[nth, positions - (ends - sizes)[at]]
    return stored


def reading_positions(unit: Unit, bucket: str, seed: int, epoch: int, stored: npt.ArrayLike) -> I64:
    """Where in the unit's reading order of an epoch its stored rows come: stored_rows inverted."""
    stored = np.asarray(stored, dtype=np.int64)
    if epoch == 0 or unit.key.skipped:
        return stored
    positions: I64 = np.argsort(stored_rows(unit, bucket, seed, epoch, np.arange(unit.num_rows)))[stored]
    return positions


Layout = Mapping[str, Mapping[UnitKey, Unit]]
"""Bucket -> its packed units, of one phase."""


def begin(bucket: str, seed: int, standing: Standing, units: Mapping[UnitKey, Unit]) -> Reading:
    """How `bucket` is read in a phase that packed it as `units`."""
    cells = tuple(units[key] for key in sorted(units) if not key.skipped)
    head = [units[standing.rest.key]] if standing.rest else []
    head += [units[UnitKey(cell)] for cell in standing.cells]
    return Reading(bucket, seed, standing, tuple(head), cells)


def quota(plan: Plan, phase: Phase, bucket: int) -> int:
    """Rows of a bucket in a phase."""
    return sum(plan.stages[s].rows[bucket] for s in phase.stages)


def standings_at(plan: Plan, seed: int, layouts: Sequence[Layout]) -> dict[str, Standing]:
    """Where every bucket stands after the phases that `layouts` hold."""
    standings = dict.fromkeys(plan.buckets, Standing())
    for phase, layout in zip(phases_of(plan), layouts, strict=False):
        for b, bucket in enumerate(plan.buckets):
            rows = quota(plan, phase, b)
            if rows:
                standings[bucket] = begin(bucket, seed, standings[bucket], layout[bucket]).standing_after(rows)
    return standings
