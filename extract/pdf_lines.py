"""Glyphs in stream order -> lines, and lines -> text.

TeX, LibreOffice and Word write their text in reading order, columns included, so the order of the content stream is kept
(measured: .999 of paragraph pairs in order); geometry only says where one line ends and the next begins.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extract.pdf_bidi import has_right_to_left, is_right_to_left, logical_order
from extract.pdf_glyphs import COMBINING, Glyph

SPACE_GAP = 0.15
"""A gap wider than this many em is a space; TeX shrinks its interword space to .22 em, kerns stay below .1."""
MIN_LINE_NUMBERS = 5
"""Numbers in the margin of a page from which they number its lines."""
CJK_GAP = 0.8
"""As SPACE_GAP, between two Chinese or Japanese characters."""
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": "-", "\u00a0": " "}
)
INTEGRALS = frozenset("∫∬∭∮")
"""Operators whose limits stand beside them."""
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
    top: float = 0.0
    """Of its ink."""
    bottom: float = 0.0
    num_parts: int = 1
    """Lines of the stream that it was joined from."""
    is_broken: bool = False
    """Whether it ends where the next word would still have fitted: the page's author broke it."""
    text_cache: str | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """Plain text, without markup."""
        if self.text_cache is None:
            self.text_cache = plain_text(self.glyphs)
        return self.text_cache


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
        current = Line([glyph], glyph.stands_on, glyph.size, glyph.x0, glyph.x1, page)
        lines.append(current)
    return [measured(line) for line in lines]


def _continues(line: Line, glyph: Glyph) -> bool:
    size = max(line.size, glyph.size)
    below = glyph.stands_on - line.y
    if abs(below) < 0.1 * size:
        # An accent reaches farther back than the letters before it: f under an arrow begins .72 em left of the arrow's tip.
        back = 1.1 if line.glyphs[-1].text in COMBINING or _is_drawn_over(line.glyphs[-1], glyph) else 0.7
        return glyph.x0 > line.x1 - back * size
    if not -0.8 * size < below < 0.55 * size:
        return _is_limit(line, glyph) or _is_next_piece(line.glyphs[-1], glyph)
    if glyph.x0 > line.x1 + 1.5 * size:
        return False
    if glyph.size < 0.86 * line.size or glyph.face.family == "extension":
        return glyph.x0 > max(line.x0 - 0.5 * size, line.x1 - 8 * size)
    return glyph.x0 > line.x1 - 0.7 * size


def _is_limit(line: Line, glyph: Glyph) -> bool:
    """Whether a small glyph over or under the line is a limit of the operator that ends the line."""
    if glyph.size > 0.86 * line.size or not -2.2 * line.size < glyph.y - line.y < 1.9 * line.size:
        return False
    end = len(line.glyphs)
    while end and line.glyphs[end - 1].face.family != "extension" and line.glyphs[end - 1].size < 0.86 * line.size:
        end -= 1
    if not end:
        return False
    operator = line.glyphs[end - 1]
    if not operator.x0 - 4 * line.size < glyph.x0 < operator.x1 + 2 * line.size:
        return False
    if operator.face.family:
        if operator.text in INTEGRALS or "integral" in operator.name:
            return False
        return operator.bottom - operator.top > 0.9 * line.size
    word = "".join(g.text for g in line.glyphs[max(0, end - 3) : end])
    return word in ("lim", "sup", "inf", "max", "min") and not operator.face.italic


def _is_next_piece(upper: Glyph, lower: Glyph) -> bool:
    """Whether a glyph goes on with the delimiter that the one before it begins: a big bar is two pieces."""
    return (
        upper.face.family == lower.face.family == "extension"
        and abs(upper.x0 - lower.x0) < 0.1 * lower.size
        and abs(lower.top - upper.bottom) < 0.15 * lower.size
    )


def _is_drawn_over(below: Glyph, above: Glyph) -> bool:
    """Whether two glyphs of mathematics make one symbol: the tilde over the equals sign of an isomorphism."""
    return bool(above.face.family or below.face.family) and abs((below.x0 + below.x1) - (above.x0 + above.x1)) < 0.2 * above.size


def _append(line: Line, glyph: Glyph) -> None:
    line.glyphs.append(glyph)
    line.x1 = max(line.x1, glyph.x1)
    line.x0 = min(line.x0, glyph.x0)
    if glyph.face.family == "extension":
        return
    begins = len(line.glyphs) < 5 and all(other.face.family == "extension" for other in line.glyphs[:-1])
    if glyph.size > line.size * 1.02 or (begins and glyph.size > 0.86 * line.size):
        line.size, line.y = glyph.size, glyph.y


def measured(line: Line) -> Line:
    """The line with its shares and extents counted from its glyphs."""
    visible = [glyph for glyph in line.glyphs if glyph.text != " "]
    total = len(visible) or 1
    line.share_mono = sum(glyph.face.mono for glyph in visible) / total
    line.share_bold = sum(glyph.face.bold for glyph in visible) / total
    line.num_math = sum(bool(glyph.face.family) for glyph in visible)
    line.top = min((glyph.top for glyph in visible), default=line.y)
    line.bottom = max((glyph.bottom for glyph in visible), default=line.y)
    return line


