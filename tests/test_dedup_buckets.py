"""Buckets, documents and what they tell each other: streams cut anywhere, any similarity, and the sizes at which it must hold."""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import DedupConfig
from dedup.buckets import (
    EXACT,
    LIVE,
    LIVE_IDENTITY,
    LIVE_ORDER,
    MESSAGES,
    POINTERS,
    equal_pointers,
    first_pass,
    news,
    next_pass,
    with_news,
)
from dedup.judging import SIMILAR, STANDING, comparisons, judge, judge_one_by_one, near_pointers
from dedup.merging import merged
from dedup.rows import NEW, ROWS, UInt64Array, folded_ids, keys_of, sorted_rows

PER_SHARD = 50_000
Similarity = Callable[[np.ndarray, np.ndarray], np.ndarray]


def rows_of(keys: UInt64Array, *, num_old: int = 0) -> pa.Table:
    """ROWS of documents numbered from best to worst (documents x bands), PER_SHARD to a shard; the first ones may be old."""
    count, num_bands = keys.shape
    document = np.repeat(np.arange(count), num_bands)
    rank = document.astype(np.uint64) | np.where(document < num_old, np.uint64(0), NEW)
    nothing = np.zeros(document.size, np.uint64)
    places = [(document // PER_SHARD).astype(np.int32), (document % PER_SHARD).astype(np.int32)]
    return sorted_rows(pa.table([keys.ravel(), nothing, rank, nothing, *places], schema=ROWS))


def number_of(table: pa.Table, prefix: str = "") -> np.ndarray:
    """Documents of a table by the numbers that `rows_of` gave them."""
    return table.column(f"{prefix}shard").to_numpy().astype(np.int64) * PER_SHARD + table.column(f"{prefix}row").to_numpy()


def cut(table: pa.Table, cuts: Iterable[int]) -> list[pa.Table]:
    """The table in pieces."""
    places = sorted({0, table.num_rows, *(place % (table.num_rows + 1) for place in cuts)})
    return [table.slice(first, last - first) for first, last in itertools.pairwise(places)] or [table]


def whole(schema: pa.Schema, tables: Iterable[pa.Table]) -> pa.Table:
    return pa.concat_tables([schema.empty_table(), *tables]).combine_chunks()


def judged(
    keys: UInt64Array, similarity: Similarity, *, cuts: Iterable[int] = (), max_rounds: int = 10**9, num_old: int = 0
) -> tuple[dict[int, tuple[int, float]], int]:
    """Who is dropped for whom, and after how many rounds; the streams of every pass are cut at `cuts`."""
    rows = rows_of(keys, num_old=num_old)
    outputs = list(first_pass(cut(rows, cuts)))
    by_document = rows.take(pa.array(np.argsort(number_of(rows), kind="stable")))
    standing = STANDING.empty_table()
    similar = SIMILAR.empty_table()
    for number in itertools.count(1):
        live = whole(LIVE, [live for live, _ in outputs])
        messages = whole(MESSAGES, [messages for _, messages in outputs])
        pairs = comparisons(messages)
        values = similarity(number_of(pairs), number_of(pairs, "leader_")).astype(np.float32)
        near = pairs.append_column("jaccard", pa.array(values, pa.float32())).cast(SIMILAR).filter(pa.array(values >= 0.5))
        standing, decided = judge(standing, messages, near)
        if not live.num_rows:
            break
        edges = np.searchsorted(number_of(by_document), np.arange(0, len(keys) + PER_SHARD, PER_SHARD))
        changes = []
        for shard in np.unique(decided.column("shard").to_numpy()).tolist():
            here = decided.filter(pa.array(decided.column("shard").to_numpy() == shard))
            its = by_document.slice(edges[shard], edges[shard + 1] - edges[shard])
            changes.append(news(its.filter(pa.array(np.isin(keys_of(its), keys_of(here)))), here))
        runs = [live, sorted_rows(whole(LIVE, changes), by=LIVE_ORDER)]
        waiting = merged([functools.partial(iter, cut(run, cuts)) for run in runs], by=LIVE_ORDER, identity=LIVE_IDENTITY)
        if number >= max_rounds:
            similar = rest(whole(LIVE, map(with_news, waiting)), similarity)
            break
        outputs = list(next_pass(waiting))
    pointers = near_pointers(standing, similar)
    columns = number_of(pointers).tolist(), number_of(pointers, "kept_").tolist(), pointers.column("jaccard").to_pylist()
    return {document: (leader, value) for document, leader, value in zip(*columns, strict=True)}, number


def rest(live: pa.Table, similarity: Similarity) -> pa.Table:
    documents = np.unique(keys_of(live))
    numbers = (documents >> 32) * PER_SHARD + (documents & 0xFFFFFFFF)

    class Compare:
        threshold = np.float32(0.5)

        def __call__(self, one: int, others: list[int]) -> np.ndarray:
            return similarity(np.full(len(others), numbers[one]), numbers[others]).astype(np.float32)

    return judge_one_by_one(live, documents, Compare())  # type: ignore[arg-type]


def read_literally(keys: UInt64Array, similar: np.ndarray, num_old: int = 0) -> dict[int, tuple[int, float]]:
    """The contract, as its sentence says it."""
    stay: list[int] = list(range(num_old))
    gone = {}
    for document in range(num_old, len(keys)):
        leaders = set()
        for band in range(keys.shape[1]):
            leaders.update([other for other in stay if other < document and keys[other, band] == keys[document, band]][:1])
        near = [(-similar[document, leader], leader) for leader in leaders if similar[document, leader] >= 0.5]
        if near:
            gone[document] = (min(near)[1], float(np.float32(-min(near)[0])))
        else:
            stay.append(document)
    return gone


def random_case(count: int, num_bands: int, num_keys: int, share: float, seed: int) -> tuple[UInt64Array, np.ndarray]:
    rng = np.random.default_rng(seed)
    keys = (rng.integers(0, num_keys, (count, num_bands)) + 100 * np.arange(num_bands)).astype(np.uint64)
    similar = np.triu(np.where(rng.random((count, count)) < share, rng.choice([0.5, 0.75, 1.0], (count, count)), 0.25), 1)
    return keys, similar + similar.T


CASES = st.tuples(st.integers(1, 40), st.integers(1, 4), st.integers(1, 12), st.floats(0, 1), st.integers(0, 2**32))


@settings(max_examples=200, deadline=None)
@given(CASES, st.lists(st.integers(0, 10**6), max_size=20), st.sampled_from([0, 1, 2, 10**9]), st.integers(0, 5))
def test_rounds_give_what_the_sentence_says(case: tuple, cuts: list[int], max_rounds: int, num_old: int) -> None:  # type: ignore[type-arg]
    keys, similar = random_case(*case)
    num_old = min(num_old, len(keys))
    gone, _ = judged(keys, lambda one, other: similar[one, other], cuts=cuts, max_rounds=max_rounds, num_old=num_old)
    assert gone == read_literally(keys, similar, num_old)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 3)), max_size=30), max_size=5),
    st.integers(1, 7),
)
def test_merged_runs_are_sorted_and_whole(drawn: list[list[tuple[int, int, int]]], size: int) -> None:
    names = ("a", "b", "c")
    tables = []
    for rows in drawn:
        columns = zip(*sorted(rows), strict=True) if rows else ((), (), ())
        tables.append(pa.table({name: pa.array(values, pa.uint64()) for name, values in zip(names, columns, strict=True)}))

    def run(table: pa.Table) -> Iterator[pa.Table]:
        yield from (table.slice(first, size) for first in range(0, table.num_rows, size))

    pieces = list(merged([functools.partial(run, table) for table in tables], by=names, identity=2))
    found = [tuple(row.values()) for piece in pieces for row in piece.to_pylist()]
    assert found == sorted(row for rows in drawn for row in rows)
    for before, after in itertools.pairwise(pieces):
        last, first = before.slice(before.num_rows - 1).to_pylist()[0], after.slice(0, 1).to_pylist()[0]
        assert (last["a"], last["b"]) != (first["a"], first["b"])


