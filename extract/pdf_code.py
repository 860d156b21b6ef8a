"""Code in PDFs: runs of monospaced lines with their indentation, blank lines and line numbers told apart.

Indentation comes from x offsets in units of the column pitch, blank lines from y gaps in units of the leading.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from extract.pdf_glyphs import Face, Glyph
from extract.pdf_lines import LIGATURES, Line, is_cjk, measured

MIN_SHARE_MONO = 0.8
"""Share of monospaced glyphs from which a line is code (comments and strings may be set in another face)."""
MAX_SHARE_CJK = 0.4
"""Share of Chinese or Japanese characters up to which a line that begins and ends monospaced is code."""
GRID_STEPS = 0.48, 0.72
"""Least and greatest distance (em) of the middles of neighbouring letters that stand in boxes of .6 em."""
MAX_BLANK_LINES = 4
MIN_EQUAL_WIDTHS = 12
"""Different ASCII letters and digits that must be equally wide before a font counts as monospaced."""
_AS_TYPED = str.maketrans(
    {"’": "'", "‘": "`", "”": '"', "“": '"', "−": "-", "‐": "-", "˜": "~", "ˆ": "^", "∗": "*", "␣": " ", "´": "'", "ʼ": "'"}
    | {"–": "--", "—": "---", "∼": "~", "¨": '"'}
)


@dataclass(frozen=True, slots=True)
class Cells:
    """One line of code on its grid."""

    start: float
    """x of the first glyph."""
    text: str
    y: float


def mark_monospaced(pages: Sequence[Sequence[Line]]) -> None:
    """Mark the faces whose letters are all equally wide as monospaced, in the glyphs of `pages` and in their lines' shares.

    Neither its name nor its flags need say so: the Courier of TeX's fonts is NimbusMonL with the flags of a text font.
    """
    found = _equally_wide(pages)
    if not found:
        return
    for line in (line for lines in pages for line in lines):
        if any(glyph.face in found for glyph in line.glyphs):
            for glyph in line.glyphs:
                glyph.face = found.get(glyph.face, glyph.face)
            line.text_cache = None
            measured(line)


def _equally_wide(pages: Sequence[Sequence[Line]]) -> dict[Face, Face]:
    """Face -> the same face as a monospaced one."""
    widths: dict[Face, dict[str, float]] = {}
    settled: set[int] = set()
    for line in (line for lines in pages for line in lines):
        for glyph in line.glyphs:
            face, text = glyph.face, glyph.text
            if id(face) in settled or not (text.isascii() and text.isalnum()) or glyph.x1 <= glyph.x0:
                continue
            if face.mono or face.family:
                settled.add(id(face))
                continue
            seen = widths.setdefault(face, {})
            seen.setdefault(text, (glyph.x1 - glyph.x0) / glyph.size)
            if abs(seen[text] - next(iter(seen.values()))) > 0.005:
                settled.add(id(face))
                del widths[face]
    return {face: replace(face, mono=True) for face, seen in widths.items() if len(seen) >= MIN_EQUAL_WIDTHS}


def is_code_line(line: Line) -> bool:
    """Whether a line is set in a monospaced face, up to a line number and a few symbols."""
    glyphs = _without_number(line.glyphs)
    visible = [glyph for glyph in glyphs if glyph.text != " "]
    if not visible:
        return False
    num_mono = sum(glyph.face.mono for glyph in visible)
    if num_mono >= MIN_SHARE_MONO * len(visible) or is_on_grid(visible):
        return True
    if num_mono < 3 or not (visible[0].face.mono and visible[-1].face.mono):
        return False
    num_cjk = sum(is_cjk(glyph.text) for glyph in visible)
    return num_cjk <= MAX_SHARE_CJK * len(visible) and num_mono >= MIN_SHARE_MONO * (len(visible) - num_cjk)


def is_on_grid(visible: Sequence[Glyph], *, in_listing: bool = False) -> bool:
    """Whether letters of a proportional face are spread over the columns of a grid, as the package listings sets them.

    It centres each word's letters in boxes of .6 em, so the distances of their middles are alike (.48 to .72 em) and the gaps
    between them are not; in prose it is the other way round. Of a short line only lines around it can tell (`in_listing`).
    """
    if len(visible) < (1 if in_listing else 8) or (visible[0].face.mono and visible[-1].face.mono):
        return False
    near = []
    for left, right in itertools.pairwise(visible):
        size = min(left.size, right.size)
        step = _middle(right) - _middle(left)
        if step < GRID_STEPS[0] * size:
            return False
        if step < 0.85 * size:
            near.append((step / size, (right.x0 - left.x1) / size))
    if in_listing:
        return True
    if len(near) < 0.5 * len(visible) or sum(step < GRID_STEPS[1] for step, _ in near) < 0.9 * len(near):
        return False
    if any(glyph.face.family in ("letters", "unicode") for glyph in visible):
        return False
    uneven = sum(gap > 0.05 for _, gap in near)
    return uneven > 0.4 * len(near) and sum(glyph.text.isalpha() for glyph in visible) > 4


def _middle(glyph: Glyph) -> float:
    return (glyph.x0 + glyph.x1) / 2


def is_spread(line: Line, *, in_listing: bool = False) -> bool:
    """Whether a line is set on a grid in a proportional face (is_on_grid)."""
    return is_on_grid([glyph for glyph in _without_number(line.glyphs) if glyph.text != " "], in_listing=in_listing)


def has_small_number(line: Line) -> bool:
    """Whether a line of code begins with a number in smaller type: a numbered listing, be it of one line."""
    first = next((glyph for glyph in line.glyphs if glyph.text != " "), None)
    if first is None or first.face.mono or first.size > 0.9 * line.size:
        return False
    return 0 < _number_length(line.glyphs) < len(line.glyphs)


def is_line_number(line: Line) -> bool:
    """Whether a line holds a number and nothing else: a blank line of a numbered listing."""
    return line.text.isdigit() and len(line.text) <= 4


def code_text(lines: Sequence[Line]) -> str:
    """The code that `lines` (top to bottom, one block) show."""
    lines = _joined_rows(lines)
    rows = [_strip_number(line) for line in lines] if _is_numbered(lines) else [line.glyphs for line in lines]
    pitch = column_pitch(rows)
    left = min((row[0].x0 for row in rows if row), default=0.0)
    leading = _leading(lines)
    output: list[str] = []
    previous: float | None = None
    for line, row in zip(lines, rows, strict=True):
        if previous is not None:
            blanks = round((line.y - previous) / leading) - 1
            output += [""] * max(0, min(blanks, MAX_BLANK_LINES))
        output.append(_row_text(row, left=left, pitch=pitch))
        previous = line.y
    return "\n".join(output).strip("\n")


def column_pitch(rows: Sequence[Sequence[Glyph]]) -> float:
    """Width of one column in pt: the commonest step between neighbouring glyphs."""
    steps = Counter(
        round(right.x0 - left.x0, 1)
        for row in rows
        for left, right in itertools.pairwise(row)
        if 0.3 * left.size < right.x0 - left.x0 < 0.8 * left.size
    )
    spread = [row for row in rows if is_on_grid([glyph for glyph in row if glyph.text != " "])]
    if spread and len(spread) * 2 > len(rows):
        return median(
            _middle(right) - _middle(left)
            for row in spread
            for left, right in itertools.pairwise(glyph for glyph in row if glyph.text != " ")
            if _middle(right) - _middle(left) < 0.85 * left.size
        )
    if not steps:
        widths = [glyph.x1 - glyph.x0 for row in rows for glyph in row if glyph.x1 > glyph.x0]
        return median(widths) if widths else 5.0
    near, _ = max(steps.items(), key=lambda item: (item[1], -item[0]))
    exact = [
        right.x0 - left.x0 for row in rows for left, right in itertools.pairwise(row) if abs(right.x0 - left.x0 - near) < 0.15
    ]
    return sum(exact) / len(exact)


def _row_text(row: Sequence[Glyph], *, left: float, pitch: float) -> str:
    """A row on its grid: every gap becomes the number of columns that it spans."""
    parts: list[str] = []
    if not row:
        return ""
    end = left
    spread = is_on_grid([glyph for glyph in row if glyph.text != " "])
    for index, glyph in enumerate(row):
        if glyph.text == " " or (not glyph.text and not glyph.name):
            continue
        gap = _middle(glyph) - pitch / 2 - end if spread else glyph.x0 - end
        columns = round(gap / pitch) if gap > 0.6 * pitch or (index == 0 and gap > 0.4 * pitch) else 0
        parts.append(" " * columns)
        parts.append(glyph.text.translate(LIGATURES).translate(_AS_TYPED))
        if spread:
            end = _middle(glyph) + pitch / 2
        else:
            end = max(end, glyph.x0 + pitch * max(1, len(parts[-1])) if glyph.face.mono else glyph.x1)
    return "".join(parts).rstrip()


def _joined_rows(lines: Sequence[Line]) -> list[Line]:
    """Lines on one baseline (a number, then its code) as one line."""
    rows: list[Line] = []
    for line in lines:
        if rows and abs(rows[-1].y - line.y) < 0.3 * line.size and line.x0 >= rows[-1].x1 - 1:
            last = rows[-1]
            rows[-1] = Line([*last.glyphs, *line.glyphs], last.y, max(last.size, line.size), last.x0, line.x1, last.page)
        else:
            rows.append(line)
    return rows


def _leading(lines: Sequence[Line]) -> float:
    """Distance of baselines without a blank line between: the commonest, the smaller of equals."""
    steps = Counter(round(low.y - high.y, 1) for high, low in itertools.pairwise(lines) if low.y - high.y > 0.7 * low.size)
    if not steps:
        return 1.2 * (lines[0].size if lines else 10.0)
    smallest = min(steps)
    near = [step for step in steps if step < 1.25 * smallest]
    return max(near, key=lambda step: (steps[step], -step))


def _number_length(glyphs: Sequence[Glyph]) -> int:
    """How many leading glyphs make up a line number: digits, then a gap, or code in a face that is not theirs, or the end."""
    count = 0
    while count < len(glyphs) and count < 5 and glyphs[count].text.isdigit():
        count += 1
    if not count or count == len(glyphs):
        return count
    rest = next((glyph for glyph in glyphs[count:] if glyph.text != " "), None)
    if rest is None:
        return count
    last = glyphs[count - 1]
    if rest.face.mono and not last.face.mono:
        return count
    return count if rest.x0 - last.x1 > 0.45 * max(last.size, rest.size) else 0


def _without_number(glyphs: list[Glyph]) -> list[Glyph]:
    count = _number_length(glyphs)
    return glyphs[count:] if count and not glyphs[0].face.mono and count < len(glyphs) else glyphs


def _is_numbered(lines: Sequence[Line]) -> bool:
    """Whether the lines start with numbers that count up by one."""
    numbers = [_number(line) for line in lines]
    known = [number for number in numbers if number is not None]
    if len(known) < 0.8 * len(lines) or not known:
        return False
    if len(known) == 1:
        first = lines[0].glyphs[0]
        return not first.face.mono or first.size < 0.9 * lines[0].size
    steps = sum(right - left == 1 for left, right in itertools.pairwise(known))
    return steps >= 0.8 * (len(known) - 1)


def _number(line: Line) -> int | None:
    count = _number_length(line.glyphs)
    text = "".join(glyph.text for glyph in line.glyphs[:count])
    return int(text) if text.isascii() and text.isdigit() else None


def _strip_number(line: Line) -> list[Glyph]:
    rest = line.glyphs[_number_length(line.glyphs) :]
    while rest and rest[0].text == " ":
        rest = rest[1:]
    return rest
