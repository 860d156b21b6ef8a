"""SCORES: one row per document, monotone dimensions, domains, and what the presets keep of real pages and of junk."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality_pages import documents, example_pages, junk
from corpus.schema import SCORES, conform
from corpus.stage import DocumentLimits
from mix.expressions import compile_expression
from quality import dimensions, rules, taggers
from quality.presets import PRESETS
from quality.scores import QualityConfig, score_document, score_documents

CONFIG = QualityConfig()
STOCK_VIEW = QualityConfig(mask_markup=False)


def kept(table: pa.Table, preset: str, *, config: QualityConfig = CONFIG) -> float:
    """Share of the documents that the preset keeps."""
    scores = score_documents(table, config=config).table
    keeps: list[bool] = compile_expression(PRESETS[preset], SCORES, where=preset, kind="condition").evaluate(scores).to_pylist()
    return sum(keeps) / len(keeps)


@pytest.mark.parametrize("archive", ["mathematics", "code"])
def test_reasoning_keeps_what_the_published_filters_drop(archive: str) -> None:
    pages = example_pages(archive)
    assert pages.num_rows > 40
    assert kept(pages, "reasoning") >= 0.97
    assert kept(pages, "stock", config=STOCK_VIEW) <= 0.2


def test_reasoning_refuses_junk_at_least_as_well() -> None:
    table = documents(junk())
    assert kept(table, "reasoning") <= kept(table, "stock", config=STOCK_VIEW)
    assert kept(table, "reasoning") == 0


def test_one_row_per_document_in_order() -> None:
    table = documents(["One text.", "", "Another one."])
    output = score_documents(table, config=CONFIG)
    assert output.rejects.num_rows == 0
    assert conform(output.table, SCORES, what="scores").column("doc_id").to_pylist() == table.column("doc_id").to_pylist()
    alone = [score_documents(table.slice(i, 1), config=CONFIG).table for i in range(3)]
    assert pa.concat_tables(alone).equals(output.table)


def test_a_document_over_its_limit_keeps_its_row() -> None:
    table = documents(["word " * 800_000, "A short text."])
    output = score_documents(table, config=QualityConfig(max_chars=10_000_000), limits=DocumentLimits(timeout_s=0.02)).table
    assert output.num_rows == 2
    first, second = output.to_pylist()
    assert first["signals"]["scored_char_fraction"] == 0
    assert first["quality"] == 0
    assert second["signals"]["scored_char_fraction"] == 1


HOSTILE = [
    "." * 300_000 + "x",
    "!" + '"' * 300_000 + "x",
    "[](" * 100_000,
    "[a](" + "(" * 300_000,
    "<b " * 100_000,
    "|--" * 100_000,
    "`" * 300_000,
    "".join("`" * n + " " for n in range(1, 700)),
    "$" * 299_999,
    "\n \n" * 100_000,
    "- " + "-" * 300_000,
    "\\left(" * 50_000,
    "> " * 150_000,
    " " * 300_000,
]


def test_no_text_takes_longer_than_its_length() -> None:
    """Patterns with backtracking take a time quadratic in some of these (the first: hours)."""
    table = documents([*HOSTILE, "A short text."])
    scores = score_documents(table, config=CONFIG, limits=DocumentLimits(timeout_s=2)).table
    assert scores.column("doc_id").to_pylist() == table.column("doc_id").to_pylist()
    assert {signals["scored_char_fraction"] for signals in scores.column("signals").to_pylist()} == {1.0}


def test_long_texts_are_measured_in_part() -> None:
    scored = score_document("A sentence of six words. " * 100, config=QualityConfig(max_chars=250))
    assert scored["signals"]["scored_char_fraction"] == pytest.approx(0.1)
    assert scored["signals"]["num_words"] == 50


@pytest.mark.parametrize(
    ("domain", "text", "url"),
    [
        (
            "mathematics",
            "**Theorem.** Every finite group $G$ of prime order $p$ is cyclic. *Proof.* By Lagrange $|\\langle g\\rangle|$ "
            "divides $p$.",
            "",
        ),
        (
            "mathematics",
            "Let $p$ be a polynomial with real coefficients. Its complex roots occur in conjugate pairs: if $p(z) = 0$, then "
            "$p(\\bar z) = \\overline{p(z)} = 0$. A polynomial of odd degree therefore has a real root, and every "
            "polynomial over the field of the reals is a product of linear and quadratic factors.",
            "",
        ),
        ("code", "The `map` method returns a new array.\n\n```js\nconst b = a.map(x => x * 2);\n```\n", ""),
        (
            "science",
            "The experiment measured the energy of the electrons at low temperature; the spectrum of the radiation showed "
            "that the mass of "
            "the particles and their velocity agree with quantum theory. The laboratory repeated every measurement on new "
            "samples.",
            "",
        ),
        (
            "forum",
            "Posted by anna: has anyone tried this? Thanks for the reply! 3 comments, 12 votes. Accepted: bob replied to the "
            "question and edited it. Hello, I was wondering, too?",
            "https://forum.example.org/thread/12",
        ),
        (
            "news",
            "The president said on Monday that the government had announced an election, according to officials. Police arrested "
            "three people, a spokesman told reporters on Tuesday. Parliament votes on Friday, the minister said.",
            "https://news.example.org/2024/05/06/vote",
        ),
        (
            "commerce",
            "Buy now: free shipping on all orders! Best price, 20% discount, add to cart. Customers love this product; "
            "returns and "
            "refunds within 30 days, warranty included. In stock, delivery in two days. Exclusive deals in our shop, gift size.",
            "https://shop.example.org/product/77",
        ),
        (
            "jobs",
            "We are hiring: a candidate with five years of experience. Responsibilities, qualifications and benefits below. "
            "Salary and "
            "position depend on skills; apply with your resume. Our team offers a full-time job and career. Employees and "
            "applicants.",
            "https://example.org/jobs/9",
        ),
        (
            "reference",
            (Path(__file__).parents[1] / "LICENSE").read_text()[:4000],
            "",
        ),
        (
            "general",
            "Saturday we drove up to the lake with the dogs. It rained until noon, so we sat in the car and ate all the "
            "sandwiches, and then the sun came out and everybody went swimming. Tom forgot his towel again.",
            "",
        ),
    ],
)
def test_domains(domain: str, text: str, url: str) -> None:
    scored = score_document(text, url=url)
    assert scored["domain"] == domain
    assert taggers.LIKELY <= scored["domain_confidence"] <= 1


def test_source_files_are_code_with_sensible_scores() -> None:
    plain = score_document("x = 1\ny = 2\n", kind="code")
    careful = score_document(
        "# Why: halve until small.\nwhile x > 1:\n    if odd(x):\n        return x\n    x //= 2\n", kind="code"
    )
    assert plain["domain"] == careful["domain"] == "code"
    assert plain["language"] is None
    for name in dimensions.NAMES:
        assert 0 <= plain[name] <= careful[name] <= 1, name


def test_a_derivation_beats_a_menu_in_every_dimension() -> None:
    derivation = score_document(
        "Suppose that $n$ is odd. Then $n = 2k + 1$ for some $k$, by definition, and therefore $n^2 = 4k^2 + 4k + 1$. "
        "This means that $n^2$ is odd as well. For example, $7^2 = 49$. Hence the square of an odd number is odd, because "
        "the first two terms are divisible by two; note that the converse follows by contradiction. " * 2
    )
    menu = score_document("Home | Products | Contact\n\nNext\n\nPrevious\n\nPrivacy policy\n\n© 2024 All rights reserved\n")
    for name in dimensions.NAMES:
        assert derivation[name] > menu[name], name
    assert derivation["reasoning_depth"] > 0.6
    assert menu["quality"] < 0.2


RISING = {
    "reasoning_depth": ("derivation_marker_density", "formula_char_fraction", "num_words"),
    "knowledge_density": ("definition_marker_density", "formula_char_fraction", "unique_word_fraction"),
    "educational_value": ("instruction_marker_density", "derivation_marker_density"),
    "writing_quality": ("terminal_punctuation_fraction",),
    "extraction_quality": (),
}
FALLING = {
    "educational_value": ("boilerplate_line_fraction",),
    "writing_quality": ("duplicate_line_char_fraction", "top_2gram_char_fraction", "short_line_fraction"),
    "extraction_quality": ("boilerplate_line_fraction", "link_char_fraction", "broken_formula_fraction", "damaged_char_fraction"),
}
fractions = st.floats(0, 1)


@given(st.fixed_dictionaries(dict.fromkeys(rules.MEASURED, fractions)), fractions)
def test_dimensions_are_monotone_and_between_0_and_1(signals: dict[str, float], step: float) -> None:
    signals = {**signals, "num_words": 1 + 500 * signals["num_words"], "mean_word_length": 10 * signals["mean_word_length"]}
    before = dimensions.score(signals)
    assert all(0 <= value <= 1 + 1e-9 and math.isfinite(value) for value in before.values())
    for sign, table in ((1, RISING), (-1, FALLING)):
        for dimension, names in table.items():
            for name in names:
                after = dimensions.score({**signals, name: signals[name] + step})
                assert sign * (after[dimension] - before[dimension]) >= -1e-9, (dimension, name)


def test_quality_is_the_weighted_mean() -> None:
    assert sum(dimensions.QUALITY_WEIGHTS.values()) == pytest.approx(1)
    scored = score_document("Some text that is here.")
    assert scored["quality"] == pytest.approx(sum(w * scored[name] for name, w in dimensions.QUALITY_WEIGHTS.items()))


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_presets_are_conditions_over_scores(preset: str) -> None:
    condition = compile_expression(PRESETS[preset], SCORES, where=preset, kind="condition")
    assert condition.evaluate(SCORES.empty_table()).type == pa.bool_()
