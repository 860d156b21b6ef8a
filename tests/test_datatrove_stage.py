"""datatrove's filters and formatters as stages of our recipes: what a recipe may say, what is annotated, what is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters import C4ParagraphFilter, C4QualityFilter, GopherRepetitionFilter, gopher_repetition_filter
from datatrove.pipeline.formatters import SymbolLinesFormatter

from corpus import shards
from corpus.errors import InputError, MissingExtraError, RecipeError
from corpus.schema import CLUSTERS, DATATROVE, DOCUMENTS, SCORES
from corpus.stage import DocumentLimits
from datatrove_blocks.hosting import check_blocks, judge_documents, measures_of, rewrite_documents
from datatrove_blocks.registry import BlockSpec, known_blocks, parse_blocks
from mix.recipe import MixConfig
from mix.tokenizing import train_tokenizer
from pipelines import run_datatrove, run_mix
from pipelines.engine import StageResult
from pipelines.pipeline import describe
from pipelines.recipe_files import load_pipeline
from quality.scores import QualityConfig, score_documents
from tests.dedup_documents import documents, stage_of
from tests.score_rows import score_row
from tests.test_dedup_pipeline import context_of
from tests.test_dedup_substrings import clusters_of, ids

LIMITS = DocumentLimits(timeout_s=1)
OWN = "tests.datatrove_own"


def specs_of(*blocks: dict[str, Any]) -> tuple[BlockSpec, ...]:
    return parse_blocks(blocks)


def judged(table: pa.Table, *blocks: dict[str, Any], quality: float = 1.0) -> list[dict[str, Any]]:
    """DATATROVE rows of documents that all have the same scores."""
    scores = pa.Table.from_pylist([score_row(quality, doc_id="") for _ in range(table.num_rows)], schema=SCORES)
    for name in scores.column_names[1:]:
        table = table.append_column(scores.schema.field(name), scores.column(name))
    rows: list[dict[str, Any]] = judge_documents(table, specs=specs_of(*blocks), limits=LIMITS).table.to_pylist()
    return rows


def verdicts(rows: Sequence[dict[str, Any]]) -> list[list[tuple[bool | None, str | None]]]:
    return [[(verdict["kept"], verdict["reason"]) for verdict in row["verdicts"]] for row in rows]


@pytest.fixture
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word splitter that needs no spaCy."""
    monkeypatch.setattr(gopher_repetition_filter, "split_into_words", lambda text, language: text.split())


# ------------------------------------------------------------------------------------------------------------- the recipe


@pytest.mark.parametrize(
    ("block", "answer"),
    [
        ({"block": "GopherRepetitonFilter"}, "no block 'GopherRepetitonFilter'; did you mean GopherRepetitionFilter"),
        ({"block": "GopherRepetitionFilter", "dup_lin_frac": 0.3}, "unknown key 'dup_lin_frac'; did you mean 'dup_line_frac'"),
        ({"block": "C4ParagraphFilter", "kind": ["html"]}, "unknown key 'kind'; did you mean 'kinds'"),
        ({"block": "C4ParagraphFilter", "kinds": ["htm"]}, "'htm' is none of html, pdf, text, code"),
        ({"block": "RegexFilter"}, "missing regex_exp"),
        ({"block": "RegexFilter", "regex_exp": "("}, "could not be made: error: missing \\)"),
        ({"block": "SamplerFilter", "rate": "half"}, "rate: expected a number, saw 'half'"),
        ({"block": "C4QualityFilter", "exclusion_writer": "out"}, "exclusion_writer: a stage writes no files of a block"),
        ({"block": "MinhashDedupFilter"}, "cannot be a stage of a recipe: it compares all documents of a corpus"),
        ({"block": "JsonlWriter"}, "cannot be a stage of a recipe: it writes files"),
        ({"block": "Trafilatura"}, "cannot be a stage of a recipe: it makes texts of pages"),
        ({"block": "datatrove.pipeline.readers.JsonlReader"}, "cannot be a stage of a recipe: it reads input files"),
        ({"block": "LambdaFilter"}, "takes a Python function, which a recipe cannot hold"),
        ({"block": f"{OWN}.Step"}, "expected a subclass of datatrove's BaseFilter or BaseFormatter"),
        ({"block": f"{OWN}.Stream"}, "Stream has a `run` of its own"),
        ({"block": f"{OWN}.Particulr"}, "has no 'Particulr'; did you mean 'Particular'"),
        ({"block": f"{OWN}.json"}, "has no 'json'"),
        ({"block": f"{OWN}.time"}, "is no subclass of datatrove's BaseFilter or BaseFormatter"),
        ({"block": "datatrove.pipeline.filters.base_filter.BaseFilter"}, "lacks filter"),
        ({"block": "no_such_package.Filter"}, "no module 'no_such_package'; it has to be importable here and on every worker"),
        ({"block": f"{OWN}.Counting"}, "needs a block whose answer depends on nothing but the document"),
        ({"block": f"{OWN}.Shouting", "rewrite": True}, "rewrite: a formatter always changes the text"),
        ({"block": f"{OWN}.Particular", "name": "my filter"}, "name: expected letters, digits and underscores, saw 'my filter'"),
        ({"block": f"{OWN}.Particular", "word": 3}, "word: expected text, saw 3"),
        ({"block": "FTFYFormatter", "normalization": "nope"}, "FTFY|ftfy"),
        ({"blok": "C4ParagraphFilter"}, "expected block: and the name of a datatrove block, saw keys blok"),
    ],
)
def test_a_mistake_is_answered_before_anything_is_run(block: dict[str, Any], answer: str) -> None:
    with pytest.raises((RecipeError, MissingExtraError), match=answer) as error:
        check_blocks(specs_of({"block": "C4ParagraphFilter"}, block))
    assert str(error.value).startswith("datatrove[1]")


