"""What there is to mix: documents and tokens per bucket.

A bucket is a set of documents with equal values of `MixConfig.bucket_columns`; its key names them, for instance
`web/mathematics/quality2`. `bucket_of` gives every document its bucket, or none where `keep` says no. An Inventory is counted
from tokenised shards (`count`), or written by hand as a plain mapping for a corpus that exists on paper:

    columns: {source: string, domain: string, quality: integer, synthetic: boolean}
    buckets:
      - {source: web, domain: mathematics, quality: 2, documents: 2.1e8, tokens: 4.0e11}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import schema
from corpus.config import as_number, unknown_key
from corpus.errors import RecipeError
from corpus.stage import aligned
from mix.expressions import Expression, compile_expression
from mix.recipe import MixConfig
from quality.presets import PRESETS, WEIGHTS

KINDS = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_(), "number": pa.float64()}
"""Types of bucket columns, by the name they have in an inventory."""

VALUES = {"domain": schema.DOMAINS, "kind": ("html", "pdf", "text", "code"), "dedup_reason": ("url", "exact", "near")}
"""Columns whose values are known beforehand."""

ANNOTATED = pa.schema(
    [field for field in schema.DOCUMENTS if field.name != "text"]
    + [field for field in (*schema.CLUSTERS, *schema.SCORES) if field.name != "doc_id"]
)
"""Columns that expressions over documents may use: those of DOCUMENTS (without the text), CLUSTERS and SCORES."""

STANDARD_ERROR = "tokens_standard_error"
"""What an estimated inventory may say of each bucket beside its counts; the plan does not read it."""

COUNTS = (("documents", pa.int64()), ("tokens", pa.int64()))
"""Columns of an inventory beside the bucket's own."""


@dataclass(frozen=True)
class Buckets:
    """How documents fall into buckets: the checked expressions of a MixConfig."""

    keep: Expression
    columns: Mapping[str, Expression]
    schema: pa.Schema
    """The bucket columns and their types."""


def bucket_rule(config: MixConfig) -> Buckets:
    """The expressions of `config`, checked. Raises RecipeError naming the key and the nearest column."""
    presets = {**PRESETS, **WEIGHTS}
    keep = compile_expression(config.keep, ANNOTATED, where="mix.keep", kind="condition", values=VALUES, presets=presets)
    columns = {
        name: compile_expression(source, ANNOTATED, where=f"mix.bucket_columns.{name}", values=VALUES, presets=presets)
        for name, source in config.bucket_columns.items()
    }
    empty = ANNOTATED.empty_table()
    fields = []
    for name, expression in columns.items():
        kind = expression.evaluate(empty).type
        if kind not in KINDS.values():
            kind = _plain(kind, where=f"mix.bucket_columns.{name}")
        fields.append(pa.field(name, kind))
    return Buckets(keep, columns, pa.schema(fields))


def _plain(kind: pa.DataType, *, where: str) -> pa.DataType:
    if pa.types.is_integer(kind):
        return pa.int64()
    raise RecipeError(
        f"{where}: a bucket column holds text, whole numbers or true/false, not {kind}; cut(x, 0.3, 0.6) makes classes of it"
    )


def columns_read(rule: Buckets) -> set[str]:
    """Columns of ANNOTATED that the rule reads."""
    expressions = (rule.keep, *rule.columns.values())
    return {name for expression in expressions for name in expression.names}


IS_ANNOTATED = "is_annotated"


def join_annotations(documents: pa.Table, clusters: pa.Table, scores: pa.Table, *, what: str) -> pa.Table:
    """One table with the columns of all three. Where one of them lacks a document, IS_ANNOTATED says of each whether it is there.

    Raises InputError where their rows are not of these documents in their order: the shards are not of one run.
    """
    joined, is_annotated = documents, None
    for name, annotation in (("CLUSTERS", clusters), ("SCORES", scores)):
        found = aligned(annotation, documents.column("doc_id"), what=f"{what}: {name}")
        if found is not annotation:
            is_there = pc.is_valid(found.column("doc_id"))
            is_annotated = is_there if is_annotated is None else pc.and_(is_annotated, is_there)
        for column in found.column_names:
            if column != "doc_id":
                joined = joined.append_column(found.schema.field(column), found.column(column))
    return joined if is_annotated is None else joined.append_column(IS_ANNOTATED, is_annotated)


def bucket_of(annotated: pa.Table, rule: Buckets) -> pa.Array:
    """The bucket key of every document; null where `keep` leaves it out, or nobody knows what it is."""
    if IS_ANNOTATED in annotated.column_names:
        known = bucket_of(annotated.drop_columns([IS_ANNOTATED]), rule)
        return pc.if_else(annotated.column(IS_ANNOTATED), known, pa.scalar(None, pa.string()))
    key = bucket_key({name: rule.columns[name].evaluate(annotated).cast(kind) for name, kind in _kinds(rule.schema)})
    return pc.if_else(rule.keep.evaluate(annotated), key, pa.scalar(None, pa.string()))


