"""Bytes to documents: `extract.html(content, url)` and `extract.pdf(content, url)` give a Document with Markdown, formulas
and code.

    >>> import extract
    >>> extract.html(b"<p>Euler found \\\\(e^{i\\\\pi}=-1\\\\).</p>", "https://example.org/").text
    'Euler found $e^{i\\\\pi}=-1$.\\n'

The table-level stage is `extract.pages.extract_pages`.
"""

from __future__ import annotations

from corpus.errors import require
from extract.document import CodeBlock, Document, Formula
from extract.pdf_config import PdfConfig

__all__ = ["CodeBlock", "Document", "Formula", "PdfConfig", "html", "pdf"]


def html(content: bytes, url: str = "") -> Document:
    """The main content of a page. Empty text where there is none; raises MissingExtraError without the extra [html]."""
    from extract.html_document import extract_html

    return extract_html(content, url)


def pdf(content: bytes, url: str = "", *, config: PdfConfig | None = None) -> Document:
    """The text of a PDF, with Markdown per page. Raises DocumentError for a file that is none or has no text, MissingExtraError
    without the extra [pdf]. Strangers' files are better read through extract.pdf_sandbox.apart, in a process that may die."""
    require("pymupdf", extra="pdf")
    from extract.pdf_document import extract_pdf

    return extract_pdf(content, url, config=config or PdfConfig())
