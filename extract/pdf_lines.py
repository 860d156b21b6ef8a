"""Glyphs in stream order -> lines, and lines -> text.

TeX, LibreOffice and Word write their text in reading order, columns included, so the order of the content stream is kept (measured:
.999 of paragraph pairs in order); geometry only says where one line ends and the next begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extract.pdf_glyphs import Glyph

SPACE_GAP = 0.15
"""A gap wider than this many em is a space; TeX shrinks its interword space to .22 em, kerns stay below .1."""
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": "-", "\u00a0": " "}
)
_COMBINING = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "~": "\u0303", "¨": "\u0308", "¯": "\u0304",
    "˘": "\u0306", "˙": "\u0307", "˚": "\u030a", "ˇ": "\u030c", "˝": "\u030b", "¸": "\u0327", "˛": "\u0328",
}  # fmt: skip


@dataclass(slots=True)
class Line:
    """Glyphs that stand on one baseline, with the scripts that hang on it."""

    glyphs: list[Glyph]
    y: float
    """Baseline of its largest glyph."""
    size: float
    """Size of its largest glyph."""
    x0: float
    x1: float
    page: int = 0
    share_mono: float = 0.0
    share_bold: float = 0.0
    num_math: int = 0
    text_cache: str | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """Plain text, without markup."""
        if self.text_cache is None:
            self.text_cache = plain_text(self.glyphs)
        return self.text_cache

    @property
    def top(self) -> float:
        return min(glyph.top for glyph in self.glyphs)

    @property
    def bottom(self) -> float:
        return max(glyph.bottom for glyph in self.glyphs)


def group_lines(glyphs: Iterable[Glyph], *, page: int) -> list[Line]:
    """Lines in stream order."""
    lines: list[Line] = []
    current: Line | None = None
    for glyph in glyphs:
        if glyph.text == " " or glyph.text == "\u00a0":
            if current is not None and _continues(current, glyph):
                current.glyphs.append(glyph)
            continue
        if current is not None and _continues(current, glyph):
            _append(current, glyph)
            continue
        current = Line([glyph], _baseline(glyph), glyph.size, glyph.x0, glyph.x1, page)
        lines.append(current)
    for line in lines:
        _measure(line)
    return lines


def _baseline(glyph: Glyph) -> float:
    """The baseline that a glyph stands on; the extension font's glyphs are centred on the axis, .25 em above it."""
    if glyph.face.family == "extension":
        return (glyph.top + glyph.bottom) / 2 + 0.25 * glyph.size
    return glyph.y


def _continues(line: Line, glyph: Glyph) -> bool:
    size = max(line.size, glyph.size)
    below = _baseline(glyph) - line.y
    if abs(below) < 0.1 * size:
        return glyph.x0 > line.x1 - 0.7 * size
    if not -0.8 * size < below < 0.55 * size:
        return False
    if glyph.x0 > line.x1 + 1.5 * size:
        return False
    if glyph.size < 0.86 * line.size or glyph.face.family == "extension":
        return glyph.x0 > max(line.x0 - 0.5 * size, line.x1 - 8 * size)
    return glyph.x0 > line.x1 - 0.7 * size


def _append(line: Line, glyph: Glyph) -> None:
    line.glyphs.append(glyph)
    line.x1 = max(line.x1, glyph.x1)
    line.x0 = min(line.x0, glyph.x0)
    if glyph.size > line.size * 1.02 and glyph.face.family != "extension":
        line.size, line.y = glyph.size, glyph.y


def _measure(line: Line) -> None:
    visible = [glyph for glyph in line.glyphs if glyph.text != " "]
    total = len(visible) or 1
    line.share_mono = sum(glyph.face.mono for glyph in visible) / total
    line.share_bold = sum(glyph.face.bold for glyph in visible) / total
    line.num_math = sum(bool(glyph.face.family) for glyph in visible)


