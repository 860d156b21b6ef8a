"""What an extractor returns: one page or one PDF as Markdown, with its formulas and code blocks at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.errors import DocumentError
from corpus.markup import spans

Kind = Literal["html", "pdf", "text", "code"]
PageRoute = Literal["geometry", "ocr", "needs_ocr", "unreadable", "blank"]
"""What became of a page of a PDF: read from its glyphs, read by OCR, in need of OCR (none is set up, or it failed), not to be
read at all (broken, too much on it), nothing on it."""


@dataclass(frozen=True, kw_only=True)
class Formula:
    """One formula, as LaTeX without its dollars."""

    latex: str
    display: bool
    page: int | None = None
    """Page of a PDF, from 1."""
    box: tuple[float, float, float, float] | None = None
    """x0, y0, x1, y1 on that page in pt from its upper left corner."""
    confidence: float = 1.0
    """0-1; below 1 where the formula was rebuilt rather than found as LaTeX."""


@dataclass(frozen=True, kw_only=True)
class CodeBlock:
    """One block of code, its indentation and blank lines as shown."""

    text: str
    language: str = ""
    """Lower-case name, empty where the page does not say."""


class NoTextError(DocumentError):
    """A PDF none of whose pages has text."""

    page_routes: tuple[PageRoute, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document:
    """An extracted document."""

    text: str
    """Markdown in the dialect of corpus/markup.py; of a source file (kind code) the file itself."""
    kind: Kind
    formulas: tuple[Formula, ...] = ()
    code_blocks: tuple[CodeBlock, ...] = ()
    pages: tuple[str, ...] = ()
    """Markdown of each page of a PDF."""
    page_routes: tuple[PageRoute, ...] = ()
    """Of each page of a PDF."""
    title: str | None = None
    author: str | None = None
    date: str | None = None
    """ISO 8601."""
    language_hint: str | None = None
    code_language: str | None = None
    num_displays_as_text: int = 0
    """Displays of a PDF that could not be rebuilt with confidence: their glyphs stand in the text as they are."""
    flags: tuple[str, ...] = ()
    """snake_case facts about the extraction: used_fallback, pages_need_ocr, used_ocr, decoded_with_replacement, ..."""


def code_in(markdown: str) -> tuple[CodeBlock, ...]:
    """The fenced blocks of Markdown that another program wrote."""
    return tuple(CodeBlock(text=span.body, language=span.language) for span in spans(markdown) if span.kind == "code")
