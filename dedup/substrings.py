"""Long passages that stand verbatim in several documents: licences, boilerplate, left-over navigation, copied code.

A suffix array over the corpus (Lee et al. 2022, arXiv:2107.06499) finds every repeat, and needs all text in one memory several
times over. Here text is sampled so that equal passages are sampled equally, and the samples are sorted by key, which shards:

    fingerprints   of every `window` consecutive grams of `min_bytes` bytes the one with the smallest hash is taken; so two equal
                   passages of `guaranteed_bytes` = window + min_bytes - 1 share one. Winnowing, Schleimer, Wilkerson and Aiken
                   2003 (SIGMOD), section 4, with the ties of their "robust winnowing": a run of equal bytes costs one in a window
    shuffle        by key; a key of two or more documents is kept by the first of them in the order of doc_id, and every
                   occurrence in another document points there. An equal gram is an equal gram: no pairs are compared, and a
                   licence in a million documents is a million rows
    chain          fingerprints that follow each other in both documents become one match; they overlap, so it has no gaps
    verify, extend the kept document answers with a 128-bit hash of the match and the bytes around it; equal ones are added

What is guaranteed (lengths in UTF-8 bytes; documents that dedup dropped do not take part):

1. Every span stands verbatim in the document `kept_id`, whose doc_id is smaller: so following kept_id ends, and of whatever is
   marked one copy is left unmarked, though it may be pieced together from several documents. Up to characters cut at its ends,
   a span has at least `min_bytes` bytes; spans of one document may overlap, none lies within another.
2. Of a passage that a document shares with one of smaller doc_id, all is marked but less than `window` bytes at either end, if
   it has at least `guaranteed_bytes`. These ends are marked too where the kept document has them: always, if no third document
   and no other place of the kept one holds parts of the passage.

`num_documents` is that of the most frequent fingerprint in the span: so many documents hold at least `min_bytes` of it. (Not
that of the rarest: near the ends of a passage the surroundings decide what is taken, differently in every document.)

Passages repeated within one document are no repeats (quality/ has signals for those): documents are counted, not occurrences.
But every occurrence in a document that does not keep the passage is marked.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpus import markup
from corpus.errors import RecipeError, require
from corpus.schema import REPEATS

UInt64Array = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class SubstringConfig:
    """Which repeated passages are found."""

    min_bytes: int = 150
    """Nothing shorter is marked: bytes of UTF-8 of the grams that are compared."""
    guaranteed_bytes: int = 250
    """Every repeat of at least so many bytes is found; of those between the two lengths, some. Less than 2 * min_bytes, so that
    neighbouring fingerprints leave no gap. One fingerprint is taken in (guaranteed_bytes - min_bytes + 2) / 2 bytes."""
    num_partitions: int | None = None
    """Key ranges that fingerprints are shuffled into; None: one per 32 million (0.8 GB while sorted), at least 8. No influence
    on the result."""

    def __post_init__(self) -> None:
        if self.min_bytes < 8:
            raise RecipeError(f"min_bytes: expected at least 8, saw {self.min_bytes}")
        if not self.min_bytes < self.guaranteed_bytes < 2 * self.min_bytes:
            raise RecipeError(
                f"guaranteed_bytes: expected more than min_bytes = {self.min_bytes} and less than twice that, "
                f"saw {self.guaranteed_bytes}"
            )
        if self.num_partitions is not None and not 1 <= self.num_partitions <= 1 << 20:
            raise RecipeError(f"num_partitions: expected 1 to {1 << 20}, saw {self.num_partitions}")

    @property
    def window(self) -> int:
        """Consecutive grams of which one is taken."""
        return self.guaranteed_bytes - self.min_bytes + 1


def _schema(**fields: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, type_, nullable=False) for name, type_ in fields.items()])


FINGERPRINTS = _schema(key=pa.uint64(), document=pa.uint64(), row=pa.int32(), position=pa.int64())
"""A sampled gram of a shard: its hash, the first 64 bits of doc_id, row, first byte. A shard holds one or more runs, each sorted
by key, row and position, each of later rows than the one before."""

NUMBERED = pa.schema([*FINGERPRINTS, *_schema(shard=pa.int32())])
"""FINGERPRINTS of several shards, which are counted in sorted order."""

OCCURRENCES = _schema(
    shard=pa.int32(),
    row=pa.int32(),
    position=pa.int64(),
    kept_shard=pa.int32(),
    kept_row=pa.int32(),
    kept_position=pa.int64(),
    num_documents=pa.int32(),
)
"""A gram that another document keeps: where it stands, where it is kept, how many documents hold it."""

MATCHES = _schema(
    shard=pa.int32(),
    row=pa.int32(),
    first=pa.int64(),
    last=pa.int64(),
    kept_shard=pa.int32(),
    kept_row=pa.int32(),
    kept_first=pa.int64(),
    num_documents=pa.int32(),
)
"""Chained grams: bytes first to last, the latter excluded; `num_documents` is the largest of them."""

ANSWERS = _schema(
    shard=pa.int32(),
    row=pa.int32(),
    first=pa.int64(),
    last=pa.int64(),
    kept_first=pa.int64(),
    num_documents=pa.int32(),
    kept_id=pa.string(),
    digest=pa.binary(),
    left=pa.binary(),
    right=pa.binary(),
)
"""A match with what the kept document holds there: xxh3-128 of its bytes, and up to window - 1 bytes before and after."""

KEYS_AT_ONCE = 4 << 20
"""Keys that are sorted together at least: 32 MB."""
ROWS_AT_ONCE = 1 << 19
"""Answers made together: 0.15 GB with the default window."""
REGIONS_AT_ONCE = 1 << 19
"""Passages held to make answers of: 0.4 GB with the default window."""


# ---- fingerprints -------------------------------------------------------------------------------------------------------


def fingerprints(documents: pa.Table, keep: pa.ChunkedArray, *, config: SubstringConfig, first_row: int = 0) -> pa.Table:
    """FINGERPRINTS of a DOCUMENTS table (doc_id, text), in the order of rows; `first_row` is the first one's number.

    Documents with `keep` false, and those shorter than `guaranteed_bytes`, have none.
    """
    kernel = _kernel()
    chosen = np.asarray(keep.combine_chunks().to_numpy(zero_copy_only=False), np.bool_)
    names = document_order(documents.column("doc_id"))
    parts = [FINGERPRINTS.empty_table()]
    row = 0
    for data, bounds in _buffers(documents.column("text")):
        number = bounds.size - 1
        capacity = int(bounds[-1] - bounds[0]) * 4 // config.window + 64
        while True:
            keys, positions = np.empty(capacity, np.uint64), np.empty(capacity, np.int64)
            at = np.empty(capacity, np.int32)
            count = kernel.winnow(data, bounds, chosen[row : row + number], config.min_bytes, config.window, keys, at, positions)
            if count <= capacity:
                break
            capacity = count
        at = at[:count] + np.int32(row)
        columns = [keys[:count], names[at], at + np.int32(first_row), positions[:count]]
        parts.append(pa.table([pa.array(column) for column in columns], schema=FINGERPRINTS))
        row += number
    return pa.concat_tables(parts)


def document_order(doc_ids: pa.ChunkedArray) -> UInt64Array:
    """The first 64 bits of every doc_id: of documents that share a passage the one with the smallest keeps it."""
    return np.array([int(doc_id[:16], 16) for doc_id in doc_ids.to_pylist()], np.uint64)


def sort_fingerprints(table: pa.Table) -> pa.Table:
    """A run of FINGERPRINTS: by key; equal keys stay in their order."""
    order = np.argsort(table.column("key").to_numpy(), kind="stable")
    return pa.table([pa.array(table.column(name).to_numpy()[order]) for name in FINGERPRINTS.names], schema=FINGERPRINTS)


def with_number(table: pa.Table, shard: int) -> pa.Table:
    """FINGERPRINTS of a shard as NUMBERED."""
    return table.append_column(NUMBERED.field("shard"), pa.array(np.full(table.num_rows, shard, np.int32)))


def split_by_key(table: pa.Table, *, num_partitions: int) -> list[pa.Table]:
    """Sorted FINGERPRINTS cut into `num_partitions` equal ranges of keys."""
    edges = [(p << 64) // num_partitions for p in range(1, num_partitions)]
    cuts = [0, *np.searchsorted(table.column("key").to_numpy(), np.array(edges, np.uint64)).tolist(), table.num_rows]
    return [table.slice(first, last - first) for first, last in itertools.pairwise(cuts)]


# ---- which keys are shared, and who keeps them --------------------------------------------------------------------------


class Kept(NamedTuple):
    """Of every key that occurs more than once, in ascending order: the document that keeps its gram, and where."""

    key: UInt64Array
    document: UInt64Array
    shard: Int32Array
    row: Int32Array
    position: IntArray
    num_documents: Int32Array


def repeated_keys(parts: Iterable[UInt64Array]) -> UInt64Array:
    """The keys that occur more than once in all parts together, ascending. Memory: about 25 bytes a distinct key."""
    once = np.zeros(0, np.uint64)
    repeated = np.zeros(0, np.uint64)
    pending: list[UInt64Array] = []
    for part in itertools.chain(parts, [None]):
        if part is not None:
            pending.append(part)
            if sum(map(len, pending)) < max(KEYS_AT_ONCE, once.size // 2):
                continue
        keys = np.concatenate([*pending, np.zeros(0, np.uint64)])
        pending = []
        keys.sort()
        again = np.concatenate([[False], keys[1:] == keys[:-1]]) if keys.size else np.zeros(0, np.bool_)
        distinct = keys[~again]
        known = _find(once, distinct)[1]
        repeated = np.unique(np.concatenate([repeated, keys[again], distinct[known]]))
        once = np.concatenate([once, distinct[~known]])
        once.sort(kind="stable")  # two sorted runs: one merge
    return repeated


def kept_grams(parts: Iterable[pa.Table], repeated: UInt64Array) -> Kept:
    """Who keeps each of the `repeated` keys, from all NUMBERED fingerprints of a key range, in the order of shards."""
    kept = _none_kept()
    pending: list[Kept] = []
    for table in parts:
        pending.append(_those_of(table, repeated))
        if sum(part.key.size for part in pending) >= max(KEYS_AT_ONCE, kept.key.size):
            kept, pending = _best_of([kept, *pending]), []
    return _best_of([kept, *pending])


def _none_kept() -> Kept:
    return Kept(*(np.zeros(0, kind) for kind in (np.uint64, np.uint64, np.int32, np.int32, np.int64, np.int32)))  # type: ignore[arg-type]


def _those_of(table: pa.Table, repeated: UInt64Array) -> Kept:
    """The rows with a repeated key; num_documents is 1 in the first row of each document of a key, else 0."""
    found = _find(repeated, table.column("key").to_numpy())[1]
    columns = [table.column(name).to_numpy()[found] for name in NUMBERED.names]
    order = np.argsort(columns[0], kind="stable")  # of several runs
    key, document, row, position, shard = (column[order] for column in columns)
    another = np.ones(key.size, np.int32)
    another[1:] = (key[1:] != key[:-1]) | (row[1:] != row[:-1]) | (shard[1:] != shard[:-1])
    return Kept(key, document, shard, row, position, another)


def _best_of(parts: Sequence[Kept]) -> Kept:
    """One row a key: the first one of its smallest document, with the documents of all."""
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    if not columns[0].size:
        return Kept(*columns)
    order = np.argsort(columns[0], kind="stable")
    columns = [column[order] for column in columns]
    starts = np.flatnonzero(np.concatenate([[True], columns[0][1:] != columns[0][:-1]]))
    sizes = np.diff(np.append(starts, order.size))
    best = columns[1] == np.repeat(np.minimum.reduceat(columns[1], starts), sizes)
    first = np.minimum.reduceat(np.where(best, np.arange(order.size), order.size), starts)
    num_documents = np.add.reduceat(columns[5], starts, dtype=np.int32)
    key, document, shard, row, position = (column[first] for column in columns[:5])
    return Kept(key, document, shard, row, position, num_documents)


def occurrences(table: pa.Table, kept: Kept) -> pa.Table:
    """OCCURRENCES among NUMBERED fingerprints: those that another document keeps, by shard, row and position."""
    at, found = _find(kept.key, table.column("key").to_numpy())
    at = at[found]
    row, position, shard = (table.column(name).to_numpy()[found] for name in ("row", "position", "shard"))
    elsewhere = (kept.num_documents[at] > 1) & ((kept.shard[at] != shard) | (kept.row[at] != row))
    order = np.flatnonzero(elsewhere)
    order = order[np.lexsort((position[order], row[order], shard[order]))]
    at = at[order]
    kept_at = [kept.shard[at], kept.row[at], kept.position[at], kept.num_documents[at]]
    return pa.table([pa.array(column) for column in (shard[order], row[order], position[order], *kept_at)], schema=OCCURRENCES)


def _find(sorted_keys: UInt64Array, keys: UInt64Array) -> tuple[IntArray, BoolArray]:
    """Where each key stands among the sorted ones, and whether it does."""
    at = np.searchsorted(sorted_keys, keys)
    if not sorted_keys.size:
        return at, np.zeros(keys.size, np.bool_)
    np.minimum(at, sorted_keys.size - 1, out=at)
    return at, sorted_keys[at] == keys


# ---- matches ------------------------------------------------------------------------------------------------------------


def chain(table: pa.Table, *, config: SubstringConfig) -> pa.Table:
    """OCCURRENCES of some shards -> MATCHES, by where they are kept: what the kept documents are asked for."""
    if not table.num_rows:
        return MATCHES.empty_table()
    columns = {name: table.column(name).to_numpy() for name in OCCURRENCES.names}
    order = np.lexsort((columns["position"], columns["row"], columns["shard"]))
    columns = {name: column[order] for name, column in columns.items()}
    same = np.ones(order.size - 1, np.bool_)
    for name in ("shard", "row", "kept_shard", "kept_row"):
        same &= columns[name][1:] == columns[name][:-1]
    step = np.diff(columns["position"])
    same &= (step == np.diff(columns["kept_position"])) & (step <= config.min_bytes)
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    ends = np.append(starts[1:], order.size) - 1
    made = {name: columns[name][starts] for name in ("shard", "row", "kept_shard", "kept_row")}
    made["first"] = columns["position"][starts]
    made["last"] = columns["position"][ends] + config.min_bytes
    made["kept_first"] = columns["kept_position"][starts]
    made["num_documents"] = np.maximum.reduceat(columns["num_documents"], starts)
    order = np.lexsort([made[name] for name in ("first", "row", "shard", "kept_first", "kept_row", "kept_shard")])
    return pa.table([pa.array(made[name][order]) for name in MATCHES.names], schema=MATCHES)


REGION = np.dtype("S24")
"""Shard, row, first byte and size of a passage in the document that keeps it, big-endian, so that bytes sort as numbers do."""


def regions_of(matches: pa.Table) -> npt.NDArray[np.bytes_]:
    """The REGION of every match."""
    packed = np.empty((matches.num_rows, 3), ">u8")
    shard, row, first = (matches.column(name).to_numpy() for name in ("kept_shard", "kept_row", "kept_first"))
    packed[:, 0] = (shard.astype(np.uint64) << np.uint64(32)) | row.astype(np.uint64)
    packed[:, 1] = first
    packed[:, 2] = matches.column("last").to_numpy() - matches.column("first").to_numpy()
    return packed.reshape(-1).view(REGION)


def distinct_regions(parts: Iterable[npt.NDArray[np.bytes_]]) -> npt.NDArray[np.bytes_]:
    """All regions, each once, sorted."""
    distinct = np.zeros(0, REGION)
    for part in parts:
        distinct = np.unique(np.concatenate([distinct, np.unique(part)])) if part.size else distinct
    return distinct


class Passages(NamedTuple):
    """What kept documents hold at REGIONs, in their order."""

    kept_id: pa.Array
    digest: pa.Array
    left: pa.Array
    right: pa.Array


def read_passages(
    regions: npt.NDArray[np.bytes_], read_shard: Callable[[int], Iterator[pa.Table]], *, config: SubstringConfig
) -> Passages:
    """The passages at the sorted `regions`; `read_shard` yields a shard's documents (doc_id, text), batch after batch."""
    packed = np.frombuffer(regions.tobytes(), ">u8").reshape(-1, 3).astype(np.int64)
    shard, row = packed[:, 0] >> 32, packed[:, 0] & 0xFFFFFFFF
    rows: list[tuple[str, bytes, bytes, bytes]] = []
    for number in np.unique(shard).tolist():
        first, last = np.searchsorted(shard, [number, number + 1])
        start = 0
        for batch in read_shard(number):
            low, high = first + np.searchsorted(row[first:last], [start, start + batch.num_rows])
            rows += _passages_of(batch, row[low:high] - start, packed[low:high, 1:], config.window - 1)
            start += batch.num_rows
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    kinds = (pa.string(), pa.binary(), pa.binary(), pa.binary())
    return Passages(*(pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))


