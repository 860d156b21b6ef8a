"""Presets in recipes: by name, alone or within an own expression, as the weight of a bucket, and as text that can be read."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpus.errors import RecipeError
from mix.expressions import compile_expression
from mix.inventory import ANNOTATED, bucket_of, bucket_rule, from_mapping
from mix.plan import solve
from mix.recipe import MixConfig, Preference, StageMixture
from quality.presets import PRESETS, WEIGHTS, listing
from quality.scores import score_document

PROOF = (
    "Suppose that $n$ is odd. Then $n = 2k + 1$ for some $k$, by definition, and therefore $n^2 = 4k^2 + 4k + 1$. This means "
    "that $n^2$ is odd as well. Hence the square of an odd number is odd, because the first two terms are divisible by two."
)
MENU = "Home | Products | Contact\n\nNext\n\nPrevious\n\nPrivacy policy\n\n© 2024 All rights reserved\n"


def annotated(*texts: str, **columns: Any) -> pa.Table:
    """Documents with their scores, as `keep` sees them."""
    empty = {field.name: None for field in ANNOTATED}
    rows = [{**empty, "source": "web", "keep": True, "synthetic": False, **score_document(text), **columns} for text in texts]
    return pa.Table.from_pylist(rows, schema=pa.schema([field.with_nullable(True) for field in ANNOTATED]))


def config(**settings: Any) -> MixConfig:
    return MixConfig(tokenizer="none", **settings)


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("preset.reasoning", [True, False]),
        ("keep and preset.reasoning and language in ('en', 'de')", [True, False]),
        ("preset.reasoning and language == 'fr'", [False, False]),
        ("not preset.reasoning", [False, True]),
        ("preset.gopher or preset.reasoning", [True, False]),
        ("domain_probabilities.mathematics >= 0.3", [True, False]),
        ("max(domain_probabilities.mathematics, domain_probabilities.code) < 0.3", [False, True]),
    ],
)
def test_a_recipe_keeps_by_presets(keep: str, expected: list[bool]) -> None:
    buckets = bucket_of(annotated(PROOF, MENU), bucket_rule(config(keep=keep)))
    assert [bucket is not None for bucket in buckets.to_pylist()] == expected


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        ("preset.reasonin", "did you mean 'reasoning'"),
        ("keep and reasoning", "unknown column 'reasoning'"),
        ("signals.num_wrds > 3", "did you mean 'num_words'"),
        ("domain_probabilities.maths > 0.3", "did you mean 'mathematics'"),
        ("domain == 'maths'", "did you mean 'mathematics'"),
        ("kind == 'htm'", "did you mean 'html'"),
        ("language > 3", "language is text, 3 is a number"),
    ],
)
def test_mistakes_are_named_before_the_run(keep: str, said: str) -> None:
    with pytest.raises(RecipeError, match=r"^mix\.keep: ") as error:
        bucket_rule(config(keep=keep))
    assert said in str(error.value)


def test_a_preset_as_bucket_column_picks_and_weighs() -> None:
    columns = {"source": "source", "clean": "preset.reasoning", "worth": "preset.worth"}
    table = annotated(PROOF, MENU)
    assert bucket_of(table, bucket_rule(config(bucket_columns=columns, keep="True"))).to_pylist() == [
        "web/clean/worth3",
        "web/worth0",
    ]


INVENTORY = {
    "columns": {"source": "string", "worth": "integer"},
    "buckets": [{"source": "web", "worth": worth, "documents": 10, "tokens": 1_000_000} for worth in range(3)],
}
STAGE = StageMixture(name="one", tokens=300_000, seq_len=100)


def test_a_weight_may_be_an_expression() -> None:
    inventory = from_mapping(INVENTORY, where="test")
    stage = replace(STAGE, preferences=(Preference(where="True", weight="1 + worth"),))
    by_expression = solve(inventory, [stage])
    numbers = tuple(Preference(where=f"worth == {worth}", weight=1.0 + worth) for worth in range(3))
    assert by_expression.stages == solve(inventory, [replace(STAGE, preferences=numbers)]).stages


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ("worh", "did you mean 'worth'"),
        ("worth - 1", "is not a number from 0 on for the bucket web/worth0"),
        ("1 / worth", "is not a number from 0 on for the bucket web/worth0"),
        ("source", "expected a number"),
        ("preset.worth", "bucket_columns.worth: preset.worth"),
    ],
)
def test_a_wrong_weight_is_named(weight: str, said: str) -> None:
    stage = replace(STAGE, preferences=(Preference(where="True", weight=weight),))
    with pytest.raises(RecipeError, match=r"mixture\.preferences\[0\]\.weight") as error:
        solve(from_mapping(INVENTORY, where="test"), [stage])
    assert said in str(error.value)


@pytest.mark.parametrize("name", [*PRESETS, *WEIGHTS])
def test_the_listing_has_every_preset_as_it_is(name: str) -> None:
    (body,) = [part.split("```\n")[1] for part in listing().split("### ") if part.startswith(f"`preset.{name}` (")]
    kind = "condition" if name in PRESETS else "number"
    shown = compile_expression(" ".join(body.split()), ANNOTATED, where="docs", kind=kind)  # type: ignore[arg-type]
    assert " ".join(shown.source.split()) == " ".join({**PRESETS, **WEIGHTS}[name].split())


def test_the_page_of_signals_and_presets_is_what_the_code_says() -> None:
    folder = Path(__file__).parent.parent / "docs"
    written = runpy.run_path(str(folder / "write_quality_signals.py"))["page"]()
    message = "run python docs/write_quality_signals.py"
    assert (folder / "quality-signals.md").read_text(encoding="utf-8") == written, message
