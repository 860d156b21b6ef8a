"""`tercet inspect pdf`: a page with the boxes that the extractor found, beside the Markdown that it wrote.

    write_page_view("paper.pdf", 3, out="page3.html")      # -> "page3.html"

One HTML file that needs no other. MuPDF reads and draws the page in its sandbox (extract/pdf_sandbox.py). What the page says is
escaped, formulas are shown as MathML (pipelines/report_pages.py), and the file's own policy forbids it to load anything.
"""

from __future__ import annotations

import base64
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import DocumentError, InputError, require
from extract.pdf_sandbox import apart
from extract.pdf_view import NO_BOX, PageView, Piece, picture, view_page
from pipelines.report import TEMPLATES
from pipelines.report_pages import latex_to_mathml, render_markdown

DPI = 130
"""Of the picture: 8 pt subscripts are readable, a page of text is 200-400 kB."""
DOUBTFUL = 0.75
"""Formulas with less confidence are listed as doubtful."""
MAX_PIECES = 2_000
"""Pieces that are shown; a dense page has 300."""
MAX_RENDERED_CHARS = 60_000
"""Characters of Markdown that are rendered, some two seconds of formulas; what comes after is shown as its source."""
MAX_LISTED = 60
"""Doubts that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of piece is shown."""

    title: str
    colour: str
    meaning: str
    is_problem: bool = False


LOOKS: dict[str, Look] = {
    "display": Look("display formula", "#7c3aed", "rebuilt as LaTeX, on lines of its own"),
    "inline": Look("inline formula", "#2563eb", "rebuilt as LaTeX, inside of text"),
    "code": Look("code", "#0f766e", "fenced, with its indentation"),
    "table": Look("table", "#4d7c0f", "as a table of Markdown"),
    "heading": Look("heading", "#b45309", "with its level"),
    "item": Look("list item", "#0891b2", "an item of a list"),
    "paragraph": Look("paragraph", "#94a3b8", "text"),
    "caption": Look("caption", "#a16207", "of a figure or a table"),
    "footnote": Look("footnote", "#9333ea", "[^label]: at the end of the page"),
    "entries": Look("entries", "#0e7490", "of a table of contents or an index"),
    "ocr": Look("by OCR", "#15803d", "read from the page's picture; it has no boxes"),
    "running": Look("running head", "#64748b", "dropped: heads, feet and page numbers"),
    "rotated": Look("other direction", "#64748b", "text that is not horizontal, read last"),
    "lost": Look("not read", "#be123c", "words on the page that are in no block: lost", is_problem=True),
    "comment": Look("not all read", "#be123c", "what the page lacks, as a comment in its Markdown", is_problem=True),
    "doubtful": Look("doubtful formula", "#ea580c", f"rebuilt with a confidence below {DOUBTFUL}", is_problem=True),
    "unsure": Look("not rebuilt", "#dc2626", "a display that could not be rebuilt and stays text", is_problem=True),
    "stray": Look("left in text", "#dc2626", "signs of mathematics that no formula holds", is_problem=True),
}
"""Kind of a piece (extract/pdf_view.py), doubtful formulas apart -> its look, in the order of the legend."""


def write_page_view(path: str, page: int, *, out: str | None = None) -> str:
    """Writes the view of page `page` (from 1) of the PDF at `path` as HTML to `out`; returns where it is.

    `out` is by default the file's name with the page's number, in the working directory. Raises InputError for a file that is not
    there or cannot be read, and for a page that it does not have.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{path}: no such file; expected a PDF")
    content = file.read_bytes()
    try:
        view = apart(view_page, content, page)
    except DocumentError as error:
        raise InputError(f"{path}: {_said(error)}") from error
    try:
        png, undrawn = apart(picture, content, page, dpi=DPI), ""
    except DocumentError as error:
        png, undrawn = b"", str(error)
    target = Path(out) if out else Path(f"{file.stem}-page{page}.html")
    if not target.parent.is_dir():
        raise InputError(f"{target.parent}: no such folder; --out names a file in a folder that exists")
    target.write_text(render(view, png, name=file.name, undrawn=undrawn), encoding="utf-8")
    return str(target)


def _said(error: DocumentError) -> str:
    if error.reason == "no_such_page":
        return error.detail
    return f"{error}. Pictures of text have to go through the OCR stage first" if error.reason == "needs_ocr" else str(error)


def render(view: PageView, png: bytes, *, name: str, undrawn: str = "") -> str:
    """The page as HTML; `name` is the file's, `undrawn` why there is no picture of the page."""
    jinja2 = require("jinja2", extra="report")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    markup = require("markupsafe", extra="report").Markup
    pieces = view.pieces[:MAX_PIECES]
    kinds = [shown_kind(piece) for piece in pieces]
    page: str = environment.get_template("inspect_pdf.html").render(
        name=name,
        view=view,
        picture="data:image/png;base64," + base64.b64encode(png).decode() if png else "",
        looks=LOOKS,
        counts=Counter(kinds),
        boxes=[
            _box(index, piece, kind) for index, (piece, kind) in enumerate(zip(pieces, kinds, strict=True)) if piece.box != NO_BOX
        ],
        cards=_cards(pieces, kinds, markup),
        problems=_problems(pieces, kinds)[:MAX_LISTED],
        num_problems=len(_problems(pieces, kinds)),
        notes=[*([f"The page could not be drawn: {undrawn}."] if undrawn else []), *_notes(view)],
        markup=markup,
    )
    return page


