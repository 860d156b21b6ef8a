"""DOCUMENTS tables for the tests of dedup."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pyarrow as pa

from corpus.ids import content_id
from corpus.schema import DOCUMENTS


def documents(
    texts: Sequence[str],
    *,
    urls: Sequence[str] | None = None,
    days: Sequence[int] | None = None,
    ids: Sequence[str] | None = None,
) -> pa.Table:
    """One document per text; without `urls` each has an address of its own; `days` after 2025-01-01 it was fetched."""
    start = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    rows = []
    for i, text in enumerate(texts):
        url = urls[i] if urls else f"file:///{content_id(text, i)}.html"
        rows.append(
            {
                "doc_id": ids[i] if ids else content_id("test", url, text),
                "source": "test",
                "url": url,
                "path": "test.warc.gz",
                "record_offset": i,
                "kind": "html",
                "text": text,
                "fetched_at": start + datetime.timedelta(days=days[i]) if days else None,
                "num_chars": len(text),
                "num_formulas": 0,
                "formula_chars": 0,
                "num_code_blocks": 0,
                "code_chars": 0,
                "flags": [],
                "synthetic": False,
            }
        )
    return pa.Table.from_pylist(rows, schema=DOCUMENTS)
