"""`tercet inspect`: what it shows of a run, and what it answers when the question is wrong."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpus import shards
from corpus.errors import InputError
from pipelines.inspection import (
    MAX_DIFF_LINES,
    MAX_DIFFS,
    MAX_MEMBERS,
    difference,
    show_cluster,
    show_document,
    show_reject,
    show_row,
)
from tests.example_run import make_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return make_run(tmp_path_factory.mktemp("run"))


def test_a_document_with_all_that_is_known_of_it(run: dict[str, Any]) -> None:
    shown = show_document(run["out"], run["euler.html"])
    for said in (
        "file://web/euler.html",
        "mathematics",
        "cluster_size",
        "used_fallback",
        "code_char_fraction",
        "```python\nprint(1)",
    ):
        assert said in shown, said


def test_the_first_digits_of_an_id_are_enough(run: dict[str, Any]) -> None:
    assert show_document(run["out"], run["euler.html"][:10]) == show_document(run["out"], run["euler.html"])


def test_generated_documents_have_no_cluster_here(run: dict[str, Any]) -> None:
    shown = show_document(run["out"], run["task"])
    assert "2 + 2 = 4" in shown
    assert "cluster_id" not in shown


def test_an_unknown_id_is_answered_with_the_nearest(run: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"the run has 4 documents, the nearest ids are [0-9a-f]{32}"):
        show_document(run["out"], "xyz")
    with pytest.raises(InputError, match="4 documents"):
        show_document(run["out"], "")


def test_an_ambiguous_id_is_answered_with_the_candidates(tmp_path: Path) -> None:
    from corpus import schema, shards

    run = make_run(tmp_path)
    url = f"{run['out']}/extract/abc123/shards/web-00000.parquet"
    table = shards.read_table(url)
    ids = [f"aa{i}" + doc_id[3:] for i, doc_id in enumerate(table.column("doc_id").to_pylist())]
    shards.write_shard(table.set_column(0, schema.DOCUMENTS.field(0), [ids]), url)
    with pytest.raises(InputError) as error:
        show_document(run["out"], "aa")
    assert all(doc_id in str(error.value) for doc_id in ids)


def test_rejects_by_reason_and_by_id(run: dict[str, Any]) -> None:
    by_reason = show_reject(run["out"], "empty_content")
    assert "empty.html" in by_reason
    doc_id = next(line.split()[1] for line in by_reason.splitlines() if line.startswith("doc_id"))
    assert show_reject(run["out"], doc_id[:12]) == by_reason
    with pytest.raises(InputError, match=r"reasons in this run: empty_content \(1\)"):
        show_reject(run["out"], "too_big")


def test_a_cluster_by_its_id_and_by_a_member(run: dict[str, Any]) -> None:
    shown = show_cluster(run["out"], run["euler2.html"])
    assert shown == show_cluster(run["out"], run["euler.html"])
    assert shown.index("euler.html") < shown.index("euler2.html")
    for said in ("2 documents", "0.8125", "near", "+We have $e^{i\\pi} = -1$ and more."):
        assert said in shown, said


def test_a_cluster_lists_its_members_with_what_tells_them_apart(run: dict[str, Any]) -> None:
    shown = show_cluster(run["out"], run["euler2.html"][:9])
    title, kept, listed, *_ = shown.split("\n\n")
    assert title == f"cluster {run['euler.html']}: 2 documents (1 kept, 1 near)"
    assert [line.split()[0] for line in kept.splitlines()[2:]] == ["doc_id", "url", "title", "source", "num_chars", "quality"]
    header, member = listed.splitlines()
    assert header.split() == ["dedup_reason", "jaccard", "num_chars", "quality", "doc_id", "url"]
    assert member.split() == ["1", "near", "0.8125", "67", "0.5", run["euler2.html"], "file://web/euler2.html"]


def test_an_id_of_no_cluster_is_answered_with_the_nearest(run: dict[str, Any]) -> None:
    for wrong in ("zzz", ""):
        with pytest.raises(InputError, match=r"the run has 3 documents, the nearest ids are [0-9a-f]{32}"):
            show_cluster(run["out"], wrong)
    with pytest.raises(InputError, match="nothing|no document"):
        show_cluster(run["out"], run["task"])


def with_clusters(
    run: dict[str, Any], change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], *, copies: int = 1
) -> None:
    """Rewrites the run's DOCUMENTS (every row `copies` times), CLUSTERS and SCORES; ids of the copies count up."""
    out = run["out"]
    urls = [f"{out}/{folder}/shards/web-00000.parquet" for folder in ("extract/abc123", "dedup/abc123", "score/abc123")]
    documents, clusters, scores = (shards.read_table(url) for url in urls)
    rows = [[{**row, "doc_id": f"{i:04x}{row['doc_id'][4:]}"} for i in range(copies) for row in table.to_pylist()]
            for table in (documents, clusters, scores)]  # fmt: skip
    for url, table, new in zip(urls, (documents, clusters, scores), (rows[0], change(rows[1]), rows[2]), strict=True):
        shards.write_shard(pa.Table.from_pylist(new, schema=table.schema), url)


