"""The expression language of recipes: what it can say, and what it answers to what it cannot."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from corpus.errors import RecipeError
from mix.expressions import Kind, compile_expression

TABLE = pa.table(
    {
        "keep": [True, True, False, None],
        "quality": pa.array([0.2, 0.5, 0.9, None], pa.float32()),
        "words": [10, 200, 3000, 5],
        "domain": ["mathematics", "code", "news", "jobs"],
        "language": ["en", None, "de", "en"],
        "signals": [{"num_words": float(n), "link": 0.1} for n in (10, 200, 3000, 5)],
    }
)

PRESETS = {"reasoning": "quality > 0.1 or quality < 0"}


def value_of(source: str, kind: Kind = "any") -> list[Any]:
    return list(compile_expression(source, TABLE.schema, where="test", kind=kind).evaluate(TABLE).to_pylist())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("keep and quality > 0.3", [False, True, False, False]),
        ("keep or quality > 0.3", [True, True, True, False]),
        ("not keep", [False, False, True, False]),
        ("domain in ('mathematics', 'code')", [True, True, False, False]),
        ("domain not in ['news']", [True, True, False, True]),
        ("language == 'en'", [True, False, False, True]),
        ("language != 'en'", [False, False, True, False]),
        ("language is None", [False, True, False, False]),
        ("language is not None and words >= 10", [True, False, True, False]),
        ("10 < words <= 200", [False, True, False, False]),
        ("signals.num_words * 2 == words + words", [True] * 4),
        ("signals.num_words > 100", [False, True, True, False]),
        ("(quality if words > 100 else 1) >= 0.5", [True, True, True, True]),
        ("True", [True] * 4),
    ],
)
def test_conditions(source: str, expected: list[bool]) -> None:
    assert value_of(source, "condition") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("cut(words, 10, 200)", [1, 2, 2, 0]),
        ("max(words, 100)", [100, 200, 3000, 100]),
        ("min(words, 100, 50)", [10, 50, 50, 5]),
        ("words / 4", [2.5, 50.0, 750.0, 1.25]),
        ("-words + 1", [-9, -199, -2999, -4]),
        ("abs(words - 200)", [190, 0, 2800, 195]),
        ("3", [3, 3, 3, 3]),
    ],
)
def test_numbers(source: str, expected: list[float]) -> None:
    assert value_of(source) == expected
    assert value_of(source, "number") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("qualty > 0.3", "did you mean 'quality'"),
        ("signals.num_word > 3", "did you mean 'num_words'"),
        ("quality.mean > 3", "has no field 'mean'"),
        ("domain == 'mathematic'", "did you mean 'mathematics'"),
        ("domain in ('code', 'newz')", "did you mean 'news'"),
        ("maximum(words, 3) > 2", "did you mean 'max'"),
        ("quality >", "is not an expression"),
        ("quality", "expected a condition"),
        ("domain > 3", "domain > 3"),
        ("__import__('os').system('true')", "not part of the expression language"),
        ("[x for x in words]", "not part of the expression language"),
        ("words ** 9", "not part of the expression language"),
        ("(lambda: words)()", "not part of the expression language"),
        ("domain in 'code'", "needs a list"),
        ("domain == ('code', 'news')", "not part of the expression language"),
        ("words is 3", "compares with None only"),
        ("min(words) > 1", "at least 2 values"),
        ("keep and domain > 3", "domain is text, 3 is a number"),
        ("(keep + 1) * 2 > 1", "keep is true or false, 1 is a number"),
        ("quality in ('a', 'b')", "quality is a number, the list is ('a', 'b')"),
        ("not quality", "quality is a number"),
        ("keep and preset.reasonin", "did you mean 'reasoning'"),
        ("preset", "unknown column 'preset'"),
        ("preset.reasoning.more", "no preset 'reasoning.more'"),
    ],
)
def test_mistakes_are_named_before_anything_runs(source: str, said: str) -> None:
    values = {"domain": ("mathematics", "code", "news", "jobs")}
    with pytest.raises(RecipeError, match=r"^mix\.keep: ") as error:
        compile_expression(source, TABLE.schema, where="mix.keep", kind="condition", values=values, presets=PRESETS)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("preset.reasoning", [True, True, True, False]),
        ("keep and preset.reasoning", [True, True, False, False]),
        ("not preset.reasoning", [False, False, False, False]),
        ("preset.reasoning and domain == 'code'", [False, True, False, False]),
        ("preset.reasoning == preset.reasoning", [True, True, True, False]),
    ],
)
def test_a_preset_is_what_it_stands_for_in_parentheses(source: str, expected: list[bool]) -> None:
    """`or` binds least: not spelt out in parentheses, the second would let everything with words through."""
    found = compile_expression(source, TABLE.schema, where="test", kind="condition", presets=PRESETS).evaluate(TABLE)
    assert found.to_pylist() == expected


def test_a_preset_where_there_are_only_buckets_says_what_to_do() -> None:
    with pytest.raises(RecipeError, match="bucket_columns.reasoning: preset.reasoning"):
        compile_expression("preset.reasoning", pa.schema([("source", pa.string())]), where="mixture.only")


def test_names_are_the_columns_it_reads() -> None:
    assert compile_expression("keep and signals.link < quality", TABLE.schema, where="x").names == ("keep", "quality", "signals")
