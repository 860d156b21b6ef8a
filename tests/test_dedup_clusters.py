"""Who stays and who stands for whom: the contract of dedup/clusters.py, read literally, is the oracle."""

from __future__ import annotations

import itertools
import time
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import RecipeError
from corpus.schema import CLUSTERS, conform
from dedup import DedupConfig, bucket_rows, deduplicate, sign_documents
from dedup.clusters import drop_near, shared_buckets, split_by_partition
from dedup.shingles import UInt64Array
from tests.dedup_documents import documents

WORDS = [f"w{i}" for i in range(4000)]


def text(start: int, stop: int) -> str:
    """Words start to stop of one long text: two such texts are the more similar the more their ranges overlap."""
    return " ".join(WORDS[start:stop])


def rows(
    tables: list[pa.Table], *, config: DedupConfig | None = None, quality: list[pa.Array] | None = None
) -> list[dict[str, object]]:
    return [row for table in deduplicate(tables, config=config, quality=quality) for row in table.to_pylist()]


def kept(table: pa.Table, **options: object) -> list[bool]:
    return [bool(row["keep"]) for row in rows([table], **options)]  # type: ignore[arg-type]


# ---- one kind of duplicate at a time ------------------------------------------------------------------------------------


def test_documents_that_resemble_nothing_stay_alone() -> None:
    table = documents([text(0, 100), text(200, 300), ""])
    for row, doc_id in zip(rows([table]), table.column("doc_id").to_pylist(), strict=True):
        assert row["keep"]
        assert row["cluster_id"] == doc_id
        assert row["cluster_size"] == 1
        assert row["dedup_reason"] is None
        assert row["jaccard"] is None


def test_of_one_url_the_newest_stays_whatever_it_says() -> None:
    urls = ["http://www.a.org/x/", "https://a.org/x?utm_source=y", "https://a.org/x#top", "https://a.org/other"]
    table = documents([text(0, 300), text(400, 450), text(500, 600), text(1000, 1100)], urls=urls, days=[1, 3, 2, 1])
    result = rows([table])
    assert [row["keep"] for row in result] == [False, True, False, True]
    assert [row["dedup_reason"] for row in result] == ["url", None, "url", None]
    assert {row["cluster_id"] for row in result[:3]} == {table.column("doc_id")[1].as_py()}
    assert [row["cluster_size"] for row in result] == [3, 3, 3, 1]
    assert kept(table, config=DedupConfig(url_duplicates=False)) == [True] * 4


def test_quality_beats_newer_and_longer() -> None:
    table = documents([text(0, 300), text(0, 299)], urls=["https://a.org", "http://a.org"], days=[2, 1])
    assert kept(table) == [True, False]
    assert kept(table, quality=[pa.array([0.2, 0.9], pa.float32())]) == [False, True]
    assert kept(table, quality=[pa.array([None, 0.9], pa.float32())]) == [False, True]


def test_equal_paths_of_files_are_no_duplicates() -> None:
    table = documents([text(0, 100), text(200, 300)], urls=["file:///index.html", "file:///index.html"])
    assert kept(table) == [True, True]


def test_same_text_up_to_white_space_is_exact() -> None:
    table = documents(["a b  c\n", " a b c", "a b c d"])
    result = rows([table])
    assert [row["dedup_reason"] for row in result[:2]].count("exact") == 1
    assert [row["jaccard"] for row in result] == [None, None, None]


def test_the_longest_near_duplicate_stays_and_similarity_is_reported() -> None:
    table = documents([text(0, 190), text(0, 200), text(5, 199)])
    result = rows([table])
    assert [row["keep"] for row in result] == [False, True, False]
    assert [row["dedup_reason"] for row in result] == ["near", None, "near"]
    assert all(0.72 <= float(row["jaccard"]) <= 1 for row in result if row["dedup_reason"])  # type: ignore[arg-type]


def test_documents_shorter_than_a_shingle_are_near_when_their_words_agree() -> None:
    assert kept(documents(["One, two.", "one two", "one three"])) == [True, False, True]


def test_empty_documents_are_one_cluster() -> None:
    assert Counter(kept(documents(["", " ", "\n\n"]))) == {True: 1, False: 2}


# ---- reasons and chains -------------------------------------------------------------------------------------------------