def test_what_is_missing_is_said_before_anything_is_run() -> None:
    with pytest.raises(MissingExtraError, match=r"datatrove\[0\].*NeedsLibrary.*a_library_that_nobody_has"):
        check_blocks(specs_of({"block": f"{OWN}.NeedsLibrary"}))
    with pytest.raises(RecipeError, match=r"datatrove\[0\].*NeedsFile needs a file or a download that is not to be had here"):
        check_blocks(specs_of({"block": f"{OWN}.NeedsFile"}))


def test_every_filter_and_formatter_of_datatrove_is_known() -> None:
    """Those that its packages export, but for the one that takes a function."""
    from datatrove.pipeline import filters, formatters

    exported = {name for module in (filters, formatters) for name in vars(module) if re.search(r"(Filter|Formatter)$", name)}
    assert exported - set(known_blocks()) == {"LambdaFilter"}


def test_two_blocks_of_a_class_need_names() -> None:
    block = {"block": "RegexFilter", "regex_exp": "a"}
    with pytest.raises(RecipeError, match="there is a block 'RegexFilter' already"):
        specs_of(block, block)
    assert [spec.name for spec in specs_of(block, {**block, "name": "other"})] == ["RegexFilter", "other"]


def test_values_of_yaml_become_what_the_signature_wants() -> None:
    (spec,) = specs_of({"block": "GopherRepetitionFilter", "dup_line_frac": "3e-1", "top_n_grams": [[2, 0.5]]})
    assert spec.arguments == {"dup_line_frac": 0.3, "top_n_grams": ((2, 0.5),)}
    (spec,) = specs_of({"block": "FineWebQualityFilter", "stop_chars": [".", "!"]})
    assert spec.arguments == {"stop_chars": (".", "!")}


def test_a_digest_knows_the_source_of_a_users_block_and_the_files_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datatrove_blocks import registry

    words = tmp_path / "words.txt"
    before = words.write_text("casino") and specs_of({"block": f"{OWN}.Particular", "word": str(words)})[0]
    words.write_text("casino, bonus")
    after = specs_of({"block": f"{OWN}.Particular", "word": str(words)})[0]
    assert before.as_config() != after.as_config()
    other = tmp_path / "other.py"
    other.write_text("# another source")
    monkeypatch.setattr(registry.inspect, "getsourcefile", lambda cls: str(other))
    assert specs_of({"block": f"{OWN}.Particular", "word": str(words)})[0].version != after.version


