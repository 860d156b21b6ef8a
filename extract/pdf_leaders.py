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
from extract.pdf_lines import Line, measured, plain_text

MIN_DOTS = 5
"""Dots at one pitch from which a run is a leader; an ellipsis with the full stop behind it has four."""
MIN_ENTRIES = 3
"""Entries with leaders that make a page one of entries."""
WIDE_GAP = 2.0
"""Gap (em) that leads to a page number like a leader does."""
MAX_PAGE = 3000
"""A larger number is no page's."""
LEADER = "leader"
"""Name of the glyph that stands for a leader."""
_DOTS = frozenset(".·⋅․‥…")
_HINT = re.compile(r"(?:[.·⋅․‥…] ?){5}")
_PAGES = re.compile(r"^[\divxlcIVXLCA-Z.–-]+(?:, ?[\divxlcIVXLC.–-]+)*$")


def with_leaders(lines: Sequence[Line]) -> list[Line]:
    """`lines` with an ellipsis, named LEADER, for each run of dots, and for the gap of entries that have no dots."""
    found = [_shortened(line) if _HINT.search(line.text) else line for line in lines]
    led = [line for line in found if is_entry(line)]
    margins = {round(line.x1) for line in led} if len(led) >= MIN_ENTRIES else _margins_of_pages(found)
    return [line if is_entry(line) else _with_gap_led(line, margins) for line in found] if margins else found


def _margins_of_pages(lines: Sequence[Line]) -> set[int]:
    """Right margins (whole pt) at which three lines or more end in page numbers, behind a wide gap and none below the last."""
    pages: dict[int, list[int]] = {}
    for line in lines:
        if line.glyphs[-1].text.isdigit() and is_entry(led := _with_gap_led(line, {round(line.x1)})):
            title, _, number = led.text.partition("…")
            if number.strip().isdigit() and int(number) <= MAX_PAGE and not line.num_math and re.search(r"[^\W\d_]{3}", title):
                pages.setdefault(round(line.x1), []).append(int(number))
    return {x for x, found in pages.items() if len(found) >= MIN_ENTRIES and found == sorted(found)}


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
    """The line with one glyph for its leader: the last run of dots, where nothing but page numbers stands behind it."""
    end = len(line.glyphs)
    while end and not _is_dot(line.glyphs[end - 1]):
        end -= 1
    start = end
    while start and (line.glyphs[start - 1].text == " " or _keeps_pitch(line.glyphs[start - 1 : end])):
        start -= 1
    dots = [glyph for glyph in line.glyphs[start:end] if glyph.text != " "]
    if len(dots) < MIN_DOTS or not _PAGES.match(plain_text(line.glyphs[end:])):
        return line
    face = replace(dots[0].face, family="", mono=False)
    leader = replace(dots[0], text="…", name=LEADER, x1=dots[-1].x1, face=face)
    return _led(line, [*line.glyphs[:start], leader, *line.glyphs[end:]])


def _is_dot(glyph: Glyph) -> bool:
    return bool(glyph.text) and glyph.text in _DOTS


def _keeps_pitch(glyphs: Sequence[Glyph]) -> bool:
    """Whether the first glyph is a dot at the distance from the second that the second has from the third."""
    if not _is_dot(glyphs[0]):
        return False
    places = [glyph.x0 for glyph in glyphs if glyph.text != " "][:3]
    if len(places) < 3:
        return len(places) == 1 or 0 < places[1] - places[0] < 2.5 * glyphs[0].size
    return abs((places[1] - places[0]) - (places[2] - places[1])) < 0.12 * glyphs[0].size


def _led(line: Line, glyphs: list[Glyph]) -> Line:
    """The line with these glyphs; what stands behind the leader is a page number, whatever face it is set in."""
    last = next(place for place, glyph in enumerate(glyphs) if glyph.name == LEADER)
    numbers = [replace(glyph, face=glyphs[last].face) for glyph in glyphs[last + 1 :]]
    return measured(replace(line, glyphs=[*glyphs[: last + 1], *numbers], text_cache=None))


def _with_gap_led(line: Line, margins: set[int]) -> Line:
    """The line with a leader in its last wide gap where a page number at one of the margins stands behind it."""
    if not any(round(line.x1) + d in margins for d in (-1, 0, 1)):
        return line
    for place in range(len(line.glyphs) - 1, 0, -1):
        left, right = line.glyphs[place - 1], line.glyphs[place]
        if left.text != " " and right.text != " " and right.x0 - left.x1 > WIDE_GAP * line.size:
            if not _PAGES.match(plain_text(line.glyphs[place:])):
                return line
            face = replace(left.face, family="", mono=False)
            size = 0.1 * line.size
            led = replace(left, text="…", name=LEADER, x0=left.x1 + 3 * size, x1=right.x0 - 3 * size, face=face)
            return _led(line, [*line.glyphs[:place], led, *line.glyphs[place:]])
    return line
