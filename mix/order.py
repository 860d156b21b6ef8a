"""Which bucket each row of a stage comes from: a Bresenham tree over the integer row quotas.

A node of the tree deals its rows out to two children, a : b, as evenly as a Bresenham line: of its first i rows,
floor((i a + n // 2) / n) go left, n = a + b. Leaves are buckets. So

- after the last row every bucket has exactly its quota;
- on every prefix a bucket is within `bound` rows of its share: a node adds at most 1/2 to its own deviation, and passes on its
  parent's in proportion to its size, 1/2 (1 + w/w1 + w/w2 + ...) over the ancestors below the root. Huffman's shape puts the
  heavy buckets near the root, which keeps the sum near 1;
- row i's bucket, and how many rows of it came before, cost one division a level, without an index: Megatron's blend stores two
  arrays of all rows; and the other way round, the n-th row of a bucket is found by the same formula inverted.

    order = Order({"web": 5, "code": 3})
    order.bucket_of_row(0)        # ("web", 0): bucket, and the how-manieth row of it
    order.row_of("code", 2)       # 6
"""

from __future__ import annotations

import functools
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.errors import RecipeError

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.floating]

MAX_ROWS = 1 << 39
"""Products are taken modulo 2^64 in two halves of 16 and 23 bits; 2^39 rows of 8,192 tokens are 4.5e15 tokens."""
SINGLE_PRODUCT_ROWS = 3_000_000_000
"""Up to here i * a + n / 2 fits int64 (9.0e18 < 2^63) and no halves are needed."""


class Node(NamedTuple):
    """An inner node: `first` of its rows go left, `second` right; children as indices of nodes, or -1 - leaf."""

    first: int
    second: int
    left: int
    right: int


class Rows(NamedTuple):
    """For each of some rows: which bucket (index into Order.buckets), and how many rows of that bucket came before."""

    bucket: I64
    nth: I64


@dataclass(frozen=True)
class _Parent:
    node: int
    is_left: bool


