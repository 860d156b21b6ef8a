"""Private data and secrets as a datatrove block: counted in the metadata, masked in the text where that is asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence

from datatrove.data import DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.utils.typeshelper import StatHints

from corpus.errors import RecipeError
from corpus.schema import PII, PII_KINDS
from corpus.stage import DocumentLimits
from datatrove_blocks.metadata import corpus_metadata
from datatrove_blocks.rows import BATCH_DOCUMENTS, batches_of, table_of
from quality import blocklists
from quality.pii import PiiConfig, PiiSpan, annotate, masked

NAMES = tuple(name for name in PII.names if name.startswith("num_") or name == "was_searched")
"""Columns of PII that become metadata, under their names."""


class TercetPii(PipelineStep):
    """Writes how many e-mail addresses, phone numbers, IP addresses, keys, tokens and secrets a document holds; masks them.

    Formulas are never touched, and code is held to stricter rules than prose. A document that could not be searched within
    `limits` has `was_searched` false; where something is masked it is dropped (`dropped_not_searched`), for nobody knows what is
    in it.

    Args:
        mask_in_prose: kinds (corpus.schema.PII_KINDS) that become placeholders outside of code
        mask_in_code: the same inside code, where the placeholders parse
        spans: whether the places are written, too: `pii_spans`, JSON with kind, start, end (before masking) and in_code
        kind: of documents whose metadata have none: html, pdf, text or code
        config: what is looked for, and blocklists
        limits: what one document may take
        batch_size: documents that are searched together
    """

    type = "🔒 - PII"
    name = "⛏ Tercet"

    def __init__(
        self,
        *,
        mask_in_prose: Sequence[str] = (),
        mask_in_code: Sequence[str] = (),
        spans: bool = False,
        kind: str = "text",
        config: PiiConfig | None = None,
        limits: DocumentLimits | None = None,
        batch_size: int = BATCH_DOCUMENTS,
    ) -> None:
        super().__init__()
        for asked in (*mask_in_prose, *mask_in_code):
            if asked not in PII_KINDS:
                raise RecipeError(f"mask_in_prose, mask_in_code: {asked!r} is none of {', '.join(PII_KINDS)}")
        self.mask_in_prose, self.mask_in_code = tuple(mask_in_prose), tuple(mask_in_code)
        self.spans = spans
        self.kind = kind
        self.config = config or PiiConfig()
        self.limits = limits or DocumentLimits()
        self.batch_size = batch_size

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Every document, in order, but for those that were to be masked and could not be searched."""
        lists = blocklists.load(self.config.blocked_urls, self.config.blocked_words)
        masks = bool(self.mask_in_prose or self.mask_in_code)
        for batch in batches_of(data or (), max_documents=self.batch_size):
            with self.track_time("batch"):
                table = table_of(batch, kind=self.kind)
                found = annotate(table, config=self.config, blocklists=lists, limits=self.limits).table.to_pylist()
                kinds = table.column("kind").to_pylist()
            for document, row, kind in zip(batch, found, kinds, strict=True):
                self.stat_update(StatHints.total)
                if masks and not row["was_searched"]:
                    self.stat_update(StatHints.dropped, "dropped_not_searched")
                    continue
                document.metadata |= corpus_metadata(row, PII, NAMES)
                if self.spans:
                    document.metadata["pii_spans"] = json.dumps(row["spans"])
                if masks and row["spans"]:
                    spans = [PiiSpan(**span) for span in row["spans"]]
                    document.text = masked(
                        document.text, spans, kind=kind, in_prose=self.mask_in_prose, in_code=self.mask_in_code
                    )
                for name in PII_KINDS:
                    if row[f"num_{name}"]:
                        self.stat_update(name, value=row[f"num_{name}"], unit="doc")
                self.stat_update(StatHints.forwarded)
                self.update_doc_stats(document)
                yield document
