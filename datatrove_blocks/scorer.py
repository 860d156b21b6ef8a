"""Language, domain, quality dimensions and signals as datatrove blocks: one annotates, one filters.

In: documents with text; `kind` (html, pdf, text or code) and `url` are read from the metadata where they are there. Out: the same
documents with the columns of SCORES in their metadata, or those that an expression over these columns keeps.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from corpus.errors import RecipeError
from corpus.schema import DOCUMENTS, DOMAINS, SCORES
from corpus.stage import DocumentLimits
from datatrove_blocks.metadata import corpus_metadata
from datatrove_blocks.rows import BATCH_DOCUMENTS, batches_of, table_of
from mix.expressions import Expression, compile_expression
from quality.presets import PRESETS
from quality.scores import QualityConfig, score_documents

NAMES = tuple(name for name in SCORES.names if name != "doc_id")
"""Columns of SCORES, which become metadata under their names; `signals` and `domain_probabilities` are dictionaries there."""

COLUMNS = pa.schema([*(DOCUMENTS.field(name) for name in ("url", "kind", "num_chars")), *(SCORES.field(name) for name in NAMES)])
"""What the expression of a filter may name."""


class TercetScorer(PipelineStep):
    """Writes the columns of SCORES into the metadata of every document; drops none.

    A language that is not known is the empty string, for every document has the same keys of the same types.

    Args:
        signals: whether `signals` and `domain_probabilities` are written, too: some 70 numbers
        kind: of documents whose metadata have none: html, pdf, text or code
        config: settings of the quality stage
        limits: what one document may take; what goes over it gets the lowest scores
        batch_size: documents that are scored together
    """

    type = "📏 - SCORES"
    name = "⛏ Tercet"

    def __init__(
        self,
        *,
        signals: bool = True,
        kind: str = "text",
        config: QualityConfig | None = None,
        limits: DocumentLimits | None = None,
        batch_size: int = BATCH_DOCUMENTS,
    ) -> None:
        super().__init__()
        self.names = NAMES if signals else tuple(name for name in NAMES if not pa.types.is_struct(SCORES.field(name).type))
        self.kind = kind
        self.config = config or QualityConfig()
        self.limits = limits or DocumentLimits()
        self.batch_size = batch_size

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Every document, in order."""
        for batch in batches_of(data or (), max_documents=self.batch_size):
            with self.track_time("batch"):
                table = table_of(batch, kind=self.kind)
                rows = score_documents(table, config=self.config, limits=self.limits).table.to_pylist()
            for document, row in zip(batch, rows, strict=True):
                document.metadata |= corpus_metadata(row, SCORES, self.names)
                self.stat_update(StatHints.total, f"domain_{row['domain']}", f"language_{row['language'] or 'none'}")
                self.update_doc_stats(document)
                yield document


class TercetQualityFilter(BaseFilter):
    """Keeps what a preset (`reasoning`, `gopher`, `c4`, `fineweb`, `stock`) or an expression keeps.

    The expression is that of a recipe's `mix.keep`, over the columns of SCORES and `url`, `kind`, `num_chars`:
    `reasoning_depth > 0.4 and domain in ("mathematics", "code")`. Its parts that are joined by `and` are the reasons: a document
    is dropped for the first that does not hold. Scores that TercetScorer wrote are used, others are made here.

    Args:
        keep: name of a preset, or expression
        save_scores: whether scores that are made here are written into the metadata
        kind: of documents whose metadata have none: html, pdf, text or code
        config: settings of the quality stage
        limits: what one document may take; what goes over it gets the lowest scores
        exclusion_writer: writes the dropped documents
        batch_size: documents that are scored together
    """

    name = "⛏ Tercet quality"

    def __init__(
        self,
        keep: str = "reasoning",
        *,
        save_scores: bool = False,
        kind: str = "text",
        config: QualityConfig | None = None,
        limits: DocumentLimits | None = None,
        exclusion_writer: DiskWriter | None = None,
        batch_size: int = BATCH_DOCUMENTS,
    ) -> None:
        super().__init__(exclusion_writer, batch_size)
        self.conditions = conditions_of(keep)
        self.save_scores = save_scores
        self.kind = kind
        self.config = config or QualityConfig()
        self.limits = limits or DocumentLimits()

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Whether one document is kept. Many are faster through `filter_batch`."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """For every document True, or False and the condition that does not hold."""
        table = self._scored(batch)
        answers: list[bool | tuple[bool, str]] = [True] * len(batch)
        for condition in reversed(self.conditions):
            for i, holds in enumerate(condition.evaluate(table).to_pylist()):
                if not holds:
                    answers[i] = False, condition.source
        return answers

    def _scored(self, batch: list[Document]) -> pa.Table:
        """COLUMNS of the documents."""
        table = table_of(batch, kind=self.kind)
        has_scores = [document.metadata.keys() >= NAMES_SET for document in batch]
        missing = [i for i, has in enumerate(has_scores) if not has]
        known = [_as_row(document.metadata) for document, has in zip(batch, has_scores, strict=True) if has]
        made = score_documents(table.take(pa.array(missing, pa.int64())), config=self.config, limits=self.limits).table.select(
            NAMES
        )
        if self.save_scores:
            for i, row in zip(missing, made.to_pylist(), strict=True):
                batch[i].metadata |= corpus_metadata(row, SCORES, NAMES)
        both = pa.concat_tables([made, pa.Table.from_pylist(known, schema=made.schema)])
        order = [*missing, *(i for i, has in enumerate(has_scores) if has)]
        scores = both.take(pa.array(sorted(range(len(batch)), key=order.__getitem__), pa.int64()))
        columns = [*(table.column(name) for name in ("url", "kind", "num_chars")), *scores.columns]
        return pa.Table.from_arrays(columns, schema=COLUMNS)


NAMES_SET = frozenset(NAMES)


def _as_row(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What `corpus_metadata` wrote, as a row of SCORES again."""
    return {name: (metadata[name] or None) if SCORES.field(name).nullable else metadata[name] for name in NAMES}


def conditions_of(keep: str) -> tuple[Expression, ...]:
    """The parts of a preset or an expression that are joined by `and`. Raises RecipeError for what is neither."""
    source = PRESETS.get(keep, keep)
    try:
        compile_expression(source, COLUMNS, where="keep", kind="condition", values={"domain": DOMAINS})
    except RecipeError as error:
        if keep.isidentifier():
            raise RecipeError(f"{error} Presets: {', '.join(PRESETS)}.") from error
        raise
    return tuple(
        compile_expression(part, COLUMNS, where="keep", kind="condition", values={"domain": DOMAINS}) for part in _parts(source)
    )


def _parts(source: str) -> list[str]:
    """`a and (b and c)` -> a, b, c."""
    tree = ast.parse(source, mode="eval").body
    if not isinstance(tree, ast.BoolOp) or not isinstance(tree.op, ast.And):
        return [ast.unparse(tree)]
    return [part for value in tree.values for part in _parts(ast.unparse(value))]
