"""Tables: where rules or the gaps between words make columns, as rows of cells.

A ruled table lies between horizontal rules of one width (booktabs has three, a grid one under every row); an unruled one is a run
of rows whose gaps stand under one another. In both the columns come from the page: x ranges that (nearly) all rows leave empty.
What has no two columns that most rows fill is no table: framed theorems, algorithms, plots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.pdf_glyphs import Glyph, Rule
from extract.pdf_lines import Line, measured

MIN_WIDTH = 60.0
"""Width (pt) of the rules of a table."""
WORD_GAP = 0.55
"""A gap wider than this many em is not one between words; TeX stretches its interword space to .5 em at most."""
COLUMN_GAP = 0.8
"""Width (em) of the empty strip between two columns."""
MIN_FILLED = 0.6
"""Share of the rows that must fill two cells or more."""
MIN_BAND = 4.0
"""Distance (pt) of two rules from which a row may stand between them; nearer ones are a double rule."""
MAX_COLUMNS = 30
MAX_LOOKS = 1_000_000
"""Looks at a line that the search for ruled tables takes, about a second; rules of a page that would take more make no table."""
LOOKS_PER_CELL_LINE = 200
"""What cutting a line into cells counts as."""
_SAME = 4.0
"""Difference (pt) up to which two ends of rules are one."""
_FIGURE = re.compile(r"^Fig(?:ure|\.)\s*\d")


@dataclass(frozen=True, slots=True)
class Table:
    """A table made of lines[start:end]."""

    start: int
    end: int
    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    """Row -> column -> the lines of the cell."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """Words of one row without a wide gap."""

    glyphs: tuple[Glyph, ...]
    x0: float
    x1: float
    y: float


def find_tables(lines: Sequence[Line], rules: Sequence[Rule], *, body_size: float) -> list[Table]:
    """Tables of a page, in the order of their lines; they do not overlap. The labels of a plot's axes make none."""
    found: list[Table] = []
    left = MAX_LOOKS
    for top, bottom, bands in _ruled_regions(rules):
        inside = _lines_inside(lines, top, bottom)
        left -= len(lines) + LOOKS_PER_CELL_LINE * len(inside)
        if left < 0:
            break
        table = _ruled_table(lines, inside, bands)
        if table is None or _is_figure(lines[table.start : table.end], body_size):
            continue
        if not any(table.start < other.end and other.start < table.end for other in found):
            found.append(table)
    for start, end in _gapped_runs(lines):
        if any(start < other.end and other.start < end for other in found) or _is_figure(lines[start:end], body_size):
            continue
        rows = _cells(lines[start:end], ())
        if rows is not None and len(rows) >= 3 and len(rows[0]) >= 3:
            found.append(Table(start, end, rows))
    return sorted(found, key=lambda table: table.start)


def _is_figure(lines: Sequence[Line], body_size: float) -> bool:
    """Whether most lines are set smaller than any table's text, or the last ones are a figure's caption."""
    small = sum(line.size < 0.64 * body_size for line in lines)
    return small * 2 > len(lines) or any(_FIGURE.match(line.text) for line in lines[-3:])


# ---------------------------------------------------------------------------------------------------------------------- regions


