"""The documents' side of the rounds: what they heard from their buckets, whom they resemble, what becomes of them.

    undecided -> dropped   as soon as it is verified near a kept leader
    undecided -> kept      when it has heard from every bucket that it shares and is near no leader

A dropped document goes on listening: it stands for the most similar of the kept leaders of its buckets, whichever spoke first.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.buckets import DROPPED, KEPT, MESSAGES, NEAR, POINTERS, UNDECIDED
from dedup.config import DedupConfig
from dedup.rows import BoolArray, IntArray, keys_of, sorted_rows
from dedup.shingles import jaccard
from dedup.signatures import estimate_jaccard, shingle_sets

STANDING = pa.schema(
    [
        *(pa.field(name, pa.int32(), nullable=False) for name in ("shard", "row", "num_shared", "num_heard")),
        pa.field("state", pa.uint8(), nullable=False),
        *(pa.field(name, pa.int32(), nullable=False) for name in ("kept_shard", "kept_row")),
        *(pa.field(name, pa.uint64(), nullable=False) for name in ("rank", "tie")),
        pa.field("jaccard", pa.float32(), nullable=False),
    ]
)
"""Documents that share a bucket and are not kept (yet), by shard and row: buckets shared and heard from; the most similar kept
leader so far with its rank, tie and similarity."""

PAIRS = pa.schema([*MESSAGES, pa.field("evidence", pa.large_binary(), nullable=False)])
"""A document and a leader to be compared, with the document's signature, or (mode `exact`) its sorted shingle set."""

SIMILAR = pa.schema([*MESSAGES, pa.field("jaccard", pa.float32(), nullable=False)])
"""A pair that was verified near."""

PAIRS_AT_ONCE = 1 << 15
"""Pairs whose signatures are held together: 15 MB of each side."""


MAX_ROUNDS = 8
"""Rounds before what is left (long chains of waiting) is judged one by one, to the same result; web text takes 3 to 6."""


def asks(messages: pa.Table) -> BoolArray:
    """Which MESSAGES ask a document to compare itself with a kept leader."""
    is_another: BoolArray = keys_of(messages) != keys_of(messages, "leader_")
    is_another &= messages.column("leader_shard").to_numpy() >= 0
    return is_another


def comparisons(messages: pa.Table) -> pa.Table:
    """The pairs (document, leader) that MESSAGES ask to compare, each once, by document."""
    asked = np.flatnonzero(asks(messages))
    if not asked.size:
        return MESSAGES.empty_table()
    member, leader = (keys_of(messages, prefix)[asked] for prefix in ("", "leader_"))
    order = np.lexsort((leader, member))
    first = np.concatenate([[True], (np.diff(member[order]) != 0) | (np.diff(leader[order]) != 0)])
    return messages.take(pa.array(asked[order[first]]))


def evidence(signatures: pa.Table, texts: pa.ChunkedArray | None, *, config: DedupConfig) -> pa.Array:
    """What documents are compared by: their signatures, or (mode `exact`) the shingle sets of their `texts`."""
    if config.mode == "signature":
        return signatures.column("signature").combine_chunks().cast(pa.large_binary())
    assert texts is not None
    return pa.array([values.astype("<u8").tobytes() for values in shingle_sets(texts, config=config)], pa.large_binary())


def similar_pairs(pairs: pa.Table, leaders: pa.Array, *, config: DedupConfig) -> pa.Table:
    """SIMILAR: the PAIRS whose Jaccard similarity to the evidence in `leaders`, row by row, reaches the threshold."""
    compare = _COMPARE[config.mode]
    parts = [SIMILAR.empty_table()]
    for first in range(0, pairs.num_rows, PAIRS_AT_ONCE):
        some = pairs.slice(first, PAIRS_AT_ONCE)
        values = compare(some.column("evidence").combine_chunks(), leaders.slice(first, PAIRS_AT_ONCE))
        near = pa.array(values >= np.float32(config.jaccard_threshold))
        parts.append(pa.table([*some.drop_columns(["evidence"]).columns, values], schema=SIMILAR).filter(near))
    return pa.concat_tables(parts)