def test_the_section_is_part_of_a_recipe() -> None:
    assert load_pipeline("tiny").datatrove == ()
    pipeline = load_pipeline("tiny", ["datatrove=[{block: C4ParagraphFilter}, {block: PIIFormatter, remove_ips: false}]"])
    assert [block["block"] for block in pipeline.datatrove] == ["C4ParagraphFilter", "PIIFormatter"]
    with pytest.raises(RecipeError, match="leave_out_rejected_by_datatrove: needs a section `datatrove:`"):
        load_pipeline("tiny", ["mix.leave_out_rejected_by_datatrove=true"])
    wrong = load_pipeline("tiny", ["datatrove=[{block: C4ParagrafFilter}]"])
    with pytest.raises(RecipeError, match="did you mean C4ParagraphFilter"):
        describe(wrong, recipe="tiny")


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("rejected.C4Paragraf", "'rejected' has no field 'C4Paragraf'; did you mean 'C4ParagraphFilter'"),
        ("num_rejection > 0", "unknown column 'num_rejection'; did you mean 'num_rejections'"),
        ("rejected.C4ParagraphFilter and domain == 'maths'", "domain is never 'maths'"),
        ("num_rejections", "expected a condition"),
    ],
)
def test_a_rule_for_leaving_out_is_checked_before_anything_is_run(rule: str, answer: str) -> None:
    config = MixConfig(tokenizer="t", leave_out_rejected_by_datatrove=rule)
    with pytest.raises(RecipeError, match=answer):
        run_mix.check_datatrove(config, specs_of({"block": "C4ParagraphFilter"}))


def test_formatters_reject_nothing() -> None:
    config = MixConfig(tokenizer="t", leave_out_rejected_by_datatrove=True)
    with pytest.raises(RecipeError, match="has formatters only; none rejects"):
        run_mix.check_datatrove(config, specs_of({"block": "PIIFormatter"}))


# ------------------------------------------------------------------------------------------------------------ verdicts


@pytest.mark.usefixtures("_words")
def test_verdicts_are_those_of_datatroves_own_pipeline(tmp_path: Path) -> None:
    """The same documents through datatrove's executor: what it drops is rejected here, with the reason that it writes."""
    from benchmarks.quality_pages import junk

    texts = [*junk(), "\n".join(["A paragraph of its own with some words. " * 8] * 1), "x " * 400]
    texts = [text for text in texts if text.strip()]
    table = documents(texts, ids=ids(len(texts)))
    c4 = {"split_paragraph": True, "min_num_sentences": -1}
    blocks = {
        "GopherRepetitionFilter": GopherRepetitionFilter(dup_line_frac=0.2),
        "C4ParagraphFilter": C4ParagraphFilter(),
        "C4QualityFilter": C4QualityFilter(**c4),
    }
    rows = judged(
        table,
        {"block": "GopherRepetitionFilter", "dup_line_frac": 0.2},
        {"block": "C4ParagraphFilter"},
        {"block": "C4QualityFilter", **c4},
    )
    for i, (name, block) in enumerate(blocks.items()):
        through = [Document(text=text, id=doc_id) for text, doc_id in zip(texts, ids(len(texts)), strict=True)]
        kept, dropped = pipeline_of(block, through, tmp_path / name)
        assert {row["doc_id"] for row in rows if row["verdicts"][i]["kept"]} == kept
        assert {row["doc_id"]: row["verdicts"][i]["reason"] for row in rows if not row["verdicts"][i]["kept"]} == dropped
        assert [row["verdicts"][i]["block"] for row in rows] == [name] * len(texts)
    assert len({(kept, reason) for row in verdicts(rows) for kept, reason in row}) > 4


def pipeline_of(block: Any, through: list[Document], folder: Path) -> tuple[set[str], dict[str, str]]:
    """Ids that a filter keeps in datatrove's executor, and the reasons of those that it drops, from its exclusion writer."""
    from datatrove.pipeline.writers import JsonlWriter

    kept: set[str] = set()

    class Collect(PipelineStep):
        def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Any:
            for document in data:
                kept.add(document.id)
                yield document

    block.exclusion_writer = JsonlWriter(str(folder / "dropped"), compression=None)
    LocalPipelineExecutor([through, block, Collect()], logging_dir=str(folder / "log")).run()
    lines = [line for file in (folder / "dropped").glob("*") for line in file.read_text(encoding="utf-8").splitlines()]
    return kept, {row["id"]: row["metadata"]["filter_reason"] for row in map(json.loads, lines)}