def _passages_of(documents: pa.Table, rows: IntArray, places: IntArray, around: int) -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """kept_id, digest, left, right of passages (first byte, size) in `rows`, ascending."""
    doc_ids = documents.column("doc_id")
    text = documents.column("text")
    held, data, doc_id = -1, b"", ""
    for row, (first, size) in zip(rows.tolist(), places.tolist(), strict=True):
        if row != held:
            held, data, doc_id = row, text[row].as_buffer().to_pybytes(), doc_ids[row].as_py()
        last = first + size
        digest = xxhash.xxh3_128_digest(memoryview(data)[first:last])
        yield doc_id, digest, data[max(0, first - around) : first], data[last : last + around]


def answer(matches: pa.Table, regions: npt.NDArray[np.bytes_], passages: Passages) -> Iterator[pa.Table]:
    """ANSWERS to those of MATCHES that ask for `regions`, by shard, row and first byte, at most ROWS_AT_ONCE at a time."""
    asked = regions_of(matches)
    at = np.minimum(np.searchsorted(regions, asked), regions.size - 1)
    matches = matches.append_column("_region", pa.array(at)).filter(pa.array(regions[at] == asked))
    matches = matches.sort_by([(name, "ascending") for name in ("shard", "row", "first", "kept_shard", "kept_row", "kept_first")])
    for start in range(0, matches.num_rows, ROWS_AT_ONCE):
        part = matches.slice(start, ROWS_AT_ONCE)
        columns = {name: part.column(name) for name in ANSWERS.names if name in MATCHES.names}
        columns |= {name: column.take(part.column("_region")) for name, column in passages._asdict().items()}
        yield pa.table([columns[name] for name in ANSWERS.names], schema=ANSWERS)