def _compare_signatures(one: pa.Array, other: pa.Array) -> npt.NDArray[np.float32]:
    values = [np.frombuffer(b"".join(side.to_pylist()), "<u4").reshape(len(side), -1) for side in (one, other)]
    return estimate_jaccard(*values)


def _compare_sets(one: pa.Array, other: pa.Array) -> npt.NDArray[np.float32]:
    def sets(side: pa.Array) -> Iterator[npt.NDArray[np.uint64]]:
        return (np.frombuffer(value.as_buffer(), "<u8") for value in side)

    return np.array([jaccard(a, b) for a, b in zip(sets(one), sets(other), strict=True)], np.float32)


_COMPARE: dict[str, Callable[[pa.Array, pa.Array], npt.NDArray[np.float32]]] = {
    "signature": _compare_signatures,
    "exact": _compare_sets,
}


def judge(standing: pa.Table, messages: pa.Table, similar: pa.Table) -> tuple[pa.Table, pa.Table]:
    """(STANDING after a round, the documents that it decided as shard, row, state); `messages` and `similar` are the round's."""
    table = _with_newcomers(standing, messages)
    keys = keys_of(table)
    columns = {name: table.column(name).to_numpy().copy() for name in STANDING.names}
    to = np.searchsorted(keys, keys_of(messages))
    is_membership = messages.column("leader_shard").to_numpy() < 0
    columns["num_shared"] += np.bincount(to[is_membership], minlength=keys.size).astype(np.int32)
    columns["num_heard"] += np.bincount(to[~is_membership], minlength=keys.size).astype(np.int32)
    _note_most_similar(columns, keys, similar)
    undecided = columns["state"] == UNDECIDED
    is_near = columns["kept_shard"] >= 0
    goes = undecided & is_near
    stays = undecided & ~is_near & (columns["num_heard"] == columns["num_shared"])
    columns["state"][goes], columns["state"][stays] = DROPPED, KEPT
    after = pa.table([columns[name] for name in STANDING.names], schema=STANDING)
    decided = after.select(["shard", "row", "state"]).filter(pa.array(goes | stays))
    return after.filter(pa.array(~stays)), decided


def judge_one_by_one(live: pa.Table, documents: IntArray, compare: Comparison) -> pa.Table:
    """SIMILAR pairs among everything that waits, judged literally, best first: for the few left when rounds only creep on.

    `live`: all LIVE rows. `documents`: the shard << 32 | row of all they name, sorted; `compare` takes positions in it.
    """
    live = sorted_rows(live, by=("rank", "tie", "shard", "row", "bucket"))
    at = np.searchsorted(documents, keys_of(live))
    buckets, ranks, ties, states = (live.column(name).to_pylist() for name in ("bucket", "rank", "tie", "state"))
    starts = [0, *(np.flatnonzero(np.diff(at)) + 1).tolist(), at.size] if at.size else [0]
    leader_of: dict[int, int] = {}
    priority: dict[int, tuple[int, int]] = {}
    found: list[tuple[int | float, ...]] = []
    for first, last in itertools.pairwise(starts):
        document, state = int(at[first]), states[first]
        leaders = sorted({leader_of[bucket] for bucket in buckets[first:last] if bucket in leader_of}) if state != KEPT else []
        near = [
            (leader, value)
            for leader, value in zip(leaders, compare(document, leaders), strict=True)
            if value >= compare.threshold
        ]
        found += [(*_place(documents[document]), *_place(documents[leader]), *priority[leader], value) for leader, value in near]
        if not near and state != DROPPED:
            priority[document] = (ranks[first], ties[first])
            for bucket in buckets[first:last]:
                leader_of.setdefault(bucket, document)
    columns = list(zip(*found, strict=True)) or [()] * len(SIMILAR)
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, SIMILAR, strict=True)], schema=SIMILAR)


