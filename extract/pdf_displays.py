"""Displays: which lines of a page set a formula off from the text, and the formula that they draw."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.document import Formula
from extract.pdf_atoms import Unsure
from extract.pdf_glyphs import Glyph, Rule
from extract.pdf_lines import Line, plain_text
from extract.pdf_math import rebuild
from extract.pdf_symbols import QED, RELATIONS, latex_of
from extract.pdf_zones import MIN_CONFIDENCE, tokens_of

_TAG = re.compile(r"^\((?:[A-Za-z]{0,3}[.-]?\d+(?:[.–-]\d+)*[A-Za-z]?[′']*|[*∗⋆†]{1,3}|[A-Z]{1,3})\)$")
MIN_MATH_SHARE = 0.45
"""Share of glyphs of a display that must be mathematics, digits or signs."""
MAX_DISPLAY_LINES = 100
"""Lines of the stream that are looked at for one display; more are no display, and each is asked for every line before it."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Where (whole pt) two or more lines of prose of a page begin, and where they end."""

    left: frozenset[int]
    right: frozenset[int]
    shares: dict[int, tuple[Line, float]] = field(default_factory=dict, compare=False, repr=False)
    """Id of a line -> the line, which keeps its id from being given to another one, and its share of mathematics."""
    verdicts: dict[int, tuple[Line, bool]] = field(default_factory=dict, compare=False, repr=False)
    """Likewise whether it may belong to a display: the lines of a zone that is none are asked again for the next one."""


def text_margins(lines: Sequence[Line], body_size: float) -> Margins:
    """The margins of a page's columns."""
    long = [line for line in lines if len(line.glyphs) > 25 and abs(line.size - body_size) < 0.12 * body_size]
    shares = {id(line): (line, _math_share(line)) for line in long}
    prose = [line for line in long if shares[id(line)][1] < 0.5]
    return Margins(_frequent([line.x0 for line in prose]), _frequent([line.x1 for line in prose]), shares)


def _frequent(places: Sequence[float]) -> frozenset[int]:
    counts = Counter(round(x) for x in places)
    return frozenset(x for x in counts if counts[x] + counts[x + 1] + counts[x - 1] >= 2)


def display_end(lines: Sequence[Line], start: int, margins: Margins) -> int:
    """Index behind the display that starts at `start`; `start` itself where none does."""
    end, top, bottom = start, math.inf, -math.inf
    for line in lines[start : start + MAX_DISPLAY_LINES]:
        if not _belongs_to_displays(line, margins) or not (end == start or _near(top, bottom, line)):
            break
        end, top, bottom = end + 1, min(top, line.top), max(bottom, line.bottom)
    while (
        end > start
        and not any(g.face.family for g in lines[end - 1].glyphs)
        and not _overlaps(lines[start : end - 1], lines[end - 1])
    ):
        end -= 1
    zone = lines[start:end]
    if not zone or not any(line.num_math for line in zone):
        return start
    return (
        end
        if sum(_share(line, margins) * len(line.glyphs) for line in zone)
        >= MIN_MATH_SHARE * sum(len(other.glyphs) for other in zone)
        else start
    )


_LABEL = re.compile(r"^(?:[•∙●▪■◦‣⋄–]|\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)])\s")
_WORD = re.compile(r"[^\W\d_]{3,}")


def separate_displays(lines: Sequence[Line]) -> list[list[Line]]:
    """The rows of a zone by display: rows stay together where they overlap, go on with an operator or are aligned at one."""
    displays: list[list[Line]] = []
    for line in lines:
        if displays and _belongs(displays[-1], line):
            displays[-1].append(line)
        else:
            displays.append([line])
    return displays


def _belongs(display: Sequence[Line], line: Line) -> bool:
    last = display[-1]
    if line.top < max(other.bottom for other in display) + 0.1 * line.size:
        return True
    here, there = _first_operator(line), _first_operator(last)
    if here is None or there is None or here.x0 < line.x0 + 0.5 * line.size:
        return True
    return abs(here.x0 - there.x0) < 0.25 * line.size or abs(line.x0 - last.x0) < 0.25 * line.size


def _first_operator(line: Line) -> Glyph | None:
    """The leftmost relation on a line's baseline."""
    found = [glyph for glyph in line.glyphs if abs(glyph.y - line.y) < 0.15 * line.size and _is_relation(glyph)]
    return min(found, key=lambda glyph: glyph.x0, default=None)


def _is_relation(glyph: Glyph) -> bool:
    latex = latex_of(glyph.text, glyph.name, glyph.face.family, glyph.face.name) if glyph.face.family else glyph.text
    return latex in RELATIONS and latex not in ("|", r"\|", r"\mid", ":")


