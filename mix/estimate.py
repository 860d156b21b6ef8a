"""Tokens of every bucket from a sample of documents, with the standard error.

How many documents a bucket has and how many characters they have together is counted over all of them, which reads narrow columns
only. Documents are then drawn by a hash of their ids, in each bucket at its own rate, and tokenised as the mixture would. The
estimate is a ratio: tokens per character in the sample times all characters (Cochran 1977, Sampling Techniques, 6.3),

    T = X t / x,   SE = N sqrt((1 - n/N) / n  s^2) (X/N) / (x/n),   s^2 = sum (t_i - (t/x) x_i)^2 / (n - 1)

for n of N documents with x of X characters. A bucket that is sampled whole has no error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mix.cells import scatter_keys
from mix.inventory import Buckets, Inventory, bucket_of, count

LEAST_PER_BUCKET = 64
"""Documents of a bucket that are sampled where it has so many: fewer make the error itself a guess."""

SAMPLE_SEED = 0x5EED
"""Beside the mixture's seed, so that the sample has nothing to do with cells."""

SIZES = (("documents", pa.int64()), ("chars", pa.int64()))

ROWS = pa.schema(
    [
        pa.field("doc_id", pa.string(), nullable=False),
        pa.field("bucket", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("num_chars", pa.int64(), nullable=False),
    ]
)
"""The documents of a shard that are in the sample."""


def sizes_schema(rule: Buckets) -> pa.Schema:
    return pa.schema([pa.field("bucket", pa.string()), *rule.schema, *(pa.field(*column) for column in SIZES)])


def sizes_of(annotated: pa.Table, rule: Buckets) -> pa.Table:
    """Documents and characters by bucket (null: left out), of documents with `num_chars`."""
    names = rule.schema.names
    table = pa.table(
        {
            "bucket": sampled_bucket(annotated, rule),
            **{field.name: rule.columns[field.name].evaluate(annotated).cast(field.type) for field in rule.schema},
            "chars": annotated.column("num_chars"),
            "documents": pa.array(np.ones(annotated.num_rows, np.int64)),
        }
    )
    summed = table.group_by(["bucket", *names], use_threads=False).aggregate([(name, "sum") for name, _ in SIZES])
    summed = summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names])
    return summed.select(sizes_schema(rule).names).cast(sizes_schema(rule)).sort_by("bucket")


def sampled_bucket(annotated: pa.Table, rule: Buckets) -> pa.Array:
    """The bucket of each document; none where it has no text."""
    has_text = pc.greater(annotated.column("num_chars"), 0).combine_chunks()
    return pc.if_else(has_text, bucket_of(annotated, rule), pa.scalar(None, pa.string()))


def rates_for(documents: Mapping[str, int], num_documents: int) -> dict[str, float]:
    """Bucket -> share of its documents to sample, for about `num_documents` in all; small buckets at a higher rate."""
    total = max(1, sum(documents.values()))
    return {
        bucket: min(1.0, max(num_documents / total, 1.25 * LEAST_PER_BUCKET / max(1, n)))
        for bucket, n in sorted(documents.items())
    }


def sample_rows(annotated: pa.Table, rule: Buckets, rates: Mapping[str, float], seed: int) -> pa.Table:
    """ROWS of the documents whose hash is below their bucket's rate."""
    bucket = sampled_bucket(annotated, rule)
    keys = scatter_keys(annotated.column("doc_id"), seed ^ SAMPLE_SEED).astype(np.float64) / 2.0**64
    rate = np.array([rates.get(name, 0.0) if name is not None else 0.0 for name in bucket.to_pylist()])
    rows = np.flatnonzero((keys < rate) | (rate >= 1))
    taken = annotated.select(["doc_id", "num_chars"]).take(pa.array(rows))
    columns = {"doc_id": taken.column("doc_id"), "bucket": bucket.take(pa.array(rows)), "row": rows}
    return pa.table({**columns, "num_chars": taken.column("num_chars")}, schema=ROWS)


class Estimate(NamedTuple):
    """Tokens of a bucket and the standard error of that number."""

    tokens: float
    standard_error: float


def ratio_estimate(tokens: npt.ArrayLike, chars: npt.ArrayLike, num_documents: int, num_chars: int) -> Estimate:
    """From the tokens and characters of each sampled document, and the documents and characters of the whole bucket."""
    t, x = np.asarray(tokens, dtype=float), np.asarray(chars, dtype=float)
    n = len(t)
    if n == 0:
        return Estimate(0.0, math.inf if num_documents else 0.0)
    if n >= num_documents:
        return Estimate(float(t.sum()), 0.0)
    ratio = float(t.sum() / x.sum())
    if n == 1:
        return Estimate(ratio * num_chars, math.inf)
    variance = float(((t - ratio * x) ** 2).sum() / (n - 1))
    spread = num_documents * math.sqrt((1 - n / num_documents) / n * variance)
    return Estimate(ratio * num_chars, spread * (num_chars / num_documents) / float(x.mean()))


class Estimated(NamedTuple):
    """An estimated inventory."""

    inventory: Inventory
    standard_errors: dict[str, float]
    """Bucket -> standard error of its tokens."""
    num_sampled: int

    @property
    def standard_error(self) -> float:
        """Of all tokens together; buckets are sampled independently."""
        return math.sqrt(sum(error**2 for error in self.standard_errors.values()))


def estimate(sizes: pa.Table, rows: pa.Table, tokens: Mapping[str, int], rule: Buckets) -> Estimated:
    """From `sizes_schema` rows of the corpus, ROWS of the sample and doc_id -> tokens (end-of-document token counted).

    A sampled document without tokens lost its text when the mixture prepared it: its bucket counts so many fewer documents.
    """
    by_bucket: dict[str, tuple[list[int], list[int]]] = {}
    for row in rows.to_pylist():
        made = by_bucket.setdefault(row["bucket"], ([], []))
        made[0].append(tokens.get(row["doc_id"], 0))
        made[1].append(row["num_chars"])
    summed = sizes.group_by(["bucket", *rule.schema.names], use_threads=False).aggregate([(name, "sum") for name, _ in SIZES])
    errors: dict[str, float] = {}
    left_out = 0
    counted = []
    for row in summed.to_pylist():
        documents, chars = row.pop("documents_sum"), row.pop("chars_sum")
        if row["bucket"] is None:
            left_out += documents
            continue
        sampled = by_bucket.get(row["bucket"], ([], []))
        found = ratio_estimate(*sampled, documents, chars)
        kept = round(documents * sum(t > 0 for t in sampled[0]) / max(1, len(sampled[0])))
        left_out += documents - kept
        errors[row["bucket"]] = found.standard_error
        counted.append({**row, "documents": kept, "tokens": round(found.tokens)})
    kinds = [pa.field("bucket", pa.string()), *rule.schema, pa.field("documents", pa.int64()), pa.field("tokens", pa.int64())]
    table = pa.Table.from_pylist([row for row in counted if row["tokens"]], schema=pa.schema(kinds))
    inventory = Inventory(count([table], rule.schema).table, left_out)
    return Estimated(inventory, {key: errors[key] for key in inventory.keys}, rows.num_rows)
