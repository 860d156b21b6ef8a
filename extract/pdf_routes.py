"""Which way a PDF page goes: its text layer is read, or it has none that is usable and its picture must be read (OCR).

    fault = text_layer_fault(ink, read_paint(page), min_glyphs=3)      # None, or a sentence: why the text layer is no use

The rules, in order; "glyphs" are visible and no blanks:

1. Fewer than `min_glyphs`, and pictures on at least 1 % of the page, or at least 50 shapes of a letter's size: a scan, a picture,
   or letters drawn as outlines. An invisible text layer, which is some other program's OCR of unknown quality, does not count.
2. At least 20, more than half of them without Unicode and without a name that says anything: unreadable text.
3. A picture over at least 65 % of the page that is painted after all text and has no transparency: the text is an OCR layer
   hidden under the scan.
4. Fewer than 200 over such a picture (the median page has 1,400): a scan with a stamp, a page number or a download notice.
   Not where the picture is on other pages too: that is a background.

Pages of rules 1 to 3 have no text; on pages of rule 4 what there is stays.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from extract.pdf_glyphs import Glyph, PageInk

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pt from the upper left corner of the page."""

MIN_PICTURE_SHARE = 0.01
"""Share of a page without text that its pictures cover, from which they may hold the text."""
MIN_OUTLINES = 50
"""Shapes of a letter's size on a page without text, from which they may be its letters."""
PAGE_FILLING = 0.65
"""Share of the page: scans cover all of it or all but cropped margins, figures seldom more than half."""
FEW_GLYPHS = 200
"""Stamps and notices over a scan stay below. So do slides (52 and more in the evaluation set): what few glyphs say is kept."""
MIN_JUDGED_GLYPHS = 20
MAX_UNREADABLE = 0.5
"""Share of unreadable glyphs; of 871 pages in 30 font families the worst had .0015."""
MAX_PICTURES = 2000
"""Pictures of one page that are looked at; strips of a scan are some hundred."""

_CODE_NAME = re.compile(r"(?i)^(?:\.notdef|(?:g|c|cid|gid|glyph|index|char|id)[-_ ]?\d+)?$")
"""Glyph names that only number the glyphs."""
_GRID = 24
"""Cells along each side of a page in which covered area is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """What a page paints besides its glyphs."""

    pictures: tuple[Box, ...] = ()
    """Clipped to the page, in the order in which they are painted."""
    covered: float = 0.0
    """Share of the page under pictures."""
    num_outlines: int = 0
    """Filled shapes of a letter's size."""
    covers_text: bool = False
    """Whether a picture that fills the page is painted after the last text."""


class Fault(NamedTuple):
    """Why a page's text layer is no use."""

    why: str
    keeps_text: bool
    """Whether the little text that there is can be believed."""


@dataclass(slots=True)
class Backgrounds:
    """Which pages show only pictures that other pages show too; a document is counted when first asked."""

    document: Any
    counts: Counter[int] | None = None
    """Xref of a picture -> pages that show it."""

    def has_own_picture(self, page: Any) -> bool:
        """Whether `page` shows a picture that no other page does; inline pictures count as its own."""
        if self.counts is None:
            pages = range(self.document.page_count)
            self.counts = Counter(
                xref for other in pages for xref in {image[0] for image in self.document.get_page_images(other)}
            )
        xrefs = {image[0] for image in page.get_images()}
        return not xrefs or any(self.counts[xref] < 2 for xref in xrefs)


def read_paint(page: Any) -> Paint:
    """Pictures and shapes of a pymupdf page; nothing is decoded."""
    rotation = page.rotation_matrix if page.rotation else None
    width, height = page.rect.width, page.rect.height
    pictures: list[Box] = []
    num_outlines, last_text, last_filling = 0, -1, -1
    for place, (kind, box) in enumerate(page.get_bboxlog()):
        if kind in ("fill-image", "fill-imgmask"):
            clipped = _clipped(_rotated(box, rotation), width, height)
            if clipped and len(pictures) < MAX_PICTURES:
                pictures.append(clipped)
                if kind == "fill-image" and _area(clipped) >= PAGE_FILLING * width * height:
                    last_filling = place
        elif kind in ("fill-text", "stroke-text"):
            last_text = place
        elif kind == "fill-path":
            num_outlines += 1.5 <= box[3] - box[1] <= 40 and 0.5 <= box[2] - box[0] <= 60
    return Paint(
        pictures=tuple(pictures),
        covered=covered_share(pictures, width, height),
        num_outlines=num_outlines,
        covers_text=-1 < last_text < last_filling and not any(image[1] for image in page.get_images()),
    )


