"""Settings of the PDF extractor, apart from it: a recipe is read without loading what reads PDFs."""

from __future__ import annotations

from dataclasses import dataclass

from extract.ocr import OcrConfig


@dataclass(frozen=True, kw_only=True)
class PdfConfig:
    """Limits of the PDF extractor."""

    max_pages: int = 2000
    """Pages; a document with more is rejected (too_many_pages)."""
    max_page_chars: int = 200_000
    """Characters that one page's content may show; a page with more is left unread, the document flagged unreadable_page."""
    max_page_bytes: int = 64 * 2**20
    """Bytes of a page's unpacked content; a page with more is left unread (0.5 s a pass at the limit, blanks only)."""
    max_drawings: int = 100_000
    """Paths that one page may paint; of a page with more no rules are read (fraction bars, tables), flagged rules_left_out."""
    max_rules: int = 10_000
    """Rules that are read of one page, in the order they are drawn; of a page with more the rest is left out, flagged so."""
    max_bytes: int = 256 * 2**20
    """Bytes of the file; a larger one is rejected (too_large)."""
    min_page_glyphs: int = 3
    """A page with fewer visible glyphs has no text layer."""
    ocr: OcrConfig | None = None
    """Who reads the pages without a usable text layer; none: they are marked, and a document of such pages only is rejected."""
