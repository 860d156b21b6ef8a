"""Lines that are drawn in pieces become one: a row of text with the fractions, limits and matrices that stand in it.

The content stream gives a fraction as three lines (numerator, denominator, what follows), a sum as three, a matrix as one for
each of its rows. What holds them together is drawn: the fraction's bar, the large operator, the tall delimiter. So every such
mark joins the lines that it touches, and what comes out is a row as a reader sees it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.pdf_glyphs import Glyph, Rule
from extract.pdf_lines import Line, measured
from extract.pdf_symbols import DELIMITER_PIECES, OPERATORS_WITH_LIMITS, canonical_name

WINDOW = 16
"""Lines of the stream around a mark that may belong to it."""
MAX_RULES = 1000
"""Bars that are looked at on a page; a plot's thousands of strokes are none, and each costs a look at the lines around it."""
SHELF_HEIGHT = 24.0
"""Height (pt) of a shelf of lines: two lines of text."""
_MAX_SHELVES = 100
_AXIS = 0.25


@dataclass(frozen=True, slots=True)
class _Box:
    x0: float
    x1: float
    top: float
    bottom: float
    size: float = 10.0


def join_rows(lines: Sequence[Line], rules: Sequence[Rule]) -> list[Line]:
    """`lines` with those joined that bars, large operators and tall delimiters hold together; the order is kept."""
    groups = _Groups(lines)
    axes: dict[int, float] = {}
    shelf = _Shelf(lines)
    for rule in rules[:MAX_RULES]:
        members = _around_bar(lines, rule, shelf)
        if members:
            groups.join(members)
            axes[groups.root(members[0])] = rule.y
    for positions, delimiter in _built_delimiters(lines):
        groups.join([*positions, *(i for position in positions for i in _inside_delimiter(lines, position, delimiter))])
    for position, line in enumerate(lines):
        for glyph in line.glyphs:
            if _is_tall(glyph):
                members = [position, *_inside_delimiter(lines, position, glyph)]
                members += _limits(lines, position, glyph)
                groups.join(members)
        for operator in _words_with_limits(line):
            groups.join([position, *_limits(lines, position, operator)])
    return groups.joined(axes)


class _Shelf:
    """Lines by height, so that a bar looks only at those around it: 1,000 bars among 20,000 lines took 11 s."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.places: dict[int, list[int]] = {}
        self.tall: list[int] = []
        """Lines over many shelves: next to every bar."""
        for index, line in enumerate(lines):
            first, last = int((line.top - line.size) // SHELF_HEIGHT), int((line.bottom + line.size) // SHELF_HEIGHT)
            if last - first > _MAX_SHELVES:
                self.tall.append(index)
                continue
            for place in range(first, last + 1):
                self.places.setdefault(place, []).append(index)

    def around(self, y: float) -> list[int]:
        """Indices of the lines within their own size of `y`, and of some more, in order."""
        found = self.places.get(int(y // SHELF_HEIGHT), [])
        return sorted([*found, *self.tall]) if self.tall else found


class _Groups:
    """Which lines are one."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.parents = list(range(len(lines)))
        self.num_prose = [int(_is_prose(line)) for line in lines]

    def root(self, index: int) -> int:
        while self.parents[index] != index:
            index = self.parents[index]
        return index

    def join(self, members: Sequence[int]) -> None:
        """Joins lines, but never two lines of prose: no mark of mathematics reaches that far."""
        roots = {self.root(member) for member in members}
        first = min(roots)
        if len(roots) == 1 or (prose := sum(self.num_prose[root] for root in roots)) > 1:
            return
        self.num_prose[first] = prose
        for root in roots:
            self.parents[root] = first

    def joined(self, axes: dict[int, float]) -> list[Line]:
        members: dict[int, list[int]] = {}
        for index in range(len(self.lines)):
            members.setdefault(self.root(index), []).append(index)
        bars = {self.root(index): y for index, y in axes.items()}
        return [
            self.lines[group[0]] if len(group) == 1 else _one([self.lines[i] for i in group], bars.get(root))
            for root, group in members.items()
        ]