def test_the_first_reason_counts() -> None:
    """Same URL and same text: url. Same text and near to a third: exact."""
    table = documents(
        [text(0, 200), text(0, 200), text(0, 200) + " end"],
        urls=["https://a.org", "http://a.org", "https://b.org"],
        days=[2, 1, 1],
    )
    assert [row["dedup_reason"] for row in rows([table])] == ["near", "url", None]
    other = documents([text(0, 200), text(0, 200) + " ", text(0, 200) + " end"])
    assert sorted(str(row["dedup_reason"]) for row in rows([other])) == ["None", "exact", "near"]


def test_chains_across_reasons_end_at_the_document_that_stays() -> None:
    """0 is an older fetch of 1, 1 has the text of 2, 2 is near 3: all stand for 3."""
    texts = ["something else entirely", text(0, 300), text(0, 300), text(0, 310)]
    table = documents(texts, urls=["https://a.org", "https://a.org/", "https://b.org", "https://c.org"], days=[1, 2, 1, 1])
    result = rows([table])
    assert [row["keep"] for row in result] == [False, False, False, True]
    assert {row["cluster_id"] for row in result} == {table.column("doc_id")[3].as_py()}
    assert [row["cluster_size"] for row in result] == [4] * 4
    assert result[0]["dedup_reason"] == "url"


def test_of_a_chain_those_stay_that_resemble_nothing_kept() -> None:
    """A ~ B ~ C, A !~ C, best first: A stays, B goes for A, C stays. Connected components would delete C."""
    step, length = 40, 500  # neighbours share 460 of 540 words, J about 0.85; two steps 0.72; three 0.6
    config = DedupConfig(jaccard_threshold=0.78)
    table = documents([text(i * step, i * step + length) for i in range(7)])
    first_better = pa.array(np.linspace(1, 0, 7), pa.float32())
    assert kept(table, config=config, quality=[first_better]) == [True, False] * 3 + [True]
    middle_best = pa.array([0.1, 0.2, 0.3, 0.9, 0.3, 0.2, 0.1], pa.float32())
    assert kept(table, config=config, quality=[middle_best]) == [False, True, False, True, False, True, False]


def test_of_a_clique_one_stays() -> None:
    table = documents([text(0, 400) + f" {i} {i}" for i in range(40)])
    result = rows([table])
    assert sum(bool(row["keep"]) for row in result) == 1
    assert {row["cluster_size"] for row in result} == {40}


# ---- any input ----------------------------------------------------------------------------------------------------------

_RANGES = st.tuples(st.integers(0, 30), st.integers(0, 60)).map(lambda r: text(r[0], r[0] + r[1]))
_URLS = st.sampled_from(["https://a.org", "http://a.org/", "https://b.org", "file:///x", "file:///y", "https://c.org/?b=1&a=2"])
_DOCUMENTS = st.lists(st.tuples(_RANGES, _URLS, st.integers(0, 3)), min_size=1, max_size=25)


def table_of(drawn: list[tuple[str, str, int]]) -> pa.Table:
    return documents([d[0] for d in drawn], urls=[d[1] for d in drawn], days=[d[2] for d in drawn])


@settings(max_examples=60, deadline=None)
@given(_DOCUMENTS, st.sampled_from(["signature", "exact"]))
def test_clusters_are_consistent(drawn: list[tuple[str, str, int]], mode: str) -> None:
    table = table_of(drawn)
    config = DedupConfig(mode=mode)  # type: ignore[arg-type]
    annotated = deduplicate([table], config=config)[0]
    conform(annotated, CLUSTERS, what="clusters")
    assert annotated.column("doc_id").to_pylist() == table.column("doc_id").to_pylist()
    result = annotated.to_pylist()
    kept_ids = Counter(row["doc_id"] for row in result if row["keep"])
    sizes = Counter(row["cluster_id"] for row in result)
    for row in result:
        assert kept_ids[row["cluster_id"]] == 1
        assert row["cluster_size"] == sizes[row["cluster_id"]]
        assert row["keep"] == (row["dedup_reason"] is None)
        assert (row["jaccard"] is not None) == (row["dedup_reason"] == "near")
        assert not row["keep"] or row["cluster_id"] == row["doc_id"]
        assert row["jaccard"] is None or np.float32(row["jaccard"]) >= np.float32(config.jaccard_threshold)