def test_a_block_sees_our_columns_and_what_it_notes_is_kept() -> None:
    table = documents(["a text", "to reject"], urls=["https://a.example/1", "https://a.example/2"])
    low, high = (judged(table, {"block": f"{OWN}.Particular", "min_quality": 0.5}, quality=quality) for quality in (0.25, 0.75))
    assert verdicts(low) == [[(False, "below 0.5")], [(False, "word")]]
    assert verdicts(high) == [[(True, None)], [(False, "word")]]
    assert [(row["num_rejections"], row["num_failures"]) for row in high] == [(0, 0), (1, 0)]
    assert json.loads(high[0]["metadata"]) == {"Particular": {"seen": ["https://a.example/1", "en", False]}}


def test_a_block_that_raises_or_hangs_is_counted_and_the_document_is_there() -> None:
    table = documents(["raise", "fine", "hang", "reject"])
    output = judge_documents(
        add_scores(table),
        specs=specs_of({"block": f"{OWN}.Particular", "min_quality": 0}, {"block": f"{OWN}.Batched"}),
        limits=LIMITS,
    )
    first, second = zip(*verdicts(output.table.to_pylist()), strict=True)
    assert first == (
        (None, "KeyError: 'no such luck'"),
        (True, None),
        (None, "DocumentTimeoutError: time_limit: took longer than 1 s"),
        (False, "word"),
    )
    assert second == ((None, "RuntimeError: one of them"), (True, None), (True, None), (False, None))
    assert output.counters == {
        **{"Particular_failed": 2, "Particular_kept": 1, "Particular_rejected": 1},
        **{"Batched_failed": 1, "Batched_kept": 2, "Batched_rejected": 1},
    }
    assert output.table.column("num_failures").to_pylist() == [2, 0, 1, 0]
    assert output.rejects.num_rows == 0


def add_scores(table: pa.Table) -> pa.Table:
    scores = score_documents(table, config=QualityConfig()).table
    for name in scores.column_names[1:]:
        table = table.append_column(scores.schema.field(name), scores.column(name))
    return table


def test_only_the_kinds_that_are_asked_for_are_judged() -> None:
    table = documents(["reject", "reject"])
    table = table.set_column(table.column_names.index("kind"), DOCUMENTS.field("kind"), pa.array(["html", "code"]))
    assert verdicts(judged(table, {"block": f"{OWN}.Particular", "kinds": ["html"]})) == [[(False, "word")], []]


def test_a_lot_is_drawn_from_the_document_and_not_from_its_place() -> None:
    table = documents([f"text {i}" for i in range(400)], ids=ids(400))
    block = {"block": "SamplerFilter", "rate": 0.25, "seed": 7}
    whole = {row["doc_id"]: row["num_rejections"] for row in judged(table, block)}
    assert 80 < sum(not rejected for rejected in whole.values()) < 120
    backwards = table.take(pa.array(range(399, -1, -3)))
    assert all(whole[row["doc_id"]] == row["num_rejections"] for row in judged(backwards, block))
    assert whole != {row["doc_id"]: row["num_rejections"] for row in judged(table, {**block, "seed": 8})}


# ---------------------------------------------------------------------------------------------------------- other texts


def rewritten(table: pa.Table, *blocks: dict[str, Any]) -> Any:
    return rewrite_documents(table, specs=specs_of(*blocks), limits=LIMITS)


def test_a_formatter_gives_the_text_that_datatrove_gives() -> None:
    texts = ["One\n-----\n***\nTwo", "Three", "$$\nx\n$$\n\n```\n}\n```"]
    output = rewritten(documents(texts), {"block": "SymbolLinesFormatter"})
    assert output.table.column("text").to_pylist() == [SymbolLinesFormatter().format(text) for text in texts]
    assert output.counters["texts_changed"] == 2
    assert (output.counters["formulas_lost"], output.counters["code_blocks_lost"]) == (1, 1)
    assert output.table.column("num_chars").to_pylist() == [len(text) for text in output.table.column("text").to_pylist()]