_WORD = re.compile(r"[^\W\d_]{3,}")
_MIN_PROSE_WORDS = 4


def _is_prose(line: Line) -> bool:
    letters = "".join(" " if glyph.face.family else glyph.text for glyph in line.glyphs) if line.num_math else ""
    return len(line.glyphs) > 20 and len(_WORD.findall(letters or line.text)) >= _MIN_PROSE_WORDS


def _one(parts: Sequence[Line], axis: float | None) -> Line:
    """The line that `parts` are: on the baseline of the part that most of the others lie above and below of."""
    size = max(part.size for part in parts)
    full = [part for part in parts if part.size > 0.86 * size]
    middle = (min(part.top for part in parts) + max(part.bottom for part in parts)) / 2 if axis is None else axis
    wanted = middle + _AXIS * size
    main = min(full, key=lambda part: (round(abs(part.y - wanted), 1), -len(part.glyphs)))
    on_it = abs(main.y - wanted) < 0.3 * size
    glyphs = [glyph for part in parts for glyph in part.glyphs]
    return measured(
        Line(
            glyphs,
            main.y if on_it else wanted,
            size,
            min(part.x0 for part in parts),
            max(part.x1 for part in parts),
            parts[0].page,
            num_parts=sum(part.num_parts for part in parts),
        )
    )


# ---------------------------------------------------------------------------------------------------------------------- bars


def _around_bar(lines: Sequence[Line], rule: Rule, shelf: _Shelf) -> list[int]:
    """Lines with the numerator, the denominator and the line that a fraction's bar stands in; empty where it is no such bar.

    TeX makes the bar as wide as the wider of the two, so the lines of tables, underlined and struck words are not taken for one.
    """
    above, below = _neighbours(lines, rule, shelf, up=True), _neighbours(lines, rule, shelf, up=False)
    if not above or not below:
        return []
    glyphs = [glyph for _, glyph in (*above, *below)]
    tolerance = 0.2 * max(glyph.size for glyph in glyphs)
    x0, x1 = min(glyph.x0 for glyph in glyphs), max(glyph.x1 for glyph in glyphs)
    if abs(x0 - rule.x0) > tolerance or abs(x1 - rule.x1) > 1.5 * tolerance:
        return []
    members = {index for index, _ in (*above, *below)}
    if any(_runs_on(lines[index], glyph, rule) for index, glyph in (*above, *below)):
        return []
    members |= {index for index in _window(members, lines) if _has_axis_at(lines[index], rule)}
    return sorted(members)


def _neighbours(lines: Sequence[Line], rule: Rule, shelf: _Shelf, *, up: bool) -> list[tuple[int, Glyph]]:
    """Glyphs over (or under) a bar at up to .6 em, nearest row only, with the index of their line."""
    found: list[tuple[int, Glyph]] = []
    for index in shelf.around(rule.y):
        line = lines[index]
        if line.x1 < rule.x0 or line.x0 > rule.x1 or line.top > rule.y + line.size or line.bottom < rule.y - line.size:
            continue
        for glyph in line.glyphs:
            if glyph.text == " " or not rule.x0 - 1 < (glyph.x0 + glyph.x1) / 2 < rule.x1 + 1:
                continue
            gap = rule.y - glyph.bottom if up else glyph.top - rule.y
            if -0.12 * glyph.size < gap < 0.6 * glyph.size:
                found.append((index, glyph))
    return found


def _runs_on(line: Line, glyph: Glyph, rule: Rule) -> bool:
    """Whether the text that a glyph belongs to goes on beyond the bar: an underlined word, a line of text over a bar accent."""
    return any(
        abs(other.y - glyph.y) < 0.1 * glyph.size
        and other.text != " "
        and (0 <= rule.x0 - other.x1 < 1.2 * glyph.size or 0 <= other.x0 - rule.x1 < 1.2 * glyph.size)
        and abs(other.size - glyph.size) < 0.1 * glyph.size
        for other in line.glyphs
    )


def _window(members: set[int], lines: Sequence[Line]) -> range:
    return range(max(0, min(members) - WINDOW), min(len(lines), max(members) + WINDOW + 1))


