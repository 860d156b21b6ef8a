"""The door of this room: DOCUMENTS in, SCORES out, one row per document in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.schema import DOMAIN_LABELS, PROVENANCE, SCORES
from corpus.stage import NO_REJECTS, DocumentLimits, StageOutput, document_limits
from quality import batches, dimensions, domain, language, rules, taggers


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
    taggers: str | None = None
    """Folder (path or URL) of models that `train_taggers` wrote; None: the domain model that is shipped. Dimensions that the
    folder has a model of are that model's, the others are computed from the signals."""


DEFAULT_LIMITS = DocumentLimits()

READS = ("doc_id", *(field.name for field in PROVENANCE), "kind", "text")
"""Columns of DOCUMENTS that scoring needs."""


_BATCH_BYTES = 1 << 20
_BATCH_ROWS = 256
"""Documents that are scored together: what goes once per call (NumPy operations, limits) is 0.5 ms, as much as 10 KB of text."""


def score_documents(table: pa.Table, *, config: QualityConfig, limits: DocumentLimits = DEFAULT_LIMITS) -> StageOutput:
    """SCORES of the DOCUMENTS in `table` (of their columns `READS`), row by row: pure, order-free, and never a row less.

    A document that goes over a limit, or that scoring crashes on, gets the lowest scores and `signals.scored_char_fraction` 0: an
    annotation that were missing would shift every later row against its document. Documents are scored some at a time; where one
    of them fails, each of its neighbours is scored alone, under limits of its own.

    Raises MissingExtraError without numba or fastText, InputError where `config.taggers` holds no models.
    """
    batches.prepare()
    taggers.load(config.taggers)
    tables = []
    for rows in _batches(table.select(READS).combine_chunks()):
        try:
            with document_limits(limits):
                tables.append(_score(rows, config))
        except Exception:  # noqa: BLE001 (one bad document never ends a shard; it is counted by its scored_char_fraction)
            tables += [_score_alone(rows.slice(i, 1), config, limits) for i in range(rows.num_rows)]
    return StageOutput(pa.concat_tables(tables).combine_chunks() if tables else SCORES.empty_table(), NO_REJECTS)


def _score_alone(row: pa.Table, config: QualityConfig, limits: DocumentLimits) -> pa.Table:
    try:
        with document_limits(limits):
            return _score(row, config)
    except Exception:  # noqa: BLE001 (as above)
        return pa.Table.from_pylist([unscored(row.column("doc_id")[0].as_py())], schema=SCORES)


def _batches(table: pa.Table) -> Iterator[pa.Table]:
    """`table` in pieces of consecutive rows, each of at most `_BATCH_ROWS` rows and, with two rows or more, `_BATCH_BYTES`."""
    if not table.num_rows:
        return
    ends = np.cumsum(pc.binary_length(table.column("text")).to_numpy())
    start = 0
    while start < table.num_rows:
        before = ends[start - 1] if start else 0
        stop = int(np.searchsorted(ends, before + _BATCH_BYTES, side="right"))
        stop = min(max(stop, start + 1), start + _BATCH_ROWS, table.num_rows)
        yield table.slice(start, stop - start)
        start = stop


def _score(table: pa.Table, config: QualityConfig) -> pa.Table:
    texts = table.column("text").combine_chunks().cast(pa.large_string())
    is_code = pc.equal(table.column("kind"), "code").to_numpy()
    batch = batches.measure(texts, is_code=is_code, mask=config.mask_markup, max_chars=config.max_chars)
    return _annotate(batch, table.column("doc_id").to_pylist(), table.column("url").to_pylist(), config)


def _annotate(batch: batches.Batch, doc_ids: list[str], urls: list[str], config: QualityConfig) -> pa.Table:
    """SCORES of the documents that were measured."""
    codes, language_confidence = language.identify(batch, config=config.language)
    models, lines = taggers.load(config.taggers), taggers.features(batch, urls)
    domains, domain_confidence, probabilities = domain.classify(batch, lines, models)
    columns = {
        "doc_id": doc_ids,
        "language": codes,
        "language_confidence": language_confidence,
        "domain": domains,
        "domain_confidence": domain_confidence,
        **dimensions.score(batch.signals, judged=models.scores(lines)),
    }
    signals = [pa.array(batch.signals[name].astype(np.float32)) for name in rules.SIGNAL_NAMES]
    structs = {"signals": signals, "domain_probabilities": [pa.array(each.astype(np.float32)) for each in probabilities.T]}
    arrays = [
        pa.StructArray.from_arrays(structs[field.name], fields=list(field.type))
        if field.name in structs
        else pa.array(_narrow(columns[field.name]), field.type)
        for field in SCORES
    ]
    return pa.Table.from_arrays(arrays, schema=SCORES)


def _narrow(values: Any) -> Any:
    return values.astype(np.float32) if isinstance(values, np.ndarray) else values


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
        "domain_probabilities": {name: 0.0 for name, _ in DOMAIN_LABELS},
        **lowest,
        "signals": signals,
    }


def score_document(
    text: str, *, kind: str = "text", url: str = "", doc_id: str = "", config: QualityConfig | None = None
) -> dict[str, Any]:
    """One SCORES row as a dict. Many documents are faster through `score_documents`."""
    config = config or QualityConfig()
    batches.prepare()
    batch = batches.measure_texts([text], is_code=[kind == "code"], mask=config.mask_markup, max_chars=config.max_chars)
    row: dict[str, Any] = _annotate(batch, [doc_id], [url], config).to_pylist()[0]
    return row