class Comparison:
    """Similarity of documents whose evidence is in memory, by their positions."""

    def __init__(self, evidence: pa.Array, *, config: DedupConfig) -> None:
        self.threshold = np.float32(config.jaccard_threshold)
        self._is_exact = config.mode == "exact"
        self._evidence = [np.frombuffer(value.as_buffer(), "<u8" if self._is_exact else "<u4") for value in evidence]

    def __call__(self, one: int, others: list[int]) -> npt.NDArray[np.float32]:
        if not others:
            return np.zeros(0, np.float32)
        if self._is_exact:
            return np.array([jaccard(self._evidence[one], self._evidence[other]) for other in others], np.float32)
        return estimate_jaccard(self._evidence[one][None], np.array([self._evidence[other] for other in others]))


def near_pointers(standing: pa.Table, similar: pa.Table) -> pa.Table:
    """POINTERS of the dropped documents of the last round's STANDING; `similar`: pairs that `judge_one_by_one` found after it."""
    columns = {name: standing.column(name).to_numpy().copy() for name in STANDING.names}
    _note_most_similar(columns, keys_of(standing), similar)
    at = np.flatnonzero(columns["kept_shard"] >= 0)
    reason = np.full(at.size, NEAR, np.uint8)
    places = [columns[name][at] for name in ("shard", "row", "kept_shard", "kept_row")]
    return pa.table([*places, reason, columns["jaccard"][at]], schema=POINTERS)


def _with_newcomers(standing: pa.Table, messages: pa.Table) -> pa.Table:
    """STANDING with rows for the documents that hear for the first time."""
    known = keys_of(standing)
    heard = np.unique(keys_of(messages))
    new = np.setdiff1d(heard, known, assume_unique=True)
    if not new.size:
        return standing
    count = new.size
    zero, nowhere = np.zeros(count, np.int32), np.full(count, -1, np.int32)
    nothing = np.zeros(count, np.uint64)
    places = ((new >> 32).astype(np.int32), (new & 0xFFFFFFFF).astype(np.int32))
    columns = [*places, zero, zero, zero.astype(np.uint8), nowhere, nowhere, nothing, nothing, np.full(count, np.nan, np.float32)]
    table = pa.concat_tables([standing, pa.table(columns, schema=STANDING)])
    return table.take(pa.array(np.argsort(np.concatenate([known, new]), kind="stable")))


def _note_most_similar(columns: dict[str, npt.NDArray[np.generic]], keys: IntArray, similar: pa.Table) -> None:
    """Replaces a document's leader by a more similar one; of equally similar ones the best counts."""
    if not similar.num_rows:
        return
    found = {name: similar.column(name).to_numpy() for name in SIMILAR.names}
    at = np.searchsorted(keys, keys_of(similar))
    held = np.unique(at)
    held = held[columns["kept_shard"][held] >= 0]  # type: ignore[operator]
    names = ("leader_shard", "leader_row", "rank", "tie", "jaccard")
    own = ("kept_shard", "kept_row", "rank", "tie", "jaccard")
    at = np.concatenate([at, held])
    choices = {name: np.concatenate([found[name], columns[mine][held]]) for name, mine in zip(names, own, strict=True)}
    by = (choices["leader_row"], choices["leader_shard"], choices["tie"], choices["rank"], -choices["jaccard"], at)
    order = np.lexsort(by)
    first = order[np.concatenate([[True], np.diff(at[order]) != 0])]
    for name, mine in zip(names, own, strict=True):
        columns[mine][at[first]] = choices[name][first]


def _place(key: np.int64) -> tuple[int, int]:
    """Shard and row."""
    return int(key) >> 32, int(key) & 0xFFFFFFFF


def rows_by_shard(table: pa.Table, *, shard: str = "shard") -> Sequence[tuple[int, IntArray]]:
    """(number of a shard, positions of its rows in `table`), for every shard that occurs, in order."""
    numbers = table.column(shard).to_numpy()
    order = np.argsort(numbers, kind="stable")
    shards, starts = np.unique(numbers[order], return_index=True)
    return list(zip(shards.tolist(), np.split(order, starts[1:]), strict=True)) if shards.size else []
