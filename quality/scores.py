"""The door of this room: DOCUMENTS in, SCORES out, one row per document in the same order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from corpus.schema import SCORES
from corpus.stage import DocumentLimits, StageOutput, map_documents
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


def score_documents(table: pa.Table, *, config: QualityConfig, limits: DocumentLimits = DEFAULT_LIMITS) -> StageOutput:
    """SCORES of the DOCUMENTS in `table`, row by row; rejects hold what went over a limit. Pure and order-free."""
    return map_documents(
        table,
        lambda row: score_document(row["text"], kind=row["kind"], url=row["url"], doc_id=row["doc_id"], config=config),
        stage="score",
        output_schema=SCORES,
        limits=limits,
    )


def score_document(
    text: str, *, kind: str = "text", url: str = "", doc_id: str = "", config: QualityConfig | None = None
) -> dict[str, Any]:
    """One SCORES row as a dict."""
    config = config or QualityConfig()
    view = rules.view(text[: config.max_chars], kind=kind, mask=config.mask_markup)
    signals = rules.measure(view)
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