def test_merging_holds_a_table_of_each_run() -> None:
    """Two runs of 200 tables: never more than three tables are read ahead of what came out."""
    taken = given_out = 0

    def run(offset: int) -> Iterator[pa.Table]:
        nonlocal taken
        for first in range(0, 20_000, 100):
            taken += 100
            yield pa.table({"a": pa.array(np.arange(first, first + 100) * 2 + offset, pa.uint64())})

    for piece in merged([functools.partial(run, 0), functools.partial(run, 1)], by=("a",)):
        given_out += piece.num_rows
        assert taken - given_out <= 300
    assert given_out == 40_000


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=40), st.lists(st.integers(0, 100), max_size=10))
def test_of_equal_keys_the_first_stays_wherever_the_stream_is_cut(drawn: list[int], cuts: list[int]) -> None:
    keys = np.array(drawn, np.uint64).reshape(-1, 1)
    pointers = whole(POINTERS, equal_pointers(cut(rows_of(keys), cuts), reason=EXACT))
    found = dict(zip(number_of(pointers).tolist(), number_of(pointers, "kept_").tolist(), strict=True))
    assert found == {at: drawn.index(key) for at, key in enumerate(drawn) if drawn.index(key) != at}


# ---- convergence --------------------------------------------------------------------------------------------------------


