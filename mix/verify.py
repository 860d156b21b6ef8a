"""Whether emitted rows are what the plan says: order, shares on every prefix, epochs, and nothing twice before an epoch ends.

A `RunCheck` sees the shards of all stages in order, each once, and keeps a few numbers per bucket. `repeats` then looks for
tokens that an epoch holds twice, among the spans of a part of the documents at a time, so that memory stays bounded at any size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mix.permutation import U64, mix64
from mix.plan import Plan

I64 = npt.NDArray[np.int64]

COLUMNS = ["tokens", "doc_ends", "doc_ids", "doc_offsets", "bucket", "epoch", "row"]
SPAN_COLUMNS = ["doc_ends", "doc_ids", "doc_offsets", "bucket", "epoch"]

SPANS_AT_ONCE = 8_000_000
"""Spans whose repeats are looked for together: 40 bytes each, and a sort."""


@dataclass
class StageCheck:
    """What was seen of a stage so far."""

    plan: Plan
    stage: int
    last_epoch: dict[str, int]
    """Of each bucket, of all stages so far."""
    epoch_tokens: dict[tuple[str, int], int]
    """Tokens seen of each bucket and epoch, of all stages so far."""
    num_rows: int = 0
    num_tokens: int = 0
    num_passed_over: int = 0
    deviation: float = 0.0
    """Rows that any bucket was from its share on any prefix."""

    def __post_init__(self) -> None:
        self.order = self.plan.order(self.stage)
        self._counts = np.zeros(len(self.order.buckets), dtype=np.int64)

    def add(self, table: pa.Table) -> list[str]:
        """The next rows (COLUMNS of SEQUENCES); what is wrong with them."""
        first = self.num_rows
        self.num_rows += table.num_rows
        if self.num_rows > self.order.num_rows:
            return [f"rows from {self.order.num_rows} on are more than the plan has"]
        names = table.column("bucket").combine_chunks()
        bucket = pc.fill_null(pc.index_in(names, pa.array(self.order.buckets)), -1).to_numpy().astype(np.int64)
        problems = [
            *_wrong_rows(table, first),
            *self._wrong_buckets(names, bucket, first),
            *_wrong_shapes(table, self.plan.stages[self.stage].seq_len, first),
        ]
        self._count(bucket, first)
        return [*problems, *self._epochs(table, bucket, first)]

    def pass_over(self, rows: range) -> None:
        """Rows that can't be read: counted as planned, so that those after them can be judged."""
        before, after = self.order.counts_before(rows.start), self.order.counts_before(rows.stop)
        self._counts += np.array([after[bucket] - before[bucket] for bucket in self.order.buckets])
        self.num_rows, self.num_passed_over = rows.stop, self.num_passed_over + len(rows)

    def _wrong_buckets(self, names: pa.Array, bucket: I64, first: int) -> list[str]:
        planned = self.order.buckets_of_rows(np.arange(first, first + len(bucket))).bucket
        wrong = np.flatnonzero(planned != bucket)
        return _first(
            wrong, lambda i: f"row {first + i} is of {names[i].as_py()}, the plan has {self.order.buckets[planned[i]]} there"
        )

    def _count(self, bucket: I64, first: int) -> None:
        """Deviations just before and just after each row, where a bucket's is largest."""
        known = np.flatnonzero(bucket >= 0)
        order = known[np.argsort(bucket[known], kind="stable")]
        own = bucket[order]
        nth = self._counts[own] + np.arange(len(own)) - np.searchsorted(own, own)
        row = first + order
        if len(own):
            before = np.abs(nth - self.order.share_of(own, row))
            after = np.abs(nth + 1 - self.order.share_of(own, row + 1))
            self.deviation = max(self.deviation, float(before.max()), float(after.max()))
        self._counts += np.bincount(own, minlength=len(self._counts))

    def _epochs(self, table: pa.Table, bucket: I64, first: int) -> list[str]:
        """Epochs go forward; counts the tokens of each."""
        epoch = table.column("epoch").to_numpy().astype(np.int64)
        lengths = pc.list_value_length(table.column("tokens")).to_numpy().astype(np.int64)
        self.num_tokens += int(lengths.sum())
        problems = []
        for index in np.unique(bucket[bucket >= 0]):
            at, name = np.flatnonzero(bucket == index), self.order.buckets[index]
            own = epoch[at]
            falls = np.flatnonzero(np.diff(own, prepend=self.last_epoch.get(name, 0)) < 0)
            rows_of_falls = dict(zip(falls.tolist(), (first + at[falls]).tolist(), strict=True))
            problems += [f"row {row} goes back to epoch {own[i]} of {name}" for i, row in list(rows_of_falls.items())[:3]]
            self.last_epoch[name] = int(own[-1])
            for value in np.unique(own):
                self.epoch_tokens[name, int(value)] += int(lengths[at[own == value]].sum())
        return problems

    def finish(self, max_epochs: Callable[[str], float]) -> list[str]:
        """What is wrong with the stage as a whole; `max_epochs` of a source when the stage ends."""
        problems = []
        planned = self.plan.stages[self.stage]
        if self.num_rows < planned.num_rows:
            problems.append(f"has {self.num_rows:,} rows, the plan {planned.num_rows:,}")
        for bucket, seen in zip(self.order.buckets, self._counts.tolist(), strict=True):
            if seen != self.order.quotas[bucket]:
                problems.append(f"{bucket}: {seen:,} rows, the plan has {self.order.quotas[bucket]:,}")
        if self.deviation > self.order.bound + 1e-6:
            problems.append(
                f"a bucket was {self.deviation:.2f} rows from its share on a prefix, the bound is {self.order.bound:.2f}"
            )
        for bucket, source in zip(self.plan.buckets, self.plan.sources, strict=True):
            if self.last_epoch.get(bucket, -1) >= max_epochs(source):
                problems.append(f"{bucket}: epoch {self.last_epoch[bucket]} was begun, max_epochs is {max_epochs(source):g}")
        return problems


