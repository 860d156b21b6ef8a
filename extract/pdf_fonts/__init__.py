"""Font tables, one family a module: which fonts carry mathematics, in what role, and the LaTeX of their glyphs by name.

The first table whose pattern is found in a font's name holds, so the modules with narrow names come first.
"""

from __future__ import annotations

from functools import lru_cache

from extract.pdf_fonts import (
    adobe,
    ams,
    computer_modern,
    fourier,
    kpfonts,
    mathabx,
    mathdesign,
    mnsymbol,
    stix,
    text_fonts,
    tx_px,
    unicode_math,
)
from extract.pdf_fonts.table import FontTable

TABLES: tuple[FontTable, ...] = (
    *computer_modern.TABLES,
    *ams.TABLES,
    *tx_px.TABLES,
    *kpfonts.TABLES,
    *fourier.TABLES,
    *adobe.TABLES,
    *mathdesign.TABLES,
    *mnsymbol.TABLES,
    *mathabx.TABLES,
    *stix.TABLES,
    *unicode_math.TABLES,
    *text_fonts.TABLES,
)


TEXT = FontTable(r"(?!)", "")
"""The table of a font that has none: nothing in it is mathematics by its name."""


@lru_cache(maxsize=4096)
def font_table(font_name: str) -> FontTable:
    """The table of a font; TEXT where it has none."""
    return next((table for table in TABLES if table.pattern.search(font_name)), TEXT)


def math_family(font_name: str) -> str:
    """The role of a font in mathematics: letters, symbols, extension, blackboard, fraktur, script or unicode; empty for text."""
    return font_table(font_name).role