def chain(count: int) -> UInt64Array:
    """Each document shares a bucket with the next one only, best first: the worst case for rounds."""
    return np.stack([np.arange(count) // 2, count + (np.arange(count) + 1) // 2], axis=1).astype(np.uint64)


def alike(one: np.ndarray, _other: np.ndarray) -> np.ndarray:
    return np.ones(one.size)


def test_a_chain_takes_as_many_rounds_as_it_is_long_and_a_clique_takes_two() -> None:
    gone, rounds = judged(chain(21), alike)
    assert sorted(gone) == list(range(1, 21, 2))
    assert rounds == 22  # and one in which the last one's buckets hear that nobody waits
    gone, rounds = judged(np.zeros((30, 4), np.uint64) + np.arange(4, dtype=np.uint64), alike)
    assert gone == dict.fromkeys(range(1, 30), (0, 1.0))
    assert rounds == 2


def test_what_waits_after_some_rounds_is_judged_at_once() -> None:
    """A chain of 50,000 would take 50,000 rounds; after eight of them one pass over what is left gives the same."""
    started = time.process_time()
    gone, rounds = judged(chain(50_000), alike, max_rounds=8)
    assert sorted(gone) == list(range(1, 50_000, 2))
    assert rounds == 8
    assert time.process_time() - started < 60


def test_a_giant_bucket_of_documents_that_are_not_alike_is_linear() -> None:
    """1,000,000 documents in one bucket, no two similar: one comparison each, not each with each."""
    compared = 0

    def nothing_alike(one: np.ndarray, _other: np.ndarray) -> np.ndarray:
        nonlocal compared
        compared += one.size
        return np.zeros(one.size)

    started = time.process_time()
    gone, rounds = judged(np.zeros((1_000_000, 1), np.uint64), nothing_alike, cuts=range(0, 1_000_000, 100_000))
    assert (gone, rounds, compared) == ({}, 2, 999_999)
    assert time.process_time() - started < 60


def test_a_giant_bucket_of_equal_texts_is_linear() -> None:
    started = time.process_time()
    rows = rows_of(np.zeros((1_000_000, 1), np.uint64))
    pointers = whole(POINTERS, equal_pointers(cut(rows, range(0, 1_000_000, 70_000)), reason=EXACT))
    assert pointers.num_rows == 999_999
    assert (number_of(pointers, "kept_") == 0).all()
    assert time.process_time() - started < 30


def test_defaults_fit_two_levels_of_mail_at_25e9_documents() -> None:
    from pipelines.dedup_corpus import DOCUMENTS_PER_RANGE, ROWS_PER_PARTITION
    from pipelines.exchange import FANOUT

    config = DedupConfig()
    assert 25e9 * config.num_bands / ROWS_PER_PARTITION <= FANOUT**2
    assert 25e9 / DOCUMENTS_PER_RANGE <= FANOUT**2


@given(st.lists(st.one_of(st.integers(0, 2**128 - 1).map("{:032x}".format), st.text(max_size=40)), max_size=6))
def test_an_id_is_folded_alike_whatever_stands_beside_it(ids: list[str]) -> None:
    alone = [int(folded_ids(pa.chunked_array([[doc_id]]))[0]) for doc_id in ids]
    assert folded_ids(pa.chunked_array([pa.array(ids, pa.string())])).tolist() == alone