@dataclass
class RunCheck:
    """The stages of a plan, one after the other."""

    plan: Plan
    last_epoch: dict[str, int] = field(default_factory=dict)
    epoch_tokens: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def stage(self, index: int) -> StageCheck:
        return StageCheck(self.plan, index, self.last_epoch, self.epoch_tokens)

    def finish(self) -> list[str]:
        """Epochs that ended before, or after, all of their bucket was read."""
        available = dict(zip(self.plan.buckets, self.plan.tokens, strict=True))
        problems = []
        for (bucket, epoch), tokens in sorted(self.epoch_tokens.items()):
            ended = epoch < self.last_epoch[bucket]
            if tokens > available[bucket] or (ended and tokens != available[bucket]):
                what = "all" if ended else "so far"
                problems.append(f"{bucket}: epoch {epoch} has {tokens:,} tokens {what}, the bucket {available[bucket]:,}")
        return problems


def _wrong_rows(table: pa.Table, first: int) -> list[str]:
    row = table.column("row").to_numpy()
    wrong = np.flatnonzero(row != np.arange(first, first + len(row)))
    return _first(wrong, lambda i: f"row {first + i} says that it is row {row[i]}")


def _wrong_shapes(table: pa.Table, seq_len: int, first: int) -> list[str]:
    """Rows that are empty or too long, or whose spans do not cover their tokens one after the other."""
    lengths = {name: pc.list_value_length(table.column(name)).to_numpy().astype(np.int64) for name in COLUMNS[:4]}
    tokens, spans = lengths["tokens"], lengths["doc_ends"]
    wrong = (tokens < 1) | (tokens > seq_len) | (spans < 1) | (spans != lengths["doc_ids"]) | (spans != lengths["doc_offsets"])
    if not wrong.any():
        ends = pc.list_flatten(table.column("doc_ends")).to_numpy().astype(np.int64)
        last = np.cumsum(spans) - 1
        starts = np.concatenate([[0], ends[:-1]])
        starts[np.concatenate([[0], last[:-1] + 1])] = 0
        row = np.repeat(np.arange(len(spans)), spans)
        wrong[row[ends <= starts]] = True
        wrong |= ends[last] != tokens
    return _first(
        np.flatnonzero(wrong),
        lambda i: f"row {first + i} has {tokens[i]} tokens of at most {seq_len} in {spans[i]} spans that do not fit them",
    )