def plain_text(glyphs: Sequence[Glyph]) -> str:
    """Text of glyphs in order: spaces from gaps, accents set on their letters, ligatures resolved."""
    parts: list[str] = []
    previous: Glyph | None = None
    for glyph in glyphs:
        text = glyph.text
        if text == " ":
            if parts and parts[-1] != " ":
                parts.append(" ")
            continue
        if previous is not None:
            if text in _COMBINING and parts and not glyph.face.mono and _overlaps(previous, glyph) and parts[-1].isalpha():
                parts[-1] = unicodedata.normalize("NFC", parts[-1] + _COMBINING[text])
                continue
            if previous.text in _COMBINING and parts and not glyph.face.mono and _overlaps(previous, glyph) and text.isalpha():
                parts[-1] = unicodedata.normalize("NFC", text[0].replace("ı", "i") + _COMBINING[previous.text]) + text[1:]
                previous = glyph
                continue
            if is_space(previous, glyph) and parts[-1] != " ":
                parts.append(" ")
        parts.append(text)
        previous = glyph
    return "".join(parts).translate(LIGATURES).strip()


def is_space(left: Glyph, right: Glyph) -> bool:
    """Whether the gap between two neighbouring glyphs is a space."""
    gap = right.x0 - left.x1
    if left.face.mono and right.face.mono:
        return gap > 0.5 * max(left.x1 - left.x0, 0.2 * left.size)
    return gap > SPACE_GAP * min(left.size, right.size) or gap < -3 * left.size


def _overlaps(left: Glyph, right: Glyph) -> bool:
    return right.x0 < left.x1 - 0.15 * right.size and right.x1 > left.x0


def body_size(lines: Iterable[Line]) -> float:
    """The size (rounded to .1 pt) that most characters of the document have."""
    counts: Counter[float] = Counter()
    for line in lines:
        counts[round(line.size, 1)] += len(line.glyphs)
    return min((size for size in counts if counts[size] == max(counts.values())), default=10.0)


_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_EDGE_NUMBER = re.compile(r"^\W*(\d{1,4})\b|\b(\d{1,4})\W*$")


def mark_running_heads(pages: Sequence[Sequence[Line]], *, heights: Sequence[float]) -> set[int]:
    """Ids (`id(line)`) of the lines that are running heads, feet and page numbers.

    A slot is a height on the page at which the first or last row of at least three pages stands; it is running matter when its
    texts repeat (numbers masked) or count along with the pages, on at least half of those pages.
    """
    slots: dict[tuple[str, int], list[tuple[int, list[Line]]]] = {}
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        for edge, row in _edge_rows(lines, height):
            slots.setdefault((edge, round(row[0].y / 3)), []).append((number, row))
    running: set[int] = set()
    for key in sorted(slots):
        edge, place = key
        rows = slots[key] + slots.get((edge, place + 1), []) + slots.get((edge, place - 1), [])
        if _is_running(rows):
            running.update(id(line) for _, row in slots[key] for line in row)
    return running


def _edge_rows(lines: Sequence[Line], height: float) -> list[tuple[str, list[Line]]]:
    """Up to two rows at the top and at the bottom of a page that stand apart from the text: (edge, lines on one baseline)."""
    rows: dict[int, list[Line]] = {}
    for line in lines:
        rows.setdefault(round(line.y / 2), []).append(line)
    places = sorted(rows)
    found = []
    for edge, ordered in (("top", places), ("bottom", places[::-1])):
        for rank in range(min(2, len(ordered) - 1)):
            row = rows[ordered[rank]]
            outer = ordered[rank] * 2 < 0.16 * height if edge == "top" else ordered[rank] * 2 > 0.84 * height
            if not outer:
                break
            found.append((edge, row))
    return found


def _is_running(rows: list[tuple[int, list[Line]]]) -> bool:
    num_pages = len({number for number, _ in rows})
    if num_pages < 3:
        return False
    texts = [(number, " ".join(line.text for line in row)) for number, row in rows]
    masked = Counter(_DIGITS.sub("#", text) for _, text in texts)
    offsets: Counter[int] = Counter()
    for number, text in texts:
        offsets.update({int(a or b) - number for a, b in _EDGE_NUMBER.findall(text)})
    repeated = sum(count for count in masked.values() if count > 1)
    counted = max(offsets.values(), default=0)
    return max(repeated, counted) * 2 >= len(texts)