# ---- spans --------------------------------------------------------------------------------------------------------------


class _Span(NamedTuple):
    """A verified match, in bytes; `shift` is how much further on it stands in the kept document."""

    first: int
    last: int
    num_documents: int
    kept_id: str
    shift: int


def mark(documents: pa.Table, answers: pa.Table, *, first_row: int = 0) -> pa.Table:
    """REPEATS of a DOCUMENTS table (doc_id, text), from the ANSWERS of its shard by row; its first row is number `first_row`."""
    row = answers.column("row").to_numpy()
    parts = [_marked(np.zeros(1, np.uint8), np.zeros(1, np.int64), ANSWERS.empty_table())]
    at = first_row
    for data, bounds in _buffers(documents.column("text")):
        low, high = np.searchsorted(row, [at, at + bounds.size - 1])
        parts.append(_marked(data, bounds, answers.slice(low, high - low), first_row=at))
        at += bounds.size - 1
    spans, chars = (pa.chunked_array(column) for column in zip(*parts, strict=True))
    return pa.table([documents.column("doc_id"), spans, chars], schema=REPEATS)


def _marked(data: npt.NDArray[np.uint8], bounds: IntArray, answers: pa.Table, *, first_row: int = 0) -> tuple[pa.Array, pa.Array]:
    """Columns `spans` and `repeated_chars` of documents data[bounds[d]:bounds[d + 1]]."""
    found = _verified(data, bounds, answers, first_row)
    counts = np.zeros(bounds.size - 1, np.int64)
    spans: list[_Span] = []
    for d, of_document in found.items():
        apart = of_document if len(of_document) == 1 else _without_nested(_joined(of_document))
        counts[d] = len(apart)
        spans += apart
    document = np.repeat(np.arange(counts.size), counts)
    first = np.array([span.first for span in spans], np.int64)
    last = np.array([span.last for span in spans], np.int64)
    if spans:
        _kernel().characters(data, bounds[document], first, last)
    reached = np.where(np.diff(document, prepend=-1) == 0, np.roll(last, 1), 0)
    chars = np.bincount(document, last - np.maximum(first, reached), minlength=counts.size).astype(np.int64)
    kind = REPEATS.field("spans").type
    fields = list(kind.value_type)
    num_documents = pa.array([span.num_documents for span in spans], pa.int32())
    columns = [pa.array(first), pa.array(last), num_documents, pa.array([span.kept_id for span in spans], pa.string())]
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(columns, fields=fields), type=kind), pa.array(chars)


