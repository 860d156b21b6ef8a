"""Tercet's methods as blocks of a datatrove pipeline.

    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import WarcReader
    from datatrove.pipeline.writers import JsonlWriter
    from datatrove_blocks import TercetExtractor, TercetQualityFilter

    LocalPipelineExecutor(pipeline=[WarcReader("crawl/"), TercetExtractor(), TercetQualityFilter(), JsonlWriter("out/")]).run()

A block is one module here: it takes datatrove's Documents, asks the room that has the method for a row of corpus/schema.py, and
writes that row's columns into `metadata` by `corpus_metadata`, so that blocks stand beside each other without clashing.

The other direction, datatrove's blocks in our recipes, is registry.py (which block is meant) and hosting.py (what it does).
"""

from __future__ import annotations

from corpus.errors import require

require("datatrove", extra="datatrove")

from datatrove_blocks.extractor import TercetExtractor  # noqa: E402 (only with datatrove)
from datatrove_blocks.pii import TercetPii  # noqa: E402
from datatrove_blocks.scorer import TercetQualityFilter, TercetScorer  # noqa: E402

__all__ = ["TercetExtractor", "TercetPii", "TercetQualityFilter", "TercetScorer"]
