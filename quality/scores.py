"""The door of this room: DOCUMENTS in, SCORES out, one row per document in the same order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from corpus.schema import PROVENANCE, SCORES
from corpus.stage import NO_REJECTS, DocumentLimits, StageOutput, document_limits
from quality import dimensions, domain, language, rules


@dataclass(frozen=True, kw_only=True)
class QualityConfig:
    """How documents are scored."""

    mask_markup: bool = True
    """Leave formulas, code and the marks of Markdown out of the statistics about prose. False gives what the published
    filters see, for comparison."""
    max_chars: int = 1_000_000
    """Only so many characters of a document are measured; 99.9 % of web pages and all but the longest books are shorter."""
    language: language.LanguageConfig = field(default_factory=language.LanguageConfig)
    """When the language classifier abstains."""


DEFAULT_LIMITS = DocumentLimits()

READS = ("doc_id", *(field.name for field in PROVENANCE), "kind", "text")
"""Columns of DOCUMENTS that scoring needs."""


def score_documents(table: pa.Table, *, config: QualityConfig, limits: DocumentLimits = DEFAULT_LIMITS) -> StageOutput:
    """SCORES of the DOCUMENTS in `table` (of their columns `READS`), row by row: pure, order-free, and never a row less.

    A document that goes over a limit, or that scoring crashes on, gets the lowest scores and `signals.scored_char_fraction` 0: an
    annotation that were missing would shift every later row against its document.
    """
    rows = []
    for batch in table.select(READS).to_batches(max_chunksize=1):
        (row,) = batch.to_pylist()
        try:
            with document_limits(limits):
                rows.append(score_document(row["text"], kind=row["kind"], url=row["url"], doc_id=row["doc_id"], config=config))
        except Exception:  # noqa: BLE001 (one bad document never ends a shard; it is counted by its scored_char_fraction)
            rows.append(unscored(row["doc_id"]))
    return StageOutput(pa.Table.from_pylist(rows, schema=SCORES), NO_REJECTS)


def unscored(doc_id: str) -> dict[str, Any]:
    """The row of a document that could not be measured within its limits."""
    signals = dict.fromkeys(rules.SIGNAL_NAMES, 0.0)
    lowest = dict.fromkeys(dimensions.NAMES, 0.0)
    return {
        "doc_id": doc_id,
        "language": None,
        "language_confidence": 0.0,
        "domain": "general",
        "domain_confidence": 0.0,
        **lowest,
        "signals": signals,
    }


def score_document(
    text: str, *, kind: str = "text", url: str = "", doc_id: str = "", config: QualityConfig | None = None
) -> dict[str, Any]:
    """One SCORES row as a dict."""
    config = config or QualityConfig()
    view = rules.view(text[: config.max_chars], kind=kind, mask=config.mask_markup)
    signals = {**rules.measure(view), "scored_char_fraction": min(1.0, config.max_chars / max(1, len(text)))}
    spoken = language.ABSTAIN if view.is_code else language.identify(view.prose, view.word_counts, config=config.language)
    topic = domain.classify(view, signals, url=url)
    return {
        "doc_id": doc_id,
        "language": spoken.code,
        "language_confidence": spoken.confidence,
        "domain": topic.name,
        "domain_confidence": topic.confidence,
        **dimensions.score(signals),
        "signals": signals,
    }
