"""What the mixture draws of the documents: quality and its like over the tokens available, and over those of each stage.

Every document weighs its tokens; in a stage, its tokens times the readings that the plan gives its bucket. So the curves of the
stages are those of the training rows, without a look at the rows. Documents that `keep` leaves out are in neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from mix.plan import Plan
from pipelines.report_mixture_charts import mean_class, normed
from pipelines.report_run import Run
from pipelines.report_scores import DIMENSIONS, NUM_CLASSES, class_of

MAX_SHARDS = 400
"""Shards that are looked into, evenly spaced; a few narrow columns of each."""
NOT_CLASSES = frozenset({"source", "domain", "synthetic"})
"""Bucket columns that the report shows elsewhere; of the others, whole numbers are classes of quality."""

F64 = npt.NDArray[np.float64]


@dataclass
class Drawn:
    """Tokens in each class of each dimension."""

    stages: tuple[str, ...]
    counts: dict[str, F64]
    """Dimension -> [1 + stages, NUM_CLASSES]: available, then drawn by each stage."""
    num_shards: int = 0
    num_shards_read: int = 0

    def coarse(self, dimension: str, num_classes: int) -> F64:
        """The same in fewer classes, which divide NUM_CLASSES."""
        return np.asarray(self.counts[dimension].reshape(1 + len(self.stages), num_classes, -1).sum(axis=2))

    def mean(self, dimension: str) -> list[float]:
        """Available, and of each stage."""
        return [mean_class(row) for row in self.counts[dimension]]


def readings(plan: Plan) -> F64:
    """[1 + stages, buckets]: 1, then how often each stage alone reads each bucket."""
    tokens = np.array(plan.tokens, dtype=float)
    return np.array([np.ones(len(tokens)), *(np.array(s.rows, dtype=float) * s.seq_len / tokens for s in plan.stages)])


def read_drawn(run: Run, plan: Plan) -> Drawn | None:
    """None where the run has no tokenised documents, or no scores of them."""
    tokenized = run.stages.get("tokenize")
    scores = {shard.name: shard.scores for shard in run.document_shards if shard.scores}
    if tokenized is None or not scores:
        return None
    pairs = [
        (url, scores[entry.name])
        for entry, url in zip(tokenized.manifest.shards, tokenized.shard_urls, strict=True)
        if entry.name in scores
    ]
    chosen = pairs if len(pairs) <= MAX_SHARDS else [pairs[i * len(pairs) // MAX_SHARDS] for i in range(MAX_SHARDS)]
    drawn = Drawn(tuple(stage.name for stage in plan.stages), {}, len(pairs), len(chosen))
    factors, buckets = readings(plan), pa.array(plan.buckets)
    for tokens_url, scores_url in chosen:
        tokens = shards.read_table(tokens_url, columns=["doc_id", "bucket", "num_tokens"])
        names = [name for name in DIMENSIONS if name in shards.read_schema(scores_url).names]
        add_shard(drawn, tokens, shards.read_table(scores_url, columns=["doc_id", *names]), factors=factors, buckets=buckets)
    return drawn


def add_shard(drawn: Drawn, tokens: pa.Table, scores: pa.Table, *, factors: F64, buckets: pa.Array) -> None:
    """Counts the documents of a shard. tokens: doc_id, bucket, num_tokens; scores: doc_id and dimensions, in any order."""
    bucket = pc.index_in(tokens.column("bucket"), buckets)
    row = pc.index_in(tokens.column("doc_id"), scores.column("doc_id").combine_chunks())
    known = pc.and_(pc.is_valid(bucket), pc.is_valid(row))
    at, where = (column.filter(known).to_numpy() for column in (row, bucket))
    weights = tokens.column("num_tokens").filter(known).to_numpy() * factors[:, where]
    for name in scores.column_names[1:]:
        classes = class_of(scores.column(name).to_numpy()[at])
        counts = np.array([np.bincount(classes, weight, NUM_CLASSES) for weight in weights])
        drawn.counts[name] = drawn.counts.get(name, 0.0) + counts


@dataclass(frozen=True)
class ClassTable:
    """A bucket column of whole numbers: tokens of each class, available and drawn."""

    column: str
    classes: tuple[str, ...]
    columns: dict[str, F64]
    """`available`, then each stage -> tokens of each class."""

    def rows(self) -> list[tuple[str, list[float]]]:
        """Class and its share in each column."""
        shares = [normed(counts) for counts in self.columns.values()]
        return [(name, [float(share[i]) for share in shares]) for i, name in enumerate(self.classes)]


def class_tables(plan: Plan, buckets: pa.Table | None) -> list[ClassTable]:
    """A table for each bucket column that is a class of something. buckets: `bucket` and the bucket columns; None: unknown."""
    if buckets is None:
        return []
    row = pc.index_in(pa.array(plan.buckets), buckets.column("bucket").combine_chunks())
    drawn = {"available": np.array(plan.tokens, dtype=float)}
    drawn |= {stage.name: np.array(stage.rows, dtype=float) * stage.seq_len for stage in plan.stages}
    found = []
    for field in buckets.schema:
        if field.name in NOT_CLASSES or not pa.types.is_integer(field.type) or field.name in ("documents", "tokens"):
            continue
        values = buckets.column(field.name).take(row).to_pylist()
        classes = sorted(set(values), key=lambda value: (value is None, value or 0))
        columns = {name: _sums(counts, values, classes) for name, counts in drawn.items()}
        found.append(ClassTable(field.name, tuple("none" if c is None else str(c) for c in classes), columns))
    return found


def _sums(counts: F64, values: Sequence[int | None], classes: Iterable[int | None]) -> F64:
    return np.array([counts[[value == own for value in values]].sum() for own in classes])
