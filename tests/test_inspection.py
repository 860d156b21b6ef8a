"""`tercet inspect`: what it shows of a run, and what it answers when the question is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError
from pipelines.inspection import difference, show_cluster, show_document, show_reject, show_row
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
    long = difference("\n".join(map(str, range(500))), "\n".join(map(str, range(1, 900))))
    assert "more lines" in long
    assert len(long.splitlines()) == 61
    assert max(map(len, difference("x" * 1000, "y").splitlines())) < 170