def test_formulas_and_code_can_be_spared() -> None:
    text = "One $a@b.cd$\n-----\n$$\n***\n$$\n\n```\n***\n```\nand `x@y.zw`, w@mit.edu"
    blocks = [{"block": name, "spare_markup": True} for name in ("SymbolLinesFormatter", "PIIFormatter")]
    output = rewritten(documents([text, "\ue000 -"]), *blocks)
    spared, private = output.table.column("text").to_pylist()
    assert spared == text.replace("-----\n", "").replace("w@mit.edu", "email@example.com")
    assert private == "\ue000 -"
    assert output.table.column("flags").to_pylist() == [[], ["datatrove_failed"]]
    (lost,) = rewritten(documents(["$x$"]), {"block": f"{OWN}.Lines", "rewrite": True, "spare_markup": True}).table.to_pylist()
    assert lost["text"] == "$x$"
    cut = rewritten(documents(["one\n$x$"]), {"block": f"{OWN}.Lines", "rewrite": True, "spare_markup": True})
    assert (cut.table.column("text").to_pylist(), cut.counters["Lines_failed"]) == (["one\n$x$"], 1)
    with pytest.raises(RecipeError, match="spare_markup: only for what changes texts"):
        specs_of({"block": "C4ParagraphFilter", "spare_markup": True})


def test_replacements_do_not_depend_on_the_documents_before() -> None:
    """PIIFormatter takes its replacements in turn, and goes on where the document before ended."""
    table = documents(["one a@mit.edu", "two b@mit.edu and c@mit.edu", "three d@mit.edu"], ids=ids(3))
    whole, last = (
        rewritten(part, {"block": "PIIFormatter"}).table.column("text").to_pylist() for part in (table, table.slice(2))
    )
    assert whole[2:] == last == ["three email@example.com"]
    assert whole[1] == "two email@example.com and firstname.lastname@example.org"


def test_formatters_follow_each_other_and_a_failure_leaves_the_text() -> None:
    shouting = {"block": f"{OWN}.Shouting"}
    output = rewritten(documents(["raise a@mit.edu", "say a@mit.edu", "nothing"]), {"block": "PIIFormatter"}, shouting)
    assert output.table.column("text").to_pylist() == ["raise email@example.com", "SAY EMAIL@EXAMPLE.COM"]
    assert output.table.column("flags").to_pylist() == [["datatrove_failed"], []]
    assert output.rejects.column("reason").to_pylist() == ["no_text_left"]
    assert (output.counters["Shouting_failed"], output.counters["Shouting_changed"]) == (1, 2)


def test_a_filter_rewrites_where_that_is_asked_for() -> None:
    texts = ["first\nsecond", "reject\nsecond"]
    block = {"block": f"{OWN}.Lines", "rewrite": True}
    assert rewritten(documents(texts), block).table.column("text").to_pylist() == ["first", "reject\nsecond"]
    table = documents(texts)
    assert verdicts(judged(table, {"block": f"{OWN}.Lines"})) == [[(True, None)], [(False, None)]]


def test_the_facts_of_a_text_are_counted_as_extraction_counts_them() -> None:
    import extract

    body = "<p>We have \\(a+b\\) and</p><p>\\[c=d\\]</p><pre><code>x = 1\ny = 2</code></pre>"
    page = f"{body}<script src='mathjax/MathJax.js'></script>".encode()
    document = extract.html(page, "https://example.org/")
    counted = measures_of(document.text, "html")
    assert counted["num_formulas"] == len(document.formulas) == 2
    assert counted["formula_chars"] == sum(len(formula.latex) for formula in document.formulas)
    assert counted["num_code_blocks"] == len(document.code_blocks) == 1
    assert measures_of("a $x$", "code") == {"num_formulas": 0, "formula_chars": 0, "num_code_blocks": 1, "code_chars": 5}


# ------------------------------------------------------------------------------------------------------------ the stages

TEXTS = ["one two", "to reject", "mail a@mit.edu", "raise this", "a proof of it"]


