"""What the extractor found on one page of a PDF, with its boxes: the ground for a picture that shows what went wrong.

    view = view_page(content, 3)      # blocks, formulas, dropped heads, signs of mathematics that stayed text
    view.pieces[0].kind, view.pieces[0].box, view.pieces[0].markdown

Everything comes from the same reading as extract_pdf's text. Boxes are x0, y0, x1, y1 in pt from the upper left corner of the
page that is shown, y downwards.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from corpus.errors import DocumentError, require
from extract.document import Formula
from extract.pdf_document import DEFAULT, Layout, PdfConfig, read_layout
from extract.pdf_glyphs import Glyph
from extract.pdf_layout import Block
from extract.pdf_lines import Line, plain_text
from extract.pdf_markdown import block_markdown
from extract.pdf_symbols import QED, is_mathematical

Kind = Literal[
    "paragraph", "heading", "item", "code", "display", "table", "caption", "footnote", "entries", "ocr", "comment",
    "unsure", "inline", "stray", "running", "rotated", "lost",
]  # fmt: skip
"""The blocks of pdf_layout, and

ocr      what was read from the page's picture      comment  what the page lacks
unsure   a display that stays text, not rebuilt     inline   a formula inside a block
stray    signs of mathematics in no formula         running  a head or foot that was dropped
rotated  text in another direction                  lost     words that MuPDF finds on the page and that are in no piece
"""
Box = tuple[float, float, float, float]
NO_BOX: Box = (0.0, 0.0, 0.0, 0.0)
"""Of a piece that stands nowhere: the Markdown of OCR, a comment."""
Place = tuple[float, float]

MAX_PICTURE_PIXELS = 4_000_000
"""Pixels of the page's picture; a larger page is drawn at a lower resolution."""
MIN_LOST_LETTERS = 2
"""Letters and digits of a word that is missed: a single sign may be a formula's, which has other boxes."""
MAX_CELLS = 10_000
_CELL = 12.0
"""Side (pt) of the squares by which glyphs are found again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One thing found on the page."""

    kind: Kind
    box: Box
    markdown: str
    """Of a block its Markdown; of a formula its LaTeX; of what was dropped or is no formula its text."""
    confidence: float | None = None
    """Of a formula: 0-1."""
    block: int | None = None
    """Of a formula or a stray sign: index in `pieces` of the block that it stands in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """One page as the extractor sees it."""

    number: int
    """From 1."""
    num_pages: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    """Blocks in reading order, each followed by its formulas and stray signs; at the end what was dropped."""
    markdown: str
    flags: tuple[str, ...]
    """Of the whole document."""
    num_without_unicode: int
    """Glyphs that the font gives no character for."""
    num_images: int
    num_invisible: int
    """Characters drawn invisibly: the text layer of a scan."""


def view_page(content: bytes, number: int, *, config: PdfConfig = DEFAULT) -> PageView:
    """Page `number` (from 1). Raises DocumentError: no_such_page, and what extract_pdf raises."""
    _check_number(content, number)
    layout = read_layout(content, config=config)
    ink = layout.inks[number - 1]
    blocks = layout.pages[number - 1]
    return PageView(
        number=number,
        num_pages=len(layout.inks),
        width=ink.width,
        height=ink.height,
        pieces=(*_pieces(layout, number - 1), *_lost_words(content, layout, number - 1)),
        markdown="\n\n".join(block_markdown(block) for block in blocks),
        flags=tuple(sorted(layout.flags)),
        num_without_unicode=ink.num_without_unicode,
        num_images=ink.num_images,
        num_invisible=ink.num_invisible,
    )


def picture(content: bytes, number: int, *, dpi: int) -> bytes:
    """PNG of page `number` (from 1), at `dpi` or, where that makes more than MAX_PICTURE_PIXELS, at less."""
    pymupdf = require("pymupdf", extra="pdf")
    with pymupdf.open(stream=content, filetype="pdf") as document:
        page = document[number - 1]
        inches = max(page.rect.width * page.rect.height, 1.0) / 72**2
        scale = min(dpi, (MAX_PICTURE_PIXELS / inches) ** 0.5) / 72
        pixmap = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False)
        return bytes(pixmap.tobytes("png"))


def _check_number(content: bytes, number: int) -> None:
    """Raises DocumentError("no_such_page") before a long document is read for nothing; read_layout finds other mistakes."""
    pymupdf = require("pymupdf", extra="pdf")
    try:
        with pymupdf.open(stream=content, filetype="pdf") as document:
            num_pages = 0 if document.needs_pass else document.page_count
    except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase):
        return
    if num_pages and not 1 <= number <= num_pages:
        raise DocumentError("no_such_page", f"page {number} of {num_pages}: the pages are 1 to {num_pages}")


# -------------------------------------------------------------------------------------------------------------------- pieces


def _pieces(layout: Layout, index: int) -> list[Piece]:
    pieces: list[Piece] = []
    for block in layout.pages[index]:
        place = len(pieces)
        formulas = [formula for formula in block.formulas if formula.box is not None]
        pieces.append(_block_piece(block, formulas))
        if block.kind != "display":
            pieces += [_inline(formula, place) for formula in formulas]
            pieces += [_stray(run, place) for run in _stray_runs(block, formulas)] if block.kind != "code" else []
    pieces += [Piece(kind="running", box=box_of(line.glyphs), markdown=plain_text(line.glyphs)) for line in layout.running[index]]
    rotated = [glyph for glyph in layout.inks[index].rotated if glyph.text.strip()]
    if rotated:
        pieces.append(Piece(kind="rotated", box=box_of(rotated), markdown=plain_text(rotated)))
    return pieces


def _lost_words(content: bytes, layout: Layout, index: int) -> list[Piece]:
    """Runs of words that MuPDF's own text has and that no line of the page holds; none asked for under OCR's invisible text."""
    if layout.inks[index].num_invisible:
        return []
    held = _Places(_middles(glyph for line in _all_lines(layout, index) for glyph in line.glyphs))
    held.add(_around_origins(layout.inks[index].rotated))
    pymupdf = require("pymupdf", extra="pdf")
    runs: list[tuple[Any, list[str]]] = []
    with pymupdf.open(stream=content, filetype="pdf") as document:
        page = document[index]
        before = None
        for *corners, word, block, line, _ in page.get_text("words"):
            box = pymupdf.Rect(corners) * page.rotation_matrix
            num_letters = sum(character.isalnum() for character in word)
            if num_letters < MIN_LOST_LETTERS or held.num_in(box) * 3 >= num_letters:
                before = None
            elif before == (block, line):
                runs[-1] = (runs[-1][0] | box, [*runs[-1][1], word])
            else:
                runs.append((box, [word]))
                before = (block, line)
    return [Piece(kind="lost", box=(box.x0, box.y0, box.x1, box.y1), markdown=" ".join(words)) for box, words in runs]


def _all_lines(layout: Layout, index: int) -> list[Line]:
    return [*(line for block in layout.pages[index] for line in block.lines), *layout.running[index]]


def _middles(glyphs: Iterable[Glyph]) -> Iterator[Place]:
    return (((glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2) for glyph in glyphs if glyph.text != " ")


def _around_origins(glyphs: Iterable[Glyph]) -> Iterator[Place]:
    """A third of an em to both sides of the origins: a turned glyph does not say which way its ink lies."""
    return ((glyph.x0 + side * glyph.size / 3, glyph.y) for glyph in glyphs for side in (-1, 1) if glyph.text != " ")


class _Places:
    """Points, found again by where they are."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.cells: dict[tuple[int, int], list[Place]] = {}
        self.add(places)

    def add(self, places: Iterable[Place]) -> None:
        for x, y in places:
            self.cells.setdefault((int(x // _CELL), int(y // _CELL)), []).append((x, y))

    def num_in(self, box: Any) -> int:
        """How many lie in a box (at most MAX_CELLS cells of it are looked at)."""
        columns = range(int(box.x0 // _CELL), int(box.x1 // _CELL) + 1)
        rows = range(int(box.y0 // _CELL), int(box.y1 // _CELL) + 1)
        cells = itertools.islice(itertools.product(columns, rows), MAX_CELLS)
        inside = (place for cell in cells for place in self.cells.get(cell, ()))
        return sum(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for x, y in inside)


def _block_piece(block: Block, formulas: Sequence[Formula]) -> Piece:
    known = block.kind if block.kind in get_args(Kind) else "paragraph"
    kind: Any = "unsure" if block.unsure else known
    confidence = formulas[0].confidence if block.kind == "display" and formulas else None
    glyphs = [glyph for line in block.lines for glyph in line.glyphs]
    return Piece(kind=kind, box=box_of(glyphs), markdown=block_markdown(block), confidence=confidence)


def _inline(formula: Formula, block: int) -> Piece:
    assert formula.box is not None
    return Piece(kind="inline", box=formula.box, markdown=formula.latex, confidence=formula.confidence, block=block)


def _stray(run: Sequence[Glyph], block: int) -> Piece:
    text = " ".join(glyph.text or glyph.name or "no Unicode" for glyph in run)
    return Piece(kind="stray", box=box_of(run), markdown=text, block=block)


def _stray_runs(block: Block, formulas: Sequence[Formula]) -> list[list[Glyph]]:
    """Neighbouring signs of mathematics that no formula of the block holds."""
    boxes = [formula.box for formula in formulas if formula.box is not None]
    runs: list[list[Glyph]] = []
    for line in block.lines:
        held = _rows_of(boxes, line)
        open_run = False
        for glyph in line.glyphs:
            if glyph.text == " ":
                continue
            if not _is_sign(glyph) or any(_holds(box, glyph) for box in held):
                open_run = False
                continue
            if open_run:
                runs[-1].append(glyph)
            else:
                runs.append([glyph])
            open_run = True
    return runs


def _is_sign(glyph: Glyph) -> bool:
    """Whether a glyph is mathematics by its font or its character, or has no character; the box that ends a proof is none."""
    return glyph.name not in QED and (
        bool(glyph.face.family) or not glyph.text or is_mathematical(glyph.text) or glyph.text == "√"
    )


def _rows_of(boxes: Sequence[Box], line: Line) -> list[Box]:
    return [box for box in boxes if box[1] < line.bottom and box[3] > line.top]


def _holds(box: Box, glyph: Glyph) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return box[0] - 0.5 <= x <= box[2] + 0.5 and box[1] - 0.5 <= y <= box[3] + 0.5


def box_of(glyphs: Iterable[Glyph]) -> Box:
    """The box around the ink of `glyphs`, blanks aside."""
    seen = [glyph for glyph in glyphs if glyph.text != " "]
    if not seen:
        return NO_BOX
    return min(g.x0 for g in seen), min(g.top for g in seen), max(g.x1 for g in seen), max(g.bottom for g in seen)
