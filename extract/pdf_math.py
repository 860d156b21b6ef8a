"""Formulas rebuilt from glyphs and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.document import Formula
from extract.pdf_glyphs import Rule
from extract.pdf_lines import Line


@dataclass(frozen=True, slots=True)
class MathZone:
    """A formula inside a line: glyphs start..end of it."""

    start: int
    end: int
    latex: str
    confidence: float


def inline_zones(line: Line, rules: Sequence[Rule]) -> list[MathZone]:
    return []


def is_display(lines: Sequence[Line], start: int, end: int, rules: Sequence[Rule]) -> bool:
    return False


def display_formula(lines: Sequence[Line], rules: Sequence[Rule]) -> Formula | None:
    return None
