"""SIGNATURES to CLUSTERS: which documents stay, and which one of those every other document stands for.

Not connected components: chains of neighbours delete documents that resemble nothing that is kept. Instead documents are judged
best first, and a document goes only if one that stays has been verified to be near it:

    for document in order of priority:                    quality score, else length, else id
        leaders = the best document kept so far in each of its buckets
        drop it if one of them is verified near (Jaccard >= jaccard_threshold), else keep it

That sentence is the contract; `decide` evaluates it in rounds over all documents at once, so that it can be distributed: every
bucket's undecided members point at its best undecided or kept one; who is verified near a kept leader is dropped, who waits for
no undecided leader is kept, the others go to the next round. The result depends on neither order nor partition of the input.
Before it, two passes need no verification: documents with the same canonical URL (the best, then newest, then longest stays),
and those with the same text. Chains across the passes (a page's older fetch, whose newest one is itself a copy) are followed to
the document that stays.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpus.schema import CLUSTERS
from dedup.config import DedupConfig
from dedup.shingles import UInt64Array, jaccard, mix64
from dedup.signatures import SIGNATURES, UInt32Array, estimate_jaccard, shingle_sets, sign_documents, signature_matrix

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
Similarity = Callable[[IntArray, IntArray], FloatArray]
"""Jaccard similarity of pairs of documents, given as two arrays of positions."""

BUCKET_ROWS = pa.schema([pa.field("bucket", pa.uint64(), nullable=False), pa.field("row", pa.int32(), nullable=False)])
"""A document (its row in its shard) lies in a bucket: one row for its URL, one for its text, one for every band."""

SHARED_BUCKETS = pa.schema(
    [
        pa.field("bucket", pa.uint64(), nullable=False),
        pa.field("shard", pa.int32(), nullable=False),
        pa.field("row", pa.int32(), nullable=False),
    ]
)
"""Rows of buckets that hold two or more documents of the corpus; `shard` counts the sorted shards."""

CANDIDATES = pa.schema([*SHARED_BUCKETS.remove(0), *SIGNATURES.remove(SIGNATURES.get_field_index("canonical_url"))])
"""What `decide` reads: the signatures of all documents that share a bucket, and where they lie."""

DECISIONS = pa.schema(
    [*SHARED_BUCKETS.remove(0), *(field for field in CLUSTERS if field.name not in ("doc_id", "canonical_url"))]
)
"""Every document of a cluster of two or more, by shard and row; a document that is not here stays and is alone."""

URL_SALT, TEXT_SALT, BAND_SALT = (np.uint64(n << 56) for n in (1, 2, 3))
UNDECIDED, KEPT, DROPPED = np.int8(0), np.int8(1), np.int8(2)
MAX_ROUNDS = 32
"""Rounds over everything before the few documents left (long chains of waiting) are judged one by one, to the same result. Web
text takes 3 to 6."""
PAIRS_AT_ONCE = 1 << 16
"""Pairs whose signatures are gathered together: 60 MB."""


# ---- buckets ------------------------------------------------------------------------------------------------------------


def bucket_rows(signatures: pa.Table, *, config: DedupConfig) -> pa.Table:
    """BUCKET_ROWS of one SIGNATURES shard, sorted by bucket and row."""
    buckets, rows = [], []
    for keys, at in _bucket_keys(signatures, config):
        buckets.append(keys)
        rows.append(at)
    bucket, row = np.concatenate(buckets), np.concatenate(rows)
    order = np.lexsort((row, bucket))
    return pa.table([bucket[order], row[order].astype(np.int32)], schema=BUCKET_ROWS)


def band_keys(signatures: UInt32Array, *, config: DedupConfig) -> UInt64Array:
    """64-bit bucket of every band (documents x num_bands) of signatures (documents x num_hashes)."""
    values = signatures.reshape(-1, config.num_bands, config.rows_per_band)
    keys = np.broadcast_to(BAND_SALT + np.arange(config.num_bands, dtype=np.uint64), values.shape[:2])
    for i in range(config.rows_per_band):
        keys = mix64(keys ^ values[:, :, i])
    return keys


def split_by_partition(rows: pa.Table, *, num_partitions: int) -> list[pa.Table]:
    """Sorted BUCKET_ROWS cut into `num_partitions` equal ranges of bucket keys."""
    edges = [(p << 64) // num_partitions for p in range(1, num_partitions)]
    keys = rows.column("bucket").to_numpy()
    cuts = [0, *np.searchsorted(keys, np.array(edges, np.uint64)).tolist(), rows.num_rows]
    return [rows.slice(first, last - first) for first, last in itertools.pairwise(cuts)]


def shared_buckets(parts: Iterable[tuple[int, pa.Table]]) -> pa.Table:
    """SHARED_BUCKETS of one key range, sorted; `parts` holds every shard's number and its BUCKET_ROWS of that range."""
    buckets, shards, rows = [np.zeros(0, np.uint64)], [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for shard, table in parts:
        buckets.append(table.column("bucket").to_numpy())
        shards.append(np.full(table.num_rows, shard, np.int32))
        rows.append(table.column("row").to_numpy())
    bucket, at_shard, row = np.concatenate(buckets), np.concatenate(shards), np.concatenate(rows)
    order = np.lexsort((row, at_shard, bucket))
    order = order[_is_shared(bucket[order])]
    return pa.table([bucket[order], at_shard[order], row[order]], schema=SHARED_BUCKETS)


def _bucket_keys(signatures: pa.Table, config: DedupConfig) -> Iterable[tuple[UInt64Array, IntArray]]:
    urls, has_url = _hash_pairs(signatures.column("url_hash"))
    texts, has_text = _hash_pairs(signatures.column("text_hash"))
    matrix, present = signature_matrix(signatures.column("signature"), config=config)
    if config.url_duplicates:
        yield mix64(urls[has_url, 0] ^ URL_SALT), np.flatnonzero(has_url)
    yield mix64(texts[has_text, 0] ^ TEXT_SALT), np.flatnonzero(has_text)
    at = np.flatnonzero(present)
    yield band_keys(matrix[at], config=config).ravel(), np.repeat(at, config.num_bands)


def _is_shared(sorted_keys: UInt64Array) -> BoolArray:
    """Which of the sorted keys occur more than once."""
    same = sorted_keys[1:] == sorted_keys[:-1]
    return np.concatenate([[False], same]) | np.concatenate([same, [False]]) if sorted_keys.size else np.zeros(0, np.bool_)


def _hash_pairs(column: pa.ChunkedArray) -> tuple[UInt64Array, BoolArray]:
    """16-byte hashes as (rows x 2) words, zero where empty, and which rows have one."""
    present = np.asarray(pc.binary_length(column)) == 16
    pairs = np.zeros((len(column), 2), np.uint64)
    if present.any():
        joined = b"".join(column.filter(pa.array(present)).to_pylist())
        pairs[present] = np.frombuffer(joined, ">u8").reshape(-1, 2)
    return pairs, present


# ---- decisions ----------------------------------------------------------------------------------------------------------


class _Standing(NamedTuple):
    """Where each document stands; positions are those of the CANDIDATES table."""

    stands_for: IntArray
    """The document it was dropped for, itself while it stays."""
    reason: npt.NDArray[np.object_]
    similarity: FloatArray
    """To `stands_for`; nan unless near."""


def decide(candidates: pa.Table, *, config: DedupConfig, shingles: Sequence[UInt64Array] | None = None) -> pa.Table:
    """DECISIONS for the CANDIDATES, which must hold every document that shares a bucket, in any order.

    `shingles`: in mode `exact`, the sorted shingle set of every row (`dedup.signatures.shingle_sets`).
    """
    if config.mode == "exact" and shingles is None:
        raise ValueError("mode exact verifies by shingle sets: pass shingles=dedup.signatures.shingle_sets(texts, config=config)")
    count = candidates.num_rows
    standing = _Standing(np.arange(count), np.full(count, None, object), np.full(count, np.nan, np.float32))
    if config.url_duplicates:
        newest = _ranks(candidates, (("quality", True), ("fetched_at", True), ("num_chars", True)))
        _drop_equal(standing, *_hash_pairs(candidates.column("url_hash")), ranks=newest, reason="url")
    ranks = _ranks(candidates, (("quality", True), ("num_chars", True)))
    _drop_equal(standing, *_hash_pairs(candidates.column("text_hash")), ranks=ranks, reason="exact")
    matrix, present = signature_matrix(candidates.column("signature"), config=config)
    at = np.flatnonzero(present & (standing.stands_for == np.arange(count)))
    at = at[np.argsort(ranks[at])]
    _drop_near(standing, at, band_keys(matrix[at], config=config), _similarity(matrix, shingles, config), config=config)
    return _decisions(candidates, standing)


def drop_near(keys: UInt64Array, similarity: Similarity, *, threshold: float, max_rounds: int = MAX_ROUNDS) -> BoolArray:
    """Which documents stay, of documents numbered from best to worst with their bucket keys (documents x bands)."""
    rows = _Rows.of(keys)
    state = np.full(len(keys), UNDECIDED)
    verified = np.zeros(rows.document.size, np.bool_)
    asked = np.full(rows.document.size, -1)
    for _ in range(max_rounds):
        if not (state == UNDECIDED).any():
            break
        leader = rows.leaders(state != DROPPED)
        points = (state[rows.document] == UNDECIDED) & (leader != rows.document)
        unseen = np.flatnonzero(points & (asked != leader))
        verified[unseen] = similarity(rows.document[unseen], leader[unseen]) >= threshold
        asked[unseen] = leader[unseen]
        member, its_leader = rows.document[points], leader[points]
        waits = np.zeros(len(keys), np.bool_)
        waits[member[state[its_leader] == UNDECIDED]] = True
        undecided = state == UNDECIDED
        state[member[verified[points] & (state[its_leader] == KEPT)]] = DROPPED
        state[undecided & ~waits & (state == UNDECIDED)] = KEPT
    return _judge_one_by_one(rows, state, similarity, threshold)


class _Rows(NamedTuple):
    """Rows of buckets with two or more documents, by bucket, best document first."""

    document: IntArray
    first: IntArray
    """Where each row's bucket begins."""

    @classmethod
    def of(cls, keys: UInt64Array) -> _Rows:
        document = np.repeat(np.arange(keys.shape[0]), keys.shape[1])
        order = np.argsort(keys.ravel(), kind="stable")
        bucket = keys.ravel()[order]
        shared = _is_shared(bucket)
        bucket, order = bucket[shared], order[shared]
        begins = np.concatenate([[True], bucket[1:] != bucket[:-1]])[: bucket.size]
        first = np.maximum.accumulate(np.where(begins, np.arange(bucket.size), 0))
        return cls(document[order], first)

    def leaders(self, eligible: BoolArray) -> IntArray:
        """The best eligible document of each row's bucket; the row's own document where there is none."""
        places = np.where(eligible[self.document], np.arange(self.document.size), self.document.size)
        starts = np.flatnonzero(self.first == np.arange(self.first.size))
        if not starts.size:
            return self.document
        best = np.repeat(np.minimum.reduceat(places, starts), np.diff([*starts, self.first.size]))
        leader: IntArray = np.where(
            best < self.document.size, self.document[np.minimum(best, self.document.size - 1)], self.document
        )
        return leader


def _judge_one_by_one(rows: _Rows, state: npt.NDArray[np.int8], similarity: Similarity, threshold: float) -> BoolArray:
    """The contract of this module read literally, for the documents that are still undecided."""
    kept: BoolArray = state == KEPT
    if not (state == UNDECIDED).any():
        return kept
    order = np.argsort(rows.document, kind="stable")
    bounds = np.searchsorted(rows.document[order], np.arange(len(state) + 1))
    leader_of: dict[int, int] = {}
    for document in range(len(state)):
        buckets = rows.first[order[bounds[document] : bounds[document + 1]]].tolist()
        if state[document] == UNDECIDED:
            leaders = np.array(sorted({leader_of[bucket] for bucket in buckets if bucket in leader_of}), np.int64)
            near = similarity(np.full(leaders.size, document), leaders) >= threshold
            kept[document] = not near.any()
        if kept[document]:
            for bucket in buckets:
                leader_of.setdefault(bucket, document)
    return kept


def _drop_near(standing: _Standing, at: IntArray, keys: UInt64Array, similarity: Similarity, *, config: DedupConfig) -> None:
    """Near duplicates among the documents at `at` (best first): each dropped one stands for the most similar of its leaders."""

    def between(one: IntArray, other: IntArray) -> FloatArray:
        return similarity(at[one], at[other])

    kept = drop_near(keys, between, threshold=config.jaccard_threshold)
    rows = _Rows.of(keys)
    leader = rows.leaders(kept)
    points = np.flatnonzero(~kept[rows.document] & (leader < rows.document))
    member, its_leader = rows.document[points], leader[points]
    near = between(member, its_leader)
    order = np.lexsort((its_leader, -near, member))
    order = order[np.concatenate([[True], np.diff(member[order]) != 0])[: order.size]]
    best = order[near[order] >= config.jaccard_threshold]
    standing.stands_for[at[member[best]]] = at[its_leader[best]]
    standing.similarity[at[member[best]]] = near[best]
    standing.reason[at[member[best]]] = "near"


def _drop_equal(standing: _Standing, hashes: UInt64Array, present: BoolArray, *, ranks: IntArray, reason: str) -> None:
    """Of the staying documents with the same hash, all but the best by `ranks` stand for that one."""
    at = np.flatnonzero(present & (standing.stands_for == np.arange(len(hashes))))
    at = at[np.lexsort((ranks[at], hashes[at, 1], hashes[at, 0]))]
    begins = np.concatenate([[True], (hashes[at[1:]] != hashes[at[:-1]]).any(axis=1)])[: at.size]
    best = at[np.maximum.accumulate(np.where(begins, np.arange(at.size), 0))]
    standing.stands_for[at] = best
    standing.reason[at[~begins]] = reason


def _ranks(candidates: pa.Table, descending: Sequence[tuple[str, bool]]) -> IntArray:
    """Rank of every row, 0 the best: by the named columns from high to low (null last), then by id, shard and row."""
    keys = [(name, "descending" if down else "ascending") for name, down in descending]
    keys += [(name, "ascending") for name in ("doc_id", "shard", "row")]
    order = pc.sort_indices(candidates, sort_keys=keys).to_numpy()
    ranks = np.empty(candidates.num_rows, np.int64)
    ranks[order] = np.arange(candidates.num_rows)
    return ranks


def _similarity(matrix: UInt32Array, shingles: Sequence[UInt64Array] | None, config: DedupConfig) -> Similarity:
    if config.mode == "exact":
        sets = shingles or []
        return lambda one, other: np.array([jaccard(sets[i], sets[j]) for i, j in zip(one, other, strict=True)], np.float32)

    def estimate(one: IntArray, other: IntArray) -> FloatArray:
        parts = [np.zeros(0, np.float32)]
        for first in range(0, one.size, PAIRS_AT_ONCE):
            some = slice(first, first + PAIRS_AT_ONCE)
            parts.append(estimate_jaccard(matrix[one[some]], matrix[other[some]]))
        return np.concatenate(parts)

    return estimate


def _decisions(candidates: pa.Table, standing: _Standing) -> pa.Table:
    """DECISIONS by shard and row, every chain followed to the document that stays."""
    root = standing.stands_for
    while (root != root[root]).any():
        root = root[root]
    size = np.bincount(root, minlength=root.size)[root]
    table = pa.table(
        [
            candidates.column("shard"),
            candidates.column("row"),
            pa.array(root == np.arange(root.size)),
            *[candidates.column("doc_id").take(pa.array(root))] * 2,
            pa.array(size.astype(np.int32)),
            pa.array(standing.reason, pa.string()),
            pa.array(standing.similarity, mask=np.isnan(standing.similarity)),
        ],
        schema=DECISIONS,
    )
    return table.filter(pa.array(size > 1)).sort_by([("shard", "ascending"), ("row", "ascending")])


# ---- columns ------------------------------------------------------------------------------------------------------------


def annotate(signatures: pa.Table, decisions: pa.Table) -> pa.Table:
    """CLUSTERS of one shard, in its row order, from its SIGNATURES and its DECISIONS."""
    rows = decisions.column("row").to_numpy()
    place = np.full(signatures.num_rows, -1)
    place[rows] = np.arange(rows.size)
    alone = pa.array(place < 0)
    decided = decisions.take(pa.array(place, mask=place < 0))
    own_id = signatures.column("doc_id")
    defaults = {"keep": pa.scalar(True), "cluster_id": own_id, "kept_id": own_id, "cluster_size": pa.scalar(1, pa.int32())}
    columns = {"doc_id": signatures.column("doc_id"), "canonical_url": signatures.column("canonical_url")}
    for name in ("dedup_reason", "jaccard"):
        columns[name] = decided.column(name)
    for name, default in defaults.items():
        columns[name] = pc.if_else(alone, default, decided.column(name))
    return pa.table([columns[name] for name in CLUSTERS.names], schema=CLUSTERS)


def candidates_of(shard: int, rows: npt.NDArray[np.integer], signatures: pa.Table) -> pa.Table:
    """CANDIDATES: the named rows of one SIGNATURES shard."""
    taken = signatures.drop_columns(["canonical_url"]).take(pa.array(rows))
    where = [pa.array(np.full(rows.size, shard, np.int32)), pa.array(rows.astype(np.int32))]
    return pa.table([*where, *taken.columns], schema=CANDIDATES)


def deduplicate(
    tables: Sequence[pa.Table], *, config: DedupConfig | None = None, quality: Sequence[pa.Array] | None = None
) -> list[pa.Table]:
    """CLUSTERS of every DOCUMENTS table, across all of them, in memory."""
    config = config or DedupConfig()
    scores = quality or [None] * len(tables)
    signed = [sign_documents(table, config=config, quality=score) for table, score in zip(tables, scores, strict=True)]
    shared = shared_buckets((i, bucket_rows(table, config=config)) for i, table in enumerate(signed))
    at_shard, at_row = shared.column("shard").to_numpy(), shared.column("row").to_numpy()
    rows = [np.unique(at_row[at_shard == i]) for i in range(len(tables))]
    parts = [candidates_of(i, rows[i], table) for i, table in enumerate(signed)]
    candidates = pa.concat_tables([CANDIDATES.empty_table(), *parts])
    shingles = None
    if config.mode == "exact":
        shingles = [
            s for table, at in zip(tables, rows, strict=True) for s in shingle_sets(table.column("text").take(at), config=config)
        ]
    decisions = decide(candidates, config=config, shingles=shingles)
    return [annotate(table, decisions.filter(pc.equal(decisions.column("shard"), i))) for i, table in enumerate(signed)]