def needs_paint(ink: PageInk, *, min_glyphs: int) -> bool:
    """Whether a page's paint can matter: it shows pictures, or has no text."""
    return ink.num_images > 0 or num_visible(ink) < min_glyphs


def text_layer_fault(ink: PageInk, paint: Paint, *, min_glyphs: int, own_picture: bool) -> Fault | None:
    """Why the text layer of a page is no use; None where it is, and where the page is blank."""
    glyphs = [glyph for glyph in (*ink.glyphs, *ink.rotated) if not glyph.text.isspace()]
    if len(glyphs) < min_glyphs:
        return _picture_fault(ink, paint, bool(glyphs))
    unreadable = sum(not is_readable(glyph) for glyph in glyphs)
    if len(glyphs) >= MIN_JUDGED_GLYPHS and unreadable > MAX_UNREADABLE * len(glyphs):
        return Fault(f"{unreadable} of {len(glyphs)} glyphs have neither Unicode nor a name", keeps_text=False)
    if paint.covered < PAGE_FILLING or not own_picture:
        return None
    if paint.covers_text:
        return Fault("its text is hidden under a picture that fills the page", keeps_text=False)
    if len(glyphs) < FEW_GLYPHS:
        return Fault(f"only {len(glyphs)} glyphs over a picture that fills the page", keeps_text=True)
    return None


def _picture_fault(ink: PageInk, paint: Paint, has_glyphs: bool) -> Fault | None:
    layer = f", and an invisible text layer of {ink.num_invisible} glyphs" if ink.num_invisible else ""
    if paint.covered >= MIN_PICTURE_SHARE:
        what = "a scan" if paint.covered >= PAGE_FILLING else "a picture"
        return Fault(f"{what} without visible text{layer}", keeps_text=has_glyphs)
    if paint.num_outlines >= MIN_OUTLINES:
        return Fault(f"{paint.num_outlines} outlines in place of text{layer}", keeps_text=has_glyphs)
    if ink.num_invisible >= MIN_JUDGED_GLYPHS:
        return Fault(f"nothing visible{layer}", keeps_text=has_glyphs)
    return None


def is_readable(glyph: Glyph) -> bool:
    """Whether a glyph has Unicode or a name that says what it is."""
    return bool(glyph.text) or not _CODE_NAME.match(glyph.name)


def num_visible(ink: PageInk) -> int:
    """Glyphs of a page that are no blanks."""
    return sum(not glyph.text.isspace() for glyph in ink.glyphs) + sum(not glyph.text.isspace() for glyph in ink.rotated)


def covered_share(boxes: list[Box], width: float, height: float) -> float:
    """Share of a page under `boxes`, which may overlap, by the centres of a grid's cells."""
    if not boxes or width <= 0 or height <= 0:
        return 0.0
    cells: set[tuple[int, int]] = set()
    for x0, y0, x1, y1 in boxes:
        columns = range(_cell(x0, width), _cell(x1, width))
        cells.update((row, column) for row in range(_cell(y0, height), _cell(y1, height)) for column in columns)
    return len(cells) / _GRID**2


def _cell(position: float, length: float) -> int:
    """Index of the first cell whose centre is at or behind `position`."""
    return max(0, min(_GRID, round(position / length * _GRID)))


def _rotated(box: Box, rotation: Any | None) -> Box:
    if rotation is None:
        return box
    a, b, c, d, e, f = rotation
    xs = [x * a + y * c + e for x in box[::2] for y in box[1::2]]
    ys = [x * b + y * d + f for x in box[::2] for y in box[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def _clipped(box: Box, width: float, height: float) -> Box | None:
    x0, y0, x1, y1 = max(0.0, box[0]), max(0.0, box[1]), min(width, box[2]), min(height, box[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