def shown_kind(piece: Piece) -> str:
    """The kind of a piece; `doubtful` for a formula of little confidence."""
    return "doubtful" if piece.confidence is not None and piece.confidence < DOUBTFUL else piece.kind


def _box(index: int, piece: Piece, kind: str) -> dict[str, Any]:
    """A rectangle with 1 pt of air around the ink."""
    x0, y0, x1, y1 = piece.box
    air = 2.0 if piece.block is None else 0.7
    return {
        "id": index,
        "kind": kind,
        "x": round(x0 - air, 1),
        "y": round(y0 - air, 1),
        "width": round(x1 - x0 + 2 * air, 1),
        "height": round(max(y1 - y0, 1.0) + 2 * air, 1),
        "title": f"{LOOKS[kind].title}{'' if piece.confidence is None else f', confidence {piece.confidence:.2f}'}",
    }


def _cards(pieces: Sequence[Piece], kinds: Sequence[str], markup: Any) -> list[dict[str, Any]]:
    """One card for each block, with its formulas linked to their boxes; what was dropped comes last."""
    cards: list[dict[str, Any]] = []
    parts: defaultdict[int | None, list[int]] = defaultdict(list)
    for index, piece in enumerate(pieces):
        parts[piece.block].append(index)
    left = MAX_RENDERED_CHARS
    for index in parts[None]:
        piece, inside = pieces[index], parts[index]
        left -= len(piece.markdown)
        formulas = [other for other in inside if pieces[other].kind == "inline"]
        dropped = piece.kind in ("running", "rotated", "lost")
        cards.append(
            {
                "id": index,
                "number": None if dropped else len(cards) + 1,
                "kind": kinds[index],
                "is_placed": piece.box != NO_BOX,
                "x": round(piece.box[0] - 4.0, 1),
                "y": round(piece.box[1] + 5.0, 1),
                "html": None if dropped else markup(_rendered(piece.markdown, formulas, kinds) if left >= 0 else UNRENDERED),
                "source": piece.markdown,
                "confidence": piece.confidence,
                "formulas": [_formula(other, pieces[other], kinds[other], markup) for other in formulas] if left >= 0 else [],
                "stray": [{"id": other, "text": pieces[other].markdown} for other in inside if pieces[other].kind == "stray"],
            }
        )
    return cards


def _formula(index: int, piece: Piece, kind: str, markup: Any) -> dict[str, Any]:
    rendered = markup(latex_to_mathml(piece.markdown, display=False))
    return {"id": index, "kind": kind, "latex": piece.markdown, "confidence": piece.confidence, "html": rendered}


_FORMULA = re.compile(r'<(?=math[ >]|code class="latex")')


UNRENDERED = "<p>Not rendered, the page is too long: see its Markdown.</p>"


def _rendered(markdown: str, formulas: Sequence[int], kinds: Sequence[str]) -> str:
    """HTML of a block with its n-th formula marked as the n-th of `formulas`; as it is where their numbers differ."""
    html = render_markdown(markdown)
    if len(_FORMULA.findall(html)) != len(formulas):
        return html
    left = iter(formulas)
    return _FORMULA.sub(lambda _: f'<span class="f {kinds[(index := next(left))]}" data-for="{index}"></span><', html)


def _problems(pieces: Sequence[Piece], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """What a person should look at first: the worst kind first, then from the top of the page."""
    found = [index for index, kind in enumerate(kinds) if LOOKS[kind].is_problem]
    order = ("comment", "lost", "unsure", "stray", "doubtful")
    found.sort(key=lambda index: (order.index(kinds[index]), pieces[index].box[1]))
    return [
        {"id": index, "kind": kinds[index], "text": pieces[index].markdown, "confidence": pieces[index].confidence}
        for index in found
    ]


def _notes(view: PageView) -> list[str]:
    """Facts about the page that no box shows."""
    notes = []
    if not any(piece.kind not in ("running", "rotated", "comment") for piece in view.pieces):
        notes.append(
            "No text was found on this page"
            + (
                f", only {view.num_images} picture{'s' if view.num_images != 1 else ''}: it needs OCR."
                if view.num_images
                else "."
            )
        )
    if len(view.pieces) > MAX_PIECES:
        notes.append(f"Of {len(view.pieces):,} pieces the first {MAX_PIECES:,} are shown.")
    if view.num_without_unicode:
        notes.append(f"{view.num_without_unicode:,} glyphs have no Unicode: their fonts give only a name or a code.")
    if view.num_invisible:
        notes.append(f"{view.num_invisible:,} invisible characters were not read: the text layer that OCR put over a picture.")
    return [*notes, *(f"The document is flagged {flag}." for flag in view.flags if flag != "running_heads_dropped")]
