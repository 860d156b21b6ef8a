"""A PDF as Markdown: glyphs -> lines -> blocks -> text, with formulas rebuilt and code fenced.

MuPDF parses untrusted bytes, and the limits here bound only what can be seen before it does: a caller that takes PDFs from
strangers asks extract/pdf_sandbox.py, as the extraction stage and the command line do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import DocumentError, require
from extract.document import Document
from extract.pdf_glyphs import MAX_CONTENT_BYTES, MAX_DRAWINGS, FontShelf, PageInk, read_page
from extract.pdf_lines import Line, body_size, group_lines, mark_running_heads
from extract.pdf_markdown import Block, Typography, block_markdown, code_blocks, join_pages, learn_typography, page_blocks
from extract.pdf_rows import join_rows
from extract.pdf_sandbox import page_done


@dataclass(frozen=True, kw_only=True)
class PdfConfig:
    """Limits of the PDF extractor."""

    max_pages: int = 2000
    """Pages; a document with more is rejected (too_many_pages)."""
    max_page_chars: int = 200_000
    """Characters that one page's content may show; a page with more is left empty, the document flagged unreadable_page."""
    max_content_bytes: int = MAX_CONTENT_BYTES
    """Bytes that one page's content may unpack to; a page with more is left empty, the document flagged unreadable_page."""
    max_drawings: int = MAX_DRAWINGS
    """Paths that one page may paint; of a page with more no rules are read (fraction bars, tables), flagged rules_left_out."""
    max_rules: int = 10_000
    """Rules that are read of one page, in the order they are drawn; of a page with more the rest is left out, flagged so."""
    max_bytes: int = 256 * 2**20
    """Bytes of the file; a larger one is rejected (too_large)."""
    min_page_glyphs: int = 3
    """A page with fewer visible glyphs has no text layer."""


DEFAULT = PdfConfig()
_HEADER_WINDOW = 1024
"""Bytes in which `%PDF-` must appear. Source: ISO 32000-1, appendix H, implementation note 13."""


@dataclass(slots=True)
class _Reading:
    """What reading all pages gave."""

    inks: list[PageInk] = field(default_factory=list)
    lines: list[list[Line]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """A document taken apart: what extract_pdf writes down, and what extract/pdf_view.py shows."""

    inks: list[PageInk]
    running: list[list[Line]]
    """Per page: the running heads, feet and page numbers that are dropped."""
    pages: list[list[Block]]
    """Per page: its blocks in reading order."""
    typography: Typography
    flags: set[str]
    metadata: dict[str, Any]


def extract_pdf(content: bytes, url: str, *, config: PdfConfig = DEFAULT) -> Document:
    """The PDF `content` as a Document with Markdown per page.

    Raises DocumentError: not_a_pdf, too_large, truncated_pdf, unreadable_pdf, encrypted_pdf, no_pages, too_many_pages, needs_ocr.
    """
    return _written(read_layout(content, config=config))


def read_layout(content: bytes, *, config: PdfConfig = DEFAULT) -> Layout:
    """The blocks of every page of the PDF `content`. Raises what extract_pdf raises."""
    pymupdf = require("pymupdf", extra="pdf")
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    with _opened(pymupdf, content, config) as document:
        reading = _read(document, config)
        reading.metadata = document.metadata or {}
    if not any(reading.lines):
        raise DocumentError("needs_ocr", _why_no_text(reading.inks))
    return _taken_apart(reading)


def _opened(pymupdf: Any, content: bytes, config: PdfConfig) -> Any:
    if len(content) > config.max_bytes:
        raise DocumentError("too_large", f"{len(content)} bytes, more than max_bytes = {config.max_bytes}")
    if b"%PDF-" not in content[:_HEADER_WINDOW]:
        raise DocumentError("not_a_pdf", f"no %PDF- header; the bytes start with {content[:16]!r}")
    damaged = "truncated_pdf" if b"%%EOF" not in content[-2048:] else "unreadable_pdf"
    try:
        document = pymupdf.open(stream=content, filetype="pdf")
        num_pages = document.page_count
    except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase) as error:
        raise DocumentError(damaged, f"MuPDF cannot open it: {error}") from error
    if document.needs_pass:
        raise DocumentError("encrypted_pdf", "a password is needed to read it")
    if num_pages == 0:
        raise DocumentError("truncated_pdf" if damaged == "truncated_pdf" else "no_pages", "the document has no pages")
    if num_pages > config.max_pages:
        raise DocumentError("too_many_pages", f"{num_pages} pages, more than max_pages = {config.max_pages}")
    return document


