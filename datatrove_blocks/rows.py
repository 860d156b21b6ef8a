"""datatrove's Documents as rows of our tables: our kernels work on batches, its pipelines hand over one document at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
from datatrove.data import Document

from corpus.schema import DOCUMENTS
from datatrove_blocks.registry import KINDS

BATCH_DOCUMENTS = 256
BATCH_CHARS = 8_000_000
"""Characters that are waited for at most: a batch of books is smaller."""

COLUMNS = ("doc_id", "source", "url", "path", "record_offset", "kind", "text", "num_chars")
"""Columns of DOCUMENTS that are made: what scoring and the search for private data read."""


def batches_of(
    data: Iterable[Document], *, max_documents: int = BATCH_DOCUMENTS, max_chars: int = BATCH_CHARS
) -> Iterator[list[Document]]:
    """The documents in their order, in lists of at most `max_documents` and, with two or more, about `max_chars`."""
    batch: list[Document] = []
    chars = 0
    for document in data:
        batch.append(document)
        chars += len(document.text)
        if len(batch) == max_documents or chars >= max_chars:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def table_of(documents: Sequence[Document], *, kind: str = "text") -> pa.Table:
    """`COLUMNS` of the documents; `kind` is that of those whose metadata do not say it."""
    rows = [_row(document, kind) for document in documents]
    return pa.Table.from_pylist(rows, schema=pa.schema([DOCUMENTS.field(name) for name in COLUMNS]))


def _row(document: Document, kind: str) -> dict[str, Any]:
    metadata = document.metadata
    text = document.text.encode("utf-8", "replace").decode("utf-8")  # Arrow takes no lone surrogates
    return {
        "doc_id": str(document.id),
        "source": str(metadata.get("dataset") or ""),
        "url": str(metadata.get("url") or ""),
        "path": str(metadata.get("file_path") or ""),
        "record_offset": 0,
        "kind": metadata["kind"] if metadata.get("kind") in KINDS else kind,
        "text": text,
        "num_chars": len(text),
    }