@settings(max_examples=60, deadline=None)
@given(_DOCUMENTS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_and_split_of_the_shards_do_not_matter(drawn: list[tuple[str, str, int]], random: object, num_shards: int) -> None:
    drawn = list(dict.fromkeys(drawn))
    table = table_of(drawn)
    expected = {row["doc_id"]: row for row in rows([table])}
    order = list(range(len(drawn)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = table.take(pa.array(order))
    cuts = [len(drawn) * i // num_shards for i in range(num_shards + 1)]
    tables = [shuffled.slice(a, b - a) for a, b in itertools.pairwise(cuts)]
    unique = Counter(table.column("doc_id").to_pylist())
    for row in rows(tables):
        if unique[row["doc_id"]] == 1:
            assert row == expected[row["doc_id"]]
    assert sum(bool(row["keep"]) for row in rows(tables)) == sum(kept(table))


def judged_one_by_one(keys: UInt64Array, similar: np.ndarray) -> np.ndarray:
    """The contract, as its sentence says it."""
    stay = np.zeros(len(keys), np.bool_)
    for document in range(len(keys)):
        leaders = set()
        for band in range(keys.shape[1]):
            better = [other for other in range(document) if stay[other] and keys[other, band] == keys[document, band]]
            leaders.update(better[:1])
        stay[document] = not any(similar[document, leader] for leader in leaders)
    return stay


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 4),
    st.integers(1, 12),
    st.floats(0, 1),
    st.integers(0, 2**32),
    st.sampled_from([0, 1, 2, 32]),
)
def test_rounds_give_what_judging_one_by_one_gives(
    count: int, num_bands: int, num_keys: int, share: float, seed: int, max_rounds: int
) -> None:
    rng = np.random.default_rng(seed)
    keys = rng.integers(0, num_keys, (count, num_bands)).astype(np.uint64) + np.arange(num_bands, dtype=np.uint64) * np.uint64(
        100
    )
    similar = np.triu(rng.random((count, count)) < share, 1)
    similar |= similar.T
    stay = drop_near(keys, lambda one, other: similar[one, other].astype(np.float32), threshold=0.5, max_rounds=max_rounds)
    np.testing.assert_array_equal(stay, judged_one_by_one(keys, similar))


# ---- size ---------------------------------------------------------------------------------------------------------------


def test_100_000_identical_documents_take_seconds() -> None:
    started = time.process_time()
    annotated = deduplicate([documents([text(0, 20)] * 100_000, ids=[f"{i:032x}" for i in range(100_000)])])[0]
    assert time.process_time() - started < 20
    assert annotated.column("keep").to_pylist() == [True] + [False] * 99_999
    assert annotated.column("cluster_size")[5].as_py() == 100_000


def test_a_giant_bucket_of_documents_that_are_not_alike_is_linear() -> None:
    """100,000 documents in one bucket, no two similar: one comparison each, not each with each."""
    keys = np.zeros((100_000, 1), np.uint64)
    compared = 0

    def nothing_alike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        nonlocal compared
        compared += one.size
        return np.zeros(one.size, np.float32)

    assert drop_near(keys, nothing_alike, threshold=0.5).all()
    assert compared < 200_000


def test_a_long_chain_ends() -> None:
    """Each document shares a bucket with the next one only, best first: the worst case for rounds."""
    count = 50_000
    keys = np.stack([np.arange(count) // 2, count + (np.arange(count) + 1) // 2], axis=1).astype(np.uint64)
    stay = drop_near(keys, lambda one, other: np.ones(one.size, np.float32), threshold=0.5)
    np.testing.assert_array_equal(stay, np.arange(count) % 2 == 0)


# ---- buckets ------------------------------------------------------------------------------------------------------------


def test_partitions_hold_every_row_once_and_agree_with_no_partition() -> None:
    config = DedupConfig()
    tables = [documents([text(i, i + 100) for i in range(0, 60, 2)]), documents([text(i, i + 100) for i in range(1, 60, 7)])]
    parts = [bucket_rows(sign_documents(table, config=config), config=config) for table in tables]
    whole = shared_buckets(enumerate(parts))
    split = [split_by_partition(part, num_partitions=5) for part in parts]
    for part, pieces in zip(parts, split, strict=True):
        assert pa.concat_tables(pieces).equals(part)
    assert pa.concat_tables(shared_buckets(enumerate(pieces)) for pieces in zip(*split, strict=True)).equals(whole)


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"num_bands": 0}, {"jaccard_threshold": 1.5}, {"num_partitions": 0}, {"shingle_words": 0}):
        with pytest.raises(RecipeError, match="expected"):
            DedupConfig(**wrong)  # type: ignore[arg-type]