def test_a_large_cluster_is_counted_and_not_read(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    copies = 5000

    def one_cluster(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = rows[-1]["doc_id"]
        same = {"cluster_id": kept, "kept_id": kept, "cluster_size": len(rows)}
        near = {"keep": False, "dedup_reason": "near", "jaccard": 0.75}
        return [*({**row, **same, **near} for row in rows[:-1]), {**rows[-1], **same, "keep": True, "jaccard": None}]

    with_clusters(run, one_cluster, copies=copies)
    shown = show_cluster(run["out"], f"{copies - 1:04x}" + run["news.html"][4:12])
    assert f"{3 * copies:,} documents (1 kept, {3 * copies - 1:,} near)" in shown
    assert f"... and {3 * copies - MAX_MEMBERS:,} more" in shown
    assert len([line for line in shown.splitlines() if " near " in line]) == MAX_MEMBERS - 1
    assert shown.count("--- kept") + shown.count("the same text") == MAX_DIFFS
    assert len(shown.splitlines()) < MAX_MEMBERS + MAX_DIFFS * (MAX_DIFF_LINES + 6)


def test_a_cluster_whose_kept_document_is_in_an_earlier_index(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    elsewhere = "fe" * 16

    def all_stand_for_it(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "keep": False, "cluster_id": elsewhere, "kept_id": elsewhere, "dedup_reason": "exact"} for row in rows]

    with_clusters(run, all_stand_for_it)
    shown = show_cluster(run["out"], elsewhere[:6])
    assert elsewhere in shown.split("\n\n")[1]
    assert "3 documents (3 exact)" in shown
    assert "not in this run" in shown
    assert shown.count("file://web/") == 3


def test_a_document_alone_in_its_cluster(run: dict[str, Any]) -> None:
    assert "nothing like it" in show_cluster(run["out"], run["news.html"])


def test_a_row_is_decoded_span_by_span(run: dict[str, Any]) -> None:
    shown = show_row(run["out"], "stage1", 3)
    for said in ("document 1 of 2", "file://web/euler.html", "file://web/news.html", "0 to 2 of the row; 0 to 2 of the document"):
        assert said in shown, said
    assert "3 to 7 of the row; 5 to 9 of the document" in shown
    assert "\n\nc d e" in shown
    assert show_row(run["out"], "mix-stage1", 3) == shown


@pytest.mark.parametrize(
    ("stage", "row", "answer"), [("stage9", 0, "stage1, stage2"), ("stage1", 4, "0 to 3"), ("stage1", -1, "0 to 3")]
)
def test_a_row_that_is_not_there(run: dict[str, Any], stage: str, row: int, answer: str) -> None:
    with pytest.raises(InputError, match=answer):
        show_row(run["out"], stage, row)


def test_differences_are_bounded() -> None:
    assert difference("a\nb", "a\nb") == "the same text"
    assert difference("a\nb ", "a\n\nb") == "the same text but for white space"
    long = difference("\n".join(map(str, range(500))), "\n".join(map(str, range(1, 1900, 2))))
    assert "more lines" in long
    assert len(long.splitlines()) == MAX_DIFF_LINES + 1
    assert max(map(len, difference("x" * 1000, "y").splitlines())) < 170


def test_a_difference_far_down_is_shown_with_its_lines() -> None:
    kept = [f"line {i}" for i in range(20_000)]
    other = [*kept[:15_000], "another line", *kept[15_001:]]
    assert difference("\n".join(kept), "\n".join(other)).splitlines() == [
        "--- kept",
        "+++ this",
        "@@ -15000,3 +15000,3 @@",
        " line 14999",
        "-line 15000",
        "+another line",
        " line 15001",
        "... lines after 15,999 are not compared",
    ]


def test_of_long_lines_the_words_that_differ_are_shown() -> None:
    words = [f"word{i}" for i in range(300)]
    other = [*words[:150], "here", *words[151:200], *words[201:]]
    assert difference(" ".join(words), " ".join(other)).splitlines()[3:] == [
        "-word0 word1 word2 ... word147 word148 word149 word150 word151 word152 word153 ... word197 word198 word199 word200 "
        "word201 word202 word203 ... word297 word298 wo ...",
        "+word0 word1 word2 ... word147 word148 word149 here word151 word152 word153 ... word197 word198 word199 "
        "word201 word202 word203 ... word297 word298 word299",
    ]


def test_texts_without_a_line_in_common_are_compared_in_seconds() -> None:
    started = time.process_time()
    rng = random.Random(1)
    lines = [f"{i} {rng.random()}" for i in range(50_000)]
    shuffled = rng.sample(lines, len(lines))
    assert len(difference("\n".join(lines), "\n".join(shuffled)).splitlines()) == MAX_DIFF_LINES + 2
    assert time.process_time() - started < 10