def _verified(data: npt.NDArray[np.uint8], bounds: IntArray, answers: pa.Table, first_row: int) -> dict[int, list[_Span]]:
    """Document -> the answers that agree with it, as far as they do; documents in order."""
    if not answers.num_rows:
        return {}
    columns = {name: answers.column(name).to_numpy() for name in ("row", "first", "last", "kept_first")}
    document = columns["row"] - first_row
    first, last = (columns[name] + bounds[document] for name in ("first", "last"))
    view = data.data
    places = zip(first.tolist(), last.tolist(), answers.column("digest").to_pylist(), strict=True)
    agrees = [xxhash.xxh3_128_digest(view[a:b]) == digest for a, b, digest in places]  # else two grams share a 64-bit key
    _kernel().extend(data, bounds, document, first, last, *_bytes_of(answers.column("left")), *_bytes_of(answers.column("right")))
    found: dict[int, list[_Span]] = {}
    for d, true, *span in zip(
        document.tolist(),
        agrees,
        first.tolist(),
        last.tolist(),
        answers.column("num_documents").to_pylist(),
        answers.column("kept_id").to_pylist(),
        (columns["kept_first"] - columns["first"]).tolist(),
        strict=True,
    ):
        if true and span[0] < span[1]:
            found.setdefault(d, []).append(_Span(*span))
    return found


