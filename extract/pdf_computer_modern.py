"""Computer Modern by its widths: what a bitmap (Type 3) font of a TeX document is, of which the PDF tells only the widths.

Old TeX installations embed bitmaps without names; the glyphs' codes are TeX's own (OT1, OML, OMS, OMX, T1, ...). The vector of
widths identifies the font, since no two have proportional ones, and with it every glyph's name, Unicode and ink. A size that is
not in the tables is recognised by another: the widths of two sizes differ by a nearly constant factor.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from extract.pdf_fonts.cm_metrics import ENCODINGS, INK, WIDTHS

MAX_SPREAD = 0.03
"""Relative spread of the factors between measured and tabled widths up to which a font counts as that one."""
FACTORS = (0.85, 1.4)
"""What the mean factor may be: CMR5's digits are 1.36 times as wide (in em) as CMR10's."""
MIN_GLYPHS = 3
"""With fewer glyphs any font is proportional to many; then the widths themselves must agree."""
EXACT = 0.012
"""Relative difference of widths that agree where a driver (dvips) rounded them to pixels."""
VERY_EXACT = 0.002
"""The same where it wrote them as they are (pdfTeX): half a thousandth in the table on a narrow glyph."""


@dataclass(slots=True)
class Metric:
    """One glyph: name, width, height and depth in em."""

    name: str
    width: float
    height: float
    depth: float


def identify(widths: Mapping[int, float]) -> tuple[str, float]:
    """Name (CMR10, CMMI7, ...) of the font whose glyphs have these widths (code -> em) and the factor; empty where none fits.

    Where several fit equally (a font of which one glyph is used) the first of the table is taken: letters of formulas; but one
    that fits very exactly comes before those that do not.
    """
    fits = [(*_fit(widths, metrics), place, name) for place, (name, metrics) in enumerate(METRICS.items())]
    misfit, _place, factor, name = min((round(misfit, 3), place, factor, name) for misfit, factor, place, name in fits)
    return (name, factor) if misfit < MAX_SPREAD else ("", 1.0)


def _fit(widths: Mapping[int, float], metrics: Mapping[int, Metric]) -> tuple[float, float]:
    """Spread of the factors, with a small part for how far their mean is from 1, and the mean; infinite where codes miss."""
    used = [code for code, width in widths.items() if width > 0]
    factors = [widths[code] / metrics[code].width for code in used if code in metrics and metrics[code].width > 0]
    if not factors or len(factors) < 0.9 * len(used):
        return math.inf, 1.0
    mean = sum(factors) / len(factors)
    if not FACTORS[0] < mean < FACTORS[1] or (len(factors) < MIN_GLYPHS and abs(mean - 1) > EXACT):
        return math.inf, mean
    spread = math.sqrt(sum((factor - mean) ** 2 for factor in factors) / len(factors))
    inexact = 0.001 if len(factors) < MIN_GLYPHS and abs(mean - 1) > VERY_EXACT else 0.0
    return spread / mean + 0.01 * abs(mean - 1) + inexact, mean


@cache
def _glyphs(encoding: str) -> list[tuple[str, float, float]]:
    """Name, height and depth by code."""
    ink = {int(code): (int(height) / 1000, int(depth) / 1000) for code, height, depth in map(_fields, INK[encoding].split())}
    return [(name, *ink.get(code, (0.0, 0.0))) for code, name in enumerate(ENCODINGS[encoding].split())]


def _fields(row: str) -> list[str]:
    return row.split(":")


def _metrics(encoding: str, widths: str) -> dict[int, Metric]:
    glyphs = zip(_glyphs(encoding), widths.split(), strict=False)
    return {
        code: Metric(name, int(width) / 1000, height, depth)
        for code, ((name, height, depth), width) in enumerate(glyphs)
        if width != "-"
    }


METRICS: dict[str, dict[int, Metric]] = {name: _metrics(encoding, widths) for name, (encoding, widths) in WIDTHS.items()}
"""Font -> code -> metric; the ink is that of the encoding's 10 pt font."""