def _may_be_display(line: Line, margins: Margins) -> bool:
    if _LABEL.match(_beginning(line)):
        return False
    at_margin = _is_at(line.x0, margins.left)
    if _is_at(line.x1, margins.right) and _ends_in_prose(line):
        return False
    share = _share(line, margins)
    if at_margin:
        return share > 0.9 and line.num_math > 1 and len(line.glyphs) > 6
    return share >= 0.4


def _belongs_to_displays(line: Line, margins: Margins) -> bool:
    """What _may_be_display says, asked once a page."""
    found = margins.verdicts.get(id(line))
    if found is None:
        found = margins.verdicts[id(line)] = line, _may_be_display(line, margins)
    return found[1]


def _share(line: Line, margins: Margins) -> float:
    """What _math_share says, asked once a page."""
    found = margins.shares.get(id(line))
    if found is None:
        found = margins.shares[id(line)] = line, _math_share(line)
    return found[1]


def _is_at(x: float, places: frozenset[int]) -> bool:
    return any(round(x) + d in places for d in (-1, 0, 1))


def _beginning(line: Line) -> str:
    """Text of a line; of a row joined from pieces, what stands leftmost on its baseline."""
    if line.num_parts == 1:
        return line.text
    on_it = sorted((g for g in line.glyphs if abs(g.y - line.y) < 0.1 * line.size and g.text != " "), key=lambda g: g.x0)
    return f"{plain_text(on_it[:5])} "


def _ends_in_prose(line: Line) -> bool:
    """Whether a line ends with a word (a divided one too) at the distance of words."""
    tokens = tokens_of(line)
    last = tokens[-1] if tokens else None
    return last is not None and last.kind == "text" and last.gap < 0.7 and len(last.text) > 1


def _math_share(line: Line) -> float:
    visible = [g for g in line.glyphs if g.text != " "]
    if not visible:
        return 0.0
    tokens = tokens_of(line)
    return sum(token.end - token.start for token in tokens if token.kind != "text") / len(visible)


def _near(top: float, bottom: float, line: Line) -> bool:
    """Whether a line is within 1.3 em of a zone from `top` to `bottom`."""
    return line.top < bottom + 1.3 * line.size and line.bottom > top - 1.3 * line.size


def _overlaps(zone: Sequence[Line], line: Line) -> bool:
    return bool(zone) and line.top < max(other.bottom for other in zone) + 0.5 * line.size


def display_formula(lines: Sequence[Line], rules: Sequence[Rule]) -> Formula | None:
    r"""The display that `lines` draw; None where it cannot be rebuilt.

    An equation number becomes \tag; several numbers (one a row) are left out, since `aligned` cannot hold them.
    """
    body: list[Glyph] = []
    tags: list[str] = []
    for line in lines:
        glyphs, tag = _without_tag([g for g in line.glyphs if g.text != " " and g.name not in QED], alone=len(lines) > 1)
        body += glyphs
        tags += [tag] if tag else []
    if not body:
        return None
    try:
        formula = rebuild(body, rules, rows=True)
    except Unsure:
        return None
    if formula.confidence < MIN_CONFIDENCE:
        return None
    latex = re.sub(r"\s*[.,;]$", "", formula.latex)
    if not latex:
        return None
    box = (min(g.x0 for g in body), min(g.top for g in body), max(g.x1 for g in body), max(g.bottom for g in body))
    latex = rf"{latex} \tag{{{tags[0]}}}" if len(tags) == 1 else latex
    return Formula(latex=latex, display=True, page=lines[0].page, box=box, confidence=formula.confidence)


def _without_tag(glyphs: list[Glyph], *, alone: bool) -> tuple[list[Glyph], str]:
    """Glyphs of a line without the equation number at its right or left end, and the number.

    A number is a short text in parentheses that a gap of 1.4 em sets off; `alone`: it may be all of the line.
    """
    ordered = sorted(glyphs, key=lambda g: g.x0)
    for side in (ordered[::-1], ordered):
        taken: list[Glyph] = []
        for glyph in side:
            if taken and max(taken[-1].x0 - glyph.x1, glyph.x0 - taken[-1].x1) > 1.4 * glyph.size:
                break
            taken.append(glyph)
            if len(taken) > 9:
                break
        text = "".join(g.text for g in sorted(taken, key=lambda g: g.x0))
        if (alone or len(taken) < len(glyphs)) and _TAG.match(text):
            return [g for g in glyphs if not any(g is t for t in taken)], text[1:-1]
    return glyphs, ""