def stages_of(folder: Path) -> tuple[Any, StageResult, Callable[[StageResult], StageResult]]:
    context = context_of(folder)
    table = documents(TEXTS, ids=ids(5))
    read = stage_of([table.slice(0, 3), table.slice(3)], "extract", DOCUMENTS, folder, context)

    def score(result: StageResult) -> StageResult:
        tables = [
            pa.Table.from_pylist(
                [
                    score_row(0.6, doc_id=row["doc_id"], domain="mathematics" if "proof" in row["text"] else "news")
                    for row in shards.read_table(url).to_pylist()
                ],
                schema=SCORES,
            )
            for url in result.shard_urls
        ]
        return stage_of(tables, "score", SCORES, folder, context)

    return context, read, score


def test_stages_annotate_row_by_row_and_run_once(tmp_path: Path) -> None:
    context, read, score = stages_of(tmp_path)
    specs = specs_of({"block": "PIIFormatter"}, {"block": f"{OWN}.Particular"}, {"block": f"{OWN}.Batched"})
    formatted = run_datatrove.rewrite(specs, read, context)
    texts = [text for url in formatted.shard_urls for text in shards.read_table(url).column("text").to_pylist()]
    assert texts == [text.replace("a@mit.edu", "email@example.com") for text in TEXTS]
    result = run_datatrove.judge(specs, [formatted], score(formatted), context)
    assert result is not None
    found = pa.concat_tables([shards.read_table(url) for url in result.shard_urls])
    assert found.schema.remove_metadata().equals(DATATROVE.remove_metadata())
    assert found.column("doc_id").to_pylist() == ids(5)
    assert found.column("num_rejections").to_pylist() == [0, 2, 0, 0, 0]
    assert found.column("num_failures").to_pylist() == [0, 0, 0, 2, 0]
    again = run_datatrove.judge(specs, [formatted], score(formatted), context)
    assert again is not None
    assert not again.did_work
    other = specs_of({"block": f"{OWN}.Particular", "word": "proof"})
    changed = run_datatrove.judge(other, [formatted], score(formatted), context)
    assert changed is not None
    assert changed.directory != result.directory


def test_without_filters_or_formatters_nothing_is_run(tmp_path: Path) -> None:
    context, read, score = stages_of(tmp_path)
    assert run_datatrove.rewrite(specs_of({"block": f"{OWN}.Particular"}), read, context) is read
    assert run_datatrove.judge(specs_of({"block": "PIIFormatter"}), [read], score(read), context) is None


def test_scores_of_other_documents_are_refused(tmp_path: Path) -> None:
    context, read, score = stages_of(tmp_path)
    scores = score(read)
    rows = [
        pa.Table.from_pylist([score_row(1.0, doc_id=doc_id) for doc_id in part], schema=SCORES)
        for part in (["a", "b", "c"], ["d", "e"])
    ]
    wrong = stage_of(rows, "score-wrong", SCORES, tmp_path, context)
    with pytest.raises(InputError, match=r"not of the \d+ documents beside it in their order"):
        run_datatrove.judge(specs_of({"block": "C4ParagraphFilter"}), [read], wrong, context)
    assert scores.did_work


@pytest.mark.parametrize(
    ("rule", "left_out"),
    [
        (False, []),
        (True, [1, 2, 4]),
        ("num_rejections >= 2", [1]),
        ("rejected.Batched", [1]),
        ("rejected.word and domain != 'mathematics' and not synthetic", [1, 2]),
        ("num_rejections > 0 and num_chars > 9 and keep", [2, 4]),
    ],
)
def test_the_mixture_leaves_out_what_the_rule_says(rule: bool | str, left_out: list[int], tmp_path: Path) -> None:
    """`word` rejects what has an a or an o before an r."""
    context, read, score = stages_of(tmp_path)
    specs = specs_of(
        {"block": f"{OWN}.Batched"},
        {"block": "RegexFilter", "regex_exp": "to r|mail|proof", "name": "word"},
    )
    scores = score(read)
    verdicts_ = run_datatrove.judge(specs, [read], scores, context)
    clusters = stage_of([clusters_of(shards.read_table(url)) for url in read.shard_urls], "clusters", CLUSTERS, tmp_path, context)
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(train_tokenizer(TEXTS, vocab_size=280, min_frequency=1))
    config = MixConfig(tokenizer=str(tokenizer), keep="keep", leave_out_rejected_by_datatrove=rule, mask_in_prose=())
    counted = run_mix.inventory(config, [read], [clusters], [scores], context, datatrove=verdicts_)
    rows = [row for url in counted.tokenized.shard_urls for row in shards.read_table(url).to_pylist()]
    assert sorted(row["doc_id"] for row in rows if not row["tokens"]) == [ids(5)[i] for i in left_out]
    counters = [entry.counters.get("rejected_documents_left_out", 0) for entry in counted.tokenized.manifest.shards]
    assert sum(counters) == counted.inventory.documents_left_out == len(left_out)
    if rule:
        with pytest.raises(InputError, match="no DATATROVE shards"):
            run_mix.inventory(config, [read], [clusters], [scores], context)