def _joined(spans: list[_Span]) -> list[_Span]:
    """Spans that overlap here and in the same kept document are one."""
    joined: dict[tuple[str, int], list[_Span]] = {}
    for span in sorted(spans):
        same = joined.setdefault((span.kept_id, span.shift), [])
        if same and span.first <= same[-1].last:
            before = same.pop()
            num_documents = max(before.num_documents, span.num_documents)
            span = _Span(before.first, max(before.last, span.last), num_documents, span.kept_id, span.shift)
        same.append(span)
    return [span for same in joined.values() for span in same]


def _without_nested(spans: list[_Span]) -> list[_Span]:
    """Spans by their first byte, of equal ones that with the smallest kept_id; none lies within another."""
    kept: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.first, -span.last, span.kept_id, span.shift)):
        if not kept or span.last > kept[-1].last:
            kept.append(span)
        else:
            kept[-1] = kept[-1]._replace(num_documents=max(kept[-1].num_documents, span.num_documents))
    return kept


def _bytes_of(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.uint8], IntArray]:
    """All bytes of a binary column, and the bounds of its values in them."""
    array = pa.concat_arrays(chunk.cast(pa.large_binary()) for chunk in column.chunks)
    offsets = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(array.buffers()[2] or b"\0", np.uint8), offsets


