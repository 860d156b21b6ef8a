"""Passes over sorted buckets: who is the best of each, and what its other members hear.

Everything here reads a stream of sorted tables and remembers one row, the best document of the bucket it is in: a bucket of a
billion documents takes no more memory than one of two.

`equal_pointers` is the pass for URLs and texts: the best document stays, the others stand for it. Bands need rounds, because a
document that is itself dropped cannot stand for others. A bucket's leader is its best member that is not dropped:

    leader undecided   it is told that it leads here, once; the bucket waits
    leader kept        every member behind it is told to compare itself with it, and the bucket is done
    leader dropped     the next one leads

So a document hears from each of its buckets once, and is decided when it has heard from all of them, or as soon as it is near a
kept leader (dedup/judging.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.rows import NEW, ORDER, ROWS, BoolArray, IntArray, sorted_rows
from dedup.shingles import UInt64Array

UNDECIDED, KEPT, DROPPED = 0, 1, 2
CHANGED = 4
"""Added to the state of a row that says what became of a document, so that it sorts behind the row it changes."""

POINTERS = pa.schema(
    [
        *(pa.field(name, pa.int32(), nullable=False) for name in ("shard", "row", "kept_shard", "kept_row")),
        pa.field("reason", pa.uint8(), nullable=False),
        pa.field("jaccard", pa.float32(), nullable=False),
    ]
)
"""A document (shard, row) stands aside for another one; jaccard is nan unless the reason is NEAR."""
REASONS = ("", "url", "exact", "near")
URL, EXACT, NEAR = 1, 2, 3

LIVE = pa.schema([*ROWS.remove(1), pa.field("state", pa.uint8(), nullable=False), pa.field("told", pa.bool_(), nullable=False)])
"""Rows of buckets that wait for their leader, or (state + CHANGED) news of a document. `told`: it knows that it leads here."""
LIVE_ORDER = ("bucket", "rank", "tie", "shard", "row", "state")
LIVE_IDENTITY = 5

MESSAGES = pa.schema(
    [
        *(pa.field(name, pa.int32(), nullable=False) for name in ("shard", "row", "leader_shard", "leader_row")),
        *(pa.field(name, pa.uint64(), nullable=False) for name in ("rank", "tie")),
    ]
)
"""To a document (shard, row) from one of its buckets: leader_shard -1, it shares this bucket with others; itself, it leads there;
another one, with its rank and tie: a kept leader to compare itself with."""


class _Best(NamedTuple):
    """The first row of the bucket that the stream is in."""

    bucket: tuple[int, int]
    shard: int
    row: int


def equal_pointers(batches: Iterable[pa.Table], *, reason: int) -> Iterator[pa.Table]:
    """POINTERS of all documents that are not the first of their bucket, from a stream of sorted ROWS."""
    best = _Best((-1, -1), -1, -1)
    for batch in batches:
        if not batch.num_rows:
            continue
        bucket, check, rank, _, shard, row = (batch.column(name).to_numpy() for name in ORDER)
        before_bucket, before_check = _shifted(bucket), _shifted(check)
        begins = (bucket != before_bucket) | (check != before_check)
        begins[0] = (int(bucket[0]), int(check[0])) != best.bucket
        place = np.maximum.accumulate(np.where(begins, np.arange(bucket.size), -1))
        best_shard = np.where(place < 0, best.shard, shard[place])
        best_row = np.where(place < 0, best.row, row[place])
        goes = ~begins & (rank & NEW != 0)
        yield _pointers(shard[goes], row[goes], best_shard[goes], best_row[goes], reason)
        best = _Best((int(bucket[-1]), int(check[-1])), int(best_shard[-1]), int(best_row[-1]))


class _Leader(NamedTuple):
    """The leader of the bucket that the stream is in; state DROPPED: none so far."""

    bucket: int
    state: int
    shard: int
    row: int
    rank: int
    tie: int


def first_pass(batches: Iterable[pa.Table]) -> Iterator[tuple[pa.Table, pa.Table]]:
    """(LIVE, MESSAGES) of a stream of sorted band ROWS: buckets of one document are forgotten, members of others are told."""
    leader = _Leader(-1, DROPPED, -1, -1, 0, 0)
    held = LIVE.empty_table()
    for batch in batches:
        table = pa.concat_tables([held, _as_live(batch)]).combine_chunks()
        bucket = table.column("bucket").to_numpy()
        is_single = bucket.size and bucket[-1] != leader.bucket and (bucket.size == 1 or bucket[-1] != bucket[-2])
        last = bucket.size - 1 if is_single else bucket.size  # whether the last row is alone in its bucket will be seen
        held = table.slice(last)
        some = table.slice(0, last)
        if last:
            live, messages, leader = _advance(some, leader, is_first=True)
            yield live, messages


def next_pass(batches: Iterable[pa.Table]) -> Iterator[tuple[pa.Table, pa.Table]]:
    """(LIVE, MESSAGES) of a stream of sorted LIVE rows and news."""
    leader = _Leader(-1, DROPPED, -1, -1, 0, 0)
    for batch in batches:
        table = with_news(batch)
        if table.num_rows:
            live, messages, leader = _advance(table, leader, is_first=False)
            yield live, messages


def news(rows: pa.Table, decided: pa.Table) -> pa.Table:
    """LIVE rows, sorted, that tell its buckets what became of a document: band ROWS of one shard, and (row, state) of those
    documents, by row."""
    at = np.searchsorted(decided.column("row").to_numpy(), rows.column("row").to_numpy())
    states = decided.column("state").to_numpy()[at] + np.uint8(CHANGED)
    columns = [rows.column(name) for name in LIVE.names[:LIVE_IDENTITY]]
    return sorted_rows(pa.table([*columns, states, np.zeros(rows.num_rows, np.bool_)], schema=LIVE), by=LIVE_ORDER)


def _as_live(rows: pa.Table) -> pa.Table:
    """Band ROWS as LIVE; what an index of an earlier run holds is kept, everything else undecided."""
    states = np.where(rows.column("rank").to_numpy() & NEW, UNDECIDED, KEPT).astype(np.uint8)
    columns = [rows.column(name) for name in LIVE.names[:5]]
    return pa.table([*columns, states, np.zeros(rows.num_rows, np.bool_)], schema=LIVE)


def with_news(table: pa.Table) -> pa.Table:
    """LIVE rows with the states that the news behind them brought; news for buckets that are done goes."""
    names = LIVE.names[:LIVE_IDENTITY]
    state = table.column("state").to_numpy()
    is_news = state >= CHANGED
    follows = np.zeros(state.size, np.bool_)
    follows[:-1] = is_news[1:] & ~is_news[:-1]
    for name in names:
        values = table.column(name).to_numpy()
        follows[:-1] &= values[1:] == values[:-1]
    changed = state.copy()
    at = np.flatnonzero(follows)
    changed[at] = state[at + 1] - CHANGED
    return table.set_column(5, LIVE.field("state"), pa.array(changed)).filter(pa.array(~is_news))


def _advance(table: pa.Table, carried: _Leader, *, is_first: bool) -> tuple[pa.Table, pa.Table, _Leader]:
    bucket, rank, tie, shard, row, state = (table.column(name).to_numpy() for name in LIVE.names[:6])
    told = table.column("told").to_numpy(zero_copy_only=False)
    place = np.arange(bucket.size)
    begins = bucket != _shifted(bucket)
    begins[0] = True
    starts = np.flatnonzero(begins)
    group = np.cumsum(begins) - 1
    at = np.minimum.reduceat(np.where(state != DROPPED, place, bucket.size), starts)  # each bucket's leader
    has_leader = at < bucket.size
    at = np.where(has_leader, at, 0)
    leads = {
        "state": np.where(has_leader, state[at], DROPPED),
        "shard": shard[at], "row": row[at], "rank": rank[at], "tie": tie[at],
    }  # fmt: skip
    at = np.where(has_leader, at, bucket.size)
    is_continued = int(bucket[0]) == carried.bucket
    if is_continued and carried.state != DROPPED:
        at[0] = -1
        for name, values in leads.items():
            values[0] = getattr(carried, name)
    behind = place > at[group]
    leader_state = leads["state"][group]
    is_leader = place == at[group]
    messages = []
    if is_first:
        sizes = np.diff([*starts, bucket.size])
        is_shared = sizes[group] > 1
        if is_continued:
            is_shared |= group == 0
        messages.append(_messages(shard, row, is_shared & (state == UNDECIDED)))
        behind, is_leader = behind & is_shared, is_leader & is_shared
    points = behind & (leader_state == KEPT) & (state != KEPT)
    messages.append(_messages(shard, row, points, {name: values[group] for name, values in leads.items()}))
    now_told = is_leader & (state == UNDECIDED) & ~told
    itself = {"shard": shard, "row": row, "rank": rank, "tie": tie}
    messages.append(_messages(shard, row, now_told, itself))
    waits = (behind | is_leader) & (leader_state == UNDECIDED)
    live = table.set_column(6, LIVE.field("told"), pa.array(told | now_told)).filter(pa.array(waits))
    last = {name: int(values[-1]) for name, values in leads.items()}
    return live, pa.concat_tables(messages), _Leader(bucket=int(bucket[-1]), **last)


def _messages(
    shard: npt.NDArray[np.int32],
    row: npt.NDArray[np.int32],
    to: BoolArray,
    leader: dict[str, npt.NDArray[np.generic]] | None = None,
) -> pa.Table:
    if leader is None:
        nobody, nothing = np.full(int(to.sum()), -1, np.int32), np.zeros(int(to.sum()), np.uint64)
        return pa.table([shard[to], row[to], nobody, nobody, nothing, nothing], schema=MESSAGES)
    return pa.table([shard[to], row[to], *(leader[name][to] for name in ("shard", "row", "rank", "tie"))], schema=MESSAGES)


def _pointers(
    shard: npt.NDArray[np.int32], row: npt.NDArray[np.int32], kept_shard: IntArray, kept_row: IntArray, reason: int
) -> pa.Table:
    count = shard.size
    kept = (kept_shard.astype(np.int32), kept_row.astype(np.int32))
    return pa.table([shard, row, *kept, np.full(count, reason, np.uint8), np.full(count, np.nan, np.float32)], schema=POINTERS)


def _shifted(values: UInt64Array) -> UInt64Array:
    """Each row's predecessor; the first row's is itself."""
    return np.concatenate([values[:1], values[:-1]])