def differing_rows(table: pa.Table, expected: pa.Table, first: int) -> list[str]:
    """Rows that are not those expected, and in which columns."""
    if table.num_rows != expected.num_rows:
        return [f"has {table.num_rows} rows, the plan makes {expected.num_rows}"]
    wrong: dict[int, list[str]] = defaultdict(list)
    for name in expected.column_names:
        ours, theirs = table.column(name).combine_chunks(), expected.column(name).combine_chunks()
        if ours.equals(theirs):
            continue
        for i in range(len(ours)):
            if ours[i] != theirs[i]:
                wrong[i].append(name)
    return _first(
        np.array(sorted(wrong), dtype=np.int64),
        lambda i: f"row {first + i} is not what the plan makes: {', '.join(wrong[int(i)])} differ",
    )


def _first(wrong: I64, text: Callable[[int], str], most: int = 3) -> list[str]:
    """Sentences for the first few, and how many more there are."""
    listed = [text(int(i)) for i in wrong[:most]]
    return listed + ([f"and {len(wrong) - most} more rows like that"] if len(wrong) > most else [])


# ------------------------------------------------------------------------------------------------------------ repeats


@dataclass(frozen=True)
class Spans:
    """Parts of documents, each in a bucket and an epoch."""

    group: I64
    """A number for each pair of bucket and epoch."""
    high: U64
    low: U64
    """The two halves of the document's id."""
    start: I64
    length: I64


def repeats(tables: Callable[[], Iterable[pa.Table]], buckets: Sequence[str], num_spans: int) -> list[str]:
    """Documents of which an epoch holds some token twice; `tables` gives all rows (SPAN_COLUMNS), as often as it is called."""
    passes = max(1, -(-num_spans // SPANS_AT_ONCE))
    found: list[str] = []
    for part in range(passes):
        spans = [_spans(table, buckets, part, passes) for table in tables()]
        if spans:
            found += _overlaps(spans, buckets)
        if len(found) > 10:
            break
    return found


def _spans(table: pa.Table, buckets: Sequence[str], part: int, passes: int) -> Spans:
    """The spans of the documents whose ids fall into the part."""
    flat = pc.list_flatten(table.column("doc_ids"))
    words = np.frombuffer(bytes.fromhex("".join(flat.to_pylist())), dtype=">u8").reshape(-1, 2).astype(np.uint64)
    counts = pc.list_value_length(table.column("doc_ends")).to_numpy().astype(np.int64)
    row = np.repeat(np.arange(len(counts)), counts)
    ends = pc.list_flatten(table.column("doc_ends")).to_numpy().astype(np.int64)
    starts = np.concatenate([[0], ends[:-1]])[: len(ends)]
    starts[(np.cumsum(counts) - counts)[counts > 0]] = 0
    bucket = pc.fill_null(pc.index_in(table.column("bucket").combine_chunks(), pa.array(buckets)), 0).to_numpy().astype(np.int64)
    group = (table.column("epoch").to_numpy().astype(np.int64) * len(buckets) + bucket)[row]
    offsets = pc.list_flatten(table.column("doc_offsets")).to_numpy().astype(np.int64)
    chosen = mix64(words[:, 0], 1) % np.uint64(passes) == np.uint64(part)
    return Spans(group[chosen], words[chosen, 0], words[chosen, 1], offsets[chosen], (ends - starts)[chosen])


def _overlaps(parts: Sequence[Spans], buckets: Sequence[str]) -> list[str]:
    names = ("group", "high", "low", "start", "length")
    group, high, low, start, length = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    order = np.lexsort((start, low, high, group))
    group, high, low, start, length = (values[order] for values in (group, high, low, start, length))
    same = (group[1:] == group[:-1]) & (high[1:] == high[:-1]) & (low[1:] == low[:-1])
    again = np.flatnonzero(same & (start[1:] < start[:-1] + length[:-1]))
    return [
        f"{buckets[group[i] % len(buckets)]}: epoch {group[i] // len(buckets)} holds document "
        f"{int(high[i]):016x}{int(low[i]):016x} from token {start[i + 1]} on twice"
        for i in again[:10].tolist()
    ]
