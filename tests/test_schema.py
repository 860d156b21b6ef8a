"""Schemas: what they refuse, and that their page is up to date."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from corpus import schema
from corpus.errors import SchemaError

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_every_field_says_what_it_means(name):
    for field in schema.SCHEMAS[name]:
        assert field.metadata[b"doc"], field.name


def test_the_page_of_the_schemas_is_the_schemas():
    page = (REPOSITORY / "docs" / "schema.md").read_text(encoding="utf-8")
    assert page == schema.as_markdown(), "run python -m corpus.schema > docs/schema.md"


@pytest.mark.parametrize(
    ("columns", "answer"),
    [
        ({"a": pa.array([1])}, r"missing columns \['b'\]"),
        ({"a": pa.array([1]), "b": pa.array(["x"]), "c": pa.array([1])}, r"unexpected columns \['c'\]"),
        ({"a": pa.array(["1"]), "b": pa.array(["x"])}, "column a is string, expected int64"),
        ({"a": pa.array([None], pa.int64()), "b": pa.array(["x"])}, "column a has 1 nulls and must have none"),
    ],
)
def test_conform_names_the_column_that_is_wrong(columns, answer):
    expected = pa.schema([pa.field("a", pa.int64(), nullable=False), pa.field("b", pa.string())])
    with pytest.raises(SchemaError, match=answer):
        schema.conform(pa.table(columns), expected, what="shard s01")


def test_conform_orders_the_columns():
    expected = pa.schema([pa.field("a", pa.int64(), nullable=False), pa.field("b", pa.string())])
    table = schema.conform(pa.table({"b": ["x"], "a": [1]}), expected, what="shard s01")
    assert table.schema.equals(expected)