def _has_axis_at(line: Line, rule: Rule) -> bool:
    """Whether the bar stands on the mathematics axis of the line, inside it or beside it."""
    if abs(line.y - _AXIS * line.size - rule.y) > 0.13 * line.size:
        return False
    return rule.x0 - 2 * line.size < line.x1 and line.x0 < rule.x1 + 2 * line.size


# ------------------------------------------------------------------------------------------------- operators and delimiters


def _is_tall(glyph: Glyph) -> bool:
    return bool(glyph.face.family) and glyph.bottom - glyph.top > 1.3 * glyph.size


def _built_delimiters(lines: Sequence[Line]) -> list[tuple[list[int], _Box]]:
    """Delimiters that are built from stacked pieces: the lines that hold the pieces, and the box of the whole."""
    built: list[tuple[list[int], _Box]] = []
    for position, line in enumerate(lines):
        for glyph in line.glyphs:
            if not glyph.face.family or not _is_piece(glyph):
                continue
            at = next((i for i in range(len(built) - 1, max(-1, len(built) - 9), -1) if _goes_on(built[i][1], glyph)), None)
            box = _Box(glyph.x0, glyph.x1, glyph.top, glyph.bottom, glyph.size)
            if at is None:
                built.append(([position], box))
                continue
            positions, other = built[at]
            whole = _Box(other.x0, other.x1, min(other.top, box.top), max(other.bottom, box.bottom), box.size)
            built[at] = [*positions, position], whole
    return [(sorted(set(positions)), box) for positions, box in built if box.bottom - box.top > 1.3 * box.size]


def _is_piece(glyph: Glyph) -> bool:
    return glyph.text in DELIMITER_PIECES or canonical_name(glyph.name).endswith(("tp", "mid", "bt", "ex"))


def _goes_on(box: _Box, glyph: Glyph) -> bool:
    near = min(abs(glyph.top - box.bottom), abs(box.top - glyph.bottom))
    return abs(glyph.x0 - box.x0) < 0.3 * glyph.size and (near < 0.35 * glyph.size or box.top < glyph.top < box.bottom)


def _inside_delimiter(lines: Sequence[Line], position: int, tall: Glyph | _Box) -> list[int]:
    """Lines beside a tall glyph whose ink lies within its height."""
    return [
        index
        for index in _window({position}, lines)
        if index != position
        and lines[index].top > tall.top - 0.35 * tall.size
        and lines[index].bottom < tall.bottom + 0.35 * tall.size
        and lines[index].x0 < tall.x1 + 2.5 * tall.size
        and lines[index].x1 > tall.x0 - 2.5 * tall.size
    ]


def _words_with_limits(line: Line) -> list[_Box]:
    """Boxes of the operator names of a line that carry limits: lim, max, sup, ..."""
    if not any(word in line.text for word in OPERATORS_WITH_LIMITS):
        return []
    boxes: list[_Box] = []
    word: list[Glyph] = []
    for glyph in [*line.glyphs, None]:
        if glyph is not None and glyph.text.isalpha() and not glyph.face.italic and (not word or glyph.x0 - word[-1].x1 < 1.0):
            word.append(glyph)
            continue
        if "".join(g.text for g in word) in OPERATORS_WITH_LIMITS:
            boxes.append(_Box(word[0].x0, word[-1].x1, min(g.top for g in word), max(g.bottom for g in word)))
        word = [glyph] if glyph is not None and glyph.text.isalpha() and not glyph.face.italic else []
    return boxes


def _limits(lines: Sequence[Line], position: int, operator: Glyph | _Box) -> list[int]:
    """Short lines of small glyphs that stand centred over or under an operator."""
    size = lines[position].size
    middle = (operator.x0 + operator.x1) / 2
    return [
        index
        for index in _window({position}, lines)
        if index != position
        and (other := lines[index]).size < 0.86 * size
        and abs((other.x0 + other.x1) / 2 - middle) < 0.6 * size
        and (-0.1 * size < other.top - operator.bottom < 0.6 * size or -0.1 * size < operator.top - other.bottom < 0.6 * size)
    ]
