"""Our annotators in a datatrove pipeline: its readers, its executor, its writers, and the numbers of our own stages."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep

from benchmarks.quality_pages import example_pages, junk
from corpus.errors import RecipeError
from corpus.schema import PII_KINDS, SCORES
from corpus.stage import DocumentLimits
from datatrove_blocks import TercetPii, TercetQualityFilter, TercetScorer
from datatrove_blocks.rows import batches_of, table_of
from datatrove_blocks.scorer import NAMES, conditions_of
from mix.expressions import compile_expression
from quality.pii import PiiConfig, find, masked
from quality.presets import PRESETS
from quality.scores import QualityConfig, score_document, score_documents

pytest.importorskip("orjson")

PROSE = "Therefore the sum of two even numbers is even, because both are twice a whole number. "


@pytest.fixture(scope="module")
def pages() -> list[dict[str, Any]]:
    """Real pages of three kinds, junk, an empty text and one with a lone surrogate."""
    rows = [
        {"text": row["text"], "metadata": {"url": row["url"], "kind": row["kind"]}}
        for name in ("mathematics", "code", "prose")
        for row in example_pages(name, every=12).to_pylist()
    ]
    rows += [{"text": text, "metadata": {"url": "", "kind": "html"}} for text in (*junk(), "x = 1")]
    return [{"id": f"{i:03d}", **row} for i, row in enumerate(rows)]


@pytest.fixture(scope="module")
def expected(pages: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Id -> SCORES, all documents scored in one call."""
    documents = [Document(text=page["text"], id=page["id"], metadata=page["metadata"]) for page in pages]
    rows = score_documents(table_of(documents), config=QualityConfig()).table.to_pylist()
    return {row.pop("doc_id"): row for row in rows}


def run(steps: list[Any], folder: Path, *, tasks: int = 1) -> dict[str, dict[str, Any]]:
    """Counters of each step by the name of its class, from datatrove's stats.json."""
    LocalPipelineExecutor(steps, logging_dir=str(folder / "log"), tasks=tasks, workers=1).run()
    found = json.loads((folder / "log" / "stats.json").read_text())
    blocks = [type(step).__name__ for step in steps if isinstance(step, PipelineStep)]
    return {
        block: {name: n if isinstance(n, int) else n["total"] for name, n in each["stats"].items()}
        for block, each in zip(blocks, found, strict=True)
    }


def jsonl(folder: Path) -> list[dict[str, Any]]:
    lines = [line for file in sorted(folder.glob("*.jsonl.gz")) for line in gzip.decompress(file.read_bytes()).splitlines()]
    return [json.loads(line) for line in lines]