class Order:
    """The order of a stage's rows. Raises RecipeError for no rows or too many."""

    def __init__(self, quotas: Mapping[str, int]) -> None:
        self.quotas = {bucket: int(quota) for bucket, quota in quotas.items() if quota}
        self.buckets = tuple(self.quotas)
        self.num_rows = sum(self.quotas.values())
        if not 0 < self.num_rows <= MAX_ROWS or min(self.quotas.values()) < 0:
            raise RecipeError(f"a stage needs between 1 and {MAX_ROWS} rows, saw {self.num_rows}")
        self._leaf = {bucket: leaf for leaf, bucket in enumerate(self.buckets)}
        self._nodes, self._parents = _huffman(list(self.quotas.values()))
        self._table = np.array(self._nodes, dtype=np.int64).reshape(-1, 4)

    @functools.cached_property
    def bound(self) -> float:
        """Rows that no bucket is ever further from its share than, on any prefix."""
        return max((self.bound_of(bucket) for bucket in self.buckets), default=0.0)

    def bound_of(self, bucket: str) -> float:
        """1/2 (1 + w/w1 + w/w2 + ...) over the bucket's ancestors below the root."""
        quota, total, leaf = self.quotas[bucket], 0.0, -1 - self._leaf[bucket]
        size, child = quota, leaf
        while child in self._parents:
            total += 0.5 * quota / size
            child = self._parents[child].node
            size = self._nodes[child].first + self._nodes[child].second
        return total

    def share_of(self, bucket: I64, rows: I64) -> F64:
        """How many of the first `rows` rows are the share of `bucket` (index into Order.buckets): `bound` is measured from it."""
        quotas = np.array(list(self.quotas.values()), dtype=np.longdouble)
        return np.asarray(quotas[bucket] / self.num_rows * rows)

    def bucket_of_row(self, row: int) -> tuple[str, int]:
        """(bucket, nth): row `row` is the nth row of that bucket, from 0."""
        if not 0 <= row < self.num_rows:
            raise IndexError(f"row {row} of {self.num_rows}")
        child = len(self._nodes) - 1
        while child >= 0:
            first, second, left, right = self._nodes[child]
            size = first + second
            before, after = _dealt(row, first, size), _dealt(row + 1, first, size)
            child, row = (left, before) if after > before else (right, row - before)
        return self.buckets[-1 - child], row

    def buckets_of_rows(self, rows: npt.ArrayLike) -> Rows:
        """bucket_of_row for many rows at once, in the order given."""
        nth = np.array(rows, dtype=np.int64)
        if nth.size and not (int(nth.min()) >= 0 and int(nth.max()) < self.num_rows):
            raise IndexError(f"rows {nth.min()} to {nth.max()} of {self.num_rows}")
        child = np.full(nth.shape, len(self._nodes) - 1, dtype=np.int64)
        active = np.arange(nth.size) if self._nodes else np.empty(0, np.int64)
        while active.size:
            first, second, left, right = self._table[child[active]].T
            row, size = nth[active], first + second
            before, after = _dealt_many(row, first, size), _dealt_many(row + 1, first, size)
            goes_left = after > before
            child[active] = np.where(goes_left, left, right)
            nth[active] = np.where(goes_left, before, row - before)
            active = active[child[active] >= 0]
        return Rows(-1 - child, nth)

    def counts_before(self, row: int) -> dict[str, int]:
        """How many of the first `row` rows each bucket has; one pass over the tree."""
        counts = [0] * len(self.buckets)
        pending = [(len(self._nodes) - 1, row)]
        while pending:
            child, rows = pending.pop()
            if child < 0:
                counts[-1 - child] = rows
                continue
            first, second, left, right = self._nodes[child]
            went_left = _dealt(rows, first, first + second)
            pending += [(left, went_left), (right, rows - went_left)]
        return dict(zip(self.buckets, counts, strict=True))

    def row_of(self, bucket: str, nth: int) -> int:
        """The row that is the nth of `bucket`: bucket_of_row inverted."""
        if not 0 <= nth < self.quotas[bucket]:
            raise IndexError(f"row {nth} of {self.quotas[bucket]} of {bucket}")
        child = -1 - self._leaf[bucket]
        while child in self._parents:
            parent = self._parents[child]
            first, second = self._nodes[parent.node][:2]
            size = first + second
            # Left: the least i with floor((i a + h) / n) > nth. Right: i - floor((i a + h) / n) = floor((i b + n - 1 - h) / n).
            share, offset = (first, size // 2) if parent.is_left else (second, size - 1 - size // 2)
            nth = -((offset - (nth + 1) * size) // share) - 1
            child = parent.node
        return nth


class ChangedOrder(Order):
    """Orders one after the other: the order of a stage whose rates were changed while it was going.

    Each holds from its first row to the next one's, the last to the end; how many rows of a bucket came before runs on. `bound`
    is measured from shares that change their slope where the order does: in each segment from where the bucket stood at its first
    row. An order is given in full though only its beginning is used, so rows before a change are what they were without it.

        order = ChangedOrder([(0, {"web": 5, "code": 3}), (4, {"code": 2})], num_rows=6)
    """

    def __init__(self, segments: Sequence[tuple[int, Mapping[str, int]]], num_rows: int) -> None:
        self._orders = [Order(quotas) for _, quotas in segments]
        self._first = np.array([first for first, _ in segments], dtype=np.int64)
        self._stop = np.array([*self._first[1:], num_rows], dtype=np.int64)
        self.num_rows = num_rows
        self.buckets = tuple(dict.fromkeys(bucket for order in self._orders for bucket in order.buckets))
        self._index = {bucket: index for index, bucket in enumerate(self.buckets)}
        self._local = [np.array([self._index[bucket] for bucket in order.buckets], dtype=np.int64) for order in self._orders]
        # [segment, bucket]: rows of the bucket before the segment; one line more for the end.
        self._before = np.zeros((len(segments) + 1, len(self.buckets)), dtype=np.int64)
        for k, order in enumerate(self._orders):
            counts = order.counts_before(int(self._stop[k] - self._first[k]))
            self._before[k + 1] = self._before[k]
            self._before[k + 1, self._local[k]] += np.array(list(counts.values()), dtype=np.int64)
        self.quotas = dict(zip(self.buckets, self._before[-1].tolist(), strict=True))

    @functools.cached_property
    def bounds(self) -> tuple[float, ...]:
        """Of each segment."""
        return tuple(order.bound for order in self._orders)

    @functools.cached_property
    def bound(self) -> float:
        return max(self.bounds)

    def bound_of(self, bucket: str) -> float:
        return max(order.bound_of(bucket) for order in self._orders if bucket in order.quotas)

    def share_of(self, bucket: I64, rows: I64) -> F64:
        segment = self._segment_of(rows)
        slopes = np.zeros((len(self._orders), len(self.buckets)), dtype=np.longdouble)
        for k, order in enumerate(self._orders):
            slopes[k, self._local[k]] = (
                np.array([order.quotas[name] for name in order.buckets], dtype=np.longdouble) / order.num_rows
            )
        return np.asarray(self._before[segment, bucket] + slopes[segment, bucket] * (rows - self._first[segment]))

    def bucket_of_row(self, row: int) -> tuple[str, int]:
        if not 0 <= row < self.num_rows:
            raise IndexError(f"row {row} of {self.num_rows}")
        k = int(self._segment_of(np.array([row + 1]))[0])
        bucket, nth = self._orders[k].bucket_of_row(row - int(self._first[k]))
        return bucket, nth + int(self._before[k, self._index[bucket]])

    def buckets_of_rows(self, rows: npt.ArrayLike) -> Rows:
        row = np.array(rows, dtype=np.int64)
        if row.size and not (int(row.min()) >= 0 and int(row.max()) < self.num_rows):
            raise IndexError(f"rows {row.min()} to {row.max()} of {self.num_rows}")
        bucket, nth = np.empty_like(row), np.empty_like(row)
        segment = self._segment_of(row + 1)
        for k in np.unique(segment).tolist():
            at = np.flatnonzero(segment == k)
            found = self._orders[k].buckets_of_rows(row[at] - self._first[k])
            bucket[at] = self._local[k][found.bucket]
            nth[at] = found.nth + self._before[k, bucket[at]]
        return Rows(bucket, nth)

    def counts_before(self, row: int) -> dict[str, int]:
        k = int(self._segment_of(np.array([row]))[0])
        counts = self._before[k].copy()
        counts[self._local[k]] += np.array(
            list(self._orders[k].counts_before(row - int(self._first[k])).values()), dtype=np.int64
        )
        return dict(zip(self.buckets, counts.tolist(), strict=True))

    def row_of(self, bucket: str, nth: int) -> int:
        if not 0 <= nth < self.quotas[bucket]:
            raise IndexError(f"row {nth} of {self.quotas[bucket]} of {bucket}")
        before = self._before[:, self._index[bucket]]
        k = int(np.searchsorted(before, nth, side="right")) - 1
        return int(self._first[k]) + self._orders[k].row_of(bucket, nth - int(before[k]))

    def _segment_of(self, rows: I64) -> I64:
        """The segment in which the last of the first `rows` rows lies; the first one for no rows."""
        return np.asarray(np.maximum(np.searchsorted(self._first, rows, side="left") - 1, 0))


def _dealt(rows: int, first: int, size: int) -> int:
    return (rows * first + size // 2) // size


def _dealt_many(rows: I64, first: I64, size: I64) -> I64:
    """floor((rows * first + size // 2) / size) without overflow for sizes up to MAX_ROWS."""
    if int(size.max()) <= SINGLE_PRODUCT_ROWS:
        return (rows * first + size // 2) // size
    low_bits, low_mask = np.uint64(16), np.uint64(0xFFFF)
    u_rows, u_first, u_size = (array.astype(np.uint64) for array in (rows, first, size))
    high, remainder = np.divmod(u_rows * (u_first >> low_bits), u_size)
    low = (remainder << low_bits) + u_rows * (u_first & low_mask) + u_size // np.uint64(2)
    return ((high << low_bits) + low // u_size).astype(np.int64)


def _huffman(quotas: list[int]) -> tuple[list[Node], dict[int, _Parent]]:
    """Inner nodes, root last, and every child's parent. Ties are broken by age, so the tree is a function of the quotas."""
    heap = [(quota, leaf, -1 - leaf) for leaf, quota in enumerate(quotas)]
    heapq.heapify(heap)
    nodes: list[Node] = []
    parents: dict[int, _Parent] = {}
    while len(heap) > 1:
        second, first = heapq.heappop(heap), heapq.heappop(heap)
        index = len(nodes)
        nodes.append(Node(first[0], second[0], first[2], second[2]))
        parents |= {first[2]: _Parent(index, True), second[2]: _Parent(index, False)}
        heapq.heappush(heap, (first[0] + second[0], len(quotas) + index, index))
    return nodes, parents