def _read(document: Any, config: PdfConfig) -> _Reading:
    pymupdf = require("pymupdf", extra="pdf")
    failed = (RuntimeError, ValueError, MemoryError, pymupdf.mupdf.FzErrorBase)
    reading = _Reading()
    shelf = FontShelf(document, pymupdf.mupdf)
    failures = []
    for number in range(document.page_count):
        try:
            ink = read_page(
                document[number],
                shelf,
                max_glyphs=config.max_page_chars,
                max_content_bytes=config.max_content_bytes,
                max_drawings=config.max_drawings,
            )
        except DocumentError:
            raise  # a limit of the stage, not an error of the page
        except failed as error:
            failures.append(f"page {number + 1}: {str(error) or type(error).__name__}")
            ink = PageInk(width=0.0, height=0.0)
            reading.flags.add("unreadable_page")
        if ink.rules_left_out or len(ink.rules) > config.max_rules:
            ink.rules = ink.rules[: config.max_rules]
            reading.flags.add("rules_left_out")
        has_text = len(ink.glyphs) + len(ink.rotated) >= config.min_page_glyphs
        lines = join_rows(group_lines(_mostly_upright(ink), page=number + 1), ink.rules) if has_text else []
        if not lines and ink.num_images:
            reading.flags.add("pages_without_text")
        reading.inks.append(ink)
        reading.lines.append(lines)
        page_done()
    if len(failures) == document.page_count:
        raise DocumentError("unreadable_pdf", failures[0])
    return reading


def _mostly_upright(ink: PageInk) -> list[Any]:
    """Upright glyphs; text in other directions (labels of axes, stamps in the margin) comes last, as it stands in the stream."""
    return [*ink.glyphs, *ink.rotated]


def _taken_apart(reading: _Reading) -> Layout:
    running = mark_running_heads(reading.lines, heights=[ink.height for ink in reading.inks])
    kept = [[line for line in lines if id(line) not in running] for lines in reading.lines]
    typography = learn_typography(kept, body_size=body_size(line for lines in kept for line in lines))
    return Layout(
        inks=reading.inks,
        running=[[line for line in lines if id(line) in running] for lines in reading.lines],
        pages=[page_blocks(lines, ink.rules, typography) for lines, ink in zip(kept, reading.inks, strict=True)],
        typography=typography,
        flags=reading.flags | ({"running_heads_dropped"} if running else set()),
        metadata=reading.metadata,
    )


def _written(layout: Layout) -> Document:
    blocks = join_pages(layout.pages, layout.typography.words)
    metadata = layout.metadata
    return Document(
        text=_markdown(blocks),
        kind="pdf",
        formulas=tuple(formula for block in blocks for formula in block.formulas),
        code_blocks=code_blocks(blocks),
        pages=tuple(_markdown(page) for page in layout.pages),
        title=_clean(metadata.get("title")),
        author=_clean(metadata.get("author")),
        date=iso_date(metadata.get("creationDate")),
        flags=tuple(sorted(layout.flags)),
    )


def _markdown(blocks: list[Block]) -> str:
    return "\n\n".join(block_markdown(block) for block in blocks)


def _why_no_text(inks: list[PageInk]) -> str:
    images = sum(ink.num_images for ink in inks)
    invisible = sum(ink.num_invisible for ink in inks)
    return f"{len(inks)} pages, {images} images and no visible text" + (
        f" ({invisible} invisible characters)" if invisible else ""
    )


def _clean(value: Any) -> str | None:
    text = re.sub(r"\s+", " ", value.replace("\x00", "")).strip() if isinstance(value, str) else ""
    return text or None


_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")


def iso_date(value: Any) -> str | None:
    """A PDF date (`D:20240131120000+01'00'`) as ISO 8601, as far as it goes; None where it is not one."""
    match = _DATE.match(value) if isinstance(value, str) else None
    if not match or not 1900 <= int(match.group(1)) <= 2200:
        return None
    parts = [match.group(1)]
    for text, limit in ((match.group(2), 12), (match.group(3), 31)):
        if not text or not 1 <= int(text) <= limit:
            break
        parts.append(text)
    return "-".join(parts)
