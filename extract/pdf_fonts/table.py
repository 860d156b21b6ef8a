"""The form of a font table: which fonts, what they are in mathematics, and the LaTeX of their glyphs by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


def pairs(text: str) -> dict[str, str]:
    """`name=latex name=latex ...` as a dictionary."""
    return dict(pair.split("=", 1) for pair in text.split())


def words(text: str) -> list[str]:
    """The words of a text, for tables that read better without quotes."""
    return text.split()


@dataclass(frozen=True, slots=True)
class FontTable:
    """What is known of the fonts whose name matches."""

    fonts: str
    """Regular expression, searched in a font's name without regard to case."""
    role: str
    """Role in mathematics: letters, symbols, extension, blackboard, fraktur, script or unicode.

    Empty for a text font that also holds mathematics: the glyphs of `names`.
    """
    names: Mapping[str, str] = field(default_factory=dict)
    """Glyph name -> LaTeX, where Unicode does not tell it or tells it wrong."""
    characters: Mapping[str, str] = field(default_factory=dict)
    """Glyph name -> character, of radicals and accents, which are no symbols of their own."""
    private: Mapping[int, str] = field(default_factory=dict)
    """Code of the private use area -> the character that the glyph is a size or a piece of."""
    numbers: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """(Number in the font, advance in thousandths of an em) -> character, of the glyphs for which a PDF may have no code."""
    unicode_is_wrong: bool = False
    """Whether the glyphs carry the names of letters that they are not, so that only this table identifies them."""
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(self.fonts, re.IGNORECASE))