def bucket_key(columns: Mapping[str, Any]) -> pa.Array:
    """Values joined by slashes: text as it is, `quality2` for a whole number, `synthetic` or nothing for true or false."""
    parts = []
    for name, values in columns.items():
        if pa.types.is_boolean(values.type):
            parts.append(pc.if_else(pc.fill_null(values, False), pa.scalar(f"/{name}"), pa.scalar("")))
            continue
        text = pc.fill_null(pc.cast(values, pa.string()), "none")
        if pa.types.is_string(values.type):
            text = pc.replace_substring(pc.replace_substring(text, "%", "%25"), "/", "%2F")
        prefix = "/" if pa.types.is_string(values.type) else f"/{name}"
        parts.append(pc.binary_join_element_wise(pa.scalar(prefix), text, ""))
    return pc.utf8_slice_codeunits(pc.binary_join_element_wise(*parts, ""), 1)


def _kinds(kinds: pa.Schema) -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in kinds]


@dataclass(frozen=True)
class Inventory:
    """Documents and tokens per bucket, sorted by key."""

    table: pa.Table
    """bucket, the bucket columns, documents, tokens (end-of-document tokens counted)."""
    documents_left_out: int = 0
    """Documents that `keep` left out."""

    @property
    def bucket_schema(self) -> pa.Schema:
        """The bucket columns and their types."""
        names = [name for name in self.table.column_names if name not in ("bucket", *dict(COUNTS))]
        return pa.schema([self.table.schema.field(name) for name in names])

    @property
    def keys(self) -> list[str]:
        keys: list[str] = self.table.column("bucket").to_pylist()
        return keys

    @property
    def num_tokens(self) -> int:
        return sum(self.table.column("tokens").to_pylist())

    def to_mapping(self) -> dict[str, Any]:
        """Plain values, as YAML and JSON write them; `from_mapping` reads them back."""
        kinds = {kind: name for name, kind in KINDS.items()}
        rows = self.table.drop_columns(["bucket"]).to_pylist()
        return {
            "columns": {field.name: kinds[field.type] for field in self.bucket_schema},
            "documents_left_out": self.documents_left_out,
            "buckets": [{name: value for name, value in row.items() if value is not False} for row in rows],
        }


def count(parts: Iterable[pa.Table], bucket_schema: pa.Schema) -> Inventory:
    """The sum of tables with the bucket columns, `bucket` (null: left out), `documents` and `tokens`."""
    names = ["bucket", *bucket_schema.names]
    kinds = [pa.field("bucket", pa.string()), *bucket_schema, *(pa.field(*column) for column in COUNTS)]
    tables = [part.select([field.name for field in kinds]).cast(pa.schema(kinds)) for part in parts]
    table = pa.concat_tables([pa.schema(kinds).empty_table(), *tables])
    left_out = pc.sum(table.filter(pc.is_null(table.column("bucket"))).column("documents")).as_py() or 0
    kept = table.filter(pc.is_valid(table.column("bucket")))
    summed = kept.group_by(names, use_threads=False).aggregate([(name, "sum") for name, _ in COUNTS])
    summed = summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names])
    return Inventory(summed.select([field.name for field in kinds]).sort_by("bucket"), int(left_out))


def from_mapping(value: Mapping[str, Any], *, where: str) -> Inventory:
    """An inventory written by hand or by `to_mapping`. Raises RecipeError naming the bucket and the key."""
    for key in value:
        if key not in ("columns", "buckets", "documents_left_out"):
            raise RecipeError(unknown_key(str(key), ("columns", "buckets", "documents_left_out"), where=where))
    columns = value.get("columns") or {"source": "string", "domain": "string", "quality": "integer", "synthetic": "boolean"}
    for name, kind in columns.items():
        if kind not in KINDS:
            raise RecipeError(f"{where}: columns.{name}: expected one of {', '.join(KINDS)}, saw {kind!r}")
    bucket_schema = pa.schema([pa.field(name, KINDS[kind]) for name, kind in columns.items()])
    rows = [_bucket(row, columns, where=f"{where}: buckets[{i}]") for i, row in enumerate(value.get("buckets") or [])]
    if not rows:
        raise RecipeError(f"{where}: buckets: expected at least one, with {', '.join(columns)}, documents and tokens")
    table = pa.Table.from_pylist(rows, schema=pa.schema([*bucket_schema, *(pa.field(*column) for column in COUNTS)]))
    keyed = table.add_column(0, "bucket", bucket_key({name: table.column(name).combine_chunks() for name in columns}))
    return replace(count([keyed], bucket_schema), documents_left_out=int(value.get("documents_left_out", 0)))


def _bucket(row: Any, columns: Mapping[str, str], *, where: str) -> dict[str, Any]:
    """One bucket with every column; true/false columns may be absent and are false then."""
    if not isinstance(row, Mapping):
        raise RecipeError(f"{where}: expected keys and values, saw {row!r}")
    known = (*columns, *dict(COUNTS))
    for key in row:
        if key not in (*known, STANDARD_ERROR):
            raise RecipeError(unknown_key(str(key), known, where=where))
    kinds = {**columns, **{name: "integer" for name, _ in COUNTS}}
    return {name: _value(row.get(name), kinds[name], where=f"{where}: {name}") for name in known}


def _value(value: Any, kind: str, *, where: str) -> Any:
    if kind == "boolean" and value is None:
        return False
    number = None if isinstance(value, bool) else as_number(value)
    if kind == "integer" and number is not None and number == int(number):
        return int(number)
    if kind == "number" and number is not None:
        return float(number)
    if (kind == "string" and isinstance(value, str)) or (kind == "boolean" and isinstance(value, bool)):
        return value
    raise RecipeError(f"{where}: expected a {kind}, saw {value!r}")