def _ruled_regions(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule, list[float]]]:
    """Runs of rules of one extent: the first, the last, and the heights of all; the widest runs first."""
    whole = [rule for rule in _joined(rules) if rule.x1 - rule.x0 >= MIN_WIDTH]
    groups: list[list[Rule]] = []
    places: dict[tuple[int, int], list[int]] = {}
    for rule in whole:
        x0, x1 = int(rule.x0 // _SAME), int(rule.x1 // _SAME)
        near = [i for dx in (-1, 0, 1) for dy in (-1, 0, 1) for i in places.get((x0 + dx, x1 + dy), ())]
        same = [i for i in near if abs(groups[i][0].x0 - rule.x0) < _SAME and abs(groups[i][0].x1 - rule.x1) < _SAME]
        if same:
            groups[min(same)].append(rule)
        else:
            places.setdefault((x0, x1), []).append(len(groups))
            groups.append([rule])
    for group in sorted(groups, key=lambda g: (-len(g), g[0].y, g[0].x0)):
        if len(group) >= 2:
            yield group[0], group[-1], [rule.y for rule in group]


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Rules by height, those of one height that touch as one: word processors draw the border of every cell by itself."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (round(r.y), r.x0, r.x1)):
        last = joined[-1] if joined else None
        if last is not None and abs(last.y - rule.y) < 1.2 and rule.x0 < last.x1 + 2.5:
            joined[-1] = Rule(last.x0, max(last.x1, rule.x1), last.y, last.thickness)
        else:
            joined.append(rule)
    return joined


def _lines_inside(lines: Sequence[Line], top: Rule, bottom: Rule) -> list[int]:
    return [
        i
        for i, line in enumerate(lines)
        if top.y < (line.top + line.bottom) / 2 < bottom.y and line.x0 > top.x0 - 6 and line.x1 < top.x1 + 6
    ]


def _ruled_table(lines: Sequence[Line], inside: Sequence[int], bands: Sequence[float]) -> Table | None:
    if len(inside) < 2 or inside[-1] - inside[0] + 1 != len(inside):
        return None
    rows = _cells([lines[i] for i in inside], bands)
    return Table(inside[0], inside[-1] + 1, rows) if rows is not None else None


def _gapped_runs(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Runs of three or more lines, one under the other, that each have two wide gaps or more."""
    start = 0
    for position in range(len(lines) + 1):
        goes_on = (
            position < len(lines)
            and lines[position].share_mono < 0.5
            and len(_segments(lines[position].glyphs, gap=1.2)) >= 3
            and (position == start or 0 < lines[position].y - lines[position - 1].y < 2.6 * lines[position].size)
        )
        if not goes_on:
            if position - start >= 3:
                yield start, position
            start = position + 1


# ------------------------------------------------------------------------------------------------------------------------ cells


def _cells(lines: Sequence[Line], bands: Sequence[float]) -> tuple[tuple[tuple[Line, ...], ...], ...] | None:
    """Rows of cells; None where the lines have no columns. `bands`: heights of the rules between them."""
    if sum(line.share_mono > 0.5 for line in lines) * 2 > len(lines):
        return None
    rows = _rows(lines)
    bounds = _column_bounds(rows, size=max(line.size for line in lines))
    if not bounds or len(bounds) >= MAX_COLUMNS or len(rows) < 2:
        return None
    placed = [[[s for s in row if _column(s, bounds) == column] for column in range(len(bounds) + 1)] for row in rows]
    filled = sum(sum(bool(cell) for cell in row) >= 2 for row in placed)
    if filled < max(2, MIN_FILLED * len(rows)) or _is_numbered_listing(placed):
        return None
    merged = _merged_rows(placed, [row[0].y for row in rows], bands)
    page = lines[0].page
    return tuple(tuple(tuple(_line(segment, page) for segment in cell) for cell in row) for row in merged)


def _rows(lines: Sequence[Line]) -> list[list[_Segment]]:
    """Segments by baseline, top to bottom and left to right."""
    segments = sorted((s for line in lines for s in _segments(line.glyphs, gap=WORD_GAP)), key=lambda s: s.y)
    rows: list[list[_Segment]] = []
    for segment in segments:
        if rows and segment.y - rows[-1][0].y < 0.55 * segment.glyphs[0].size:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda s: s.x0) for row in rows]


def _segments(glyphs: Sequence[Glyph], *, gap: float) -> list[_Segment]:
    """Runs of glyphs without a gap of `gap` em; scripts belong to what they stand beside."""
    runs: list[list[Glyph]] = []
    end = 0.0
    for glyph in glyphs:
        if glyph.text == " ":
            if runs:
                runs[-1].append(glyph)
            continue
        if runs and glyph.x0 - end < gap * glyph.size and glyph.x0 > runs[-1][0].x0 - glyph.size:
            runs[-1].append(glyph)
            end = max(end, glyph.x1)
        else:
            runs.append([glyph])
            end = glyph.x1
    made = []
    for run in runs:
        visible = [g for g in run if g.text != " "]
        main = max(visible, key=lambda g: g.size)
        made.append(_Segment(tuple(run), min(g.x0 for g in visible), max(g.x1 for g in visible), main.stands_on))
    return made


def _column_bounds(rows: Sequence[Sequence[_Segment]], *, size: float) -> list[float]:
    """Middles of the strips that all rows but a few (heads over several columns) leave empty."""
    edges: list[tuple[float, int]] = sorted(
        edge for row in rows for segment in row for edge in ((segment.x0, 1), (segment.x1, -1))
    )
    allowed = len(rows) // 8 if len(rows) >= 4 else 0
    bounds: list[float] = []
    depth, empty_from = 0, None
    for x, step in edges:
        if depth <= allowed < depth + step and empty_from is not None and x - empty_from > COLUMN_GAP * size:
            bounds.append((empty_from + x) / 2)
        depth += step
        if depth <= allowed < depth - step:
            empty_from = x
    return bounds


def _column(segment: _Segment, bounds: Sequence[float]) -> int:
    """A segment over several columns belongs to the first of them."""
    return sum(segment.x0 + 1 > bound for bound in bounds)


def _is_numbered_listing(rows: Sequence[Sequence[Sequence[_Segment]]]) -> bool:
    """Two columns of which the first only counts the lines: an algorithm."""
    firsts = ["".join(g.text for s in row[0] for g in s.glyphs).strip().rstrip(":.") for row in rows]
    return len(rows[0]) == 2 and all(first.isdigit() for first in firsts if first)


def _merged_rows(
    rows: Sequence[list[list[_Segment]]], heights: Sequence[float], bands: Sequence[float]
) -> list[list[list[_Segment]]]:
    """Rows that no rule divides are one where rules divide most rows: their cells hold several lines."""
    inner = [
        y for place, y in enumerate(bands) if heights[0] < y < heights[-1] and not (place and y - bands[place - 1] < MIN_BAND)
    ]
    if len(inner) < 2 or len(inner) + 1 < 0.4 * len(rows):
        return list(rows)
    merged: list[list[list[_Segment]]] = []
    last_band = -1
    for row, height in zip(rows, heights, strict=True):
        band = sum(y < height for y in inner)
        if band == last_band:
            merged[-1] = [[*above, *cell] for above, cell in zip(merged[-1], row, strict=True)]
        else:
            merged.append(row)
        last_band = band
    return merged


def _line(segment: _Segment, page: int) -> Line:
    main = max((g for g in segment.glyphs if g.text != " "), key=lambda g: g.size)
    return measured(Line(list(segment.glyphs), main.stands_on, main.size, segment.x0, segment.x1, page))
