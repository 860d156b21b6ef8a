"""A PDF as Markdown: glyphs -> lines -> blocks -> text, with formulas rebuilt and code fenced.

A page without a usable text layer (extract/pdf_routes.py) goes to OCR where that is set up; else a comment in its place says so,
and a document of such pages only is refused as needs_ocr.

MuPDF parses untrusted bytes, and the limits here bound only what can be seen before it does: a caller that takes PDFs from
strangers asks extract/pdf_sandbox.py, as the extraction stage and the command line do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import DocumentError, require
from corpus.markup import spans
from extract.document import CodeBlock, Document, Formula, NoTextError, PageRoute, code_in
from extract.ocr import OcrConfig, OcrReader, TesseractConfig, make_reader
from extract.ocr_pages import read_pages
from extract.pdf_code import mark_monospaced
from extract.pdf_config import PdfConfig
from extract.pdf_glyphs import FontShelf, PageInk, read_page
from extract.pdf_layout import Block, Typography, learn_typography, without_overlays
from extract.pdf_lines import Line, body_size, group_lines, mark_running_heads
from extract.pdf_markdown import block_markdown, code_blocks, join_pages, page_blocks
from extract.pdf_pictures import formula_check, mark_formula_pictures, without_running_pictures
from extract.pdf_routes import PAGE_FILLING, Backgrounds, Box, Paint, needs_paint, num_visible, read_paint, text_layer_fault
from extract.pdf_rows import join_rows
from extract.pdf_sandbox import page_done

__all__ = ["PdfConfig", "extract_pdf", "iso_date"]

DEFAULT = PdfConfig()
_HEADER_WINDOW = 1024
"""Bytes in which `%PDF-` must appear. Source: ISO 32000-1, appendix H, implementation note 13."""


_PAGES_FOR_OCR = 10
"""Pages read that drawing one for OCR counts as, when the sandbox adds up a document's time: a second."""
_OCR_CONFIDENCE = 0.5
"""Of a formula by OCR: nothing on the page vouches for it."""


@dataclass(slots=True)
class _Reading:
    """What reading all pages gave."""

    inks: list[PageInk] = field(default_factory=list)
    lines: list[list[Line]] = field(default_factory=list)
    routes: list[PageRoute] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    """Index of a page -> why it has no text, or not all of it."""
    spoken: dict[int, str] = field(default_factory=dict)
    """Index of a page -> its Markdown by OCR."""
    pictures: dict[int, tuple[Box, ...]] = field(default_factory=dict)
    """Index of a page with text -> its pictures."""
    flags: set[str] = field(default_factory=set)
    metadata: dict[str, Any] = field(default_factory=dict)

    def add(self, ink: PageInk, lines: list[Line], route: PageRoute, note: str = "") -> None:
        if note:
            self.notes[len(self.routes)] = note
        self.inks.append(ink)
        self.lines.append(lines)
        self.routes.append(route)
        page_done()


@dataclass(frozen=True, slots=True)
class Layout:
    """A document taken apart: what extract_pdf writes down, and what extract/pdf_view.py shows."""

    inks: list[PageInk]
    running: list[list[Line]]
    """Per page: the running heads, feet and page numbers that are dropped."""
    pages: list[list[Block]]
    """Per page: its blocks in reading order."""
    typography: Typography
    routes: tuple[PageRoute, ...]
    flags: set[str]
    metadata: dict[str, Any]


def extract_pdf(content: bytes, url: str, *, config: PdfConfig = DEFAULT, ocr: OcrReader | None = None) -> Document:
    """The PDF `content` as a Document with Markdown per page; `ocr` reads in place of the reader that `config.ocr` names.

    Raises DocumentError (not_a_pdf, too_large, truncated_pdf, unreadable_pdf, encrypted_pdf, no_pages, too_many_pages),
    NoTextError where no page has text (needs_ocr, ocr_failed, no_text, truncated_pdf, unreadable_pdf), and RecipeError or
    InputError where OCR is set up wrongly or its endpoint does not answer.
    """
    return _written(read_layout(content, config=config, ocr=ocr))


def read_layout(content: bytes, *, config: PdfConfig = DEFAULT, ocr: OcrReader | None = None) -> Layout:
    """The blocks of every page of the PDF `content`. Raises what extract_pdf raises."""
    pymupdf = require("pymupdf", extra="pdf")
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    with _opened(pymupdf, content, config) as document:
        reading = _read(document, config)
        _mark_picture_formulas(document, reading)
        _read_by_ocr(document, reading, config.ocr, ocr)
        reading.metadata = document.metadata or {}
        if document.is_repaired:
            reading.flags.add("truncated_file" if _is_cut_off(content) else "repaired_file")
    if _has_no_text(reading):
        raise _no_text(reading)
    return _taken_apart(reading)


