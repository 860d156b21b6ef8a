"""Tables of contents and indexes: entries whose page numbers stand at the right margin, led there by dots.

The dots are no text (of Texinfo's indexes they come from a mathematics font, and a run of them was read as a formula): a leader
becomes one ellipsis. Where a page has such entries, its lines with a number at the same margin behind a wide gap (the chapters)
are entries too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.pdf_glyphs import Glyph
from extract.pdf_lines import Line, measured

MIN_DOTS = 4
"""Dots at one pitch from which a run is a leader; an ellipsis has three."""
MIN_ENTRIES = 3
"""Entries with leaders that make a page one of entries."""
WIDE_GAP = 2.0
"""Gap (em) that leads to a page number like a leader does."""
LEADER = "leader"
"""Name of the glyph that stands for a leader."""
_DOTS = frozenset(".·⋅․‥…")
_HINT = re.compile(r"(?:[.·⋅․‥…] ?){4}")
_PAGES = re.compile(r"^[\divxlcIVXLCA-Z.–-]+(?:, ?[\divxlcIVXLC.–-]+)*$")


def with_leaders(lines: Sequence[Line]) -> list[Line]:
    """`lines` with an ellipsis, named LEADER, for each run of dots, and for the gap of entries that have no dots."""
    found = [_shortened(line) if _HINT.search(line.text) else line for line in lines]
    led = [line for line in found if is_entry(line)]
    if len(led) < MIN_ENTRIES:
        return found
    margins = {round(line.x1) for line in led}
    return [line if is_entry(line) else _with_gap_led(line, margins) for line in found]


def is_entry(line: Line) -> bool:
    """Whether a line is an entry of a table of contents or an index, once with_leaders() has seen it."""
    return any(glyph.name == LEADER for glyph in line.glyphs)


def entries_end(lines: Sequence[Line], start: int) -> int:
    """Index behind the run of entries that starts at `start`; `start` itself where none does.

    A line between two entries that has no number of its own is the beginning of a title of two lines.
    """
    end = start
    while end < len(lines):
        if is_entry(lines[end]):
            end += 1
        elif end > start and end + 1 < len(lines) and is_entry(lines[end + 1]) and _is_title_begun(lines, end):
            end += 2
        else:
            break
    return end


def entries(lines: Sequence[Line]) -> list[tuple[int, list[Line]]]:
    """Level (from 0, by indentation) and lines of each entry of a run."""
    grouped: list[list[Line]] = []
    for line in lines:
        if grouped and not is_entry(grouped[-1][-1]):
            grouped[-1].append(line)
        else:
            grouped.append([line])
    levels: list[float] = []
    found = []
    for group in grouped:
        x = group[0].x0
        half = 0.5 * group[0].size
        if levels and (x < min(levels) - half or x > max(levels) + 20 * half):
            levels = []
        while levels and levels[-1] > x + half:
            levels.pop()
        if not levels or x > levels[-1] + half:
            levels.append(x)
        found.append((len(levels) - 1, group))
    return found


def _is_title_begun(lines: Sequence[Line], position: int) -> bool:
    above, line, below = lines[position - 1], lines[position], lines[position + 1]
    step = below.y - line.y
    return 0 < step < 1.6 * line.size and 0 < line.y - above.y < 2.6 * line.size and line.size < 1.15 * below.size


def _shortened(line: Line) -> Line:
    """The line with one glyph for every leader."""
    glyphs: list[Glyph] = []
    run: list[Glyph] = []
    for glyph in line.glyphs:
        if run and (glyph.text == " " or (glyph.text in _DOTS and _keeps_pitch(run, glyph))):
            run.append(glyph)
            continue
        if run:
            glyphs += _leader(run)
        run = [glyph] if glyph.text in _DOTS and glyph.text else []
        if not run:
            glyphs.append(glyph)
    glyphs += _leader(run)
    if len(glyphs) == len(line.glyphs):
        return line
    return measured(replace(line, glyphs=glyphs, text_cache=None))


def _keeps_pitch(run: Sequence[Glyph], glyph: Glyph) -> bool:
    dots = [other for other in run if other.text != " "]
    if len(dots) < 2:
        return 0 < glyph.x0 - dots[-1].x0 < 2.5 * glyph.size
    return abs((glyph.x0 - dots[-1].x0) - (dots[-1].x0 - dots[-2].x0)) < 0.12 * glyph.size


def _leader(run: Sequence[Glyph]) -> list[Glyph]:
    dots = [glyph for glyph in run if glyph.text != " "]
    if len(dots) < MIN_DOTS:
        return list(run)
    face = replace(dots[0].face, family="", mono=False)
    return [replace(dots[0], text="…", name=LEADER, x1=dots[-1].x1, face=face)]


def _with_gap_led(line: Line, margins: set[int]) -> Line:
    """The line with a leader in its last wide gap where a page number at one of the margins stands behind it."""
    if not any(round(line.x1) + d in margins for d in (-1, 0, 1)):
        return line
    for place in range(len(line.glyphs) - 1, 0, -1):
        left, right = line.glyphs[place - 1], line.glyphs[place]
        if left.text != " " and right.text != " " and right.x0 - left.x1 > WIDE_GAP * line.size:
            if not _PAGES.match("".join(glyph.text for glyph in line.glyphs[place:]).strip()):
                return line
            face = replace(left.face, family="", mono=False)
            size = 0.1 * line.size
            led = replace(left, text="…", name=LEADER, x0=left.x1 + 3 * size, x1=right.x0 - 3 * size, face=face)
            return measured(replace(line, glyphs=[*line.glyphs[:place], led, *line.glyphs[place:]], text_cache=None))
    return line
