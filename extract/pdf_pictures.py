"""Formulas that are pictures: exports of office programs and web pages set them as small images in or between the lines.

No text can be had from them without OCR, but that a formula stood there can be said. A placeholder is put where it stood, so that
"where  is the mass" does not read as if nothing were missing:

    mark_formula_pictures(lines, pictures)      # the lines with the placeholders in them, and how many there are

A picture counts as a formula only where the page agrees: of a line's height and beside its words; or alone between lines, wide
and low, without a caption. Whether it is black on white has to be asked of its pixels (`looks_like_formula`).
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from extract.pdf_glyphs import Face, Glyph
from extract.pdf_lines import Line, measured
from extract.pdf_routes import Box

PLACEHOLDER = "<!-- formula as a picture -->"
"""A comment of Markdown: it shows nowhere, is no formula and no prose to whoever strips comments, and can be counted."""
MAX_CANDIDATES = 100
"""Pictures of one page that are looked at; a page with more draws its diagrams from pieces."""

INLINE_HEIGHT = (0.4, 3.2)
"""Of a picture in a line, in em of the line's size: an x to a fraction."""
INLINE_NEAR = 2.0
"""Distance to the line's nearest word, in em."""
DISPLAY_HEIGHT = (0.8, 6.5)
"""Of a picture between lines, in em: one row to a matrix or a case distinction of four."""
DISPLAY_ASPECT = 1.5
"""Least width for the height; figures this low and this wide are rare."""
DISPLAY_NEAR = 4.0
"""Distance to the next line of text above or below, in em."""
_CAPTION = re.compile(r"(?i)^\W*(?:fig(?:ure|\.)?|table|tab\.|abb(?:ildung|\.)?|image|photo|plate|chart|listing)\b")

MIN_PAPER = 200
"""Grey level of the picture's ground, of 255."""
MAX_COLOURED = 0.02
"""Share of pixels whose channels differ by more than 48 levels."""
INK_SHARE = (0.01, 0.45)
"""Share of pixels darker than 160."""

MAX_DRAWN_AREA = 4e6
"""Square pt; a larger page (A0: 8e6) is a poster, and is not drawn to look at its pictures."""