def _opened(pymupdf: Any, content: bytes, config: PdfConfig) -> Any:
    if len(content) > config.max_bytes:
        raise DocumentError("too_large", f"{len(content)} bytes, more than max_bytes = {config.max_bytes}")
    if b"%PDF-" not in content[:_HEADER_WINDOW]:
        raise DocumentError("not_a_pdf", f"no %PDF- header; the bytes start with {content[:16]!r}")
    damaged = "truncated_pdf" if _is_cut_off(content) else "unreadable_pdf"
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


def _is_cut_off(content: bytes) -> bool:
    return b"%%EOF" not in content[-2048:]


def _read(document: Any, config: PdfConfig) -> _Reading:
    pymupdf = require("pymupdf", extra="pdf")
    reading = _Reading()
    shelf = FontShelf(document, pymupdf.mupdf)
    backgrounds = Backgrounds(document)
    for number in range(document.page_count):
        try:
            page = document[number]
            ink = read_page(page, shelf, config=config)
            if ink.rules_left_out or len(ink.rules) > config.max_rules:
                ink.rules = ink.rules[: config.max_rules]
                reading.flags.add("rules_left_out")
            paint = read_paint(page) if needs_paint(ink, min_glyphs=config.min_page_glyphs) else Paint()
            own_picture = paint.covered >= PAGE_FILLING and backgrounds.has_own_picture(page)
            fault = text_layer_fault(ink, paint, min_glyphs=config.min_page_glyphs, own_picture=own_picture)
            has_text = num_visible(ink) > 0 and (fault is None or fault.keeps_text)
            lines = join_rows(group_lines(_mostly_upright(ink), page=number + 1), ink.rules) if has_text else []
        except DocumentError:
            raise  # the document's time is up, not the page's
        except _failures() as error:
            why = str(error) or type(error).__name__
            reading.add(PageInk(width=0.0, height=0.0), [], "unreadable", f"unreadable: {why}")
            continue
        if lines and paint.pictures:
            reading.pictures[number] = paint.pictures
        if fault is not None:
            reading.add(ink, lines, "needs_ocr", f"needs OCR: {fault.why}")
        elif not lines and document.is_repaired and not page.get_contents():
            reading.add(ink, lines, "unreadable", "unreadable: the file is damaged and nothing is left of the page")
        else:
            reading.add(ink, lines, "geometry" if lines else "blank")
    return reading


def _failures() -> tuple[type[BaseException], ...]:
    """What MuPDF raises on a page that is broken or too much for the memory."""
    return RuntimeError, ValueError, MemoryError, require("pymupdf", extra="pdf").mupdf.FzErrorBase


def _mostly_upright(ink: PageInk) -> list[Any]:
    """Upright glyphs; text in other directions (labels of axes, stamps in the margin) comes last, as it stands in the stream."""
    return [*ink.glyphs, *ink.rotated]


def _mark_picture_formulas(document: Any, reading: _Reading) -> None:
    pictures = without_running_pictures(reading.pictures)
    for number, boxes in pictures.items():
        try:
            lines, num_found = mark_formula_pictures(reading.lines[number], boxes, formula_check(document[number]))
        except DocumentError:
            raise  # the document's time is up, not the page's
        except _failures():
            continue  # a page that can be read but not drawn
        if num_found:
            reading.lines[number] = lines
            reading.flags.add("picture_formulas")


def _read_by_ocr(document: Any, reading: _Reading, config: OcrConfig | None, reader: OcrReader | None) -> None:
    """The pages that need it, read by OCR, which reads all of a page: glyphs over its scan are on the picture too."""
    pages = [number for number, route in enumerate(reading.routes) if route == "needs_ocr"]
    if not pages or (config is None and reader is None):
        return
    config = config or OcrConfig(tesseract=TesseractConfig())
    page_done(len(pages) * _PAGES_FOR_OCR)
    for found in read_pages(document, pages, reader or make_reader(config), config):
        if found.failure:
            reading.notes[found.page] += f"; {found.failure}"
            reading.flags.add("ocr_failed")
        elif found.text:
            reading.spoken[found.page] = found.text
            reading.lines[found.page] = []
            reading.routes[found.page] = "ocr"
            reading.flags.add("used_ocr")
            del reading.notes[found.page]
        elif found.blank:
            reading.routes[found.page] = "blank"
            del reading.notes[found.page]
        else:
            reading.routes[found.page] = "ocr"
            reading.notes[found.page] = "OCR found no text"


def _no_text(reading: _Reading) -> NoTextError:
    error = NoTextError(*_why_no_text(reading))
    error.page_routes = tuple(reading.routes)
    return error


