"""Right-to-left text: glyphs in the order of the page -> glyphs in the order of reading.

A PDF holds the glyphs of a line from left to right whatever the script (measured on XeTeX, dvipdfmx, pdfTeX: words of Arabic and
Hebrew come out backwards), often as Arabic presentation forms. Text is stored in reading order and in plain letters, so a line of
such a script is reversed, and its words and numbers that run from left to right, formulas too, are turned back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from extract.pdf_glyphs import Glyph

_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_JOINS_NUMBERS = frozenset(".,:/-+%")
"""Neutral between two numbers. Source: UAX #9, classes ES, CS and ET."""
WORD_GAP = 0.15
"""As in extract/pdf_lines.py."""


def is_right_to_left(text: str) -> bool:
    """Whether a character is of a script that runs from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their forms."""
    return "\u0590" <= text <= "\u08ff" or "\ufb1d" <= text <= "\ufdff" or "\ufe70" <= text <= "\ufefc"


def has_right_to_left(glyphs: Sequence[Glyph]) -> bool:
    return any(glyph.text > "\u058f" and is_right_to_left(glyph.text) for glyph in glyphs)


def logical_order(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs of one line, given from left to right, in reading order; gaps between words as glyphs that are spaces.

    The line runs from right to left where most of its letters do (UAX #9 asks the first letter, which a page does not tell).
    """
    spaced = _with_spaces(glyphs)
    directions = _directions(spaced)
    num_right = sum(direction == "R" for direction in directions)
    from_right = num_right * 2 >= sum(d != "" and g.text.isalpha() for d, g in zip(directions, spaced, strict=True))
    runs = _runs(spaced, directions, base="R" if from_right else "L")
    ordered = reversed(runs) if from_right else runs
    return [glyph for direction, run in ordered for glyph in (_turned(run) if direction == "R" else run)]


def _with_spaces(glyphs: Sequence[Glyph]) -> list[Glyph]:
    spaced: list[Glyph] = []
    end = float("inf")
    for glyph in glyphs:
        if spaced and " " not in (glyph.text, spaced[-1].text) and glyph.x0 - end > WORD_GAP * glyph.size:
            spaced.append(replace(glyph, text=" ", name="", x0=end, x1=glyph.x0))
        spaced.append(glyph)
        end = glyph.x1 if glyph.x1 > end or end == float("inf") or glyph.x0 < end - glyph.size else end
    return spaced


def _directions(glyphs: Sequence[Glyph]) -> list[str]:
    """R, L, or nothing for what takes the direction of its neighbours; brackets run as what they enclose."""
    found = []
    for glyph in glyphs:
        text = glyph.text
        if is_right_to_left(text) and not text.isdigit():
            found.append("R")
        else:
            found.append("L" if text != " " and (glyph.face.family or text.isalnum()) else "")
    for place in range(1, len(glyphs) - 1):
        if not found[place] and glyphs[place].text in _JOINS_NUMBERS and glyphs[place - 1].text[-1:].isdigit():
            found[place] = "L" if glyphs[place + 1].text[:1].isdigit() else ""
    opened: list[int] = []
    for place, glyph in enumerate(glyphs):
        if glyph.text in _OPEN:
            opened.append(place)
        elif glyph.text in _CLOSE and opened:
            start = opened.pop()
            if "R" not in found[start:place] and "L" in found[start:place]:
                found[start] = found[place] = "L"
    return found


def _runs(glyphs: Sequence[Glyph], directions: Sequence[str], *, base: str) -> list[tuple[str, list[Glyph]]]:
    """Runs of one direction. What has none takes that of its neighbours where they agree, and the line's where they do not."""
    settled = list(directions)
    for place, direction in enumerate(directions):
        if not direction:
            before = next((d for d in directions[place - 1 :: -1] if d), base) if place else base
            after = next((d for d in directions[place + 1 :] if d), base)
            settled[place] = before if before == after else base
    runs: list[tuple[str, list[Glyph]]] = []
    for glyph, direction in zip(glyphs, settled, strict=True):
        if runs and runs[-1][0] == direction:
            runs[-1][1].append(glyph)
        else:
            runs.append((direction, [glyph]))
    return runs


def _turned(run: Sequence[Glyph]) -> list[Glyph]:
    """A run from right to left in reading order: backwards, brackets mirrored, presentation forms as letters.

    The letters of one ligature come in reading order already: MuPDF gives those behind the first no width.
    """
    clusters: list[list[Glyph]] = []
    for glyph in run:
        text = unicodedata.normalize("NFKC", glyph.text).translate(_MIRRORED) if glyph.text > "'" else glyph.text
        plain = replace(glyph, text=text)
        last = clusters[-1][-1] if clusters else None
        if last is not None and glyph.x0 == glyph.x1 == last.x1 and text.isalpha():
            clusters[-1].append(plain)
        else:
            clusters.append([plain])
    return [glyph for cluster in reversed(clusters) for glyph in cluster]
