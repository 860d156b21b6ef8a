"""The extraction stage: PAGES in, DOCUMENTS and REJECTS out.

A page that cannot be text becomes a reject with a reason: image, not_text, empty, unsupported_type (extract/routing.py),
too_large, too_short, no_text, http_error, or whatever the extractor of its kind says.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa

from corpus import schema
from corpus.errors import DocumentError, require
from corpus.stage import DocumentLimits, StageOutput, map_documents
from extract.document import Document, NoTextError, PageRoute
from extract.pdf_config import PdfConfig
from extract.routing import Kind, route_of
from extract.source_text import extract_code, extract_text

STAGE = "extract"


@dataclass(frozen=True, kw_only=True)
class ExtractConfig:
    """Settings of the extraction stage."""

    min_chars: int = 1
    """Characters (white space at the ends aside) below which a document is rejected as too_short; none at all is no_text."""
    max_bytes: int = 64 << 20
    """Bytes above which a page is rejected unread as too_large. 20 MB pages take about 20 s."""
    reject_http_errors: bool = True
    """Whether answers with a status of 400 and above are rejected: error pages repeat on every site."""
    pdf: PdfConfig = field(default_factory=PdfConfig)
    """Limits of PDFs, and who reads their scanned pages."""


def extract_pages(table: pa.Table, *, config: ExtractConfig, limits: DocumentLimits) -> StageOutput:
    """Every page of `table` (PAGES) as a row of DOCUMENTS or of REJECTS, in order.

    Counters: the pages of PDFs, also of those rejected for having no text, by what became of them (pages_geometry, pages_ocr,
    pages_needs_ocr, pages_unreadable, pages_blank).
    """
    _prepare(table)
    counters: Counter[str] = Counter()
    process = partial(extract_page, config=config, counters=counters)
    return map_documents(table, process, stage=STAGE, output_schema=schema.DOCUMENTS, limits=limits)._replace(counters=counters)


def _prepare(table: pa.Table) -> None:
    columns = (table.column(name).to_pylist() for name in ("content_type", "url"))
    for content, content_type, url in zip(table.column("content"), *columns, strict=True):
        if prepare_for(content.as_py(), content_type=content_type, url=url):
            return


def prepare_for(content: bytes, *, content_type: str | None, url: str) -> bool:
    """Compiles and loads what a page needs before its time is taken; whether there was anything to do."""
    with contextlib.suppress(DocumentError):
        if route_of(content, content_type=content_type, url=url).kind == "html":
            from extract.html_document import prepare

            prepare()
            return True
    return False


def extract_page(row: dict[str, Any], *, config: ExtractConfig, counters: Counter[str] | None = None) -> dict[str, Any]:
    """One row of PAGES as a row of DOCUMENTS. Raises DocumentError.

    Pages of PDFs by what became of them, and displays that stay text, are counted into `counters`.
    """
    content: bytes = row["content"]
    if len(content) > config.max_bytes:
        raise DocumentError("too_large", f"{len(content)} bytes, at most {config.max_bytes} are read")
    if config.reject_http_errors and (row.get("http_status") or 200) >= 400:
        raise DocumentError("http_error", f"status {row['http_status']}")
    routes: tuple[PageRoute, ...] = ()
    num_displays_as_text = 0
    try:
        document = extract_content(
            content, row["url"], content_type=row.get("content_type"), charset=row.get("charset"), config=config
        )
        routes = document.page_routes
        num_displays_as_text = document.num_displays_as_text
    except NoTextError as error:
        routes = error.page_routes
        raise
    finally:
        if counters is not None:
            counters.update(f"pages_{route}" for route in routes)
            counters.update({"displays_as_text": num_displays_as_text} if num_displays_as_text else {})
    stripped = len(document.text.strip())
    if stripped < config.min_chars:
        raise DocumentError("too_short", f"{stripped} characters, at least {config.min_chars} are kept")
    return document_row(document, row)


def extract_content(
    content: bytes, url: str, *, content_type: str | None = None, charset: str | None = None, config: ExtractConfig
) -> Document:
    """`content` by the extractor of its kind. Raises DocumentError, also (no_text) where nothing is left."""
    route = route_of(content, content_type=content_type, url=url)
    document = _EXTRACTORS[route.kind](content, url, charset, route.language, config)
    if not document.text.strip():
        raise DocumentError("no_text", f"nothing left of {len(content)} bytes of {route.kind}")
    return document


def _html(content: bytes, url: str, charset: str | None, _language: str, _config: ExtractConfig) -> Document:
    from extract.html_document import extract_html

    return extract_html(content, url, charset=charset)


def _pdf(content: bytes, url: str, _charset: str | None, _language: str, config: ExtractConfig) -> Document:
    require("pymupdf", extra="pdf")
    from extract.pdf_document import extract_pdf
    from extract.pdf_sandbox import apart

    return apart(extract_pdf, content, url, config=config.pdf)


_EXTRACTORS: dict[Kind, Callable[[bytes, str, str | None, str, ExtractConfig], Document]] = {
    "html": _html,
    "pdf": _pdf,
    "text": lambda content, _url, charset, _language, _config: extract_text(content, charset=charset),
    "code": lambda content, _url, charset, language, _config: extract_code(content, language=language, charset=charset),
}


def document_row(document: Document, page: dict[str, Any]) -> dict[str, Any]:
    """The row of DOCUMENTS for `document`, extracted from `page`."""
    return {
        **{name: page[name] for name in ("doc_id", "source", "url", "path", "record_offset")},
        "kind": document.kind,
        "text": storable(document.text),
        "title": _storable_or_none(document.title),
        "author": _storable_or_none(document.author),
        "date": document.date,
        "language_hint": _storable_or_none(document.language_hint),
        "code_language": document.code_language,
        "fetched_at": page.get("fetched_at"),
        "num_chars": len(document.text),
        "num_formulas": len(document.formulas),
        "formula_chars": sum(len(formula.latex) for formula in document.formulas),
        "num_code_blocks": len(document.code_blocks),
        "code_chars": sum(len(block.text) for block in document.code_blocks),
        "num_pages": len(document.pages) if document.kind == "pdf" else None,
        "flags": list(document.flags),
        "synthetic": False,
    }


def storable(text: str) -> str:
    """`text` as Arrow takes it: lone surrogates replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _storable_or_none(text: str | None) -> str | None:
    return storable(text) if text else None