_FACE = Face(name="", mono=False, bold=False, italic=False, family="")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a placeholder goes: into the line at `index`, or (display) before it."""

    index: int
    box: Box
    display: bool


def mark_formula_pictures(
    lines: Sequence[Line], pictures: Sequence[Box], looks_like_formula: Callable[[Box], bool]
) -> tuple[list[Line], int]:
    """`lines` with a placeholder for every picture of a formula, and their number."""
    if not lines or not pictures or len(pictures) > MAX_CANDIDATES:
        return list(lines), 0
    found = [place for box in dict.fromkeys(pictures) if (place := formula_place(lines, box)) and looks_like_formula(place.box)]
    marked = list(lines)
    for place in sorted(found, key=lambda place: (place.index, place.display), reverse=True):
        if place.display:
            marked.insert(place.index, _display_line(place.box, lines))
        else:
            marked[place.index] = _with_placeholder(marked[place.index], place.box)
    return marked, len(found)


def without_running_pictures(pages: Mapping[int, Sequence[Box]]) -> dict[int, list[Box]]:
    """Pictures by page without those that stand at the same place on another page: signets in running heads and feet."""
    places = Counter(place for boxes in pages.values() for place in {_rounded(box) for box in boxes})
    return {page: [box for box in boxes if places[_rounded(box)] < 2] for page, boxes in pages.items()}


def _rounded(box: Box) -> tuple[int, ...]:
    return tuple(round(value) for value in box)


def formula_place(lines: Sequence[Line], box: Box) -> Place | None:
    """Where a picture stands as a formula stands, by its place and size alone; None where it does not."""
    x0, y0, x1, y1 = box
    beside = [
        index
        for index, line in enumerate(lines)
        if y0 - 0.3 * line.size < line.y < y1 + 0.6 * line.size and not line.share_mono > 0.9
    ]
    for index in sorted(beside, key=lambda index: abs(lines[index].y - (y0 + y1) / 2 - 0.25 * lines[index].size)):
        if _is_inline(lines[index], box):
            return Place(index, box, display=False)
    if any(line.x0 < x1 and line.x1 > x0 for line in beside_lines(lines, y0, y1)):
        return None
    return _display_place(lines, box)


def beside_lines(lines: Sequence[Line], y0: float, y1: float) -> list[Line]:
    """Lines whose baseline or ink lies between two heights."""
    return [line for line in lines if line.top < y1 and line.bottom > y0]


def _is_inline(line: Line, box: Box) -> bool:
    x0, y0, x1, y1 = box
    size = line.size
    if not INLINE_HEIGHT[0] * size <= y1 - y0 <= INLINE_HEIGHT[1] * size or x1 - x0 < 0.3 * size:
        return False
    words = [glyph for glyph in line.glyphs if glyph.text.strip()]
    if any(glyph.x0 < x1 - 0.2 * size and glyph.x1 > x0 + 0.2 * size for glyph in words):
        return False
    left = max((glyph.x1 for glyph in words if glyph.x1 <= x0 + 0.2 * size), default=None)
    right = min((glyph.x0 for glyph in words if glyph.x0 >= x1 - 0.2 * size), default=None)
    if left is None:
        # A bullet, an icon or a portrait before its text, unless it is as wide as formulas are.
        return right is not None and right - x1 < INLINE_NEAR * size and x1 - x0 > 2 * (y1 - y0)
    return x0 - left < INLINE_NEAR * size or (right is not None and right - x1 < INLINE_NEAR * size)


def _display_place(lines: Sequence[Line], box: Box) -> Place | None:
    x0, y0, x1, y1 = box
    size = statistics.median(line.size for line in lines)
    if not DISPLAY_HEIGHT[0] * size <= y1 - y0 <= DISPLAY_HEIGHT[1] * size or x1 - x0 < max(2 * size, DISPLAY_ASPECT * (y1 - y0)):
        return None
    column = [(index, line) for index, line in enumerate(lines) if line.x0 < x1 and line.x1 > x0]
    above = max((pair for pair in column if pair[1].y <= y0 + 0.3 * size), key=lambda pair: pair[1].y, default=None)
    below = min((pair for pair in column if pair[1].y >= y1), key=lambda pair: pair[1].y, default=None)
    if above is None or y0 - above[1].y > DISPLAY_NEAR * size:
        return None  # a letterhead, or a picture by itself
    if any(line.x0 < above[1].x1 and line.x1 > above[1].x0 for line in beside_lines(lines, y0, y1) if line is not above[1]):
        return None  # side by side with text of its own column: an example and what it gives
    if below is not None and _CAPTION.match(below[1].text):
        return None
    if _CAPTION.match(above[1].text) and y0 - above[1].y < 2 * size:
        return None
    if below is None or below[1].y - below[1].size - y1 > DISPLAY_NEAR * size:
        return None
    return Place(above[0] + 1, box, display=True)


def _with_placeholder(line: Line, box: Box) -> Line:
    glyph = _placeholder(box, y=line.y, size=line.size)
    before = sum(other.x0 < (box[0] + box[2]) / 2 for other in line.glyphs)
    glyphs = [*line.glyphs[:before], glyph, *line.glyphs[before:]]
    x0, x1 = min(line.x0, box[0]), max(line.x1, box[2])
    return measured(Line(glyphs, line.y, line.size, x0, x1, line.page, num_parts=line.num_parts))


def _display_line(box: Box, lines: Sequence[Line]) -> Line:
    size = statistics.median(line.size for line in lines)
    glyph = _placeholder(box, y=box[3], size=size)
    return measured(Line([glyph], box[3], size, box[0], box[2], lines[0].page))


def _placeholder(box: Box, *, y: float, size: float) -> Glyph:
    return Glyph(PLACEHOLDER, "", box[0], box[2], y, size, _FACE, top=y - 0.7 * size, bottom=y)


def formula_check(page: Any) -> Callable[[Box], bool]:
    """Whether the pixels of a box on a pymupdf page are black on white; the page is drawn when first asked."""
    drawn: list[Any] = []

    def looks_like_formula(box: Box) -> bool:
        if page.rect.width * page.rect.height > MAX_DRAWN_AREA:
            return False
        if not drawn:
            drawn.append(page.get_pixmap(dpi=72, alpha=False))
        picture = drawn[0]
        pixels = np.frombuffer(picture.samples_mv, dtype=np.uint8).reshape(picture.height, picture.stride)
        pixels = pixels[:, : picture.width * picture.n].reshape(picture.height, picture.width, picture.n)[:, :, :3]
        x0, y0, x1, y1 = (round(value) for value in box)
        return is_black_on_white(pixels[max(0, y0) : y1 + 1, max(0, x0) : x1 + 1])

    return looks_like_formula


def is_black_on_white(pixels: Any) -> bool:
    """Whether an array of pixels (height, width, 3) is ink on paper without colours."""
    if pixels.size == 0:
        return False
    channels = pixels.astype(np.int16)
    grey = channels.mean(axis=2)
    coloured = float(np.mean(channels.max(axis=2) - channels.min(axis=2) > 48))
    ink = float(np.mean(grey < 160))
    return float(np.median(grey)) >= MIN_PAPER and coloured <= MAX_COLOURED and INK_SHARE[0] <= ink <= INK_SHARE[1]