def in_reading_order(lines: Iterable[Line]) -> list[Line]:
    """The lines, with the glyphs of those that hold right-to-left text in reading order."""
    return [
        replace(line, glyphs=logical_order(line.glyphs), text_cache=None) if has_right_to_left(line.glyphs) else line
        for line in lines
    ]


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
    """Whether the gap between two neighbouring glyphs is a space.

    Chinese and Japanese characters are spread over a justified line and have none; right-to-left text has its own (pdf_bidi).
    """
    gap = right.x0 - left.x1
    if left.face.mono and right.face.mono:
        return gap > 0.5 * max(left.x1 - left.x0, 0.2 * left.size)
    if not (gap > SPACE_GAP * min(left.size, right.size) or gap < -3 * left.size):
        return False
    if left.text <= "\u058f" and right.text <= "\u058f":
        return True
    if is_right_to_left(left.text) or is_right_to_left(right.text):
        return False
    return gap > CJK_GAP * left.size or not (is_cjk(left.text) and is_cjk(right.text))


def is_cjk(text: str) -> bool:
    """Whether a character is Chinese or Japanese, full-width punctuation included: scripts that put no spaces between words."""
    return "\u2e80" <= text <= "\u9fff" or "\uf900" <= text <= "\ufaff" or "\ufe30" <= text <= "\uff60" or text >= "\U00020000"


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


@dataclass(frozen=True, slots=True)
class _Edge:
    """The outermost (or next) row of lines at an edge of a page."""

    page: int
    lines: tuple[Line, ...]
    gap: float
    """Distance to the next row inwards, in em of the row."""

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def mark_running_heads(pages: Sequence[Sequence[Line]], *, heights: Sequence[float]) -> set[int]:
    """Ids (`id(line)`) of the lines that are running heads, feet, page numbers and the numbers of lines in the margin.

    A slot is a height on the page at which the outermost rows of at least three pages stand. It is running matter when its texts
    repeat (numbers masked), count up with the pages, or stand well apart from the text on nearly all of these pages.
    """
    slots: dict[tuple[str, int], list[_Edge]] = {}
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        for name, edge in _edges(lines, height, page=number):
            slots.setdefault((name, round(edge.lines[0].y / 3)), []).append(edge)
    body = body_size(line for lines in pages for line in lines)
    running = {id(line) for lines in pages for line in _line_numbers(lines)}
    for name, place in sorted(slots):
        around = [edge for near in (place - 1, place, place + 1) for edge in slots.get((name, near), ())]
        if _is_running(around, num_pages=len(pages), body=body):
            small = [edge for edge in slots[name, place] if edge.lines[0].size < 1.15 * body]
            running.update(id(line) for edge in small for line in edge.lines)
    return running


def _line_numbers(lines: Sequence[Line]) -> list[Line]:
    """Lines of a page that hold a number and nothing else, stand in one column beside the text and count up in even steps."""
    columns: dict[int, list[Line]] = {}
    for line in lines:
        if len(line.glyphs) <= 4 and line.text.isdecimal():
            columns.setdefault(round(line.x1 / 4), []).append(line)
    found: list[Line] = []
    for column in columns.values():
        if len(column) < MIN_LINE_NUMBERS:
            continue
        text = [line for line in lines if len(line.glyphs) > 25]
        beside = sum(line.x0 > column[0].x1 or line.x1 < column[0].x0 for line in text)
        pairs = list(itertools.pairwise(column))
        step = int(column[1].text) - int(column[0].text)
        even = sum(int(low.text) - int(high.text) == step > 0 and low.y > high.y for high, low in pairs)
        if text and beside == len(text) and even >= 0.9 * len(pairs):
            found += column
    return found


def _edges(lines: Sequence[Line], height: float, *, page: int) -> list[tuple[str, _Edge]]:
    """Up to two rows at the top and at the bottom of a page, outermost first: (top0, ...), (top1, ...), (bottom0, ...)."""
    rows: dict[int, list[Line]] = {}
    for line in lines:
        rows.setdefault(round(line.y / 2), []).append(line)
    places = sorted(rows)
    found = []
    for name, ordered in (("top", places), ("bottom", places[::-1])):
        for rank in range(min(2, max(1, len(ordered) - 1), len(ordered))):
            row = rows[ordered[rank]]
            y = row[0].y
            if not (y < 0.16 * height if name == "top" else y > 0.84 * height):
                break
            inwards = rows[ordered[rank + 1]][0].y if len(ordered) > 1 else height / 2
            gap = abs(inwards - y) / max(row[0].size, 1.0)
            found.append((f"{name}{rank}", _Edge(page, tuple(row), gap)))
    return found


def _is_running(edges: Sequence[_Edge], *, num_pages: int, body: float) -> bool:
    """Running matter is never set larger than the text: what stands on every page in large type is the title of a slide."""
    edges = [edge for edge in edges if edge.lines[0].size < 1.15 * body]
    if len({edge.page for edge in edges}) < 3:
        return False
    masked = Counter(_DIGITS.sub("#", edge.text) for edge in edges)
    repeated = sum(count for count in masked.values() if count > 1)
    apart = sum(edge.gap > 1.7 and len(edge.text) < 120 for edge in edges)
    frequent = len(edges) * 3 >= num_pages
    return repeated * 2 >= len(edges) or _counts_up(edges) or (frequent and apart >= 0.85 * len(edges))


def _counts_up(edges: Sequence[_Edge]) -> bool:
    """Whether most rows hold a number at an end that grows from page to page."""
    numbers: dict[int, int] = {}
    for edge in edges:
        for left, right in _EDGE_NUMBER.findall(edge.text):
            numbers.setdefault(edge.page, int(left or right))
    values = [numbers[page] for page in sorted(numbers)]
    grows = sum(low < high for low, high in itertools.pairwise(values))
    return len(values) >= 3 and len(values) * 2 >= len(edges) and grows >= 0.8 * (len(values) - 1)