# ---- all of it in memory ------------------------------------------------------------------------------------------------


def find_repeats(
    tables: Sequence[pa.Table], *, config: SubstringConfig | None = None, clusters: Sequence[pa.Table] | None = None
) -> list[pa.Table]:
    """REPEATS of DOCUMENTS tables (doc_id, text), one each, as `pipelines/run_substrings.py` finds them over shards.

    With `clusters` (CLUSTERS of the same rows) the documents that dedup dropped do not take part.
    """
    config = config or SubstringConfig()
    keeps = [table.column("keep") for table in clusters] if clusters else [_all_true(table.num_rows) for table in tables]
    parts = [
        with_number(fingerprints(table, keep, config=config), i)
        for i, (table, keep) in enumerate(zip(tables, keeps, strict=True))
    ]
    kept = kept_grams(parts, repeated_keys(part.column("key").to_numpy() for part in parts))
    found = pa.concat_tables([OCCURRENCES.empty_table(), *(occurrences(part, kept) for part in parts)])
    matches = chain(found, config=config)
    regions = distinct_regions([regions_of(matches)])
    passages = read_passages(regions, lambda shard: iter([tables[shard]]), config=config)
    answers = pa.concat_tables([ANSWERS.empty_table(), *(answer(matches, regions, passages) if regions.size else ())])
    return [mark(table, answers.filter(pc.field("shard") == i)) for i, table in enumerate(tables)]


