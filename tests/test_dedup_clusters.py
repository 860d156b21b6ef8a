"""Who stays and who stands for whom: the contract of dedup/clusters.py, read literally, is the oracle."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import RecipeError
from corpus.schema import CLUSTERS, conform
from dedup import DedupConfig, deduplicate, sign_documents
from dedup.rows import band_keys, priorities
from dedup.shingles import jaccard
from dedup.signatures import shingle_sets, signature_matrix
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


@settings(max_examples=40, deadline=None)
@given(_DOCUMENTS, st.sampled_from(["signature", "exact"]), st.sampled_from([0, 1, 8]))
def test_the_contract_read_literally(drawn: list[tuple[str, str, int]], mode: str, max_rounds: int) -> None:
    table = table_of(drawn)
    config = DedupConfig(mode=mode, num_bands=5, rows_per_band=2)  # type: ignore[arg-type]
    with mock.patch("dedup.clusters.MAX_ROUNDS", max_rounds):
        result = deduplicate([table], config=config)[0].to_pylist()
    signed = sign_documents(table, config=config)
    expected = literal_near(signed, table, config, [row["dedup_reason"] in (None, "near") for row in result])
    by_id = dict(zip(table.column("doc_id").to_pylist(), range(table.num_rows), strict=True))
    if len(by_id) == table.num_rows:
        for row, near in zip(result, expected, strict=True):
            if row["dedup_reason"] in (None, "near"):
                assert (None if row["keep"] else (by_id[row["kept_id"]], row["jaccard"])) == near


def literal_near(
    signed: pa.Table, table: pa.Table, config: DedupConfig, takes_part: list[bool]
) -> list[tuple[int, float] | None]:
    """The contract, as its sentence says it: for each document the most similar of its leaders and how similar, if it goes."""
    matrix, present = signature_matrix(signed.column("signature"), config=config)
    keys = band_keys(matrix, config=config)
    rank, tie = priorities(signed)
    sets = shingle_sets(table.column("text"), config=config)
    stay: list[int] = []
    answers: list[tuple[int, float] | None] = [None] * len(keys)
    for document in sorted(range(len(keys)), key=lambda i: (rank[i], tie[i], i)):
        if not (takes_part[document] and present[document]):
            continue
        leaders = []
        for band in range(config.num_bands):
            leaders += [other for other in stay if keys[other, band] == keys[document, band]][:1]
        near = []
        for leader in dict.fromkeys(leaders):
            estimate = float((matrix[document] == matrix[leader]).mean(dtype=np.float32))
            value = np.float32(jaccard(sets[document], sets[leader]) if config.mode == "exact" else estimate)
            if value >= np.float32(config.jaccard_threshold):
                near.append((-value, rank[leader], tie[leader], leader))
        if near:
            answers[document] = (min(near)[3], -float(min(near)[0]))
        else:
            stay.append(document)
    return answers


# ---- size ---------------------------------------------------------------------------------------------------------------


def test_100_000_identical_documents_take_seconds() -> None:
    started = time.process_time()
    annotated = deduplicate([documents([text(0, 20)] * 100_000, ids=[f"{i:032x}" for i in range(100_000)])])[0]
    assert time.process_time() - started < 20
    assert annotated.column("keep").to_pylist() == [True] + [False] * 99_999
    assert annotated.column("cluster_size")[5].as_py() == 100_000


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"num_bands": 0}, {"jaccard_threshold": 1.5}, {"num_partitions": 0}, {"shingle_words": 0}):
        with pytest.raises(RecipeError, match="expected"):
            DedupConfig(**wrong)  # type: ignore[arg-type]