def _has_no_text(reading: _Reading) -> bool:
    """Whether no page has text, or all have only the same over their scans: the notice of a library."""
    if any(reading.spoken.values()):
        return False
    texts = Counter(_DIGITS.sub("#", " ".join(line.text for line in lines)) for lines in reading.lines if lines)
    is_stamped = len(texts) == 1 and texts.total() > 1 and "geometry" not in reading.routes
    return not texts or is_stamped


_DIGITS = re.compile(r"\d+")


def _why_no_text(reading: _Reading) -> tuple[str, str]:
    """Reason and detail of a document without any text."""
    counts = Counter(reading.routes)
    pages = f"no page has text: {', '.join(f'{counts[route]} {route}' for route in sorted(counts))}"
    why = "".join(f"; page {number + 1} {reading.notes[number]}" for number in sorted(reading.notes)[:1])
    if "ocr_failed" in reading.flags:
        return "ocr_failed", f"{pages}{why}"
    if counts["needs_ocr"]:
        return "needs_ocr", f"{pages}{why}. Name a reader, e.g. extract.pdf.ocr.tesseract.language=eng"
    if "truncated_file" in reading.flags:
        return "truncated_pdf", f"no %%EOF at its end, and {pages}{why}"
    return "unreadable_pdf" if counts["unreadable"] else "no_text", f"{pages}{why}"


def _taken_apart(reading: _Reading) -> Layout:
    mark_monospaced(reading.lines)
    running = mark_running_heads(reading.lines, heights=[ink.height for ink in reading.inks])
    kept = [[line for line in lines if id(line) not in running] for lines in reading.lines]
    typography = learn_typography(kept, body_size=body_size(line for lines in kept for line in lines))
    pages = [page_blocks(lines, ink.rules, typography) for lines, ink in zip(kept, reading.inks, strict=True)]
    return Layout(
        inks=reading.inks,
        running=[[line for line in lines if id(line) in running] for lines in reading.lines],
        pages=[[*blocks, *_blocks_beside(reading, number)] for number, blocks in enumerate(pages)],
        typography=typography,
        routes=tuple(reading.routes),
        flags=_flags(reading, running),
        metadata=reading.metadata,
    )


def _written(layout: Layout) -> Document:
    shown = without_overlays(layout.pages)
    blocks = join_pages(shown, layout.typography.words)
    num_unsure = sum(block.unsure for page in layout.pages for block in page)
    facts = (("overlays_collapsed", len(shown) < len(layout.pages)), ("displays_as_text", num_unsure > 0))
    metadata = layout.metadata
    return Document(
        text=_markdown(blocks),
        kind="pdf",
        formulas=tuple(formula for block in blocks for formula in block.formulas),
        code_blocks=_code_blocks(blocks),
        pages=tuple(_markdown(page) for page in layout.pages),
        page_routes=layout.routes,
        title=_clean(metadata.get("title")),
        author=_clean(metadata.get("author")),
        date=iso_date(metadata.get("creationDate")),
        num_displays_as_text=num_unsure,
        flags=tuple(sorted({*layout.flags, *(flag for flag, holds in facts if holds)})),
    )


def _blocks_beside(reading: _Reading, number: int) -> list[Block]:
    """What a page has besides its glyphs: its Markdown by OCR, and the comment that says what it lacks."""
    blocks = []
    if text := reading.spoken.get(number):
        formulas = [
            Formula(latex=span.body.strip(), display=span.kind == "display", page=number + 1, confidence=_OCR_CONFIDENCE)
            for span in spans(text)
            if span.kind in ("display", "inline")
        ]
        blocks.append(Block("ocr", [], text=text, formulas=formulas))
    if note := reading.notes.get(number):
        blocks.append(Block("comment", [], text=f"<!-- page {number + 1} {_comment(note)} -->"))
    return blocks


def _comment(text: str) -> str:
    """`text` as it may stand in a comment of Markdown: nothing in it ends the comment or opens a formula or code."""
    return re.sub(r"\s+", " ", re.sub(r"-{2,}|[<>$`]", " ", text)).strip()[:300].rstrip("- ")


def _code_blocks(blocks: Sequence[Block]) -> tuple[CodeBlock, ...]:
    found: list[CodeBlock] = []
    for block in blocks:
        if block.kind == "ocr":
            found += code_in(block.text)
        else:
            found += code_blocks([block])
    return tuple(found)


def _flags(reading: _Reading, running: set[int]) -> set[str]:
    flags = set(reading.flags)
    if running:
        flags.add("running_heads_dropped")
    if "needs_ocr" in reading.routes:
        flags.add("pages_need_ocr")
    if "unreadable" in reading.routes:
        flags.add("unreadable_page")
    return flags


def _markdown(blocks: list[Block]) -> str:
    return "\n\n".join(block_markdown(block) for block in blocks)


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