def _all_true(number: int) -> pa.ChunkedArray:
    return pa.chunked_array([np.ones(number, np.bool_)])


def _buffers(texts: pa.ChunkedArray) -> Iterator[tuple[npt.NDArray[np.uint8], IntArray]]:
    """(bytes, bounds) of every chunk of a column of strings: text i is bytes[bounds[i]:bounds[i + 1]]."""
    for chunk in texts.chunks:
        array = chunk.cast(pa.large_string())
        if len(array):
            offsets = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
            yield np.frombuffer(array.buffers()[2] or b"\0", np.uint8), offsets


@functools.lru_cache(maxsize=1)
def _kernel() -> Any:
    require("numba", extra="dedup")
    from dedup import substring_kernel

    return substring_kernel


# ---- leaving passages out -----------------------------------------------------------------------------------------------


def without_spans(text: str, spans: Iterable[tuple[int, int]], *, is_markdown: bool = True) -> str:
    """`text` without the lines that lie whole within `spans` (start and end in characters; they may overlap).

    A line that is only partly marked stays. In Markdown a formula or a piece of code is left out whole or not at all, so that no
    fence and no dollars lose their partner; where leaving lines out would make other formulas or code of what is left, all stays.
    """
    ranges = _whole_lines(text, _united(spans))
    if not ranges or not is_markdown:
        return _without(text, ranges)
    wholes = list(markup.spans(text))
    while (fewer := _whole_lines(text, _spared(ranges, wholes))) != ranges:
        ranges = fewer  # where one formula ends on a line on which the next begins, sparing one can cut the other
    shortened = _without(text, ranges)
    starts = [first for first, _ in ranges]
    stay = [(whole.kind, whole.body) for whole in wholes if not _is_inside(whole, ranges, starts)]
    return shortened if stay == [(whole.kind, whole.body) for whole in markup.spans(shortened)] else text


def _united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Disjoint ranges in order that cover the same."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _whole_lines(text: str, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges less the lines that they hold only part of; a line's end is part of it, but need not be marked."""
    lines = []
    for start, end in ranges:
        first = start if text[start - 1 : start] in ("", "\n") else text.find("\n", start) + 1 or len(text)
        last = end if text[end - 1 : end] == "\n" else min(end + 1, len(text))
        last = last if text[last - 1 : last] == "\n" or last == len(text) == end else text.rfind("\n", 0, end) + 1
        if first < last:
            lines.append((first, last))
    return lines


def _spared(ranges: list[tuple[int, int]], wholes: Iterable[markup.Span]) -> list[tuple[int, int]]:
    """The ranges without the parts of formulas and code that they do not hold whole; both in order and disjoint."""
    spared: list[tuple[int, int]] = []
    pieces = iter(wholes)
    piece = next(pieces, None)
    for start, end in ranges:
        while piece and piece.end <= start:
            piece = next(pieces, None)
        while piece and piece.start < end:
            if start <= piece.start and piece.end <= end:
                piece = next(pieces, None)
                continue
            if start < piece.start:
                spared.append((start, piece.start))
            start = min(piece.end, end)
            if piece.end > end:
                break
            piece = next(pieces, None)
        if start < end:
            spared.append((start, end))
    return spared


def _is_inside(whole: markup.Span, ranges: list[tuple[int, int]], starts: list[int]) -> bool:
    at = int(np.searchsorted(starts, whole.start, side="right")) - 1
    return at >= 0 and whole.end <= ranges[at][1]


def _without(text: str, ranges: list[tuple[int, int]]) -> str:
    parts, position = [], 0
    for start, end in ranges:
        parts.append(text[position:start])
        position = end
    return "".join([*parts, text[position:]])