def test_scores_through_jsonl_are_those_of_our_stage(
    pages: list[dict[str, Any]], expected: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    (tmp_path / "in").mkdir()
    for part in range(2):
        lines = [{"id": page["id"], "text": page["text"], **page["metadata"]} for page in pages[part::2]]
        (tmp_path / "in" / f"{part}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    stats = run(
        [JsonlReader(str(tmp_path / "in")), TercetScorer(batch_size=7), JsonlWriter(str(tmp_path / "out"))], tmp_path, tasks=2
    )
    written = jsonl(tmp_path / "out")
    assert sorted(row["id"] for row in written if row["text"]) == [page["id"] for page in pages if page["text"]]
    for row in written:
        assert plain(row["metadata"]) == expected[row["id"]]
    assert stats["TercetScorer"]["total"] == len(written)
    domains = {name: n for name, n in stats["TercetScorer"].items() if name.startswith("domain_")}
    assert sum(domains.values()) == len(written)
    assert domains["domain_mathematics"] == sum(expected[row["id"]]["domain"] == "mathematics" for row in written)


def plain(metadata: dict[str, Any]) -> dict[str, Any]:
    """The columns of SCORES in a document's metadata, as a row."""
    return {name: (metadata[name] or None) if SCORES.field(name).nullable else metadata[name] for name in NAMES}


def test_scores_through_parquet_are_those_of_our_stage(
    pages: list[dict[str, Any]], expected: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    """datatrove's writer takes its schema from the first document, here one whose language is not known."""
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import ParquetWriter

    order = sorted((page for page in pages if page["text"]), key=lambda page: expected[page["id"]]["language"] or "")
    assert expected[order[0]["id"]]["language"] is None
    (tmp_path / "in").mkdir()
    pq.write_table(
        pa.Table.from_pylist([{"id": p["id"], "text": p["text"], **p["metadata"]} for p in order]), tmp_path / "in/0.parquet"
    )
    run([ParquetReader(str(tmp_path / "in")), TercetScorer(), ParquetWriter(str(tmp_path / "out"))], tmp_path)
    (file,) = (tmp_path / "out").glob("*.parquet")
    rows = pq.read_table(file).to_pylist()
    assert [row["id"] for row in rows] == [page["id"] for page in order]
    for row in rows:
        assert plain(row["metadata"]) == expected[row["id"]]


@pytest.mark.parametrize("keep", [*PRESETS, "reasoning_depth > 0.3 and (domain in ('mathematics', 'code') or num_chars > 3000)"])
def test_what_a_preset_keeps_is_what_a_recipe_would_keep(
    keep: str, pages: list[dict[str, Any]], expected: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    from datatrove.pipeline.writers import JsonlWriter

    through = [Document(text=page["text"], id=page["id"], metadata=dict(page["metadata"])) for page in pages]
    block = TercetQualityFilter(keep, exclusion_writer=JsonlWriter(str(tmp_path / "dropped")))
    stats = run([through, block, JsonlWriter(str(tmp_path / "out"))], tmp_path)
    table = pa.Table.from_pylist(
        [{**expected[page["id"]], "num_chars": len(page["text"])} for page in pages],
        schema=pa.schema([*(SCORES.field(name) for name in NAMES), pa.field("num_chars", pa.int64())]),
    )
    source = PRESETS.get(keep, keep)
    kept = compile_expression(source, table.schema, where="test", kind="condition").evaluate(table).to_pylist()
    written, dropped = jsonl(tmp_path / "out"), jsonl(tmp_path / "dropped")
    assert {row["id"] for row in written} == {
        page["id"] for page, keeps in zip(pages, kept, strict=True) if keeps and page["text"]
    }
    assert len(dropped) == len([page for page, keeps in zip(pages, kept, strict=True) if not keeps])
    assert all(row["metadata"].keys() == {"url", "kind"} for row in written)
    reasons = {row["metadata"]["filter_reason"] for row in dropped}
    assert reasons <= {condition.source for condition in conditions_of(keep)}
    assert len(conditions_of(keep)) > 1
    counted = {name for name in stats["TercetQualityFilter"] if name.startswith("dropped_")}
    assert counted == {f"dropped_{reason}" for reason in reasons}
    assert stats["TercetQualityFilter"]["total"] == len(pages)


def test_the_first_condition_that_does_not_hold_is_the_reason() -> None:
    block = TercetQualityFilter("num_chars > 10 and url != '' and num_chars > 5")
    documents = [
        Document(text=text, id="1", metadata={"url": url}) for text, url in (("x" * 20, "u"), ("xx", ""), ("x" * 20, ""))
    ]
    assert block.filter_batch(documents) == [True, (False, "num_chars > 10"), (False, "url != ''")]
    assert block.filter(documents[1]) == (False, "num_chars > 10")


def test_scores_that_are_there_are_used_and_new_ones_saved_where_that_is_asked_for() -> None:
    document = Document(text=PROSE * 5, id="1", metadata={})
    (scored,) = TercetScorer().run(iter([document]))
    scored.metadata["reasoning_depth"] = 0.123
    other = Document(text=PROSE * 5, id="2", metadata={})
    block = TercetQualityFilter("reasoning_depth < 0.124", save_scores=True)
    assert block.filter_batch([scored, other]) == [True, (False, "reasoning_depth < 0.124")]
    assert scored.metadata["reasoning_depth"] == 0.123
    assert plain(other.metadata) == {name: value for name, value in score_document(PROSE * 5).items() if name != "doc_id"}


def test_a_filter_after_the_scorer_keeps_what_it_keeps_alone(pages: list[dict[str, Any]]) -> None:
    """All documents have scores, none has, and every other one has."""
    kept = []
    for every in (1, 1000, 2):
        documents = [Document(text=page["text"], id=page["id"], metadata=dict(page["metadata"])) for page in pages]
        for document in documents[::every]:
            list(TercetScorer().run(iter([document])))
        kept.append([document.id for document in TercetQualityFilter("stock").run(iter(documents))])
    assert kept[0] == kept[1] == kept[2]
    assert 0 < len(kept[0]) < len(pages)


@pytest.mark.parametrize(
    ("keep", "answer"),
    [
        ("reasonin", "unknown column 'reasonin'.*Presets: gopher, c4"),
        ("reasoning_dept > 1", "unknown column 'reasoning_dept'; did you mean 'reasoning_depth'"),
        ("domain == 'maths'", "domain is never 'maths'"),
        ("quality +", "is not an expression"),
        ("quality", "expected a condition"),
    ],
)
def test_a_mistake_is_answered_when_the_pipeline_is_written(keep: str, answer: str) -> None:
    with pytest.raises(RecipeError, match=answer):
        TercetQualityFilter(keep)


def test_code_is_known_by_its_metadata_or_by_the_argument() -> None:
    source = "def f(x):\n    # the square\n    return x * x\n"
    plain_, told, asked = (
        next(TercetScorer(kind=kind).run(iter([Document(text=source, id="1", metadata=metadata)]))).metadata
        for kind, metadata in (("text", {}), ("text", {"kind": "code"}), ("code", {}))
    )
    assert told["signals"] == asked["signals"] != plain_["signals"]
    assert told["signals"] == score_document(source, kind="code")["signals"]


def test_documents_are_batched_by_number_and_by_size() -> None:
    documents = [Document(text="x" * n, id=str(n)) for n in (5, 5, 5, 100, 1, 1)]
    sizes = [[len(document.text) for document in batch] for batch in batches_of(documents, max_documents=3, max_chars=50)]
    assert sizes == [[5, 5, 5], [100], [1, 1]]


def test_without_signals_the_metadata_are_flat() -> None:
    (found,) = TercetScorer(signals=False).run(iter([Document(text="\ud800 " + PROSE, id="1", metadata={})]))
    assert {type(value) for value in found.metadata.values()} == {str, float}
    assert found.metadata["domain"]


def test_a_block_is_pickled_as_executors_do() -> None:
    import pickle

    for block in (TercetScorer(), TercetQualityFilter(), TercetPii(mask_in_prose=["email"])):
        assert type(pickle.loads(pickle.dumps(block))) is type(block)


# ------------------------------------------------------------------------------------------------------------ private data

MAIL = "Write to anna.lindqvist@kth.se, or p.k@uni-bonn.de.\n\n```python\nhost = '66.249.71.14'\n```\n\nand $a@b.se$"


def test_private_data_are_counted_and_masked_as_in_our_stage(tmp_path: Path) -> None:
    from datatrove.pipeline.writers import JsonlWriter

    documents = [Document(text=text, id=str(i), metadata={"url": "u"}) for i, text in enumerate((MAIL, PROSE, MAIL[::-1]))]
    block = TercetPii(mask_in_prose=["email"], mask_in_code=["ip"], spans=True)
    stats = run([documents, block, JsonlWriter(str(tmp_path / "out"))], tmp_path)
    first, second, _ = jsonl(tmp_path / "out")
    assert first["text"] == masked(MAIL, find(MAIL), in_prose=["email"], in_code=["ip"])
    assert "<EMAIL_2>" in first["text"]
    assert "$a@b.se$" in first["text"]
    assert "192.0.2.1" in first["text"]
    assert [first["metadata"][f"num_{kind}"] for kind in PII_KINDS] == [2, 0, 1, 0, 0, 0]
    assert [span["kind"] for span in json.loads(first["metadata"]["pii_spans"])] == ["email", "email", "ip"]
    assert second["text"] == PROSE
    assert second["metadata"].keys() == first["metadata"].keys()
    assert stats["TercetPii"]["email"] == 2


def test_without_masking_texts_stay_and_lists_are_read(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("even\n")
    block = TercetPii(config=PiiConfig(kinds=("ip",), blocked_words=str(tmp_path / "words.txt")))
    found = list(block.run(iter([Document(text=MAIL, id="1"), Document(text=PROSE, id="2")])))
    assert [document.text for document in found] == [MAIL, PROSE]
    assert [(d.metadata["num_email"], d.metadata["num_ip"], d.metadata["num_blocked_words"]) for d in found] == [
        (0, 1, 0),
        (0, 0, 2),
    ]


def test_what_could_not_be_searched_is_dropped_where_it_was_to_be_masked() -> None:
    limits = DocumentLimits(timeout_s=0.05)
    huge = "a.b@kth.se " * 300_000
    block = TercetPii(mask_in_prose=["email"], limits=limits)
    assert [document.id for document in block.run(iter([Document(text=huge, id="1"), Document(text="a", id="2")]))] == ["2"]
    assert block.stats["dropped_not_searched"].total == 1
    (kept,) = TercetPii(limits=limits).run(iter([Document(text=huge, id="1")]))
    assert (kept.text, kept.metadata["was_searched"]) == (huge, False)


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(RecipeError, match="'mail' is none of email, phone"):
        TercetPii(mask_in_prose=["mail"])