def test_a_document_without_verdicts_takes_part(tmp_path: Path) -> None:
    """One that killed every worker that judged it: the engine found it and put it aside."""
    context, read, score = stages_of(tmp_path)
    (first, second), specs = read.shard_urls, specs_of({"block": "RegexFilter", "regex_exp": "to r|raise"})
    judged_ = [judge_documents(shards.read_table(url), specs=specs, limits=LIMITS).table for url in (first, second)]
    without = [judged_[0].take(pa.array([1, 2])), judged_[1]]
    verdicts_ = stage_of(without, "datatrove-without", DATATROVE, tmp_path, context)
    config = MixConfig(tokenizer="t", leave_out_rejected_by_datatrove=True)
    annotated = run_mix.tokens.AnnotatedShard(first, first, score(read).shard_urls[0])
    payload = run_mix.ToReject(payload=None, shard=annotated, datatrove_url=verdicts_.shard_urls[0])

    def read_plain(_payload: Any, *, config: MixConfig) -> Any:
        yield run_mix.StageOutput(shards.read_table(first), run_mix.NO_REJECTS)

    (output,) = run_mix.read_with_datatrove(payload, config=config, read=read_plain, names=["RegexFilter"])
    assert output.table.column("is_rejected").to_pylist() == [False, True, False]
    other = run_mix.ToReject(payload=None, shard=annotated, datatrove_url=verdicts_.shard_urls[1])
    with pytest.raises(InputError, match="not the documents of this shard in their order"):
        list(run_mix.read_with_datatrove(other, config=config, read=read_plain, names=["RegexFilter"]))


def test_a_recipe_runs_with_blocks_from_pages_to_an_inventory(tmp_path: Path) -> None:
    """The command line in one process: formatted texts are what is scored, judged and counted."""
    from pipelines.cli import main

    lines = [{"text": f"{text} {i}. " * 12, "url": f"https://a.example/{i}"} for i, text in enumerate(TEXTS)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    blocks = f"[{{block: PIIFormatter}}, {{block: {OWN}.Particular, min_quality: 0}}]"
    arguments = [
        *("score", "tiny", "execution.mode=local", f"execution.out={tmp_path}/out", "synth=null", f"datatrove={blocks}"),
        f"sources={{notes: {{kind: jsonl, path: {tmp_path}/in.jsonl, content_type: text/plain}}}}",
    ]
    assert main(arguments) == 0
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    names = [stage["name"] for stage in record["stages"]]
    assert names.index("extract") < names.index("datatrove-format") < names.index("dedup") < names.index("datatrove")
    folders = {stage["name"]: tmp_path / "out" / stage["directory"] / "shards" for stage in record["stages"]}
    (scored,), (verdict,) = (list(folders[name].glob("*.parquet")) for name in ("datatrove-format", "datatrove"))
    table, found = shards.read_table(str(scored)), shards.read_table(str(verdict))
    assert not pc.any(pc.match_substring(table.column("text"), "a@mit.edu")).as_py()
    assert found.column("doc_id").equals(table.column("doc_id"))
    by_url = dict(zip(table.column("url").to_pylist(), found.column("num_rejections").to_pylist(), strict=True))
    assert [by_url[line["url"]] for line in lines] == [0, 1, 0, 0, 0]
    assert main([*arguments, "datatrove.1.min_qualty=1"]) == 1
